/**
 * Small readers that turn `unknown` into typed data or say where it is wrong. A reader never evaluates and never
 * looks up a prototype. What is right as it stands is returned as it is and not copied, which takes most of the
 * time of a large trace; and only once something is wrong is it worked out where.
 */
import { entries, given, lists, records, rows } from "./columns";

/** Says what in a trace is wrong, and where: `events[3].op: expected a whole number, got "x"`. */
export class TraceError extends Error {
  override name = "TraceError";
  private at = "";

  /** Say that the place is within another. */
  within(part: string): this {
    const told = this.at ? this.message.slice(this.at.length) : `: ${this.message}`;
    this.at = this.at && !this.at.startsWith("[") ? `${part}.${this.at}` : part + this.at;
    this.message = this.at + told;
    return this;
  }
}

export interface Reader<T> {
  (input: unknown): T;
  /** Reads what stands for `n` inputs: see columns.ts. */
  readonly columns?: (given: Columns, n: number) => readonly T[];
}

export type Columns = { readonly [key: string]: unknown };

/** Stop with a `TraceError`, which those around it complete with the path. */
export function fail(expected: string, got: unknown): never {
  throw new TraceError(`expected ${expected}, got ${describe(got)}`);
}

/** Do something about a part of a trace; an error is told with the part it is in. */
export function inside<T>(part: () => string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof TraceError ? error.within(part()) : error;
  }
}

export const number: Reader<number> = (input) =>
  typeof input === "number" && Number.isFinite(input) ? input : fail("a number", input);

export const whole: Reader<number> = (input) =>
  typeof input === "number" && Number.isSafeInteger(input) ? input : fail("a whole number", input);

export const count: Reader<number> = (input) =>
  typeof input === "number" && Number.isSafeInteger(input) && input >= 0
    ? input
    : fail("a whole number that is not negative", input);

export const text: Reader<string> = (input) => (typeof input === "string" ? input : fail("text", input));

export const flag: Reader<boolean> = (input) => (typeof input === "boolean" ? input : fail("true or false", input));

export function nullable<T>(reader: Reader<T>): Reader<T | null> {
  const one = (input: unknown): T | null => (input === null ? null : reader(input));
  return Object.assign(one, { columns: (column: Columns, n: number) => given(reader, column, n) });
}

export function optional<T>(reader: Reader<T>): Reader<T | undefined> {
  const one = (input: unknown): T | undefined => (input === undefined ? undefined : reader(input));
  return Object.assign(one, { columns: (column: Columns, n: number) => entries(reader, column, n) });
}

export function oneOf<const T extends string | number>(...allowed: readonly T[]): Reader<T> {
  return (input) => {
    for (const each of allowed) if (each === input) return each;
    return fail(allowed.map((each) => JSON.stringify(each)).join(" or "), input);
  };
}

/** A list no longer than `limit`: a hostile file is refused before it is walked. */
export function list<T>(reader: Reader<T>, limit = 2_000_000): Reader<readonly T[]> {
  const one = (input: unknown): readonly T[] => {
    if (!Array.isArray(input)) return fail("a list", input);
    if (input.length > limit) return fail(`at most ${limit} entries`, input.length);
    const given: readonly unknown[] = input;
    let made: T[] | undefined;
    let i = 0;
    return inside(
      () => `[${i}]`,
      () => {
        for (; i < given.length; i++) {
          const read = reader(given[i]);
          if (!made && read !== given[i]) made = given.slice(0, i) as T[];
          made?.push(read);
        }
        return made ?? (given as T[]);
      },
    );
  };
  return Object.assign(one, { columns: (column: Columns, n: number) => lists(reader, column, n) });
}

/** Reads a table; `spread` one that comes in columns, whose records are then known to be right. */
type Table<T> = Reader<readonly T[]> & { readonly spread: (column: unknown) => readonly T[] };

/**
 * A list of records that may grow: always another list than the one given, which is filled in place. Read again
 * with all its old records, which nobody changes in place, it only reads the new ones.
 */
export function table<T>(reader: Reader<T>, limit?: number): Table<T> {
  const known = new WeakMap<object, { readonly given: readonly unknown[]; readonly made: readonly T[] }>();
  let before: { readonly given: readonly unknown[]; readonly made: readonly T[] } | undefined;
  let i = 0;
  const all = list<T>((input) => {
    const made = before && i < before.given.length && before.given[i] === input ? before.made[i] : undefined;
    i += 1;
    return made ?? reader(input);
  }, limit);
  const one = (input: unknown): readonly T[] => {
    before = Array.isArray(input) ? known.get(input) : undefined;
    i = 0;
    const read = all(input);
    const [given, made] = [[...(input as unknown[])], [...read]];
    known.set(input as object, { given, made });
    return made;
  };
  const spread = (column: unknown): readonly T[] => {
    const made = rows(reader, column);
    known.set(made, { given: [...made], made });
    return made;
  };
  return Object.assign(one, { spread });
}

export function dictionary<T>(reader: Reader<T>): Reader<{ readonly [key: string]: T }> {
  const none = Object.freeze(Object.create(null) as { [key: string]: T });
  return (input) => {
    const source = object(input);
    const keys = Object.keys(source);
    if (keys.length === 0) return none;
    const result = Object.create(null) as { [key: string]: T };
    for (const key of keys) result[key] = inside(() => key, () => reader(source[key]));
    return result;
  };
}

/** An object with the fields of `shape`; others are left out, so that small additions stay readable. */
export function record<S extends { readonly [key: string]: Reader<unknown> }>(
  shape: S,
): Reader<{ readonly [K in keyof S]: ReturnType<S[K]> }> {
  type Made = { readonly [K in keyof S]: ReturnType<S[K]> };
  const fields = Object.entries(shape);
  const one = (input: unknown): Made => {
    const source = object(input);
    let [made, found, field]: [{ [key: string]: unknown } | undefined, number, string] = [undefined, 0, ""];
    try {
      for (const [name, reader] of fields) {
        field = name;
        const read = reader(source[name]);
        if (read !== undefined) found += 1;
        if (read !== source[name]) (made ??= { ...source })[name] = read;
      }
    } catch (error) {
      throw error instanceof TraceError ? error.within(field) : error;
    }
    for (const _ in source) found -= 1;
    const whole = made ?? source;
    const own = found === 0 ? whole : Object.fromEntries(fields.map(([name]) => [name, whole[name]]));
    return own as Made;
  };
  return Object.assign(one, { columns: (column: Columns, n: number) => records(shape, column, n) as readonly Made[] });
}

export function object(input: unknown): { readonly [key: string]: unknown } {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return fail("an object", input);
  return input as { readonly [key: string]: unknown };
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const shown = JSON.stringify(value) ?? typeof value;
  return shown.length > 40 ? `${shown.slice(0, 40)}…` : shown;
}
