/** The layout a trace brings: read, and refused where it could not be drawn. Twin of `autograd_viz/render/given.py`. */
import { count, fail, list, nullable, oneOf, optional, record, text, type Reader } from "./reader";
import type { Layout, Point } from "./trace";

/** Pixels: from the origin, and of one mark. */
const FARTHEST = 1e8;
const LARGEST = 1e7;
const MOST_ITEMS = 600_000;
const MOST_EDGES = 2_000_000;
const LONGEST_PATH = 3_001;

const within =
  (low: number, high: number): Reader<number> =>
  (input, at) =>
    typeof input === "number" && input >= low && input <= high ? input : fail(at, `a number from ${low} to ${high}`, input);

const coordinate = within(-FARTHEST, FARTHEST);
const length = within(1, LARGEST);
const extent = within(0, FARTHEST);

const readPoint: Reader<Point> = (input, at) => {
  const pair = list(coordinate, 2)(input, at);
  const [x, y] = pair;
  return x === undefined || y === undefined ? fail(at, "a pair of numbers", pair) : [x, y];
};

const readPath: Reader<readonly Point[]> = (input, at) => {
  const path = list(readPoint, LONGEST_PATH)(input, at);
  return path.length >= 4 && path.length % 3 === 1 ? path : fail(at, "one point and three for each segment", path.length);
};

export const readLayout: Reader<Layout> = record({
  version: oneOf(1),
  width: extent,
  height: extent,
  items: list(
    record({
      id: text,
      kind: oneOf("leaf", "constant", "op", "untracked", "refused", "root", "group"),
      x: coordinate,
      y: coordinate,
      w: length,
      h: length,
    }),
    MOST_ITEMS,
  ),
  edges: list(
    record({
      id: text,
      from: text,
      to: text,
      kind: oneOf("tracked", "untracked", "cut", "refused"),
      input: nullable(count),
      path: readPath,
      label: optional(record({ text, x: coordinate, y: coordinate })),
    }),
    MOST_EDGES,
  ),
  frames: optional(list(record({ id: text, x: coordinate, y: coordinate, w: length, h: length }), MOST_ITEMS)),
  expanded: optional(list(text, MOST_ITEMS)),
  hidden: optional(list(record({ w: length, h: length, ids: list(text, MOST_ITEMS) }), MOST_ITEMS)),
});

/** Check that every item has an id of its own, and that edges join items. */
export function checkLayout({ items, edges }: Layout): void {
  const ids = new Set<string>();
  items.forEach(({ id }, i) => {
    if (ids.has(id)) fail(`layout.items[${i}].id`, "an id of its own", id);
    ids.add(id);
  });
  edges.forEach(({ from, to }, i) => {
    if (!ids.has(from)) fail(`layout.edges[${i}].from`, "the id of an item", from);
    if (!ids.has(to)) fail(`layout.edges[${i}].to`, "the id of an item", to);
  });
}
