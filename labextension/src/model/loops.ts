/**
 * Loops that run a backward pass in every turn, as a training loop does: which marks are which turn's. Twin of
 * `autograd_viz/render/loops.py`, whose Note [Loops] says what makes a loop and why.
 */
import { marksIn, type Group } from "./grouping";
import type { Line, Picture } from "./picture";
import { findRepeats } from "./repeats";
import type { Layout, Trace } from "./trace";

const FEWEST = 3;

/** A backward pass of the user's: operations that had run before, the marks it starts from, leaves it reaches by name and shape. */
interface Pass {
  readonly ops: number;
  readonly roots: readonly string[];
  readonly leaves: readonly string[];
}

/**
 * A loop: `first` are the marks of its first turn, `length` operations and what stands with them; `turns` tells what
 * stands for them in each turn (one that an error cut short lacks some), `since` how many operations had run when each
 * began. `update` is how many of the operations come after the turn's last pass.
 */
export interface Loop {
  readonly length: number;
  readonly update: number;
  readonly first: readonly string[];
  readonly turns: readonly ReadonlyMap<string, string>[];
  readonly since: readonly number[];
}

/** Loops, and for every mark in one the number of its turn. */
interface Loops {
  readonly loops: readonly Loop[];
  readonly turnOf: ReadonlyMap<string, number>;
}

/** A picture with loops, of each of which one turn is shown. Turns are counted from 0. */
export class Folding {
  readonly loops: readonly Loop[];
  readonly turnOf: ReadonlyMap<string, number>;
  /** For each mark of a loop that of the first turn that is like it. */
  readonly first: ReadonlyMap<string, string>;

  constructor(
    private readonly drawn: Picture,
    { loops, turnOf }: Loops,
  ) {
    [this.loops, this.turnOf] = [loops, turnOf];
    this.first = new Map(loops.flatMap(({ turns }) => turns.flatMap((turn) => [...turn].map(([id, own]) => [own, id] as const))));
  }

  /** The turn that each loop is in when so many operations have run. */
  turns(ops: number): readonly number[] {
    return this.loops.map(({ since }) => Math.max(0, since.filter((each) => each < ops).length - 1));
  }

  loopOf(group: Group): Loop | undefined {
    const marks = new Set(marksIn(group));
    return this.loops.find(({ first }) => marks.has(first[0] ?? ""));
  }

  names(turns: readonly number[]): ReadonlyMap<string, string> {
    return new Map(this.loops.flatMap((loop, i) => loop.first.map((id) => [id, loop.turns[turns[i] ?? 0]?.get(id) ?? ""] as const)));
  }

  /** The picture that shows these turns. The lines are those of the first, as an update joins only that to the leaves. */
  picture(turns: readonly number[], names: ReadonlyMap<string, string>): Picture {
    if (!turns.length) return this.drawn;
    const { turnOf } = this;
    const shown = new Set(names.values());
    const waysOut = new Map(this.loops.flatMap((loop) => [...(loop.turns[loop.turns.length - 1] ?? [])].map(([id, own]) => [own, id] as const)));
    const first = this.drawn.lines.flatMap((line): readonly Line[] => {
      if (turnOf.has(line.to)) return turnOf.get(line.to) || turnOf.get(line.from) ? [] : [line];
      const from = turnOf.has(line.from) ? waysOut.get(line.from) : line.from;
      return from ? [moved(line, from, line.to)] : [];
    });
    return { marks: this.drawn.marks.filter(({ id }) => shown.has(id) || !turnOf.has(id)), lines: renamed(first, names) };
  }

  /** A group of first turns with what is shown for them. */
  renamed(group: Group, turns: readonly number[], names: ReadonlyMap<string, string>): Group {
    if (!turns.length) return group;
    const children = group.children.map((child) => (typeof child === "string" ? (names.get(child) ?? child) : this.renamed(child, turns, names)));
    const loop = group.kind === "loop" ? this.loopOf(group) : undefined;
    const module = loop ? `iteration ${(turns[this.loops.indexOf(loop)] ?? 0) + 1}` : group.module;
    return { ...group, children: children.filter((child) => child !== ""), module };
  }
}

/** How many operations had run or, where the head of a turn clears gradients, begun. */
export function opsBegun({ events, ops }: Trace, { k, ops_done }: { readonly k: number; readonly ops_done: number }): number {
  const event = events[k - 1];
  const last = ops[ops_done - 1]?.line;
  if (event?.kind !== "grad_change" || !event.line || !last) return ops_done;
  const coming = events.slice(k).find(({ kind }) => kind !== "grad_change");
  return coming?.kind === "op" && event.line.source === last.source && event.line.line < last.line ? ops_done + 1 : ops_done;
}

