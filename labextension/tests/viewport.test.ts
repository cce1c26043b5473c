import { describe, expect, it } from "vitest";
import { SCALES, wholeScale, within } from "../src/model/viewport";

const room = { width: 900, height: 700 };

describe("all of a drawing", () => {
  it("is seen however long it is", () => {
    const drawing = { width: 300, height: 200_000 };
    const scale = wholeScale(room, drawing);
    expect(drawing.height * scale).toBeCloseTo(room.height);
    expect(within(scale / 2, scale)).toBe(scale);
    expect(within(scale * 2, scale)).toBe(scale * 2);
  });

  it("is not blown up, and a small one is zoomed out no further than the least scale", () => {
    const scale = wholeScale(room, { width: 200, height: 100 });
    expect(scale).toBe(SCALES.largest);
    expect(within(0.001, scale)).toBe(SCALES.least);
  });
});
