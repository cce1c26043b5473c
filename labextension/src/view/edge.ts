/** One edge: data runs along it, gradients run against it. */
import type { Frame } from "../model/frame";
import { isFuture, type Lookup } from "../model/lookup";
import type { Layout, LayoutEdge } from "../model/trace";
import { beside } from "./beside";
import { SMALL_CHAR } from "./card";
import { s, set } from "./dom";
import { seedOf } from "./leafcard";
import { arrowAt, pathData, placeAt } from "../model/spline";
import type { Scene } from "./scene";

export interface EdgeView {
  readonly edge: LayoutEdge;
  readonly element: SVGGElement;
  /** Whether the last event touches it. */
  isCurrent(scene: Scene): boolean;
  update(scene: Scene): void;
}

/** Of lines merged into one edge the last of these shows. */
const STATES = ["future", "idle", "sent", "forward", "current"] as const;
type EdgeState = (typeof STATES)[number];

/** A line of the picture: what an edge stands for, or one of several that it merges. */
type Part = Pick<LayoutEdge, "from" | "to" | "kind" | "input">;

export function edgeView(edge: LayoutEdge, { lookup, expansion, layout }: Scene): EdgeView {
  const d = pathData(edge.path);
  const lines = expansion.lines(edge.id);
  const parts: readonly Part[] = lines.length ? lines : [edge];
  const states = parts.map((part) => stateOf(part, lookup));
  const isCut = edge.kind === "cut" || edge.kind === "refused";
  const element = s(
    "g",
    {
      class: `av-edge av-edge-${edge.kind}`,
      "data-edge": edge.id,
      "data-layer": Math.max(lookup.layerOf(edge.from), lookup.layerOf(edge.to)) || null,
      "data-merged": lines.length > 1 ? lines.length : null,
    },
    s("path", { class: "av-edge-line", d }),
    s("path", { class: "av-arrow av-arrow-forward", d: arrowAt(edge.path, 1) }),
    s("path", { class: "av-arrow av-arrow-backward", d: arrowAt(edge.path, 0, Math.PI) }),
    isCut ? cutMark(edge, layout) : null,
  );
  return {
    edge,
    element,
    isCurrent: (scene) => parts.some((part) => isCurrentEdge(part, scene)),
    update(scene) {
      const state = STATES[states.reduce((most, of) => Math.max(most, STATES.indexOf(of(scene))), 0)] ?? "idle";
      set(element, { "data-fault": isCut && parts.some((part) => isFault(part, scene)), "data-state": state, "data-flow": state === "sent" || state === "current" });
    },
  };
}

/** Two strokes across the line, where tracking stops; words beside it when that is why an error came. */
function cutMark(edge: LayoutEdge, layout: Layout): SVGGElement {
  const words = edge.kind === "refused" ? "not allowed" : "cut here";
  const [x, y] = beside(edge, words.length * SMALL_CHAR, 16, [0.5], 0, layout);
  return s(
    "g",
    { class: "av-cut" },
    s(
      "g",
      { transform: placeAt(edge.path, 0.5) },
      s("rect", { class: "av-cut-gap", x: -5, y: -7, width: 10, height: 14 }),
      s("path", { class: "av-cut-strokes", d: "M-5 7L-1 -7M1 7L5 -7" }),
    ),
    s("text", { class: "av-cut-words", x, y: y + 12 }, words),
  );
}

/** Whether an error came because this edge was cut, or because it was not allowed. */
function isFault(edge: Part, { culprits, frame }: Scene): boolean {
  return frame.current.node === null && culprits.has(edge.to) && (edge.kind === "cut" || culprits.has(edge.from));
}

function stateOf(edge: Part, lookup: Lookup): (scene: Scene) => EdgeState {
  const ends = [lookup.subject(edge.from), lookup.subject(edge.to)];
  const node = ends[1]?.node?.id ?? null;
  return (scene) => {
    const { frame, event } = scene;
    if (isCurrentEdge(edge, scene)) return event?.kind === "op" ? "forward" : "current";
    if (ends.some((end) => isFuture(end, frame))) return "future";
    if (edge.to.startsWith("r")) return seedOf(scene, node, Number(edge.to.split(":")[1])) ? "sent" : "idle";
    return wasSent(edge, node, frame) ? "sent" : "idle";
  };
}

function wasSent(edge: Part, node: number | null, frame: Frame): boolean {
  if (edge.kind !== "tracked" || node === null || edge.input === null) return false;
  return (frame.nodes.get(node)?.sent[edge.input] ?? null) !== null;
}

/** Whether the last event touches this line. */
function isCurrentEdge(edge: Part, { frame, event, lookup }: Scene): boolean {
  if (event?.kind === "op") {
    const op = lookup.op(event.op);
    return op !== null && edge.to === lookup.itemOfOp(op) && edge.from !== edge.to;
  }
  if (event?.kind === "seed") return edge.to === `r${event.node}:${event.index}`;
  const { node, input } = frame.current;
  if (node === null || input === null || edge.kind !== "tracked") return false;
  return edge.to === `n${node}` && edge.input === input;
}
