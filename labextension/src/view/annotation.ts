/** Small marks on cards and edges: hooks where they fire, with before → after, and the sums that undo broadcasting. */
import { number as figure, shapeText } from "../model/figures";
import { summedDims } from "../model/formula";
import { latest, type Annotation, type HookMark, type SumMark } from "../model/annotation";
import type { Lookup } from "../model/lookup";
import type { HookEvent, Layout, SumToEvent, Value } from "../model/trace";
import { single } from "../model/value";
import { beside } from "./beside";
import { SMALL_CHAR } from "./card";
import { s, set, write } from "./dom";
import type { Box } from "../model/viewport";
import { boxOfEdge } from "./lazy";
import type { Scene } from "./scene";

interface AnnotationView {
  readonly element: SVGGElement;
  update(scene: Scene): void;
}

const HEIGHT = 18;
const LONGEST_NAME = 12;
/** Four lines that become one. */
const FUNNEL = "M7 4L13 9M7 7.3L13 9M7 10.7L13 9M7 14L13 9M13 9h4";
/** How far along an edge, from the card that the gradient goes to, its sum may stand. */
const ALONG = [0.12, 0.25, 0.4, 0.55, 0.7];

export function annotationView(annotation: Annotation, layout: Layout, lookup: Lookup): AnnotationView {
  const view = annotation.kind === "hook" ? hookView(annotation) : sumView(annotation, layout, lookup);
  set(view.element, { "data-layer": annotation.layer || null });
  return view;
}

function hookView(mark: HookMark): AnnotationView {
  const { item } = mark;
  const pill = pillView("av-hook", "M8 13.5c2 0 2-2 2.3-4.5s.4-4.5 2.7-4.5M8 8.5h5");
  const y = mark.side === "in" ? item.y + item.h / 2 : item.y - item.h / 2;
  return {
    element: pill.element,
    update(scene) {
      const happened = latest(mark.happenings, scene.frame.k);
      const [first] = mark.happenings;
      const name = happened?.event.name ?? first?.event.name ?? "";
      const text = happened ? change(scene.lookup, happened.event) : hookName(name);
      const width = pill.show(text, stateOf(happened, scene.frame.k), `hook ${name}: ${happened ? text : "has not fired"}`);
      const x = Math.min(item.x + 10, item.x + item.w / 2 - 4 - width);
      set(pill.element, { transform: `translate(${x} ${y - HEIGHT / 2})` });
    },
  };
}

function sumView(mark: SumMark, layout: Layout, lookup: Lookup): AnnotationView {
  const pill = pillView("av-sum", FUNNEL);
  const texts = mark.happenings.flatMap(({ event }) => [true, false].map((isNow) => widthOf(sumWords(lookup, event, isNow))));
  const [x, y] = beside(mark.edge, Math.max(...texts), HEIGHT, ALONG, 6, layout);
  set(pill.element, { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` });
  return {
    element: pill.element,
    update(scene) {
      const happened = latest(mark.happenings, scene.frame.k);
      const [first] = mark.happenings;
      if (!first) return;
      const state = stateOf(happened, scene.frame.k);
      const text = sumWords(scene.lookup, happened?.event ?? first.event, state === "now");
      pill.show(text, state, `broadcasting undone: ${text}`);
    },
  };
}

type State = "idle" | "now" | "done";

function stateOf(happened: { readonly step: number } | null, k: number): State {
  if (!happened) return "idle";
  return happened.step === k ? "now" : "done";
}

/** A pill with a sign and words; `show` returns its width. */
function pillView(style: string, sign: string): { readonly element: SVGGElement; show(text: string, state: State, title: string): number } {
  const face = s("rect", { class: "av-note-face", height: HEIGHT, rx: HEIGHT / 2 });
  const words = s("text", { class: "av-note-text", x: 20, y: 12.8 });
  const title = s("title");
  const element = s("g", { class: `av-note ${style}` }, title, face, s("path", { class: "av-note-sign", d: sign }), words);
  return {
    element,
    show(text, state, said) {
      const width = widthOf(text);
      write(words, text);
      write(title, said);
      set(face, { width });
      set(element, { "data-happened": state });
      return width;
    },
  };
}

function widthOf(text: string): number {
  return 28 + text.length * SMALL_CHAR;
}

function hookName(name: string): string {
  if (!/^\w+$/.test(name)) return "hook";
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
}

/** What a hook did: `3 → 30`, `[3] changed`, `unchanged`. */
function change(lookup: Lookup, { before, after }: HookEvent): string {
  const [old, now] = [lookup.value(before), lookup.value(after)];
  if (!now || before === after) return "unchanged";
  const [a, b] = [scalar(old), scalar(now)];
  return a !== null && b !== null ? `${a} → ${b}` : `${shapeText(now.shape)} changed`;
}

/** An array of a single element as a number. */
function scalar(value: Value | null): string | null {
  const x = value && single(value);
  return x === null ? null : figure(x);
}

function sumWords(lookup: Lookup, { before, after }: SumToEvent, isNow: boolean): string {
  const [from, to] = [lookup.value(before)?.shape ?? [], lookup.value(after)?.shape ?? []];
  return isNow ? `${shapeText(from)} → ${shapeText(to)}` : `Σ dim ${summedDims(from, to).join(", ")}`;
}

/** About where a mark stands, for drawing only what is in sight. */
export function boxOfAnnotation(mark: Annotation): Box {
  if (mark.kind === "sum") return boxOfEdge(mark.edge);
  const { x, y, h } = mark.item;
  return { x, y: y - (h + HEIGHT) / 2, w: 140, h: h + HEIGHT };
}