/** A layout of first turns as that of others. */
export function turned(layout: Layout, names: ReadonlyMap<string, string>): Layout {
  const items = layout.items.map((item) => ({ ...item, id: names.get(item.id) ?? item.id }));
  return { ...layout, items: items.filter(({ id }) => id), edges: renamed(layout.edges, names) };
}

function renamed<T extends Line>(lines: readonly T[], names: ReadonlyMap<string, string>): readonly T[] {
  return lines.flatMap((line) => {
    const [from, to] = [names.get(line.from) ?? line.from, names.get(line.to) ?? line.to];
    return from && to ? [moved(line, from, to)] : [];
  });
}

function moved<T extends Line>(line: T, from: string, to: string): T {
  return { ...line, id: `${from}-${to}${line.id.slice(line.from.length + line.to.length + 1)}`, from, to };
}

/** The passes that ran within no other. */
export function passesOf({ events, nodes, tensors }: Trace): readonly Pass[] {
  const leaves = new Map(nodes.flatMap(({ id, leaf }) => (leaf === null ? [] : [[id, `${tensors[leaf]?.name} ${tensors[leaf]?.shape}`]])));
  const found: Pass[] = [];
  let [ops, depth] = [0, 0];
  for (const event of events) {
    if (event.kind === "op") ops = event.op + 1;
    else if (event.kind === "begin") {
      const reached = depth++ ? [] : Object.keys(event.expected).flatMap((id) => leaves.get(Number(id)) ?? []);
      if (depth === 1) found.push({ ops, roots: event.roots.map(({ node }) => `n${node}`), leaves: reached.sort() });
    } else if (event.kind === "end" || event.kind === "error") depth = Math.max(0, depth - 1);
  }
  return found;
}

/** Find the loops among operations: `ids`, what they have in common with their like in other turns, and numbers. */
export function findLoops({ marks, lines }: Picture, passes: readonly Pass[], ids: readonly string[], kinOf: () => readonly string[], ops: readonly number[]): Loops {
  const loops: Loop[] = [];
  const turnOf = new Map<string, number>();
  if (passes.length < FEWEST) return { loops, turnOf };
  const kin = kinOf();
  const bounds = [0, ...passes.map((each) => ops.filter((op) => op < each.ops).length), ids.length];
  const place = new Map(ids.map((id, n) => [id, n]));
  const row = passes.map((each) => `${each.roots.map((root) => kin[place.get(root) ?? -1] ?? root).join()} ${each.leaves.join()}`);
  let end = 0; // how many of the operations the loops reach to
  const look = (start: number, period: number, times: number): void => {
    const [begin = 0, ...rest] = bounds.slice(start, start + period * times + 2);
    const { spans, update } = spansOf(kin, [Math.max(begin, end), ...rest], period, start > 0, start + period * times === row.length);
    const [from, to] = spans[0] ?? [0, 0];
    const own = new Map(spans.flatMap(([first, last], n) => ids.slice(first, last).map((id) => [id, n] as const)));
    const reachesOver = lines.some(({ kind, from: tail, to: head }) => kind === "tracked" && own.has(head) && (place.get(tail) ?? -1) >= from && own.get(tail) !== own.get(head));
    const runsIn = (n: number): number => Math.floor(n / period);
    const runsOver = passes.slice(start, start + period * times).some(({ roots }, n) => roots.some((root) => (own.get(root) ?? runsIn(n)) !== runsIn(n)));
    if (!own.size || reachesOver || runsOver) return;
    const turns = turnsOf({ marks, lines }, ids, spans, own);
    const odd = oddTurn(lines, spans, turns, own);
    if (odd < times) {
      if (odd >= FEWEST) look(start, period, odd);
      if (times - odd >= FEWEST) look(start + odd * period, period, times - odd);
      return;
    }
    loops.push({ length: to - from, update, first: [...(turns[0]?.keys() ?? [])], turns, since: spans.map(([first]) => ops[first] ?? 0) });
    for (const [id, turn] of own) turnOf.set(id, turn);
    end = spans[spans.length - 1]?.[1] ?? end;
  };
  for (const { start, period, times } of findRepeats(row)) if (times > 1) look(start, period, times);
  return { loops, turnOf };
}

type Span = readonly [number, number];
const NONE = { spans: [] as readonly Span[], update: 0 };

