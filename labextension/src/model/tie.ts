/** Cards whose tensors share memory that is changed in place: a change through one shows in all. */
import type { Lookup } from "./lookup";
import type { Layout, LayoutItem } from "./trace";

export interface Tie {
  readonly a: LayoutItem;
  readonly b: LayoutItem;
  /** The tensors that share the memory. */
  readonly tensors: ReadonlySet<number>;
  /** Whether a change moves the version of both, so that autograd notices. */
  readonly isCounted: boolean;
}

/** Join the cards of each piece of memory that is written to, one after the other. */
export function ties(lookup: Lookup, layout: Layout): readonly Tie[] {
  if (!lookup.written.size) return [];
  const places = new Map(layout.items.map((item) => [item.id, item]));
  const apart = apartPairs(lookup);
  const made: Tie[] = [];
  for (const [tensors, cards] of groups(lookup)) {
    const found = cards.filter((card) => places.has(card.item));
    found.slice(1).forEach((card, i) => {
      const before = found[i];
      const [a, b] = [places.get(before?.item ?? ""), places.get(card.item)];
      if (before && a && b) made.push({ a, b, tensors, isCounted: !apart.has(`${before.tensor},${card.tensor}`) });
    });
  }
  return made;
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
