/** Cards whose tensors share memory that is changed in place: a change through one shows in all. */
import type { Lookup } from "./lookup";
import { pointAt } from "./spline";
import type { Layout, LayoutItem, Point } from "./trace";

/** How far a line bows out beside two cards that stand above each other; at how many points it is looked at. */
const BOWS = [18, 60, 160];
const SAMPLES = 24;

export interface Tie {
  readonly a: LayoutItem;
  readonly b: LayoutItem;
  /** The tensors that share the memory. */
  readonly tensors: ReadonlySet<number>;
  /** Whether a change moves the version of both, so that autograd notices. */
  readonly isCounted: boolean;
  readonly path: readonly Point[];
  /** Whether words say what it means: on the first of its kind for a piece of memory. */
  readonly says: boolean;
}

/** Join the cards of each piece of memory that is written to, one after the other. */
export function ties(lookup: Lookup, layout: Layout): readonly Tie[] {
  if (!lookup.written.size) return [];
  const places = new Map(layout.items.map((item) => [item.id, item]));
  const apart = apartPairs(lookup);
  const made: Tie[] = [];
  for (const [tensors, cards] of groups(lookup)) {
    const found = cards.filter((card) => places.has(card.item));
    const said = new Set<boolean>();
    found.slice(1).forEach((card, i) => {
      const before = found[i];
      const [a, b] = [places.get(before?.item ?? ""), places.get(card.item)];
      if (!before || !a || !b) return;
      const isCounted = !apart.has(`${before.tensor},${card.tensor}`);
      made.push({ a, b, tensors, isCounted, path: way(a, b, layout.items), says: !said.has(isCounted) });
      said.add(isCounted);
    });
  }
  return made;
}

/**
 * From side to side where one card stands well beside the other, else bowed out where the second stands; where that
 * would pass behind other cards, bowed out on the side, and so far, that it passes behind the fewest.
 */
export function way(a: LayoutItem, b: LayoutItem, items: readonly LayoutItem[]): readonly Point[] {
  const [left, right] = a.x <= b.x ? [a, b] : [b, a];
  const [from, to] = [left.x + left.w / 2, right.x - right.w / 2];
  const [mid, side] = [(from + to) / 2, b.x < a.x ? -1 : 1];
  const ways = BOWS.flatMap((by) => [bow(a, b, side, by), bow(a, b, -side, by)]);
  if (to - from >= Math.max(12, Math.abs(a.y - b.y) / 4)) ways.unshift([[from, left.y], [mid, left.y], [mid, right.y], [to, right.y]]);
  const [high, low] = [Math.min(a.y, b.y) - 3, Math.max(a.y, b.y) + 3];
  const rest = items.filter(({ id, y, h }) => y + h / 2 > high && y - h / 2 < low && id !== a.id && id !== b.id);
  const costs = ways.map((path) => rest.filter((item) => covers(item, path)).length);
  return ways[costs.indexOf(Math.min(...costs))] ?? [];
}

function bow(a: LayoutItem, b: LayoutItem, side: number, by: number): readonly Point[] {
  const [x0, x1] = [a.x + (side * a.w) / 2, b.x + (side * b.w) / 2];
  const out = side * (Math.max(side * x0, side * x1) + by);
  return [[x0, a.y], [out, a.y], [out, b.y], [x1, b.y]];
}

function covers(item: LayoutItem, path: readonly Point[]): boolean {
  return Array.from({ length: SAMPLES + 1 }, (_, i) => pointAt(path, i / SAMPLES)).some(
    ([x, y]) => Math.abs(x - item.x) < item.w / 2 + 3 && Math.abs(y - item.y) < item.h / 2 + 3,
  );
}

interface Held {
  readonly item: string;
  readonly tensor: number;
}

/** By memory that is written to: its tensors, and the cards that show one of them, in the order of the code. */
function groups(lookup: Lookup): readonly (readonly [ReadonlySet<number>, readonly Held[]])[] {
  const { tensors, ops } = lookup.trace;
  const storages = new Set([...lookup.written].map((id) => lookup.tensor(id)?.storage));
  return [...storages].map((storage) => {
    const among = new Set(tensors.flatMap((each) => (each.storage === storage ? [each.id] : [])));
    const cards = new Map<string, Held>();
    const add = (item: string, tensor: number): void => void (cards.has(item) || cards.set(item, { item, tensor }));
    for (const id of among) if (lookup.tensor(id)?.op === null) add(lookup.itemOfTensor(id), id);
    for (const op of ops) {
      const [made] = op.outputs.filter((id) => among.has(id));
      if (made !== undefined) add(lookup.itemOfOp(op), made);
    }
    return [among, [...cards.values()]] as const;
  });
}

/** Pairs of tensors that a change left at different versions. */
function apartPairs(lookup: Lookup): ReadonlySet<string> {
  const pairs = new Set<string>();
  for (const event of lookup.trace.events) {
    if (event.kind !== "op") continue;
    for (const one of event.writes) {
      for (const other of event.writes) if (one.version !== other.version) pairs.add(`${one.tensor},${other.tensor}`);
    }
  }
  return pairs;
}
