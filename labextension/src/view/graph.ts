/**
 * The graph on its stage: cards and edges on the layout's coordinates, which never move while stepping. Where groups
 * are opened or closed, or the graph grows, it is drawn anew; how it is looked at stays as it was.
 */
import type { Command, Way } from "../model/keys";
import { ZOOM_STEP, type Box } from "../model/viewport";
import { itemAt } from "./cards";
import { h, listen } from "./dom";
import { drawingView } from "./drawing";
import { graphBar } from "./graphbar";
import { layersView } from "./layers";
import { smallMap } from "./map";
import type { Dispatch, Scene, View } from "./scene";
import { searchView } from "./search";
import { selectionBar } from "./selection";
import { viewport } from "./viewport";

/** How far a key moves the view, in pixels. */
const PAN = 120;
/** A frame is not brought in sight as a whole, only the beginning of its head. */
const WIDEST = 300;
const WAYS: { readonly [way in Way]: readonly [number, number] } = { up: [0, -PAN], down: [0, PAN], left: [-PAN, 0], right: [PAN, 0] };

export function graphView(el: HTMLElement, scene: Scene, dispatch: Dispatch): View {
  let shown = scene;
  let isUpdating = false; // then all is looked at once, when the view has moved
  let drawing = drawingView(scene, dispatch);
  let switches = layersView(drawing.element, scene, dispatch);
  const boxOf = (id: string | null): Box | null => (id === null ? null : (drawing.boxes.get(shown.expansion.standIn(id)) ?? null));
  const look = (): void => {
    if (isUpdating) return;
    const view = stage.shown();
    drawing.look(shown, view);
    map.look(view);
    selection.look(view, shown.layout, drawing.boxes.values(), map.corner());
    bar.show(view.scale, stage.following());
  };
  const reveal = (isSmooth: boolean): void => {
    const [op] = shown.lookup.trace.ops;
    const begins = shown.frame.k === 0 && op ? shown.lookup.itemOfOp(op) : null; // a corner of the drawing may be empty
    const box = boxOf(itemNow(shown) ?? begins);
    if (box && stage.following()) stage.reveal(box, isSmooth);
  };
  const bring = (id: string | null): void => {
    const box = boxOf(id);
    if (box && !isUpdating) stage.reveal({ ...box, w: Math.min(box.w, WIDEST) }, false);
  };
  const stage = viewport(drawing.element, scene.layout, look, () => reveal(false));
  const perform = (command: Command): void => {
    const { cards } = drawing;
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
      case "enter":
        return cards.choose(command.kind === "enter");
      case "search":
        return search.open();
    }
  };
  const search = searchView(scene, {
    mark(items) {
      drawing.cards.match(new Set(items));
      map.mark({ found: items.flatMap((id) => boxOf(id) ?? []) });
    },
    show: bring,
    choose(chosen) {
      dispatch({ kind: "select", item: chosen.id });
      bring(chosen.item);
      drawing.cards.focus(chosen.item);
    },
    leave: () => stage.element.focus({ preventScroll: true }),
  });
  const bar = graphBar(search.element, perform);
  let map = smallMap(scene.layout, [...drawing.cards.boxes], stage.center);
  const selection = selectionBar(dispatch);
  const graph = h("div", { class: "av-graph" }, bar.element, switches?.element ?? null, stage.element, selection.element, map.element);
  el.append(graph);
  listen(stage.element, "click", (event) => {
    if (event.target === drawing.element || event.target === stage.element) dispatch({ kind: "select", item: "" });
  });
  listen(stage.element, "focusin", (event) => bring(itemAt(event.target)));
  const print = (): void => drawing.look(shown, null);
  addEventListener("beforeprint", print);
  addEventListener("afterprint", look);
  const update = (next: Scene): void => {
    const isStep = next.frame.k !== shown.frame.k;
    const isOther = next.expansion !== shown.expansion;
    const before = shown;
    shown = next;
    isUpdating = true;
    if (isOther) redraw(before);
    if (isStep) reveal(next.advances);
    isUpdating = false;
    drawing.cards.update(next);
    look();
    search.update(next);
    switches?.update(next);
    selection.update(next);
    const now = boxOf(itemNow(next));
    map.mark({ now, selected: boxOf(next.playback.selected), busy: now ? [now, ...drawing.ends(next)] : drawing.ends(next) });
    selection.look(stage.shown(), next.layout, drawing.boxes.values(), map.corner());
    drawing.carry(next);
  };
  /** Draw another layout: at the same scale, one thing of it where it was, the focus on what stands for what had it. */
  const redraw = (before: Scene): void => {
    const old = { drawing, map, switches };
    const held = itemAt(document.activeElement);
    const stop = drawing.cards.stop();
    const anchor = anchorOf(before);
    drawing = drawingView(shown, dispatch);
    switches = layersView(drawing.element, shown, dispatch);
    map = smallMap(shown.layout, [...drawing.cards.boxes], stage.center);
    const [from, to] = [old.drawing.boxes.get(anchor), drawing.boxes.get(anchor)];
    const hadFocus = old.drawing.element.contains(document.activeElement);
    stage.replace(drawing.element, shown.layout, from, to);
    old.map.element.replaceWith(map.element);
    old.switches?.element.remove();
    if (switches) stage.element.before(switches.element);
    old.drawing.dispose();
    drawing.cards.stopAt(standIn(stop));
    if (hadFocus) focusOn(standIn(held));
    search.follow(shown);
  };
  /** What is in the drawing now for something that was: itself, the group it is in, or what was that group. */
  const standIn = (id: string | null): string => {
    let found = shown.expansion.standIn(id ?? "");
    const { around } = shown.expansion.grouping;
    while (found.startsWith("g") && found.length > 1 && !drawing.boxes.has(found)) found = `g${around.get(found.slice(1)) ?? ""}`;
    return found;
  };
  const focusOn = (id: string): void => {
    const all = [...drawing.element.querySelectorAll<SVGElement>("[data-item], [data-frame]")];
    const target = all.find((each) => itemAt(each) === id);
    (target ?? stage.element).focus({ preventScroll: true });
  };
  /** What stays where it is: the group that was opened or closed, or what is nearest to the middle of the view. */
  const anchorOf = (before: Scene): string => {
    const { x, y, w, h: high } = stage.shown();
    const { frames = [], items } = shown.layout;
    const after = new Set([...frames, ...items].map((each) => each.id));
    const far = (box: Box): number => Math.hypot(box.x + box.w / 2 - x - w / 2, box.y - y - high / 2);
    const [was, is] = [before.expansion.open, shown.expansion.open];
    const common = [...drawing.boxes].filter(([id]) => after.has(id));
    const turned = common.filter(([id]) => was.has(id.slice(1)) !== is.has(id.slice(1)));
    const [first] = (turned.length ? turned : common).sort(([, a], [, b]) => far(a) - far(b));
    return first?.[0] ?? "";
  };
  stage.measure();
  reveal(false);
  update(scene);
  return {
    update,
    perform,
    dispose() {
      removeEventListener("beforeprint", print);
      removeEventListener("afterprint", look);
      drawing.dispose();
      stage.dispose();
      graph.remove();
    },
  };
}

/** The item that the last event is about. */
function itemNow({ frame, lookup, expansion }: Scene): string | null {
  const { node, op } = frame.current;
  const record = lookup.op(op);
  if (record) return expansion.standIn(lookup.itemOfOp(record));
  return node === null ? null : expansion.standIn(lookup.itemOfNode(node));
}
