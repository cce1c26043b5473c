/** The stage: cards and edges on the layout's coordinates, which never move while stepping. */
import { isFuture, names, type Lookup, type Subject } from "../model/lookup";
import type { LayoutItem, Value } from "../model/trace";
import type { Card, CardParts } from "./card";
import { h, listen, s, set } from "./dom";
import { edgeView, isCurrentEdge, type EdgeView } from "./edge";
import { boxOfEdge, boxOfItem, EAGER, lazily, type Shown } from "./lazy";
import { constantCard, leafCard, rootCard } from "./leafcard";
import { ghostCard, opCard, refusedCard, stateWords } from "./opcard";
import type { Dispatch, Scene, View } from "./scene";
import { token } from "./token";

/**
 * A drawing too large for the stage scrolls: downwards rather than get smaller than is comfortable to read,
 * sideways only where even the smallest readable scale is too wide.
 */
const SCALES = { smallest: 0.66, comfortable: 0.82, largest: 1.2 };

export function graphView(el: HTMLElement, scene: Scene, dispatch: Dispatch): View {
  const { layout, lookup } = scene;
  const cards = lazily(layout.items, (item) => placedCard(item, lookup, dispatch), boxOfItem);
  const edges = lazily(layout.edges, (edge) => edgeView(edge, lookup), boxOfEdge);
  const traveller = token(() => matchMedia("(prefers-reduced-motion: reduce)").matches);
  const drawing = s(
    "svg",
    { class: "av-drawing", viewBox: `0 0 ${layout.width} ${layout.height}`, role: "group", "aria-label": "Graph" },
    edges.element,
    cards.element,
    traveller.element,
  );
  const stage = h("div", { class: "av-stage" }, drawing);
  el.append(stage);
  let shown = scene;
  let view = fit(stage, drawing, scene);
  const look = (): void => {
    cards.update(shown, view);
    edges.update(shown, view);
  };
  const resize = new ResizeObserver(() => {
    view = fit(stage, drawing, scene);
    look();
  });
  resize.observe(stage);
  const scroll = listen(stage, "scroll", () => {
    view = { ...view, ...at(stage, view.scale) };
    if (layout.items.length > EAGER) look();
  });
  const forget = listen(stage, "click", (event) => {
    if (event.target === drawing || event.target === stage) dispatch({ kind: "select", item: "" });
  });
  const update = (next: Scene): void => {
    shown = next;
    view = keepInView(stage, view, next);
    look();
    showToken(traveller, edges.drawn(), next);
  };
  update(scene);
  return {
    update,
    dispose() {
      resize.disconnect();
      forget();
      scroll();
      traveller.hide();
      stage.remove();
    },
  };
}

/** Fill the stage, but never smaller than what can be read. */
function fit(stage: HTMLElement, drawing: SVGElement, { layout }: Scene): Shown {
  const room = stage.clientWidth;
  if (room === 0) return { scale: 1, x: 0, y: 0, w: 1400, h: 1400 };
  const tallest = Number.parseFloat(getComputedStyle(stage).maxHeight) || 640;
  const across = room / layout.width;
  const whole = Math.min(across, tallest / layout.height);
  const readable = Math.max(SCALES.smallest, Math.min(across, SCALES.comfortable));
  const scale = Math.min(SCALES.largest, Math.max(whole, readable));
  set(drawing, { width: Math.round(layout.width * scale), height: Math.round(layout.height * scale) });
  return { scale, ...at(stage, scale), w: room / scale, h: stage.clientHeight / scale };
}

function at(stage: HTMLElement, scale: number): { readonly x: number; readonly y: number } {
  return { x: stage.scrollLeft / scale, y: stage.scrollTop / scale };
}

interface PlacedCard {
  readonly element: SVGGElement;
  update(scene: Scene): void;
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
      return opCard(parts);
  }
}

/** A card that can be selected and tells its state to style sheets, tests and screen readers. */
function placedCard(item: LayoutItem, lookup: Lookup, dispatch: Dispatch): PlacedCard | null {
  const subject = lookup.subject(item.id);
  if (!subject) return null;
  const card = cardOf({ subject, item, lookup });
  const { element } = card;
  const isNode = subject.node !== null && item.kind !== "root";
  element.append(faultMark(item.w));
  set(element, { tabindex: 0, role: "button", "data-item": item.id, "data-node": isNode ? subject.node?.id : null });
  const select = (scene: Scene): void => {
    dispatch({ kind: "select", item: scene.playback.selected === item.id ? "" : item.id });
  };
  let shown: Scene | null = null;
  element.addEventListener("click", () => shown && select(shown));
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    if (shown) select(shown);
  });
  return {
    element,
    update(scene) {
      const before = shown;
      shown = scene;
      const part = currentPart(item.id, scene);
      if (before && part === null && currentPart(item.id, before) === null && isSame(subject, item, before, scene)) return;
      const state = isNode && subject.node ? scene.frame.nodes.get(subject.node.id) : undefined;
      const isComing = isFuture(subject, scene.frame);
      set(element, {
        "data-state": isNode ? (state?.state ?? "idle") : null,
        "data-future": isComing,
        "data-current": part,
        "aria-pressed": scene.playback.selected === item.id ? "true" : "false",
        "aria-label": isComing ? `${names(subject) || "operation"}: not yet computed` : null,
        "aria-description": isComing ? null : describe(item, scene),
      });
      card.update(scene);
    },
  };
}

