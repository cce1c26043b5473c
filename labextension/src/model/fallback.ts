/**
 * A plain layered layout for traces that carry none: rows by longest path, marks in the order of the code.
 * Readable, not beautiful; the real layouts come from Graphviz on the Python side.
 */
import type { Lookup } from "./lookup";
import type { ItemKind, Layout, LayoutEdge, LayoutItem, NodeRecord, OpRecord, Point } from "./trace";

const SIZES: { readonly [kind in ItemKind]: { readonly w: number; readonly h: number } } = {
  leaf: { w: 200, h: 122 },
  constant: { w: 120, h: 70 },
  op: { w: 240, h: 116 },
  untracked: { w: 180, h: 82 },
  refused: { w: 180, h: 34 },
  root: { w: 96, h: 46 },
};
const GAP = { x: 28, y: 46, margin: 16 };

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly kind: LayoutEdge["kind"];
  readonly input: number | null;
}

export function fallbackLayout(lookup: Lookup): Layout {
  const kinds = new Map<string, ItemKind>();
  const arrows = arrowsOf(lookup, kinds);
  const rows = rowsOf([...kinds.keys()], arrows);
  const items = placed(rows, kinds);
  const byId = new Map(items.map((item) => [item.id, item]));
  const edges = arrows.flatMap((arrow, i) => edgeOf(arrow, i, byId) ?? []);
  const right = Math.max(0, ...items.map((item) => item.x + item.w / 2));
  const bottom = Math.max(0, ...items.map((item) => item.y + item.h / 2));
  return { version: 1, width: right + GAP.margin, height: bottom + GAP.margin, items, edges };
}

function arrowsOf(lookup: Lookup, kinds: Map<string, ItemKind>): readonly Arrow[] {
  const { trace } = lookup;
  const arrows: Arrow[] = [];
  const madeBy = new Map<number, string>();
  const add = (id: string, kind: ItemKind): string => {
    if (!kinds.has(id)) kinds.set(id, kind);
    return id;
  };
  const mark = (node: NodeRecord): string => add(lookup.itemOfNode(node.id), node.kind === "accumulate" ? "leaf" : "op");
  const source = (tensor: number): string => {
    const record = lookup.tensor(tensor);
    const known = madeBy.get(tensor) ?? (record && record.node !== null ? `n${record.node}` : undefined);
    return known !== undefined && kinds.has(known) ? known : add(`t${tensor}`, record?.role === "leaf" ? "leaf" : "constant");
  };
  const addOp = (op: OpRecord): void => {
    const id = lookup.itemOfOp(op);
    const node = lookup.node(op.node);
    const tracked = new Set(node?.next.flatMap((next, i) => (next.node === null ? [] : [node.input_tensors[i]])));
    for (const { tensor } of op.inputs) {
      if (!tracked.has(tensor)) arrows.push({ from: source(tensor), to: id, kind: "untracked", input: null });
    }
    add(id, op.node === null ? "untracked" : "op");
    for (const output of op.outputs) madeBy.set(output, id);
  };
  trace.nodes.filter((node) => node.op === null).forEach(mark);
  trace.ops.forEach(addOp);
  for (const node of trace.nodes) {
    node.next.forEach((next, input) => {
      const to = lookup.node(next.node);
      if (to) arrows.push({ from: mark(to), to: mark(node), kind: "tracked", input });
    });
  }
  trace.events.forEach((event, i) => {
    if (event.kind !== "refused") return;
    const id = add(`x${i}`, "refused");
    for (const tensor of event.inputs) arrows.push({ from: source(tensor), to: id, kind: "refused", input: null });
  });
  const roots = trace.events.flatMap((event) => (event.kind === "begin" ? event.roots : []));
  for (const root of roots) {
    const id = `r${root.node}:${root.index}`;
    if (!kinds.has(id)) arrows.push({ from: lookup.itemOfNode(root.node), to: add(id, "root"), kind: "tracked", input: null });
  }
  return arrows.filter((arrow) => arrow.from !== arrow.to);
}

/** Row of each mark: one below the lowest of its sources; sources stand right above their first user. */
function rowsOf(ids: readonly string[], arrows: readonly Arrow[]): readonly (readonly string[])[] {
  const into = new Map<string, string[]>();
  const outOf = new Map<string, string[]>();
  for (const { from, to } of arrows) {
    into.set(to, [...(into.get(to) ?? []), from]);
    outOf.set(from, [...(outOf.get(from) ?? []), to]);
  }
  const left = new Map(ids.map((id) => [id, into.get(id)?.length ?? 0]));
  const row = new Map<string, number>(ids.map((id) => [id, 0]));
  const free = ids.filter((id) => !left.get(id));
  for (let id = free.shift(); id !== undefined; id = free.shift()) {
    for (const to of outOf.get(id) ?? []) {
      row.set(to, Math.max(row.get(to) ?? 0, (row.get(id) ?? 0) + 1));
      left.set(to, (left.get(to) ?? 1) - 1);
      if (left.get(to) === 0) free.push(to);
    }
  }
  for (const id of ids) {
    const users = outOf.get(id) ?? [];
    if (!into.has(id) && users.length) row.set(id, Math.min(...users.map((user) => row.get(user) ?? 1)) - 1);
  }
  const count = Math.max(0, ...row.values()) + 1;
  return Array.from({ length: count }, (_, n) => ids.filter((id) => row.get(id) === n));
}

function placed(rows: readonly (readonly string[])[], kinds: ReadonlyMap<string, ItemKind>): readonly LayoutItem[] {
  const sizes = (row: readonly string[]): readonly (LayoutItem & { readonly kind: ItemKind })[] =>
    row.map((id) => ({ id, kind: kinds.get(id) ?? "op", x: 0, y: 0, ...SIZES[kinds.get(id) ?? "op"] }));
  const widths = rows.map((row) => sizes(row).reduce((sum, item) => sum + item.w + GAP.x, -GAP.x));
  const widest = Math.max(0, ...widths);
  let top = GAP.margin;
  return rows.flatMap((row, n) => {
    const items = sizes(row);
    const tallest = Math.max(0, ...items.map((item) => item.h));
    let x = GAP.margin + (widest - (widths[n] ?? 0)) / 2;
    const y = top + tallest / 2;
    top += tallest + GAP.y;
    return items.map((item) => {
      const at = { ...item, x: x + item.w / 2, y };
      x += item.w + GAP.x;
      return at;
    });
  });
}

function edgeOf(arrow: Arrow, index: number, items: ReadonlyMap<string, LayoutItem>): LayoutEdge | null {
  const from = items.get(arrow.from);
  const to = items.get(arrow.to);
  if (!from || !to) return null;
  const start: Point = [from.x, from.y + from.h / 2];
  const end: Point = [to.x, to.y - to.h / 2];
  const bend = Math.max(20, (end[1] - start[1]) / 2);
  const path: readonly Point[] = [start, [start[0], start[1] + bend], [end[0], end[1] - bend], end];
  return { ...arrow, id: `e${index}`, path };
}
