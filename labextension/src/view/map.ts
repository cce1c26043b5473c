/** A small map of a graph larger than the stage: where the view is, what happens now, what a search found. */
import { freeCorner, isOfUse, type Corner } from "../model/corner";
import type { Box, Shown, Size } from "../model/viewport";
import { h, s, set } from "./dom";

interface SmallMap {
  readonly element: HTMLElement;
  /** Show where the view is; hidden when nearly everything is in it. */
  look(view: Shown): void;
  /** Mark what happens now, what is selected and what was found. */
  mark(marks: Marks): void;
  /** Where it stands, if it does. */
  corner(): Corner | null;
}

export interface Marks {
  readonly now?: Box | null;
  readonly selected?: Box | null;
  readonly found?: readonly Box[];
  /** What the map must not cover. */
  readonly busy?: readonly Box[];
}

/** Pixels: no more than so wide and high, and no less, however long and narrow a graph is. */
const MOST = { width: 168, height: 190 };
const LEAST = 34;
/** On a stage no wider than this the map is smaller, by so much. */
const NARROW = { width: 480, scale: 0.57 };
/** The frame around the drawing, as the style sheet has it. */
const FRAME = 12;

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
  let shown: Shown | null = null;
  let busy: readonly Box[] = [];
  let corner: Corner = "bottom-right";
  const place = (view: Shown): void => {
    if (drawing.matches("[data-dragged]")) return; // it does not run away from a hand
    const [roomX, roomY] = [view.w * view.scale, view.h * view.scale];
    const reduced = roomX <= NARROW.width ? NARROW.scale : 1;
    const [wide, high] = [Math.max(LEAST, width * reduced), Math.max(LEAST, height * reduced)];
    const all = { width: wide + FRAME, height: high + FRAME };
    const free = isOfUse(view, size, all) ? freeCorner(view, size, all, busy, corner) : null;
    element.hidden = free === null;
    if (!free) return;
    corner = free;
    set(drawing, { width: wide, height: high });
    set(element, { "data-corner": corner });
    element.style.setProperty("--av-stage-height", `${roomY}px`);
  };
  const ask = (event: PointerEvent): void => {
    const box = drawing.getBoundingClientRect();
    go(((event.clientX - box.left) / box.width) * size.width, ((event.clientY - box.top) / box.height) * size.height);
  };
  drawing.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    drawing.setPointerCapture(event.pointerId);
    set(drawing, { "data-dragged": true });
    ask(event);
  });
  drawing.addEventListener("lostpointercapture", () => set(drawing, { "data-dragged": null }));
  drawing.addEventListener("pointermove", (event) => drawing.hasPointerCapture(event.pointerId) && ask(event));
  return {
    element,
    corner: () => (element.hidden ? null : corner),
    look(view) {
      shown = view;
      place(view);
      set(frame, { x: view.x, y: view.y, width: Math.min(view.w, size.width), height: Math.min(view.h, size.height) });
    },
    mark(marks) {
      if (marks.now !== undefined) set(now, { d: marks.now ? outline(marks.now) : "" });
      if (marks.selected !== undefined) set(selected, { d: marks.selected ? outline(marks.selected) : "" });
      if (marks.found !== undefined) set(found, { d: marks.found.map(outline).join("") });
      if (marks.busy === undefined) return;
      busy = marks.busy;
      if (shown) place(shown);
    },
  };
}

function outline({ x, y, w, h: tall }: Box): string {
  return `M${Math.round(x)} ${Math.round(y)}h${Math.round(w)}v${Math.round(tall)}h${-Math.round(w)}z`;
}
