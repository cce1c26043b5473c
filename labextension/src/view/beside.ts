/** Where words beside an edge stand: where they cover the fewest cards and lines. Twin of `autograd_viz/render/beside.py`. */
import type { Layout, LayoutEdge, Point } from "../model/trace";
import { pointAt } from "../model/spline";

const [GAP, SAMPLES] = [11, 40];

/** The upper left corner for words of a size, right or left of the edge at one of these places along it, so far below. */
export function beside(edge: Pick<LayoutEdge, "path">, w: number, h: number, along: readonly number[], down: number, { items, edges, width }: Layout): Point {
  const covered = (left: number, top: number): number => {
    const isAt = (x: number, y: number, wide: number, high: number): boolean =>
      Math.abs(x - left - w / 2) < (wide + w) / 2 && Math.abs(y - top - h / 2) < (high + h) / 2;
    const passes = ({ path }: LayoutEdge): boolean => {
      const [from, to] = [path[0]?.[1] ?? 0, path[path.length - 1]?.[1] ?? 0];
      if (Math.max(from, to) < top || Math.min(from, to) > top + h) return false;
      return Array.from({ length: SAMPLES + 1 }, (_, i) => pointAt(path, i / SAMPLES)).some(([x, y]) => isAt(x, y, 4, 4));
    };
    const out = left < 0 || left + w > width ? 2 : 0;
    return out + 2 * items.filter((each) => isAt(each.x, each.y, each.w, each.h)).length + edges.filter((each) => each !== edge && passes(each)).length;
  };
  const places = along.flatMap((t): readonly Point[] => {
    const [x, y] = pointAt(edge.path, t);
    return [[x + GAP, y + down - h / 2], [x - GAP - w, y + down - h / 2]];
  });
  const counts = places.map(([x, y]) => covered(x, y));
  return places[counts.indexOf(Math.min(...counts))] ?? [0, 0];
}
