import { describe, expect, it } from "vitest";
import { BAR_CORNERS, freeCorner, isOfUse } from "../src/model/corner";

const drawing = { width: 1000, height: 3000 };
const map = { width: 100, height: 150 };
const view = { x: 0, y: 500, w: 1200, h: 800, scale: 1 };
const lower = { x: 850, y: 1200, w: 120, h: 60 };
const upper = { x: 950, y: 520, w: 60, h: 60 };
const left = { x: -60, y: 510, w: 100, h: 60 };

describe("the small map", () => {
  it("is left out when nearly everything is in view, or the stage is small", () => {
    expect(isOfUse(view, drawing, map)).toBe(true);
    expect(isOfUse({ ...view, w: 710, h: 2110 }, drawing, map)).toBe(false);
    expect(isOfUse({ ...view, w: 690, h: 2110 }, drawing, map)).toBe(true);
    expect(isOfUse({ ...view, w: 300, h: 400 }, drawing, map)).toBe(false);
  });

  it("stands in a corner that covers nothing of what happens, and stays where it is while it can", () => {
    expect(freeCorner(view, drawing, map, [], "bottom-right")).toBe("bottom-right");
    expect(freeCorner(view, drawing, map, [], "top-left")).toBe("top-left");
    expect(freeCorner(view, drawing, map, [lower], "bottom-right")).toBe("bottom-right"); // the drawing's right is not the stage's
    const filled = { ...view, w: 1000 };
    expect(freeCorner(filled, drawing, map, [lower], "bottom-right")).toBe("top-right");
    expect(freeCorner(filled, drawing, map, [lower, upper], "bottom-right")).toBe("top-left");
    expect(freeCorner(filled, drawing, map, [lower, upper, { ...left, x: 0 }], "bottom-right")).toBe(null);
  });

  it("may be told the corners", () => {
    const filled = { ...view, w: 1000 };
    expect(freeCorner(filled, drawing, map, [lower], "bottom-left", BAR_CORNERS)).toBe("bottom-left");
    expect(freeCorner(filled, drawing, map, [{ ...lower, x: 20 }], "bottom-left", BAR_CORNERS)).toBe("bottom-right");
    expect(freeCorner(filled, drawing, map, [lower, { ...lower, x: 20 }], "bottom-left", BAR_CORNERS)).toBe("top-right");
    const everywhere = { x: -1e4, y: -1e4, w: 2e4, h: 2e4 };
    expect(freeCorner(filled, drawing, map, [everywhere], "bottom-left", BAR_CORNERS)).toBeNull();
  });

  it("counts in pixels of the page, whatever the scale", () => {
    const far = { x: 0, y: 0, w: 2000, h: 2000, scale: 0.5 };
    expect(freeCorner(far, { width: 2000, height: 4000 }, map, [{ x: 1700, y: 1900, w: 50, h: 50 }], "bottom-right")).toBe("bottom-right");
    expect(freeCorner(far, { width: 2000, height: 4000 }, map, [{ x: 1720, y: 1900, w: 50, h: 50 }], "bottom-right")).toBe("top-right");
  });
});
