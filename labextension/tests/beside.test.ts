import { describe, expect, it } from "vitest";
import type { Layout, LayoutEdge } from "../src/model/trace";
import { beside } from "../src/view/beside";

const line = (id: string, x: number, toX: number): LayoutEdge => ({
  id, from: id, to: "n1", kind: "tracked", input: 0, path: [[x, 0], [x, 100], [toX, 200], [toX, 300]],
});
const own = line("t0", 300, 300);

function place(...others: readonly LayoutEdge[]): readonly number[] {
  const layout: Layout = { version: 1, width: 600, height: 300, items: [], edges: [own, ...others] };
  return beside(own, 120, 18, [0.12, 0.4], 6, layout).map(Math.round);
}

// The same figures as in tests/render/test_beside.py.
describe("words beside an edge", () => {
  it("stand right of it, or left of it where another edge runs there", () => {
    expect(place()).toEqual([311, 33]);
    expect(place(line("t1", 340, 340))).toEqual([169, 33]);
  });

  it("stand further along where both sides are taken", () => {
    expect(place(line("t1", 340, 900), line("t2", 260, -300))).toEqual([311, 117]);
  });
});
