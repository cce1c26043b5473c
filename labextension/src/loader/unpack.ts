/** Unpacks the viewer that a loader carries: gzip in base64, about 45 % of its size as text. */

/** What a loader carries: the text, packed, and a digest that names it. */
export interface Packed {
  readonly digest: string;
  readonly base64: string;
}

/** Return the viewer's source text. Throws in words where the browser is too old to unpack it. */
export async function unpack({ base64 }: Packed): Promise<string> {
  if (typeof DecompressionStream === "undefined") {
    throw new Error("It needs a browser that can unpack gzip: Chrome or Edge 80, Firefox 113, Safari 16.4, or newer.");
  }
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}
