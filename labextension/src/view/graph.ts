/** The graph: cards and edges on the layout's coordinates, which never move while stepping. */
import { annotations } from "../model/annotation";
import type { Command, Way } from "../model/keys";
import { ties } from "../model/tie";
import type { LayoutBox, Point, Value } from "../model/trace";
import { ZOOM_STEP, type Box } from "../model/viewport";
import { annotationView, boxOfAnnotation } from "./annotation";
import { cardsView, itemAt } from "./cards";
import { h, listen, s } from "./dom";
import { edgeView, type EdgeView } from "./edge";
import { framesView } from "./frame";
import { graphBar } from "./graphbar";
import { boxOfEdge, boxOfItem, lazily } from "./lazy";
import { smallMap } from "./map";
import type { Dispatch, Scene, View } from "./scene";
import { searchView } from "./search";
import { layersView } from "./layers";
import { selectionBar } from "./selection";
import { boxOfTie, tieView } from "./tie";
import { token } from "./token";
import { viewport } from "./viewport";

/** How far a key moves the view, in pixels. */
const PAN = 120;
const WAYS: { readonly [way in Way]: readonly [number, number] } = { up: [0, -PAN], down: [0, PAN], left: [-PAN, 0], right: [PAN, 0] };

export interface GraphView extends View {
  perform(command: Command): void;
  /** Where on the stage a box's upper edge is, in pixels of the page from the stage's corner: its middle and height. */
  corner(box: LayoutBox): Point;
  /** Move the drawing so that a box's upper edge is there. */
  put(box: LayoutBox, corner: Point): void;
}

export function graphView(el: HTMLElement, scene: Scene, dispatch: Dispatch): GraphView {
  const { layout, lookup } = scene;
  const boxes = new Map(layout.items.map((item) => [item.id, boxOfItem(item)]));
  const boxOf = (id: string | null): Box | null => (id === null ? null : (boxes.get(id) ?? null));
  const cards = cardsView(scene, dispatch);
  const edges = lazily(layout.edges, (edge) => edgeView(edge, scene), boxOfEdge);
  const notes = lazily(annotations(lookup, layout), (mark) => annotationView(mark, layout, lookup), boxOfAnnotation);
  const shared = lazily(ties(lookup, layout), tieView, boxOfTie);
  const layers = [edges, shared, notes];
  const traveller = token(() => matchMedia("(prefers-reduced-motion: reduce)").matches);
  const drawing = s(
    "svg",
    { class: "av-drawing", viewBox: `0 0 ${layout.width} ${layout.height}`, role: "group", "aria-label": "Graph", "data-empty": layout.items.length ? null : "" },
    framesView(scene, dispatch),
    edges.element,
    shared.element,
    cards.element,
    notes.element,
    traveller.element,
  );
  let shown = scene;
  let isUpdating = false; // then all is looked at once, when the view has moved
  const look = (): void => {
    if (isUpdating) return;
    const view = stage.shown();
    cards.look(view);
    for (const layer of layers) layer.update(shown, view);
    map.look(view);
    bar.show(view.scale, stage.following());
  };
  const reveal = (isSmooth: boolean): void => {
    const box = boxOf(itemNow(shown));
    if (box && stage.following()) stage.reveal(box, isSmooth);
  };
  const bring = (id: string | null): void => {
    const box = boxOf(id);
    if (box) stage.reveal(box, false);
  };
  const stage = viewport(drawing, layout, look, () => reveal(false));
  const perform = (command: Command): void => {
    switch (command.kind) {
      case "zoom":
        if (command.to === "in" || command.to === "out") stage.zoom(command.to === "in" ? ZOOM_STEP : 1 / ZOOM_STEP);
        else stage.fit(command.to);
        return command.to === "whole" ? undefined : reveal(false);
      case "pan":
        return stage.pan(...WAYS[command.way]);
      case "follow":
        stage.follow(!stage.following());
        return reveal(true);
      case "walk":
        return cards.focus(cards.neighbours.next(cards.stop() ?? "", command.way) ?? "");
      case "choose":
        return cards.choose();
      case "search":
        return search.open();
    }
  };
  const search = searchView(scene, {
    mark(items) {
      cards.match(new Set(items));
      map.mark({ found: items.flatMap((id) => boxOf(id) ?? []) });
    },
    show: bring,
    choose(found) {
      dispatch({ kind: "select", item: found.id });
      bring(found.item);
      cards.focus(found.item);
    },
    leave: () => stage.element.focus({ preventScroll: true }),
  });
  const bar = graphBar(search.element, perform);
  const map = smallMap(layout, [...boxes.values()], stage.center);
  const selection = selectionBar(dispatch);
  const graph = h("div", { class: "av-graph" }, bar.element, stage.element, selection.element, map.element);
  const switches = layersView(drawing, scene, dispatch);
  if (switches) stage.element.before(switches.element);
  el.append(graph);
  listen(stage.element, "click", (event) => {
    if (event.target === drawing || event.target === stage.element) dispatch({ kind: "select", item: "" });
  });
  listen(stage.element, "focusin", (event) => bring(itemAt(event.target)));
  const print = (): void => {
    cards.look(null);
    for (const layer of layers) layer.update(shown, null);
  };
  addEventListener("beforeprint", print);
  addEventListener("afterprint", look);
  const update = (next: Scene): void => {
    const isStep = next.frame.k !== shown.frame.k;
    shown = next;
    isUpdating = true;
    if (isStep) reveal(next.advances);
    isUpdating = false;
    cards.update(next);
    look();
    search.update(next);
    switches?.update(next);
    selection.update(next);
    const now = boxOf(itemNow(next));
    const ends = edges.drawn().flatMap((each) => (each.isCurrent(next) ? [each.edge.from, each.edge.to] : []));
    const busy = ends.flatMap((id) => boxOf(id) ?? []);
    map.mark({ now, selected: boxOf(next.playback.selected), busy: now ? [now, ...busy] : busy });
    showToken(traveller, edges.drawn(), next);
  };
  stage.measure();
  reveal(false);
  update(scene);
  return {
    update,
    perform,
    corner(box) {
      const { x, y, scale } = stage.shown();
      return [(box.x - x) * scale, (box.y - box.h / 2 - y) * scale];
    },
    put(box, [left, above]) {
      const { w, h: high, scale } = stage.shown();
      const follows = stage.following();
      stage.center(box.x - left / scale + w / 2, box.y - box.h / 2 - above / scale + high / 2);
      stage.follow(follows);
    },
    dispose() {
      removeEventListener("beforeprint", print);
      removeEventListener("afterprint", look);
      traveller.hide();
      stage.dispose();
      graph.remove();
    },
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

/** The item that the last event is about. */
function itemNow({ frame, lookup, expansion }: Scene): string | null {
  const { node, op } = frame.current;
  const record = lookup.op(op);
  if (record) return expansion.standIn(lookup.itemOfOp(record));
  return node === null ? null : expansion.standIn(lookup.itemOfNode(node));
}
