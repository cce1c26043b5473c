/**
 * Small readers that turn `unknown` into typed data or say where it is wrong. A reader takes the value and
 * the path to it; it never evaluates, looks up a prototype or keeps a reference to what it was given.
 */

/** Says what in a trace is wrong, and where: `events[3].op: expected a whole number, got "x"`. */
export class TraceError extends Error {
  override name = "TraceError";
}

export type Reader<T> = (input: unknown, at: string) => T;

/** Stop with a `TraceError` at a path. */
export function fail(at: string, expected: string, got: unknown): never {
  throw new TraceError(`${at || "trace"}: expected ${expected}, got ${describe(got)}`);
}

export const number: Reader<number> = (input, at) =>
  typeof input === "number" && Number.isFinite(input) ? input : fail(at, "a number", input);

export const whole: Reader<number> = (input, at) =>
  typeof input === "number" && Number.isSafeInteger(input) ? input : fail(at, "a whole number", input);

export const count: Reader<number> = (input, at) =>
  typeof input === "number" && Number.isSafeInteger(input) && input >= 0
    ? input
    : fail(at, "a whole number that is not negative", input);

export const text: Reader<string> = (input, at) => (typeof input === "string" ? input : fail(at, "text", input));

export const flag: Reader<boolean> = (input, at) =>
  typeof input === "boolean" ? input : fail(at, "true or false", input);

export function nullable<T>(reader: Reader<T>): Reader<T | null> {
  return (input, at) => (input === null ? null : reader(input, at));
}

export function optional<T>(reader: Reader<T>): Reader<T | undefined> {
  return (input, at) => (input === undefined ? undefined : reader(input, at));
}

export function oneOf<const T extends string | number>(...allowed: readonly T[]): Reader<T> {
  return (input, at) => {
    const found = allowed.find((each) => each === input);
    return found === undefined ? fail(at, allowed.map((each) => JSON.stringify(each)).join(" or "), input) : found;
  };
}

/** A list no longer than `limit`: a hostile file is refused before it is walked. */
export function list<T>(reader: Reader<T>, limit = 2_000_000): Reader<readonly T[]> {
  return (input, at) => {
    if (!Array.isArray(input)) return fail(at, "a list", input);
    if (input.length > limit) return fail(at, `at most ${limit} entries`, input.length);
    return input.map((item: unknown, i) => reader(item, `${at}[${i}]`));
  };
}

/** Reads an object once: a trace that grows is read again with all its old records, which nobody changes in place. */
export function once<T>(reader: Reader<T>): Reader<T> {
  const known = new WeakMap<object, { readonly made: T }>();
  return (input, at) => {
    if (typeof input !== "object" || input === null) return reader(input, at);
    const found = known.get(input) ?? { made: reader(input, at) };
    known.set(input, found);
    return found.made;
  };
}

export function dictionary<T>(reader: Reader<T>): Reader<{ readonly [key: string]: T }> {
  return (input, at) => {
    const source = object(input, at);
    const result = Object.create(null) as { [key: string]: T };
    for (const key of Object.keys(source)) result[key] = reader(source[key], `${at}.${key}`);
    return result;
  };
}

/** An object with the fields of `shape`; other fields are ignored, so that small additions stay readable. */
export function record<S extends { readonly [key: string]: Reader<unknown> }>(
  shape: S,
): Reader<{ readonly [K in keyof S]: ReturnType<S[K]> }> {
  const fields = Object.keys(shape) as (keyof S & string)[];
  return (input, at) => {
    const source = object(input, at);
    const result: { [key: string]: unknown } = {};
    for (const field of fields) {
      const reader = shape[field];
      if (reader) result[field] = reader(source[field], at ? `${at}.${field}` : field);
    }
    return result as { readonly [K in keyof S]: ReturnType<S[K]> };
  };
}

export function object(input: unknown, at: string): { readonly [key: string]: unknown } {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return fail(at, "an object", input);
  return input as { readonly [key: string]: unknown };
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const shown = JSON.stringify(value) ?? typeof value;
  return shown.length > 40 ? `${shown.slice(0, 40)}…` : shown;
}
