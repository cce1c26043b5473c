/** A long list of which only the rows in sight are on the page, so that thousands cost as little as a few. */
import { h, set } from "./dom";

/** Rows drawn before and after those in sight. */
const MORE = 4;
/** Rows on paper: of a longer list those in sight and what follows. */
const PRINTED = 500;
/** The room assumed until the page says how much there is. */
const ROOM = 320;

export interface Rows {
  readonly element: HTMLElement;
  /** The list has so many rows now. */
  resize(count: number): void;
  /** Scroll to a row if it is out of sight. */
  reveal(index: number): void;
  /** Call `change` with the row if it is on the page. */
  each(index: number, change: (row: HTMLElement) => void): void;
  /** Make all rows anew. */
  refresh(): void;
  dispose(): void;
}

/** `make` gives what is in a row, each `height` pixels high. */
export function rows(name: string, height: number, make: (index: number) => HTMLElement): Rows {
  const list = h("ol", { class: "av-rows-list" });
  const element = h("div", { class: "av-rows", role: "group", "aria-label": name }, list);
  const made = new Map<number, HTMLElement>();
  let [count, top, room, wanted, request] = [0, 0, ROOM, -1, 0];
  const draw = (): void => {
    const first = Math.max(0, Math.min(Math.floor(top / height), count - 1) - MORE);
    const last = Math.min(count, Math.ceil((top + room) / height) + MORE);
    for (const [index, row] of made) {
      if (index >= first && index < last) continue;
      row.remove();
      made.delete(index);
    }
    for (let index = last - 1, next: HTMLElement | null = null; index >= first; index--) {
      const row: HTMLElement = made.get(index) ?? h("li", { "aria-posinset": index + 1 }, make(index));
      set(row, { "aria-setsize": count });
      made.set(index, row);
      if (row.parentNode !== list) list.insertBefore(row, next);
      next = row;
    }
    list.style.paddingTop = `${first * height}px`;
    list.style.paddingBottom = `${Math.max(0, count - last) * height}px`;
  };
  const scroll = (): void => {
    if (element.clientHeight === 0) return;
    const at = wanted * height;
    if (at < element.scrollTop || at + height > element.scrollTop + element.clientHeight) element.scrollTop = at - element.clientHeight / 2;
  };
  const look = (): void => {
    [top, room] = [element.scrollTop, element.clientHeight || ROOM];
    draw();
  };
  const print = (): void => {
    [top, room] = [Math.max(0, Math.min(top, (count - PRINTED) * height)), PRINTED * height];
    draw();
  };
  const watch = new ResizeObserver(look);
  watch.observe(element);
  element.addEventListener("scroll", look);
  addEventListener("beforeprint", print);
  addEventListener("afterprint", look);
  return {
    element,
    resize(next) {
      if (next === count) return;
      count = next;
      top = Math.min(top, Math.max(0, count * height - room));
      draw();
    },
    reveal(index) {
      wanted = index;
      cancelAnimationFrame(request);
      request = requestAnimationFrame(scroll); // no layout in mid-update
    },
    each(index, change) {
      const row = made.get(index);
      if (row) change(row);
    },
    refresh() {
      for (const row of made.values()) row.remove();
      made.clear();
      draw();
    },
    dispose() {
      watch.disconnect();
      removeEventListener("beforeprint", print);
      removeEventListener("afterprint", look);
      cancelAnimationFrame(request);
      element.remove();
    },
  };
}
