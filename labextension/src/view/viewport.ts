/**
 * The stage: a window on the drawing that can be moved and zoomed. It scrolls by itself, without scroll bars, so
 * that a plain wheel over it scrolls the page; positions are kept here, for asking the page costs a layout.
 */
import { isInside, readableScale, start, wholeScale, within, type Box, type Shown, type Size } from "../model/viewport";
import { h, set } from "./dom";
import { gestures } from "./gestures";

export interface Viewport {
  readonly element: HTMLElement;
  shown(): Shown;
  /** Whether stepping scrolls to what happens. */
  following(): boolean;
  follow(on: boolean): void;
  /** Enlarge by a factor, around a point of the page or the middle. */
  zoom(factor: number, at?: { readonly x: number; readonly y: number }): void;
  /** All of the drawing, or as large as can be read. */
  fit(how: "whole" | "readable"): void;
  /** Move by pixels of the page, as the user asks. */
  pan(x: number, y: number): void;
  /** Show another drawing at the same scale; what stood at `from` stands, at `to`, where it was as far as there is room. */
  replace(drawing: SVGSVGElement, size: Size, from: Box | undefined, to: Box | undefined): void;
  /** Bring a thing in sight unless it is; with `isSmooth` by sliding there. */
  reveal(box: Box, isSmooth: boolean): void;
  /** Put a point of the drawing in the middle. */
  center(x: number, y: number): void;
  /** Take notice of the room there is. */
  measure(): void;
  dispose(): void;
}

/** Room before the page has been laid out. */
const UNKNOWN = { width: 1400, height: 1400 };
const MARGIN = 30;

/** `changed` is called when another part is seen, `resized` when the room is another. */
export function viewport(first: SVGSVGElement, layout: Size, changed: () => void, resized: () => void): Viewport {
  let [drawing, size] = [first, layout];
  const element = h("div", { class: "av-stage", tabindex: -1 }, drawing);
  let room: Size = UNKNOWN;
  let fittedTo: Size = UNKNOWN; // the room there was when the drawing was fitted into it
  let fitted: "whole" | "readable" | null = "readable";
  let isFollowing = true;
  let [x, y, scale, request, slides] = [0, 0, 1, 0, false];

  const shown = (): Shown => ({ x, y, w: room.width / scale, h: room.height / scale, scale });
  const scroll = (): void => {
    request = 0;
    const behavior = slides ? "smooth" : "auto";
    element.scrollTo({ left: x * scale, top: y * scale, behavior });
  };
  /** Go to a place at the next frame: no layout in mid-update. */
  const go = (toX: number, toY: number, isSmooth = false): void => {
    x = start(toX, room.width / scale, size.width);
    y = start(toY, room.height / scale, size.height);
    slides = isSmooth;
    cancelAnimationFrame(request);
    request = requestAnimationFrame(scroll);
    changed();
  };
  const resize = (next: number): void => {
    scale = next;
    set(drawing, { width: Math.max(1, Math.round(size.width * scale)), height: Math.max(1, Math.round(size.height * scale)) });
    set(element, { "data-scale": scale < 0.36 ? "far" : null });
  };
  /** How far from the stage's corner the drawing begins, in pixels: it is centred where there is more room. */
  const aside = (): { readonly x: number; readonly y: number } => ({
    x: Math.max(0, (room.width - size.width * scale) / 2),
    y: Math.max(0, (room.height - size.height * scale) / 2),
  });
  const fit = (how: "whole" | "readable"): void => {
    fitted = how;
    const [middleX, middleY] = [x + room.width / scale / 2, y + room.height / scale / 2];
    resize(how === "whole" ? wholeScale(room, size) : readableScale(room, size));
    go(middleX - room.width / scale / 2, middleY - room.height / scale / 2);
  };
  const view: Viewport = {
    element,
    shown,
    following: () => isFollowing,
    follow(on) {
      isFollowing = on;
      changed();
    },
    zoom(factor, at) {
      fitted = null;
      const box = at ? element.getBoundingClientRect() : null;
      const away = { x: at && box ? at.x - box.left : room.width / 2, y: at && box ? at.y - box.top : room.height / 2 };
      const before = aside();
      const point = { x: x + (away.x - before.x) / scale, y: y + (away.y - before.y) / scale };
      resize(within(scale * factor, wholeScale(room, size)));
      go(point.x - away.x / scale, point.y - away.y / scale);
    },
    fit,
    pan(dx, dy) {
      const before = shown();
      go(x + dx / scale, y + dy / scale);
      if (x !== before.x || y !== before.y) view.follow(false);
    },
    replace(next, nextSize, from, to) {
      const before = aside();
      const at = from && { x: before.x + (from.x + from.w / 2 - x) * scale, y: before.y + (from.y - y) * scale };
      drawing.replaceWith(next);
      [drawing, size] = [next, nextSize];
      resize(fitted === "whole" ? wholeScale(fittedTo, size) : scale);
      const after = aside();
      if (at && to) go(to.x + to.w / 2 - (at.x - after.x) / scale, to.y - (at.y - after.y) / scale);
      else go(x, y);
    },
    reveal(box, isSmooth) {
      const now = shown();
      if (isInside(box, now, Math.min(MARGIN, (now.w - box.w) / 2, (now.h - box.h) / 2))) return;
      const [left, top] = [box.x + box.w / 2 - now.w / 2, box.y + box.h / 2 - now.h / 2];
      const isClose = Math.abs(left - x) + Math.abs(top - y) < 2 * now.h;
      go(left, top, isSmooth && isClose && !matchMedia("(prefers-reduced-motion: reduce)").matches);
    },
    center: (toX, toY) => {
      isFollowing = false;
      go(toX - room.width / scale / 2, toY - room.height / scale / 2);
    },
    measure: () => measure(),
    dispose() {
      cancelAnimationFrame(request);
      watch.disconnect();
      release();
      element.remove();
    },
  };
  const measure = (): void => {
    if (element.clientWidth === 0) return;
    const tallest = Number.parseFloat(getComputedStyle(element).maxHeight);
    room = { width: element.clientWidth, height: element.clientHeight };
    const most = { width: room.width, height: Number.isFinite(tallest) ? tallest : room.height };
    const isOther = most.width !== fittedTo.width || most.height !== fittedTo.height; // else only the drawing is another
    fittedTo = most;
    if (fitted && isOther) resize((fitted === "whole" ? wholeScale : readableScale)(most, size));
    go(x, y);
    resized();
  };
  const watch = new ResizeObserver(measure);
  watch.observe(element);
  const release = gestures(element, view);
  const settle = (): void => {
    const [left, top] = [element.scrollLeft / scale, element.scrollTop / scale];
    if (request || slides || Math.abs(left - x) + Math.abs(top - y) < 2 / scale) return;
    [x, y] = [left, top];
    changed();
  };
  element.addEventListener("scroll", settle);
  element.addEventListener("scrollend", () => {
    slides = false;
    settle();
  });
  return view;
}
