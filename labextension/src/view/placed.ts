/**
 * A card at its place: always there for style sheets, screen readers and tests, with its name, state and
 * neighbours; drawn in full only while it can be seen, so that a graph of thousands opens and steps like one
 * of dozens.
 */
import { isFuture, type Lookup, type Subject } from "../model/lookup";
import type { Accessible } from "../model/accessible";
import { asksForNode } from "../model/quiz";
import type { ItemKind, LayoutItem } from "../model/trace";
import type { Card, CardParts } from "./card";
import { s, set } from "./dom";
import { constantCard, leafCard, rootCard } from "./leafcard";
import { ghostCard, opCard, refusedCard } from "./opcard";
import { currentPart } from "./part";
import type { Scene } from "./scene";

export interface PlacedCard {
  readonly item: LayoutItem;
  /** What stands on the page now: the card, or its outline. */
  element(): SVGGElement;
  /** Draw the card in full, or its outline. */
  draw(isFull: boolean, scene: Scene): void;
  update(scene: Scene): void;
}

const CLASSES: { readonly [kind in ItemKind]: string } = {
  leaf: "av-leaf",
  constant: "av-constant",
  op: "av-op",
  untracked: "av-ghost",
  refused: "av-refused",
  root: "av-root",
  group: "av-group",
};

/** Null if the trace has nothing by that id. */
export function placedCard(item: LayoutItem, lookup: Lookup, accessible: Accessible): PlacedCard | null {
  const subject = lookup.subject(item.id);
  if (!subject) return null;
  const layer = lookup.layerOf(item.id);
  const outline = outlineOf(item);
  let card: Card | null = null;
  let element = outline;
  let shown: Scene | null = null;
  let drawn: Scene | null = null; // what the full card shows
  const watched = [...subject.tensors.map((each) => each.id), ...(subject.node?.saved.flatMap((each) => each.tensor ?? []) ?? [])];
  const mark = (scene: Scene): void => {
    const node = item.kind === "root" ? null : subject.node;
    set(element, {
      "data-node": node?.id,
      "data-state": node && (scene.frame.nodes.get(node.id)?.state ?? "idle"),
      "data-layer": layer || null,
      "data-future": isFuture(subject, scene.frame),
      "data-current": currentPart(item.id, scene),
      "data-cause": isCause(item.id, scene),
      "aria-pressed": scene.playback.selected === item.id ? "true" : "false",
      "aria-label": accessible.name(subject, item.kind, scene.frame, asks(scene)),
    });
  };
  const isTouched = (scene: Scene): boolean =>
    currentPart(item.id, scene) !== null ||
    (scene.event?.kind === "op" && scene.event.writes.some((write) => watched.includes(write.tensor)));
  const changes = (before: Scene | null, scene: Scene): boolean =>
    !before || asks(before) !== asks(scene) || isTouched(scene) || isTouched(before) || !isSame(subject, item, watched, before, scene);
  const drawCard = (scene: Scene): void => {
    if (card && changes(drawn, scene)) card.update(scene);
    drawn = scene;
  };
  return {
    item,
    element: () => element,
    draw(isFull, scene) {
      if (isFull === (element !== outline)) return;
      const before = element;
      const hasFocus = before.matches(":focus");
      if (hasFocus && !isFull) return;
      if (isFull && !card) {
        card = cardOf({ subject, item, lookup });
        card.element.append(faultMark(item.w));
        if (layer && (item.kind === "op" || item.kind === "untracked")) card.element.append(layerLine(item));
      }
      element = isFull && card ? card.element : outline;
      set(element, { role: "button", "data-item": item.id, tabindex: before.getAttribute("tabindex") ?? -1, "data-match": before.getAttribute("data-match") });
      mark(scene);
      if (isFull) drawCard(scene);
      before.replaceWith(element);
      if (hasFocus) element.focus({ preventScroll: true });
      shown = scene;
    },
    update(scene) {
      const before = shown;
      shown = scene;
      if (!changes(before, scene)) return;
      mark(scene);
      if (element !== outline) drawCard(scene);
    },
  };
}

function asks({ quiz, frame }: Scene): boolean {
  return asksForNode(quiz, frame.k);
}

function cardOf(parts: CardParts): Card {
  switch (parts.item.kind) {
    case "leaf":
      return leafCard(parts);
    case "constant":
      return constantCard(parts);
    case "untracked":
      return ghostCard(parts);
    case "refused":
      return refusedCard(parts);
    case "root":
      return rootCard(parts);
    case "op":
    case "group": // has a card of its own: see groupcard.ts
      return opCard(parts);
  }
}

/** A card from so far that nothing on it could be read. */
function outlineOf(item: LayoutItem): SVGGElement {
  return s(
    "g",
    {
      class: `av-card ${CLASSES[item.kind]} av-outline`,
      role: "button",
      "data-item": item.id,
      tabindex: -1,
    },
    // No transform: thousands of them would each cost the browser a layer's worth of work at every step.
    s("rect", { class: "av-face", x: item.x - item.w / 2, y: item.y - item.h / 2, width: item.w, height: item.h, rx: 9 }),
  );
}

/** A second outline: the card came up during a backward pass. */
function layerLine({ w, h }: LayoutItem): SVGElement {
  return s("rect", { class: "av-layer-line", x: 3.5, y: 3.5, width: w - 7, height: h - 7, rx: 6 });
}

/** Whether a card shows what made another one fail. */
export function isCause(id: string, scene: Scene): boolean {
  return scene.event?.kind === "error" && scene.event.node !== null && currentPart(id, scene) === "fault";
}

/** A cross on the corner of the card where an error lies, or the word on the one that caused it elsewhere. */
export function faultMark(width: number): SVGGElement {
  const x = width - 3;
  return s(
    "g",
    { class: "av-fault" },
    s("g", { class: "av-fault-cross" }, s("circle", { cx: x, cy: 3, r: 10 }), s("path", { d: `M${x - 4} -1l8 8m0 -8l-8 8` })),
    causeMark(width - 36, -6),
  );
}

/** The word on what made something else fail, about a middle. */
export function causeMark(x: number, y: number): SVGGElement {
  return s("g", { class: "av-fault-cause" }, s("rect", { x: x - 26, y: y - 9, width: 52, height: 18, rx: 9 }), s("text", { x, y: y + 3.8, "text-anchor": "middle" }, "cause"));
}

/** Whether a card that the last event does not touch shows the same in two scenes. */
function isSame(subject: Subject, item: LayoutItem, watched: readonly number[], a: Scene, b: Scene): boolean {
  if (item.kind === "root" && a.frame.k !== b.frame.k) return false;
  if (isFuture(subject, a.frame) !== isFuture(subject, b.frame)) return false;
  if ((a.playback.selected === item.id) !== (b.playback.selected === item.id)) return false;
  if (subject.node && a.frame.nodes.get(subject.node.id) !== b.frame.nodes.get(subject.node.id)) return false;
  return watched.every((id) => a.frame.tensors.get(id) === b.frame.tensors.get(id) && a.frame.leaves.get(id) === b.frame.leaves.get(id));
}
