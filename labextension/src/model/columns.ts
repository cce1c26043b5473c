/**
 * Tables that come in columns, as records again. A column is checked as it is read: where entries recur, those few
 * are. Twin of `autograd_viz/trace/columns.py`, whose Note [Columns] says what a column is.
 */
import { count, fail, inside, list, object, type Columns, type Reader } from "./reader";

/** The letter for 0, and the one that is left out: JSON would write it as two. */
const [FIRST, BACKSLASH] = [35, 92];
/** So many entries may a column have, however few letters say so. */
const MOST = 2_000_000;

/** The entries of a column, of which there are `n`. */
export function entries<T>(reader: Reader<T>, column: unknown, n: number): readonly T[] {
  if (Array.isArray(column) || typeof column === "string") return read(reader, exactly(column, n));
  const given = object(column);
  if ("up" in given) {
    const found = exactly(given["up"], n);
    const sums = new Array<number>(n);
    for (let i = 0, sum = 0; i < n; i++) sums[i] = sum += Number(found[i]);
    return read(reader, sums);
  }
  if ("once" in given) return recurring(list(reader)(given["once"]), given, n);
  return reader.columns ? reader.columns(given, n) : fail("a column", column);
}

function read<T>(reader: Reader<T>, found: ArrayLike<unknown>): readonly T[] {
  const made = new Array<T>(found.length);
  for (let i = 0; i < found.length; i++) made[i] = reader(found[i]);
  return made;
}

function recurring<T>(once: readonly T[], given: Columns, n: number): readonly T[] {
  if (isSame(given)) return Array<T>(n).fill(once.length === 1 ? (once[0] as T) : fail("one entry", once.length));
  return entries((place) => (count(place) < once.length ? (once[place as number] as T) : fail("a place in `once`", place)), given["at"], n);
}

/** Lists, whose entries follow each other. */
export function lists<T>(reader: Reader<T>, given: Columns, n: number): readonly (readonly T[])[] {
  const sizes = entries(count, given["sizes"], n);
  const all = entries(reader, given["of"], bounded(sizes.reduce((sum, size) => sum + size, 0)));
  let start = 0;
  return sizes.map((size) => all.slice(start, (start += size)));
}

/** Null, or the next of another column. */
export function given<T>(reader: Reader<T>, column: Columns, n: number): readonly (T | null)[] {
  const has = entries(count, column["has"], n);
  const all = entries(reader, column["of"], has.filter(Boolean).length);
  let next = 0;
  return has.map((each) => (each ? (all[next++] as T) : null));
}

/** Records, by the columns of their fields; of optional ones there may be no column. */
export function records(shape: { readonly [name: string]: Reader<unknown> }, column: Columns, n: number): readonly object[] {
  const fields = object(column["fields"]);
  const form: { [name: string]: unknown } = {};
  const columns = Object.entries(shape).flatMap(([name, reader]) => {
    const same = isSame(fields[name]);
    const found = inside(() => name, () => (name in fields ? entries(reader, fields[name], same ? 1 : n) : reader(undefined)));
    if (found === undefined) return [];
    form[name] = same ? (found as readonly unknown[])[0] : null;
    return same ? [] : [[name, found as readonly unknown[]] as const];
  });
  // All of one form, whose fields may hold anything: else they all change it when a number follows a null.
  for (const [name] of columns) form[name] = 0;
  const made = new Array<{ [name: string]: unknown }>(n);
  for (let i = 0; i < n; i++) made[i] = { ...form };
  for (const [name, found] of columns) {
    let i = 0;
    for (const row of made) row[name] = found[i++];
  }
  return made;
}

function isSame(column: unknown): boolean {
  return typeof column === "object" && column !== null && "once" in column && !("at" in column);
}

/** A whole table: records alike, or several kinds of them in some order. */
export function rows<T>(reader: Reader<T>, table: unknown): readonly T[] {
  if (Array.isArray(table)) return entries(reader, table, table.length);
  const column = object(table);
  if (!("kinds" in column)) return entries(reader, column, bounded(column["count"]));
  const kinds = list((kind) => rows(reader, kind))(column["kinds"]);
  const taken = kinds.map(() => 0);
  const next = (place: number): T | undefined => kinds[place]?.[(taken[place] = (taken[place] ?? 0) + 1) - 1];
  return list((place) => next(count(place)) ?? fail("the number of a kind", place))(numbers(column["order"]));
}

function exactly(column: unknown, n: number): readonly unknown[] {
  const found = numbers(column);
  return Array.isArray(found) && found.length === n ? (found as unknown[]) : fail(`a list of ${n}`, found);
}

/** The whole numbers that stand in a text, a letter each; anything else as it is. */
function numbers(found: unknown): unknown {
  if (typeof found !== "string") return found;
  const made = new Array<number>(found.length);
  for (let i = 0; i < made.length; i++) {
    const code = found.charCodeAt(i);
    const folded = code - (code > BACKSLASH ? FIRST + 1 : FIRST);
    made[i] = folded & 1 ? ~(folded >> 1) : folded >> 1;
  }
  return made;
}

function bounded(n: unknown): number {
  return count(n) <= MOST ? (n as number) : fail(`at most ${MOST} entries`, n);
}
