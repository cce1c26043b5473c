/** What meets at an element that is pointed at: the parts of other arrays, and how they make it up. */
import { number as figure } from "./figures";
import { signed } from "./formula";
import { cellsOf, fixedBy, sliceOf, type Place, type Subscripts } from "./subscripts";
import type { Value } from "./trace";
import { numbers } from "./value";

/** One array beside the sentence, with what it takes to find what meets in it. */
export interface Operand {
  readonly label: string;
  readonly value: Value;
  readonly place: Place;
  readonly subscripts: Subscripts | null;
  /** What the step gave says which places went into it; null for what it started from. */
  readonly uses: ReadonlySet<Place> | null;
}

/** A part of each array, by its elements' places (null: it has none), and words for them. */
interface Meeting {
  readonly parts: readonly (readonly number[] | null)[];
  readonly words: string;
}

const MOST_TERMS = 6;

export function meetingAt(operands: readonly Operand[], pointed: number, index: readonly number[]): Meeting | null {
  const one = operands[pointed];
  if (!one?.subscripts) return null;
  const fixed = fixedBy(one.subscripts, index);
  const slices = operands.map((each) => each.subscripts && sliceOf(each.subscripts, fixed));
  const parts = operands.map((each, i) => {
    const slice = slices[i];
    return slice ? cellsOf(each.value.shape, slice) : null;
  });
  const used = operands.map((each, i) => i !== pointed && slices[i] !== null && (!one.uses || (!each.uses && one.uses.has(each.place))));
  const names = operands.flatMap((each, i) => (used[i] ? [sliceText(each.label, slices[i] ?? [])] : []));
  if (!names.length) return null;
  const terms = one.uses ? termsOf(operands, parts, used, one) : null;
  const left = sliceText(one.label, index);
  const at = numbers(one.value)?.[flatOf(one.value.shape, index)];
  const words = terms === null
    ? `${left} = ${figure(at ?? NaN)} meets ${names.join(" and ")}`
    : `${left} = ${names.join(" · ")} = ${terms} = ${figure(at ?? NaN)}`;
  return { parts: parts.map((part, i) => (used[i] ? part : null)), words };
}

/** The sum that makes up an element: of products where two parts meet, of elements where one part is summed. */
function termsOf(operands: readonly Operand[], parts: readonly (readonly number[] | null)[], used: readonly boolean[], given: Operand): string | null {
  const factors = operands.flatMap((each, i) => {
    const part = used[i] ? parts[i] : null;
    const all = numbers(each.value);
    return part && all ? [{ letters: each.subscripts ?? [], values: part.map((flat) => all[flat] ?? NaN) }] : [];
  });
  const [a, b] = factors;
  const isSummed = (factor: { readonly letters: Subscripts; readonly values: readonly number[] }): boolean =>
    factor.letters.some((letter) => letter !== null && !given.subscripts?.includes(letter));
  if (!a || factors.length > 2 || !isSummed(a)) return null;
  if (!b) return summed(a.values.map(figure));
  if (!isSummed(b) || a.values.length !== b.values.length) return null;
  return summed(a.values.map((x, i) => `${figure(x)} · ${signed(figure(b.values[i] ?? NaN))}`));
}

function summed(terms: readonly string[]): string {
  const shown = terms.slice(0, MOST_TERMS).map((term) => (term.startsWith("-") ? `(${term})` : term));
  return [...shown, ...(terms.length > MOST_TERMS ? ["…"] : [])].join(" + ");
}

/** `x[:, 0]`; a scalar by its name alone. */
function sliceText(label: string, slice: readonly (number | null)[]): string {
  return slice.length ? `${label}[${slice.map((each) => each ?? ":").join(", ")}]` : label;
}

function flatOf(shape: readonly number[], index: readonly number[]): number {
  return index.reduce((flat, each, dim) => flat * (shape[dim] ?? 1) + each, 0);
}
