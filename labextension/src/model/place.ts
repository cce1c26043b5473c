/** The layout a trace brings: read, and refused where it could not be drawn. Twin of `autograd_viz/render/given.py`. */
import { count, fail, inside, list, nullable, oneOf, optional, record, text, type Reader } from "./reader";
import type { Layout, Point } from "./trace";

/** Pixels: from the origin, and of one mark. */
const FARTHEST = 1e8;
const LARGEST = 1e7;
const MOST_ITEMS = 600_000;
const MOST_EDGES = 2_000_000;
const LONGEST_PATH = 3_001;

const within =
  (low: number, high: number): Reader<number> =>
  (input) =>
    typeof input === "number" && input >= low && input <= high ? input : fail(`a number from ${low} to ${high}`, input);

const coordinate = within(-FARTHEST, FARTHEST);
const length = within(1, LARGEST);
const extent = within(0, FARTHEST);

const readPair = list(coordinate, 2);
const readPoint: Reader<Point> = (input) => {
  const pair = readPair(input);
  return pair.length === 2 ? (pair as Point) : fail("a pair of numbers", pair);
};

const readPoints = list(readPoint, LONGEST_PATH);
const readPath: Reader<readonly Point[]> = (input) => {
  const path = readPoints(input);
  return path.length >= 4 && path.length % 3 === 1 ? path : fail("one point and three for each segment", path.length);
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
    if (ids.has(id)) inside(() => `items[${i}].id`, () => fail("an id of its own", id));
    ids.add(id);
  });
  edges.forEach((edge, i) => {
    for (const end of ["from", "to"] as const) {
      if (!ids.has(edge[end])) inside(() => `edges[${i}].${end}`, () => fail("the id of an item", edge[end]));
    }
  });
}
