/** All cards of a graph: each at its place from the start, in full where it can be read. */
import { Accessible } from "../model/accessible";
import { Neighbours } from "../model/neighbours";
import { isNear, SCALES, type Box, type Shown } from "../model/viewport";
import { s, set } from "./dom";
import { groupCard } from "./groupcard";
import { boxOfItem } from "./lazy";
import { placedCard, type PlacedCard } from "./placed";
import type { Dispatch, Scene } from "./scene";

/** Up to so many cards all are drawn in full, wherever they are. */
const EAGER = 160;
/** How far out of sight cards are drawn in full already, in pixels of the layout. */
const MARGIN = 300;

export interface Cards {
  readonly element: SVGGElement;
  readonly neighbours: Neighbours;
  readonly boxes: readonly Box[];
  update(scene: Scene): void;
  /** Draw in full what can be seen now; everything for print. */
  look(view: Shown | null): void;
  /** The card that Tab reaches. */
  stop(): string | null;
  stopAt(id: string): void;
  /** Put the keyboard's focus on a card. */
  focus(id: string): void;
  /** Select the card in hand, or let go of it; with `opens`, open the group that it is. */
  choose(opens: boolean): void;
  /** Mark the cards that a search found. */
  match(ids: ReadonlySet<string>): void;
}

export function cardsView(scene: Scene, dispatch: Dispatch): Cards {
  const { layout, lookup } = scene;
  const neighbours = new Neighbours(layout.items, layout.edges);
  const accessible = new Accessible(lookup, neighbours);
  const cards = layout.items.flatMap((item) => (item.kind === "group" ? groupCard(item, scene, accessible) : placedCard(item, lookup, accessible)) ?? []);
  const boxes = cards.map((card) => boxOfItem(card.item));
  const byId = new Map(cards.map((card) => [card.item.id, card]));
  const element = s("g", {}, ...cards.map((card) => card.element()));
  let shown = scene;
  let stop = cards[0]; // the one card that Tab reaches
  const look = (view: Shown | null): void => {
    cards.forEach((card, i) => {
      const box = boxes[i];
      const isSeen = !view || (box !== undefined && view.scale >= SCALES.words && isNear(box, view, MARGIN));
      card.draw(cards.length <= EAGER || isSeen, shown);
    });
  };
  const stopAt = (card: PlacedCard): void => {
    if (stop) set(stop.element(), { tabindex: -1 });
    stop = card;
    set(card.element(), { tabindex: 0 });
  };
  const select = (id: string, opens: boolean): void => {
    if (opens && id.startsWith("g")) dispatch({ kind: "group", path: id.slice(1) });
    else dispatch({ kind: "select", item: shown.playback.selected === id ? "" : id });
  };
  element.addEventListener("click", (event) => {
    const id = itemAt(event.target);
    const card = byId.get(id ?? "");
    if (!card || id === null) return;
    stopAt(card);
    const isOpener = event.target instanceof Element && event.target.closest(".av-opener") !== null;
    select(id, isOpener || event.detail > 1);
  });
  element.addEventListener("focusin", (event) => {
    const card = byId.get(itemAt(event.target) ?? "");
    if (card) stopAt(card);
  });
  if (stop) stopAt(stop);
  return {
    element,
    neighbours,
    boxes,
    update(next) {
      shown = next;
      for (const card of cards) card.update(next);
    },
    look,
    stop: () => stop?.item.id ?? null,
    stopAt(id) {
      const card = byId.get(id);
      if (card) stopAt(card);
    },
    choose: (opens) => stop && select(stop.item.id, opens),
    focus(id) {
      const card = byId.get(id);
      if (!card) return;
      stopAt(card);
      card.element().focus({ preventScroll: true });
    },
    match(ids) {
      for (const card of cards) set(card.element(), { "data-match": ids.has(card.item.id) });
    },
  };
}

/** The item whose card, or the group whose frame's head, something on the page belongs to. */
export function itemAt(target: EventTarget | null): string | null {
  const found = target instanceof Element ? target.closest("[data-item], [data-frame]") : null;
  return found && (found.getAttribute("data-item") ?? found.getAttribute("data-frame"));
}
