/** Bytes as letters of a script, four in five: the viewer in its loader, which base64 would make a fifteenth longer. */

/** Of the 85 letters from "#" on, those that a script in a page has its own use for, and what stands for them. */
const SPARE = { x: "\\", y: "<" } as const;

/** Return so many bytes; what fills up the last five letters is left out. */
export function fromBase85(text: string, size: number): Uint8Array<ArrayBuffer> {
  const letters = text.replace(/[xy]/g, (each) => SPARE[each as keyof typeof SPARE]);
  const view = new DataView(new ArrayBuffer((letters.length / 5) * 4));
  for (let i = 0; i < letters.length; i += 5) {
    let word = 0;
    for (let j = i; j < i + 5; j++) word = word * 85 + letters.charCodeAt(j) - 35;
    view.setUint32((i / 5) * 4, word);
  }
  return new Uint8Array(view.buffer, 0, size);
}
