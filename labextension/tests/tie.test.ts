import { describe, expect, it } from "vitest";
import { way } from "../src/model/tie";
import type { LayoutItem } from "../src/model/trace";

const card = (id: string, x: number, y: number): LayoutItem => ({ id, kind: "op", x, y, w: 100, h: 60 });

describe("a line between cards that share memory", () => {
  const [a, b] = [card("a", 200, 100), card("b", 220, 300)];

  it("bows out where the second stands, or where no other card is in the way", () => {
    const out = (items: readonly LayoutItem[]): number => way(a, b, [a, b, ...items])[1]?.[0] ?? 0;
    expect(out([])).toBe(270 + 18);
    expect(out([card("right", 320, 200)])).toBe(150 - 18);
    expect(out([card("right", 320, 200), card("left", 100, 200)])).toBe(270 + 160);
    expect(out([card("far", 320, 600)])).toBe(270 + 18);
  });

  it("goes from side to side between cards well apart", () => {
    expect(way(a, card("c", 500, 120), [a])).toEqual([[250, 100], [350, 100], [350, 120], [450, 120]]);
  });
});