/** A cross on the corner of the card where an error lies. */
function faultMark(width: number): SVGGElement {
  return s(
    "g",
    { class: "av-fault", transform: `translate(${width - 3} 3)` },
    s("circle", { r: 10 }),
    s("path", { d: "M-4 -4L4 4M4 -4L-4 4" }),
  );
}

/** Whether a card that the last event does not touch shows the same in two scenes. */
function isSame(subject: Subject, item: LayoutItem, a: Scene, b: Scene): boolean {
  if (item.kind === "root" && a.frame.k !== b.frame.k) return false;
  const of = (scene: Scene): readonly unknown[] => {
    const { frame, playback } = scene;
    const saved = subject.node?.saved.map((each) => each.tensor) ?? [];
    const tensors = [...subject.tensors.map((each) => each.id), ...saved];
    return [
      isFuture(subject, frame),
      playback.selected === item.id,
      subject.node && frame.nodes.get(subject.node.id),
      ...tensors.flatMap((id) => (id === null ? [] : [frame.tensors.get(id), frame.leaves.get(id)])),
    ];
  };
  const now = of(b);
  return of(a).every((each, i) => each === now[i]);
}

/** The part an item plays in the last event: it acts, it receives, or the error lies there. */
function currentPart(id: string, { frame, event, lookup, culprits }: Scene): "acts" | "receives" | "fault" | null {
  const { node, to, leaf, op } = frame.current;
  if (culprits.has(id)) return "fault";
  if (op !== null) {
    const record = lookup.op(op);
    return record && lookup.itemOfOp(record) === id ? "acts" : null;
  }
  if (to !== null && lookup.itemOfNode(to) === id) return "receives";
  if (event?.kind === "seed") return node !== null && lookup.itemOfNode(node) === id ? "receives" : null;
  if (node !== null && lookup.itemOfNode(node) === id) return "acts";
  return leaf !== null && id === `t${leaf}` ? "acts" : null;
}

/** What a screen reader says of a card beside the words on it: what it is, and its state. */
function describe(item: LayoutItem, scene: Scene): string {
  const { node = null, op = null } = scene.lookup.subject(item.id) ?? {};
  const what = { leaf: "leaf", constant: "constant", op: op?.name ?? "operation", untracked: "not tracked", refused: "refused", root: "root" };
  const state = node && item.kind !== "root" ? scene.frame.nodes.get(node.id) : undefined;
  const words = state ? stateWords(state).replace(/^\W+/, "") || "idle" : "";
  return [what[item.kind], words].filter(Boolean).join(", ");
}

function showToken(traveller: ReturnType<typeof token>, edges: readonly EdgeView[], scene: Scene): void {
  const { event, playback, advances } = scene;
  const value = event ? carried(scene) : null;
  const view = value && event && edges.find((each) => isCurrentEdge(each.edge, scene));
  if (!value || !view) return traveller.hide();
  const takes = advances ? Math.min(700, 800 / playback.speed) : 0;
  if (event.kind === "send" || event.kind === "seed") traveller.show(view.edge, value, 0.85, 0.5, takes);
  else traveller.show(view.edge, value, 0.75, 0.75, 0);
}

/** The gradient that the last event puts on an edge. */
function carried({ event, lookup }: Scene): Value | null {
  switch (event?.kind) {
    case "vjp":
    case "send":
    case "seed":
      return lookup.value(event.value);
    case "sum_to":
      return lookup.value(event.after);
    default:
      return null;
  }
}

/** Scroll to what happens now if it is out of sight; return what is then shown. */
function keepInView(stage: HTMLElement, view: Shown, scene: Scene): Shown {
  const { node, op } = scene.frame.current;
  const record = scene.lookup.op(op);
  const id = record ? scene.lookup.itemOfOp(record) : node === null ? null : scene.lookup.itemOfNode(node);
  const item = id === null ? undefined : scene.layout.items.find((each) => each.id === id);
  const margin = 30;
  const isIn =
    !item ||
    (Math.abs(item.x - view.x - view.w / 2) <= (view.w - item.w) / 2 - margin &&
      Math.abs(item.y - view.y - view.h / 2) <= (view.h - item.h) / 2 - margin);
  if (isIn) return view;
  const [x, y] = [Math.max(0, item.x - view.w / 2), Math.max(0, item.y - view.h / 2)];
  const isNear = Math.abs(y - view.y) + Math.abs(x - view.x) < 2 * view.h;
  const isSmooth = scene.advances && isNear && !matchMedia("(prefers-reduced-motion: reduce)").matches;
  stage.scrollTo({ top: y * view.scale, left: x * view.scale, behavior: isSmooth ? "smooth" : "auto" });
  return isSmooth ? view : { ...view, x, y };
}
