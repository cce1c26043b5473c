/**
 * Numbers, small arrays and shapes as text: the one place that says how they look.
 * Twin of `autograd_viz/trace/figures.py`, which states the rules.
 */
import { toNumber } from "./value";
import type { Plain, Value } from "./trace";

/** Arrays with more elements than this are described by their shape. */
const MOST_SHOWN = 9;

/** A vector of so many numbers is written out wherever it stands; a larger array is drawn as cells. */
const FEW = 4;

/** Write one number in at most four significant digits, or fewer if asked to, whole numbers in full. */
export function number(found: number, most = 4): string {
  if (Number.isNaN(found)) return "nan";
  if (!Number.isFinite(found)) return found > 0 ? "inf" : "-inf";
  if (Number.isInteger(found) && Math.abs(found) < 1e7) return String(found === 0 ? 0 : found);
  const [digits = "", power = "0"] = found.toExponential(most - 1).split("e");
  const exponent = Number(power);
  if (exponent > -5 && exponent < 7) return trimmed(found.toFixed(Math.max(0, most - 1 - exponent)));
  return `${trimmed(digits)}e${exponent}`;
}

function trimmed(digits: string): string {
  return digits.includes(".") ? digits.replace(/0+$/, "").replace(/\.$/, "") : digits;
}

/** Write an array of up to nine elements, `[[1, 2], [3, 4]]`; null for larger ones. */
export function valueText(value: Value): string | null {
  if (!value.data || value.data.length > MOST_SHOWN) return null;
  return nested(value.data.map((each) => cellText(value, toNumber(each))), value.shape);
}

/** Write one element of an array; the truth of a bool in a letter where there is little room. */
export function cellText({ dtype }: Value, found: number, most = 4): string {
  if (dtype !== "bool") return number(found, most);
  return found ? (most < 4 ? "T" : "True") : most < 4 ? "F" : "False";
}

/**
 * Write scalars and short vectors, all in as many digits as let them be no longer than this together; null where there
 * is a larger array among them or two digits are too long.
 */
export function shortTexts(values: readonly Value[], longest: number): readonly string[] | null {
  if (values.some(({ shape, data }) => shape.length > 1 || !data || data.length > FEW)) return null;
  for (const most of [4, 3, 2]) {
    const texts = values.map((value) => nested((value.data ?? []).map((each) => cellText(value, toNumber(each), most)), value.shape));
    if (texts.join("").length <= longest) return texts;
  }
  return null;
}

/** Write an array of up to 64 elements in full, for where there is room; of a larger one its shape. */
export function arrayText(value: Value | null): string {
  if (!value) return "None";
  if (!value.data) return `shape ${shapeText(value.shape)}`;
  return nested(value.data.map((each) => cellText(value, toNumber(each))), value.shape);
}

function nested(texts: readonly string[], shape: readonly number[]): string {
  const [rows, ...rest] = shape;
  if (rows === undefined) return texts[0] ?? "";
  const size = rest.reduce((product, n) => product * n, 1);
  const parts = Array.from({ length: rows }, (_, i) => (size ? nested(texts.slice(i * size, (i + 1) * size), rest) : "[]"));
  return `[${parts.join(", ")}]`;
}

/** Write a shape, `[4, 3]`. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/** Put words in for those that stand in braces. */
export function fill(text: string, words: { readonly [word: string]: string }): string {
  const known = new Map(Object.entries(words));
  return text.replace(/\{(\w+)\}/g, (whole, word: string) => known.get(word) ?? whole);
}

/** Write an option of an operation. */
export function plainText(found: Plain): string {
  if (found === null) return "None";
  if (typeof found === "boolean") return found ? "True" : "False";
  if (typeof found === "number") return number(found);
  if (typeof found === "string") {
    return found === "NaN" || found === "Infinity" || found === "-Infinity" ? number(Number(found)) : found;
  }
  return `[${found.map(plainText).join(", ")}]`;
}
