/**
 * Which elements of the arrays in a step belong together. Each dimension of an array has a letter, as in
 * Einstein's notation; elements meet when they agree in all letters that their arrays share.
 */
import type { Lookup } from "./lookup";
import type { Event, NodeRecord, OpRecord } from "./trace";

/** A letter for each dimension; null for one that is broadcast, where any index meets all others. */
export type Subscripts = readonly (string | null)[];

/** What an array is to its operation: the gradient that arrives, the result, or the name of a parameter. */
export type Place = string;
export const GRAD: Place = "grad";
export const RESULT: Place = "result";

const PRODUCTS: { readonly [op: string]: { readonly [place: Place]: string } } = {
  mm: { self: "ik", mat2: "kj", result: "ij" },
  addmm: { self: "ij", mat1: "ik", mat2: "kj", result: "ij" },
  bmm: { self: "bik", mat2: "bkj", result: "bij" },
  mv: { self: "ik", vec: "k", result: "i" },
  dot: { self: "k", tensor: "k", result: "" },
};

/** Functions in a formula that take each element by itself. */
const BY_ELEMENT = new Set(
  ("where abs sign sin cos tan asin acos atan sinh cosh tanh exp exp2 log log2 log10 log1p expm1 sqrt rsqrt sigmoid " +
    "softplus erf maximum minimum clamp floor ceil pow square reciprocal isnan isfinite").split(" "),
);

/** The letters of arrays in one event: of an array by its place and shape; null where nothing is known. */
type Lettering = (place: Place, shape: readonly number[]) => Subscripts | null;

export function lettering(event: Event | null, lookup: Lookup): Lettering {
  switch (event?.kind) {
    case "op": {
      const op = lookup.op(event.op);
      const result = lookup.tensor(op?.outputs[0] ?? null)?.shape;
      return op && result ? ofOperation(op, lookup.node(op.node), result) : () => null;
    }
    case "vjp":
    case "run":
    case "unpack":
    case "release": {
      const node = lookup.node(event.node);
      const result = node?.outputs.length === 1 ? node.outputs[0]?.shape : undefined;
      return node && result ? ofOperation(lookup.op(node.op), node, result) : () => null;
    }
    case "sum_to": {
      const whole = lookup.value(event.before)?.shape ?? [];
      return (_, shape) => aligned(shape, whole, letters(whole.length));
    }
    case "send":
    case "accumulate":
    case "hook":
      return (_, shape) => letters(shape.length);
    default:
      return () => null;
  }
}

function ofOperation(op: OpRecord | null, node: NodeRecord | null, result: readonly number[]): Lettering {
  const name = op?.name.replace(/_+$/, "") ?? node?.name.replace(/Backward\d*$/, "").toLowerCase() ?? "";
  const product = Object.prototype.hasOwnProperty.call(PRODUCTS, name) ? PRODUCTS[name] : undefined;
  if (product) {
    return (place, shape) => {
      const found = product[place === GRAD ? RESULT : place];
      return found === undefined ? null : aligned(shape, result, [...found]);
    };
  }
  const order = inputOrder(name, op, result.length);
  if (order) return (place, shape) => (place === GRAD || place === RESULT ? letters(shape.length) : order);
  if (name === "sum" || name === "mean") return (place, shape) => (place === GRAD || place === RESULT ? reducedTo(op, node, shape) : letters(shape.length));
  if (node && Object.values(node.formulas).every(isByElement)) return (_, shape) => aligned(shape, result, letters(result.length));
  return () => null;
}

/** The letters of a transposed input, by those of the result. */
function inputOrder(name: string, op: OpRecord | null, rank: number): Subscripts | null {
  const all = letters(rank);
  const at = (dim: unknown): number => (typeof dim === "number" ? (dim + rank) % rank : 0);
  if (name === "t") return [...all].reverse();
  if (name === "transpose") {
    const [a, b] = [at(op?.options["dim0"]), at(op?.options["dim1"])];
    return all.map((letter, i) => (i === a ? (all[b] ?? null) : i === b ? (all[a] ?? null) : letter));
  }
  const dims = op?.options["dims"];
  if (name !== "permute" || !Array.isArray(dims)) return null;
  return all.map((_, input) => all[dims.findIndex((dim) => at(dim) === input)] ?? null);
}

/** The letters of a sum: those of its input without the dimensions that were summed. */
function reducedTo(op: OpRecord | null, node: NodeRecord | null, shape: readonly number[]): Subscripts {
  const dim = op?.options["dim"] ?? node?.constants["dim"];
  const dims = (Array.isArray(dim) ? dim : [dim]).filter((each) => typeof each === "number");
  if (!dims.length) return shape.map(() => null);
  const isKept = (op?.options["keepdim"] ?? node?.constants["keepdim"]) === true;
  const rank = isKept ? shape.length : shape.length + dims.length;
  const summed = new Set(dims.map((each) => (each + rank) % rank));
  const all = letters(rank);
  return isKept ? all.map((letter, i) => (summed.has(i) ? null : letter)) : all.filter((_, i) => !summed.has(i));
}

function isByElement(formula: string): boolean {
  if (/[@[\]ᵀ]/.test(formula)) return false;
  return [...formula.matchAll(/([A-Za-z_]\w*)\(/g)].every((match) => BY_ELEMENT.has(match[1] ?? ""));
}

/** The letters of an array that is broadcast to a whole: matched from the right; a length of 1 meets all. */
function aligned(shape: readonly number[], whole: readonly number[], of: Subscripts): Subscripts {
  const lead = of.length - shape.length;
  const offset = whole.length - of.length;
  return shape.map((length, i) => (length === 1 && (whole[i + lead + offset] ?? 1) !== 1 ? null : (of[i + lead] ?? null)));
}

function letters(rank: number): readonly string[] {
  return Array.from({ length: rank }, (_, i) => String.fromCharCode(97 + i));
}

/** The indices that an element's letters fix. */
export function fixedBy(of: Subscripts, index: readonly number[]): ReadonlyMap<string, number> {
  return new Map(of.flatMap((letter, i) => (letter === null ? [] : [[letter, index[i] ?? 0] as const])));
}

/** An index for each dimension of an array, null where any will do. */
export function sliceOf(of: Subscripts, fixed: ReadonlyMap<string, number>): readonly (number | null)[] {
  return of.map((letter) => (letter === null ? null : (fixed.get(letter) ?? null)));
}

/** The elements of a slice, by their places in row-major order. */
export function cellsOf(shape: readonly number[], slice: readonly (number | null)[]): readonly number[] {
  return slice.reduce<readonly number[]>((found, index, dim) => {
    const length = shape[dim] ?? 1;
    const along = index === null ? Array.from({ length }, (_, i) => i) : [index];
    return found.flatMap((flat) => along.map((i) => flat * length + i));
  }, [0]);
}
