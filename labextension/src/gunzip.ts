/** Text that travels as gzip: the viewer in its loader, and, in base64, long traces. */
import { fromBase64 } from "./model/base64";

/** No browser holds a text much longer than this, in bytes; a hostile one of a few letters could go on for ever. */
const LONGEST = 500_000_000;

/** Return the text. Throws in words where the browser is too old to unpack it, or the text is too long. */
export async function gunzip(packed: string | Uint8Array<ArrayBuffer>, longest = LONGEST): Promise<string> {
  if (typeof DecompressionStream === "undefined") {
    throw new Error("It needs a browser that can unpack gzip: Chrome or Edge 80, Firefox 113, Safari 16.4, or newer.");
  }
  const bytes = typeof packed === "string" ? fromBase64(packed) : packed;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > longest) throw new Error(`What was packed is longer than ${longest} bytes.`);
    parts.push(next.value);
  }
  return new Blob(parts).text();
}
