import { describe, expect, it } from "vitest";
import { readableScale, SCALES, wholeScale, within } from "../src/model/viewport";

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

describe("a drawing at first", () => {
  it("is shown whole, from the leaves to the loss, where that can be read", () => {
    expect(readableScale(room, { width: 600, height: 1000 })).toBeCloseTo(0.7);
    expect(readableScale(room, { width: 300, height: 200 })).toBe(SCALES.largest);
  });

  it("fills the width where it is too high for that", () => {
    expect(readableScale(room, { width: 600, height: 1400 })).toBe(SCALES.comfortable);
    expect(readableScale(room, { width: 2000, height: 1400 })).toBe(SCALES.smallest);
  });
});
