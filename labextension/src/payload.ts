/** A trace as it comes: as data, as JSON text, or that packed. Twin of `autograd_viz/widget/document.py`. */
import { gunzip } from "./gunzip";
import { fromJson } from "./model/parse";

/** How gzip begins in base64, and no JSON. */
const PACKED = "H4sI";

export function isPacked(trace: unknown): trace is string {
  return typeof trace === "string" && trace.startsWith(PACKED);
}

/** Return a trace as data, not yet checked. */
export async function unpacked(trace: unknown): Promise<unknown> {
  const text = isPacked(trace) ? await gunzip(trace) : trace;
  return typeof text === "string" ? fromJson(text) : text;
}
