/** What is drawn of one layout: frames, edges, cards and marks in one SVG, each at its place. */
import { annotations } from "../model/annotation";
import { ties } from "../model/tie";
import type { Value } from "../model/trace";
import type { Box, Shown } from "../model/viewport";
import { annotationView, boxOfAnnotation } from "./annotation";
import { cardsView, type Cards } from "./cards";
import { s } from "./dom";
import { edgeView, type EdgeView } from "./edge";
import { framesView, HEAD } from "./frame";
import { boxOfEdge, boxOfItem, lazily } from "./lazy";
import type { Dispatch, Scene } from "./scene";
import { boxOfTie, tieView } from "./tie";
import { token } from "./token";

export interface Drawing {
  readonly element: SVGSVGElement;
  readonly cards: Cards;
  /** Where every card and the head of every open group's frame stands. */
  readonly boxes: ReadonlyMap<string, Box>;
  /** Bring what can be seen up to date; everything for print. */
  look(scene: Scene, view: Shown | null): void;
  /** The boxes of the cards that the last event joins. */
  ends(scene: Scene): readonly Box[];
  /** Show the gradient on its way, if there is one. */
  carry(scene: Scene): void;
  dispose(): void;
}

export function drawingView(scene: Scene, dispatch: Dispatch): Drawing {
  const { layout, lookup } = scene;
  const heads = layout.frames?.map((frame) => [frame.id, { ...boxOfItem(frame), h: HEAD }] as const) ?? [];
  const boxes = new Map([...heads, ...layout.items.map((item) => [item.id, boxOfItem(item)] as const)]);
  const cards = cardsView(scene, dispatch);
  const edges = lazily(layout.edges, (edge) => edgeView(edge, scene), boxOfEdge);
  const notes = lazily(annotations(lookup, layout), (mark) => annotationView(mark, layout, lookup), boxOfAnnotation);
  const shared = lazily(ties(lookup, layout), (tie) => tieView(tie, layout), boxOfTie);
  const traveller = token(() => matchMedia("(prefers-reduced-motion: reduce)").matches);
  const frames = framesView(scene, dispatch);
  const parts = [frames.faces, edges.element, frames.heads, shared.element, cards.element, notes.element, traveller.element];
  return {
    element: s("svg", { class: "av-drawing", viewBox: `0 0 ${layout.width} ${layout.height}`, role: "group", "aria-label": "Graph", "data-empty": layout.items.length ? null : "" }, ...parts),
    cards,
    boxes,
    look(next, view) {
      cards.look(view);
      for (const layer of [edges, shared, notes]) layer.update(next, view);
    },
    ends: (next) => edges.drawn().flatMap((each) => (each.isCurrent(next) ? [each.edge.from, each.edge.to] : [])).flatMap((id) => boxes.get(id) ?? []),
    carry: (next) => showToken(traveller, edges.drawn(), next),
    dispose: () => traveller.hide(),
  };
}

function showToken(traveller: ReturnType<typeof token>, edges: readonly EdgeView[], scene: Scene): void {
  const { event, playback, advances } = scene;
  const value = event ? carried(scene) : null;
  const view = value && event && edges.find((each) => each.isCurrent(scene));
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
