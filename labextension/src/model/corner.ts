/** Where the small map stands on the stage, if it is of use and finds a corner that covers nothing that happens. */
import type { Box, Shown, Size } from "./viewport";

export type Corner = "bottom-right" | "top-right" | "top-left" | "bottom-left";
/** The fourth is that of the selected card's bar, which goes to one of the map's where it covers less there. */
const CORNERS: readonly Corner[] = ["bottom-right", "top-right", "top-left"];
export const BAR_CORNERS: readonly Corner[] = ["bottom-left", ...CORNERS];

/** Pixels between the map and the edges of the stage, and about a card that it must not cover. */
const INSET = 10;
/** Who sees so much of a drawing's width and height needs no map of it. */
const MOST_SEEN = 0.7;
/** The part of the stage that a map may take. */
const LARGEST_PART = 0.12;

/** Whether a map of this size, in pixels, says more than the view and leaves room for it. */
export function isOfUse(view: Shown, drawing: Size, map: Size): boolean {
  const isSeen = view.w >= MOST_SEEN * drawing.width && view.h >= MOST_SEEN * drawing.height;
  const stage = view.w * view.h * view.scale ** 2;
  return !isSeen && map.width * map.height <= LARGEST_PART * stage;
}

/** The corner where the map covers none of these boxes of the drawing: where it is, else the first that is free. */
export function freeCorner(view: Shown, drawing: Size, map: Size, boxes: readonly Box[], held: Corner, corners = CORNERS): Corner | null {
  const isFree = (corner: Corner): boolean => {
    const place = placeOf(corner, view, drawing, map);
    return !boxes.some((box) => meets(box, place));
  };
  return [held, ...corners].find(isFree) ?? null;
}

/** The part of the drawing that a map in a corner covers, with a margin. */
function placeOf(corner: Corner, view: Shown, drawing: Size, map: Size): Box {
  const [w, h] = [(map.width + 2 * INSET) / view.scale, (map.height + 2 * INSET) / view.scale];
  // A drawing smaller than the stage stands in the middle of it.
  const x = view.x - Math.max(0, view.w - drawing.width) / 2;
  const y = view.y - Math.max(0, view.h - drawing.height) / 2;
  return { x: corner.endsWith("right") ? x + view.w - w : x, y: corner.startsWith("bottom") ? y + view.h - h : y, w, h };
}

function meets(a: Box, b: Box): boolean {
  return a.x < b.x + b.w && a.x + a.w > b.x && a.y < b.y + b.h && a.y + a.h > b.y;
}
