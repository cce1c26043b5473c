/** The graph, made anew when groups are opened or closed: what was clicked stays where it is, and keeps the focus. */
import type { Layout, LayoutBox } from "../model/trace";
import { h } from "./dom";
import { graphView } from "./graph";
import type { Dispatch, Scene, View } from "./scene";

/** What stays where it is when the graph only grows. */
const ORIGIN: LayoutBox = { id: "", x: 0, y: 0, w: 0, h: 0 };

export function expandableGraph(el: HTMLElement, scene: Scene, dispatch: Dispatch): View {
  const slot = h("div", { class: "av-graph-slot" });
  el.append(slot);
  let shown = scene;
  let graph = graphView(slot, scene, dispatch);
  const remake = (next: Scene): void => {
    const id = changedGroup(shown, next);
    const [before, after] = id === null ? [ORIGIN, ORIGIN] : [boxOf(shown.layout, id), boxOf(next.layout, id)];
    const corner = before && graph.corner(before);
    const hadFocus = slot.contains(document.activeElement);
    graph.dispose();
    graph = graphView(slot, next, dispatch);
    if (corner && after) graph.put(after, corner);
    if (hadFocus && id !== null) focusOn(slot, id);
  };
  return {
    update(next) {
      if (next.expansion === shown.expansion) graph.update(next);
      else remake(next);
      shown = next;
    },
    perform: (command) => graph.perform(command),
    dispose() {
      graph.dispose();
      slot.remove();
    },
  };
}

/** The id of the group that was opened or closed: of several, the outermost. */
function changedGroup(before: Scene, after: Scene): string | null {
  const [was, is] = [before.expansion.open, after.expansion.open];
  const path = [...before.expansion.grouping.groups.keys()].find((each) => was.has(each) !== is.has(each));
  return path === undefined ? null : `g${path}`;
}

function boxOf(layout: Layout, id: string): LayoutBox | undefined {
  return layout.items.find((item) => item.id === id) ?? layout.frames?.find((frame) => frame.id === id);
}

function focusOn(slot: HTMLElement, id: string): void {
  const found = [...slot.querySelectorAll<SVGElement>("[data-item], [data-frame]")].find(
    (each) => each.getAttribute("data-item") === id || each.getAttribute("data-frame") === id,
  );
  found?.focus({ preventScroll: true });
}
