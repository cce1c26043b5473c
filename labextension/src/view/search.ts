/** The search box over the graph: what it finds is listed, marked in the graph, and gone to with Enter. */
import { asksForNode } from "../model/quiz";
import { Finder, type Found } from "../model/search";
import { h, listen, set, write } from "./dom";
import { iconButton, ICONS } from "./icons";
import type { Scene } from "./scene";

/** Results listed at a time, around the one in hand. */
const PAGE = 50;

/** What the graph does with results. */
interface SearchSink {
  mark(items: readonly string[]): void;
  /** Bring a result in sight. */
  show(item: string): void;
  /** Select it and put the focus there. */
  choose(found: Found): void;
  /** Give the focus back to the player. */
  leave(): void;
}

interface SearchView {
  readonly element: HTMLElement;
  update(scene: Scene): void;
  /** Search the graph as it is drawn now. */
  follow(scene: Scene): void;
  open(): void;
}

let boxes = 0; // for ids that are unique on the page

export function searchView(scene: Scene, sink: SearchSink): SearchView {
  const id = `av-search-${boxes++}`;
  const finderOf = ({ lookup, layout, expansion }: Scene): Finder => new Finder(lookup, layout.items, (id) => expansion.standIn(id), expansion.grouping.groups);
  let finder = finderOf(scene);
  const input = h("input", {
    type: "search",
    class: "av-search-input",
    placeholder: "Search",
    role: "combobox",
    "aria-label": "Search by name, operation, shape or state",
    "aria-expanded": "false",
    "aria-controls": id,
    "aria-autocomplete": "list",
    autocomplete: "off",
    spellcheck: "false",
    title: "Search (/)",
  });
  const count = h("span", { class: "av-search-count", role: "status" });
  const back = iconButton("Previous result", "↑", ICONS.previous, () => go(-1), "av-button av-button-small");
  const on = iconButton("Next result", "↓", ICONS.next, () => go(1), "av-button av-button-small");
  const list = h("ul", { class: "av-search-list", role: "listbox", id, "aria-label": "Results", hidden: true });
  const element = h("div", { class: "av-search", role: "search" }, input, count, back.element, on.element, list);
  let shown = scene;
  let found: readonly Found[] = [];
  let at = -1;

  const draw = (isOpen: boolean): void => {
    const first = Math.floor(Math.max(at, 0) / PAGE) * PAGE;
    const rows = found.slice(first, first + PAGE).map((each, i) => option(each, `${id}-${first + i}`, first + i === at));
    list.replaceChildren(...rows);
    list.hidden = !isOpen || !found.length;
    const asked = input.value.trim() !== "";
    write(count, !asked ? "" : found.length ? `${at + 1} of ${found.length}` : "nothing found");
    for (const button of [back, on]) button.element.hidden = found.length < 2;
    set(input, { "aria-expanded": String(!list.hidden), "aria-activedescendant": at >= 0 && !list.hidden ? `${id}-${at}` : null });
    list.querySelector('[aria-selected="true"]')?.scrollIntoView?.({ block: "nearest" });
  };
  const look = (isOpen: boolean): void => {
    const held = found[at]?.id;
    found = finder.find(input.value, shown.frame, asksForNode(shown.quiz, shown.frame.k));
    const kept = found.findIndex((each) => each.id === held);
    at = kept >= 0 ? kept : found.length ? 0 : -1;
    sink.mark(found.map((each) => each.item));
    draw(isOpen);
  };
  const go = (by: number): void => {
    if (!found.length) return;
    at = (at + by + found.length) % found.length;
    draw(!list.hidden);
    const now = found[at];
    if (now) sink.show(now.item);
  };
  const choose = (which: number): void => {
    const chosen = found[which];
    if (!chosen) return;
    at = which;
    draw(false);
    sink.choose(chosen);
  };
  const leave = (): void => {
    input.value = "";
    look(false);
    sink.leave();
  };
  listen(input, "input", () => look(true));
  listen(input, "focus", () => draw(true));
  listen(input, "blur", () => draw(false));
  listen(input, "keydown", (event) => {
    const acts: { readonly [key: string]: () => void } = {
      ArrowDown: () => go(1),
      ArrowUp: () => go(-1),
      Enter: () => choose(at),
      Escape: leave,
    };
    const act = Object.prototype.hasOwnProperty.call(acts, event.key) ? acts[event.key] : undefined;
    if (!act || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
  listen(list, "pointerdown", (event) => {
    event.preventDefault(); // the focus stays in the box
    const row = event.target instanceof Element ? event.target.closest("[role=option]") : null;
    if (row) choose(Number(row.id.slice(id.length + 1)));
  });
  draw(false);
  return {
    element,
    update(next) {
      shown = next;
      if (input.value.trim()) look(!list.hidden);
    },
    follow(next) {
      finder = finderOf(next);
    },
    open() {
      input.focus({ preventScroll: true });
      input.select();
    },
  };
}

function option(found: Found, id: string, isAt: boolean): HTMLElement {
  return h(
    "li",
    { role: "option", id, class: "av-search-row", "aria-selected": String(isAt) },
    h("code", { class: "av-search-name" }, found.title),
    h("span", { class: "av-search-note" }, found.note),
  );
}
