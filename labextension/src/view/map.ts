/** A small map of a graph larger than the stage: where the view is, what happens now, what a search found. */
import type { Box, Shown, Size } from "../model/viewport";
import { h, s, set } from "./dom";

export interface SmallMap {
  readonly element: HTMLElement;
  /** Show where the view is; hidden when everything is in it. */
  look(view: Shown): void;
  /** Mark what happens now, what is selected and what was found. */
  mark(marks: { readonly now?: Box | null; readonly selected?: Box | null; readonly found?: readonly Box[] }): void;
}

/** Pixels: no more than so wide and high, and no less, however long and narrow a graph is. */
const MOST = { width: 168, height: 190 };
const LEAST = 34;

/** `go` is called with the point of the drawing that the pointer asks for. */
export function smallMap(size: Size, boxes: readonly Box[], go: (x: number, y: number) => void): SmallMap {
  const scale = Math.min(MOST.width / size.width, MOST.height / size.height);
  const width = Math.max(LEAST, Math.round(size.width * scale));
  const height = Math.max(LEAST, Math.round(size.height * scale));
  const found = s("path", { class: "av-map-found" });
  const selected = s("path", { class: "av-map-selected" });
  const now = s("path", { class: "av-map-now" });
  const frame = s("rect", { class: "av-map-view" });
  const drawing = s(
    "svg",
    { width, height, viewBox: `0 0 ${size.width} ${size.height}`, preserveAspectRatio: "none" },
    s("path", { class: "av-map-cards", d: boxes.map(outline).join("") }),
    found,
    selected,
    now,
    frame,
  );
  // For the pointer only: the keyboard moves the view itself, and a screen reader has the cards.
  const element = h("div", { class: "av-map", "aria-hidden": "true" }, drawing);
  const ask = (event: PointerEvent): void => {
    const box = drawing.getBoundingClientRect();
    go(((event.clientX - box.left) / box.width) * size.width, ((event.clientY - box.top) / box.height) * size.height);
  };
  drawing.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    drawing.setPointerCapture(event.pointerId);
    ask(event);
  });
  drawing.addEventListener("pointermove", (event) => drawing.hasPointerCapture(event.pointerId) && ask(event));
  return {
    element,
    look(view) {
      const rounding = 2 / view.scale; // a drawing is whole pixels high
      element.hidden = view.w >= size.width - rounding && view.h >= size.height - rounding;
      set(frame, { x: view.x, y: view.y, width: Math.min(view.w, size.width), height: Math.min(view.h, size.height) });
    },
    mark(marks) {
      if (marks.now !== undefined) set(now, { d: marks.now ? outline(marks.now) : "" });
      if (marks.selected !== undefined) set(selected, { d: marks.selected ? outline(marks.selected) : "" });
      if (marks.found !== undefined) set(found, { d: marks.found.map(outline).join("") });
    },
  };
}

function outline({ x, y, w, h: tall }: Box): string {
  return `M${Math.round(x)} ${Math.round(y)}h${Math.round(w)}v${Math.round(tall)}h${-Math.round(w)}z`;
}
