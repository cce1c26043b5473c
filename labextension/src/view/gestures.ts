/** Moving and zooming by pointer: drag, wheel, two fingers. A page's own scrolling is left alone. */
import type { Viewport } from "./viewport";

/** Pixels a pointer moves before it drags rather than clicks. */
const SLACK = 4;
const LINE = 16;

type Movable = Pick<Viewport, "pan" | "zoom" | "shown">;
interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * Let `stage` be moved; return what ends that. A wheel moves it only while it has the focus, which a click gives
 * it, and with ctrl (which is also what a pinch on a touch pad sends) zooms; at its ends the page scrolls on.
 */
export function gestures(stage: HTMLElement, view: Movable): () => void {
  const pointers = new Map<number, Place>();
  const stop = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(kind: K, act: (event: HTMLElementEventMap[K]) => void, passive = true): void =>
    stage.addEventListener(kind, act, { signal: stop.signal, passive });
  let travelled = 0;

  on("wheel", (event) => wheel(stage, view, event), false);
  on("mousedown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault(); // no text is selected; the focus goes to the stage, so that arrows still step
    stage.focus({ preventScroll: true });
  }, false);
  on("pointerdown", (event) => {
    if (event.button !== 0 || (event.pointerType === "touch" && !stage.matches(":focus-within"))) return;
    if (pointers.size === 0) travelled = 0;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  on("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    travelled += Math.hypot(now.x - before.x, now.y - before.y);
    pointers.set(event.pointerId, now);
    if (travelled < SLACK) return;
    stage.setPointerCapture(event.pointerId);
    stage.toggleAttribute("data-dragged", true);
    if (other) pinch(view, before, now, other);
    else view.pan(before.x - now.x, before.y - now.y);
  });
  const let_go = (event: PointerEvent): void => {
    pointers.delete(event.pointerId);
    stage.removeAttribute("data-dragged");
  };
  on("pointerup", let_go);
  on("pointercancel", let_go);
  stage.addEventListener("click", (event) => {
    if (travelled < SLACK) return;
    travelled = 0;
    event.stopPropagation(); // the end of a drag chooses nothing
  }, { capture: true, signal: stop.signal });
  return () => stop.abort();
}

function wheel(stage: HTMLElement, view: Movable, event: WheelEvent): void {
  const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? stage.clientHeight : 1;
  const [across, down] = event.shiftKey && !event.deltaX ? [event.deltaY * unit, 0] : [event.deltaX * unit, event.deltaY * unit];
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    view.zoom(Math.exp(-Math.max(-60, Math.min(60, down)) / 180), { x: event.clientX, y: event.clientY });
    return;
  }
  if (!stage.matches(":focus-within")) return;
  const before = view.shown();
  view.pan(across, down);
  const after = view.shown();
  if (before.x !== after.x || before.y !== after.y) event.preventDefault();
}

/** Two fingers: their middle moves the drawing, their distance zooms it. */
function pinch(view: Movable, before: Place, now: Place, other: Place): void {
  const distance = (place: Place): number => Math.max(10, Math.hypot(place.x - other.x, place.y - other.y));
  view.pan((before.x - now.x) / 2, (before.y - now.y) / 2);
  view.zoom(distance(now) / distance(before), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
}