/** The first turn whose graph is not that of the first, under the names of the first; else how many. */
function oddTurn(lines: readonly Line[], spans: readonly Span[], turns: readonly ReadonlyMap<string, string>[], own: ReadonlyMap<string, number>): number {
  const first = turns.map((turn) => new Map([...turn].map(([id, mine]) => [mine, id] as const)));
  const graphs = turns.map(() => new Set<string>());
  for (const { kind, from, to, input } of lines) {
    const turn = own.get(to) ?? -1;
    const known = first[turn];
    if (kind === "tracked" && known) graphs[turn]?.add([known.get(from) ?? from, known.get(to) ?? to, input].join());
  }
  const [model] = graphs;
  const lengthOf = (n: number): number => (spans[n]?.[1] ?? 0) - (spans[n]?.[0] ?? 0);
  const odd = graphs.findIndex((graph, n) => [...graph].some((each) => !model?.has(each)) || (lengthOf(n) === lengthOf(0) && graph.size !== model?.size));
  return odd < 0 ? graphs.length : odd;
}

/** Where each turn of so many passes begins and ends, and how long the update at its end is; `bounds` are those of the stretches between passes. */
function spansOf(kin: readonly string[], bounds: readonly number[], period: number, follows: boolean, isLast: boolean): { readonly spans: readonly Span[]; readonly update: number } {
  const before = bounds.flatMap((bound, n): readonly Span[] => (n % period || n === bounds.length - 1 ? [] : [[bound, bounds[n + 1] ?? 0]]));
  const [heads, tails] = [before.slice(0, -1), before.slice(1)];
  const after = follows ? alike(tails.map(([start, stop]) => kin.slice(start, stop))) : 0;
  const common = (skip: number): number => alike(heads.map(([start, stop], n) => kin.slice(start + (n ? skip : 0), stop).reverse()));
  const forward = common(after) || common(0);
  const update = alike(tails.slice(0, -1).map(([start, stop]) => kin.slice(start, stop - forward)));
  const between = new Set(heads.map(([, stop], n) => kin.slice(stop, tails[n]?.[0]).join()));
  if (!forward || between.size > 1) return NONE;
  const spans = heads.map(([, stop], n): Span => [stop - forward, (tails[n]?.[0] ?? 0) + update]);
  const whole = kin.slice(...(spans[0] ?? [0, 0]));
  const end = bounds[bounds.length - 1] ?? 0;
  const begun = spans.pop()?.[0] ?? 0;
  const last = begun + alike([kin.slice(begun, end), whole]);
  const more = isLast ? last + alike([kin.slice(last, end), whole]) : last; // a turn that an error ended before its pass
  spans.push([begun, last]);
  if (more > last) spans.push([last, more]);
  return { spans, update };
}

/** How far rows begin alike. */
function alike(rows: readonly (readonly string[])[]): number {
  let n = 0;
  while (rows.every((row) => n < row.length && row[n] === rows[0]?.[n])) n += 1;
  return n;
}

/** Which marks stand for each other; leaves, constants and roots of one turn alone are added to `own`. */
function turnsOf({ marks, lines }: Picture, ids: readonly string[], spans: readonly Span[], own: Map<string, number>): readonly ReadonlyMap<string, string>[] {
  const at = new Map(spans.flatMap(([first, last]) => ids.slice(first, last).map((id, n) => [id, n] as const)));
  const keys = spans.map(([first, last]) => new Map(ids.slice(first, last).map((id, n) => [String(n), id])));
  const near = new Map<string, string[]>(marks.flatMap(({ id, kind }) => (["leaf", "constant", "root"].includes(kind) ? [[id, []]] : [])));
  for (const { from: tail, to: head } of lines) (near.has(tail) ? near.get(tail)?.push(head) : near.get(head)?.push(tail));
  for (const { id, kind } of marks) {
    const [first, ...more] = near.get(id) ?? [];
    const turn = own.get(first ?? "") ?? -1;
    const keyed = keys[turn];
    if (!keyed || first === undefined || more.some((user) => own.get(user) !== turn)) continue;
    let key = `${kind}${at.get(first)}`;
    while (keyed.has(key)) key += "+";
    keyed.set(key, id);
    own.set(id, turn);
  }
  const firsts = [...(keys[0] ?? [])];
  return keys.map((keyed) => new Map(firsts.flatMap(([key, id]) => (keyed.has(key) ? [[id, keyed.get(key) ?? ""] as const] : []))));
}
