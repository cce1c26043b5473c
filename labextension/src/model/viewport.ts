/** Arithmetic of looking at a part of a drawing larger than the room for it. */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The part of the layout that the stage shows, from its upper left corner, and how large. */
export type Shown = Box & { readonly scale: number };

/** How small and how large a drawing may be shown; below `words`, text is too small to be read. `whole` is small, but shows all. */
export const SCALES = { least: 0.04, words: 0.36, whole: 0.6, smallest: 0.66, comfortable: 0.82, largest: 1.2, most: 4 };

/** One press on + or −. */
export const ZOOM_STEP = 1.25;

/** The scale at which all of a drawing is seen. */
export function wholeScale(room: Size, drawing: Size): number {
  return Math.min(SCALES.largest, room.width / drawing.width, room.height / drawing.height);
}

/** Show all, from the leaves to the loss, if it can be read then; else fill the width: better to pan than to squint. */
export function readableScale(room: Size, drawing: Size): number {
  const across = room.width / drawing.width;
  const whole = Math.min(across, room.height / drawing.height);
  const readable = Math.max(SCALES.smallest, Math.min(across, SCALES.comfortable));
  return Math.min(SCALES.largest, whole >= SCALES.whole ? whole : readable);
}

/** A scale that may be zoomed to; `whole` shows all of the drawing, which is never too small. */
export function within(scale: number, whole: number): number {
  return Math.min(Math.max(scale, Math.min(SCALES.least, whole)), SCALES.most);
}

/** Where a view starts along one axis: centred if all fits, else no further than the drawing's ends. */
export function start(wanted: number, seen: number, whole: number): number {
  return seen >= whole ? 0 : Math.min(Math.max(wanted, 0), whole - seen);
}

/** Whether a thing is wholly in a view, with a margin around it. */
export function isInside(box: Box, view: Box, margin: number): boolean {
  return (
    box.x >= view.x + margin && box.x + box.w <= view.x + view.w - margin &&
    box.y >= view.y + margin && box.y + box.h <= view.y + view.h - margin
  );
}

/** Whether a thing is in a view or closer to it than `margin`. */
export function isNear(box: Box, view: Box, margin: number): boolean {
  return (
    box.x < view.x + view.w + margin && box.x + box.w > view.x - margin &&
    box.y < view.y + view.h + margin && box.y + box.h > view.y - margin
  );
}
