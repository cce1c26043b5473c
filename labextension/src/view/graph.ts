/** The graph: cards and edges on the layout's coordinates, which never move while stepping. */
import { annotations } from "../model/annotation";
import { ties } from "../model/tie";
import type { Value } from "../model/trace";
import { annotationView, boxOfAnnotation } from "./annotation";
import { cardsView } from "./cards";
import { h, listen, s } from "./dom";
import { edgeView, isCurrentEdge, type EdgeView } from "./edge";
import { boxOfEdge, boxOfItem, lazily } from "./lazy";
import type { Dispatch, Scene, View } from "./scene";
import { boxOfTie, tieView } from "./tie";
import { token } from "./token";
import { viewport } from "./viewport";

export function graphView(el: HTMLElement, scene: Scene, dispatch: Dispatch): View {
  const { layout, lookup } = scene;
  const items = new Map(layout.items.map((item) => [item.id, item]));
  const cards = cardsView(scene, dispatch);
  const edges = lazily(layout.edges, (edge) => edgeView(edge, lookup), boxOfEdge);
  const notes = lazily(annotations(lookup, layout), annotationView, boxOfAnnotation);
  const shared = lazily(ties(lookup, layout), tieView, boxOfTie);
  const layers = [edges, shared, notes];
  const traveller = token(() => matchMedia("(prefers-reduced-motion: reduce)").matches);
  const drawing = s(
    "svg",
    { class: "av-drawing", viewBox: `0 0 ${layout.width} ${layout.height}`, role: "group", "aria-label": "Graph" },
    edges.element,
    shared.element,
    cards.element,
    notes.element,
    traveller.element,
  );
  let shown = scene;
  const look = (): void => {
    const view = stage.shown();
    cards.look(view);
    for (const layer of layers) layer.update(shown, view);
  };
  const reveal = (isSmooth: boolean): void => {
    const item = items.get(itemNow(shown) ?? "");
    if (item && stage.following()) stage.reveal(boxOfItem(item), isSmooth);
  };
  const stage = viewport(drawing, layout, look, () => reveal(false));
  const graph = h("div", { class: "av-graph" }, stage.element);
  el.append(graph);
  const forget = listen(stage.element, "click", (event) => {
    if (event.target === drawing || event.target === stage.element) dispatch({ kind: "select", item: "" });
  });
  const print = (): void => {
    cards.look(null);
    for (const layer of layers) layer.update(shown, null);
  };
  addEventListener("beforeprint", print);
  addEventListener("afterprint", look);
  const update = (next: Scene): void => {
    shown = next;
    reveal(next.advances);
    cards.update(next, stage.shown());
    for (const layer of layers) layer.update(next, stage.shown());
    showToken(traveller, edges.drawn(), next);
  };
  stage.measure();
  update(scene);
  return {
    update,
    dispose() {
      removeEventListener("beforeprint", print);
      removeEventListener("afterprint", look);
      forget();
      traveller.hide();
      stage.dispose();
      graph.remove();
    },
  };
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

/** The item that the last event is about. */
function itemNow({ frame, lookup }: Scene): string | null {
  const { node, op } = frame.current;
  const record = lookup.op(op);
  if (record) return lookup.itemOfOp(record);
  return node === null ? null : lookup.itemOfNode(node);
}
