/**
 * A layout made here: for a trace that brings none, and when groups are opened and closed. Rows of marks, those
 * of an open group in a box of its own. Its cost is bounded: what is closed is not looked at.
 */
import { grouped, type GroupedPicture } from "./grouped";
import { groupSize } from "./groupsize";
import type { Grouping } from "./grouping";
import type { Line } from "./picture";
import { curve, placeInRows, type Box, type Placed, type Way } from "./rows";
import type { ItemKind, Layout, LayoutEdge, Point } from "./trace";

interface Size {
  readonly w: number;
  readonly h: number;
}

/** Sizes of cards of which nobody said how large they are. */
const SIZES: { readonly [kind in ItemKind]: Size } = {
  leaf: { w: 200, h: 122 },
  constant: { w: 120, h: 70 },
  op: { w: 240, h: 116 },
  untracked: { w: 180, h: 82 },
  refused: { w: 180, h: 34 },
  root: { w: 96, h: 46 },
  group: { w: 214, h: 86 },
};
const HEADING = 22;
const MARGIN = 16;

/** Place the marks of a picture with these of its groups open. */
export function fallbackLayout(grouping: Grouping, expanded: readonly string[], sizes: ReadonlyMap<string, Size>): Layout {
  const drawn = grouped(grouping, new Set(expanded));
  const boxes = new Map<string, Box>(
    drawn.marks.map(({ id, kind }) => [id, { id, x: 0, y: 0, ...sizeOf(id, kind, grouping, sizes) }]),
  );
  const levels = levelsOf(drawn);
  const placed = new Map<string, Placed>();
  const joins = joinsOf(drawn);
  for (const path of [...levels.keys()].reverse()) {
    const level = (levels.get(path) ?? []).flatMap((id) => boxes.get(id) ?? []);
    const own = placeInRows(level, (joins.get(path) ?? []).map(([, from, to]) => [from, to] as const));
    placed.set(path, own);
    boxes.set(`g${path}`, { id: `g${path}`, x: own.w / 2, y: own.h / 2, w: own.w, h: own.h + (path ? HEADING : 0) });
  }
  const corners = move(levels, boxes);
  const whole = boxes.get("g") ?? { w: 2 * MARGIN, h: 2 * MARGIN };
  return {
    version: 1,
    width: whole.w,
    height: whole.h,
    items: drawn.marks.flatMap(({ id, kind }) => {
      const box = boxes.get(id);
      return box ? [{ kind, ...box }] : [];
    }),
    edges: edgesOf(drawn.lines, joins, placed, boxes, corners),
    frames: drawn.frames.flatMap(({ path }) => boxes.get(`g${path}`) ?? []),
    expanded,
  };
}

function sizeOf(id: string, kind: ItemKind, grouping: Grouping, sizes: ReadonlyMap<string, Size>): Size {
  const group = kind === "group" ? grouping.groups.get(id.slice(1)) : undefined;
  const { w, h } = group ? groupSize(group) : (sizes.get(id) ?? SIZES[kind]);
  return { w, h };
}

/** What stands directly in each open group, and in the whole (""); outer ones first. */
function levelsOf({ marks, frames, inside }: GroupedPicture): ReadonlyMap<string, readonly string[]> {
  const levels = new Map<string, string[]>([["", []], ...frames.map(({ path }) => [path, []] as [string, string[]])]);
  for (const id of [...marks.map((mark) => mark.id), ...frames.map(({ path }) => `g${path}`)]) levels.get(inside.get(id) ?? "")?.push(id);
  return levels;
}

/** For each open group the lines that join what stands directly in it, or "" for what is outside: their number and both ends. */
function joinsOf({ lines, inside }: GroupedPicture): ReadonlyMap<string, readonly (readonly [number, string, string])[]> {
  const joins = new Map<string, (readonly [number, string, string])[]>();
  lines.forEach((line, n) => {
    const [from, to] = [lineage(inside, line.from), lineage(inside, line.to)];
    for (const path of new Set([...from.keys(), ...to.keys()])) {
      const [id = "", other = ""] = [from.get(path), to.get(path)];
      if (id === other) continue; // all of it is further within
      const known = joins.get(path);
      if (known) known.push([n, id, other]);
      else joins.set(path, [[n, id, other]]);
    }
  });
  return joins;
}

/** For each open group around a mark, innermost first: what stands directly in it and is or holds the mark. */
function lineage(inside: ReadonlyMap<string, string>, mark: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let id = mark; ; ) {
    const path = inside.get(id) ?? "";
    found.set(path, id);
    if (!path) return found;
    id = `g${path}`;
  }
}

/** Move what stands in open groups to where their boxes are; return each box's upper left corner inside. */
function move(levels: ReadonlyMap<string, readonly string[]>, boxes: ReadonlyMap<string, Box>): ReadonlyMap<string, Point> {
  const corners = new Map<string, Point>([["", [0, 0]]]);
  for (const [path, ids] of levels) {
    const frame = boxes.get(`g${path}`);
    if (!path || !frame) continue;
    const corner: Point = [frame.x - frame.w / 2, frame.y - frame.h / 2 + HEADING];
    corners.set(path, corner);
    for (const id of ids) {
      const box = boxes.get(id);
      if (box) [box.x, box.y] = [box.x + corner[0], box.y + corner[1]];
    }
  }
  return corners;
}

function edgesOf(
  lines: readonly Line[],
  joins: ReadonlyMap<string, readonly (readonly [number, string, string])[]>,
  placed: ReadonlyMap<string, Placed>,
  boxes: ReadonlyMap<string, Box>,
  corners: ReadonlyMap<string, Point>,
): readonly LayoutEdge[] {
  const ports = { out: portsOf(lines, boxes, "from", "to"), in: portsOf(lines, boxes, "to", "from") };
  const ways = new Map<number, Way[]>();
  for (const [path, found] of joins) {
    const [left, top] = corners.get(path) ?? [0, 0];
    for (const [n, from, to] of found) {
      const own = placed.get(path)?.ways.get(`${from} ${to}`) ?? [];
      ways.set(n, [...(ways.get(n) ?? []), ...own.map((way) => ({ x: way.x + left, from: way.from + top, to: way.to + top }))]);
    }
  }
  return lines.flatMap((line, n) => {
    const [from, to] = [boxes.get(line.from), boxes.get(line.to)];
    if (!from || !to) return [];
    const start: Point = [from.x + (ports.out.get(n) ?? 0), from.y + from.h / 2];
    const end: Point = [to.x + (ports.in.get(n) ?? 0), to.y - to.h / 2];
    return [{ ...line, path: curve(start, (ways.get(n) ?? []).sort((a, b) => a.from - b.from), end) }];
  });
}

/** How far beside a box's middle each line ends, in the order of where it comes from. */
function portsOf(lines: readonly Line[], boxes: ReadonlyMap<string, Box>, at: "from" | "to", other: "from" | "to"): ReadonlyMap<number, number> {
  const ends = new Map<string, number[]>();
  lines.forEach((line, n) => {
    const known = ends.get(line[at]);
    if (known) known.push(n);
    else ends.set(line[at], [n]);
  });
  const ports = new Map<number, number>();
  for (const [id, numbers] of ends) {
    const xOf = (n: number): number => boxes.get(lines[n]?.[other] ?? "")?.x ?? 0;
    const step = Math.min(18, ((boxes.get(id)?.w ?? 0) - 40) / numbers.length);
    numbers.sort((a, b) => xOf(a) - xOf(b) || a - b).forEach((n, i) => ports.set(n, (i - (numbers.length - 1) / 2) * step));
  }
  return ports;
}
