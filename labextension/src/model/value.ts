/** Values of the trace's table as numbers: decoding and extent. */
import { fromBase64 } from "./base64";
import type { Scalar, Value } from "./trace";

/** The numbers of a value in row-major order, or null where only a summary was kept. */
export function numbers(value: Value): ArrayLike<number> | null {
  const known = decoded.get(value);
  if (known !== undefined) return known;
  const result = value.data ? value.data.map(toNumber) : value.base64 !== undefined ? decode(value) : null;
  decoded.set(value, result);
  return result;
}

const decoded = new WeakMap<Value, ArrayLike<number> | null>();

export function toNumber(scalar: Scalar): number {
  return typeof scalar === "number" ? scalar : Number(scalar);
}

export function size(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** The one number of a one-element value, else null. */
export function single(value: Value): number | null {
  if (size(value.shape) !== 1) return null;
  const all = numbers(value);
  return all?.[0] ?? null;
}

/** Whether an array holds NaN. */
export function hasNan(value: Value): boolean {
  if (value.summary) return value.summary.nan > 0;
  const all = numbers(value);
  return all !== null && Array.prototype.some.call(all, Number.isNaN);
}

/** Largest finite magnitude, at least `Number.MIN_VALUE`, so that it can divide. */
export function magnitude(value: Value): number {
  const all = numbers(value);
  let largest = 0;
  if (all) {
    for (let i = 0; i < all.length; i++) {
      const each = Math.abs(all[i] ?? 0);
      if (each > largest && each < Infinity) largest = each;
    }
  }
  return largest || Number.MIN_VALUE;
}

const readers: { readonly [dtype: string]: { bytes: number; read: (view: DataView, at: number) => number } } = {
  float64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  float32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  float16: { bytes: 4, read: (view, at) => view.getFloat32(at, true) }, // widened when recorded
  bfloat16: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  int64: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  int32: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  int16: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  int8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  uint8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  bool: { bytes: 1, read: (view, at) => view.getUint8(at) },
};

/** Little-endian bytes to numbers; null for a dtype this reader does not know or a count that does not fit. */
function decode(value: Value): ArrayLike<number> | null {
  const reader = Object.prototype.hasOwnProperty.call(readers, value.dtype) ? readers[value.dtype] : undefined;
  const bytes = toBytes(value.base64 ?? "");
  const length = size(value.shape);
  if (!reader || !bytes || bytes.length !== length * reader.bytes) return null;
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length }, (_, i) => reader.read(view, i * reader.bytes));
}

function toBytes(base64: string): Uint8Array | null {
  try {
    return fromBase64(base64);
  } catch {
    return null;
  }
}
