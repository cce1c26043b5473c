/** Switches for what was recorded while a backward pass ran: a second graph grown by `create_graph`, operations in hooks. */
import type { Lookup } from "../model/lookup";
import { h, set } from "./dom";
import type { Dispatch, Scene } from "./scene";

/** A layer of more things than these is hidden at first. */
const SMALL = 60;
const MANY_THINGS = " (hidden at first: it is large)";

interface LayersView {
  readonly element: HTMLElement;
  update(scene: Scene): void;
}

/** Switches for the layers of a drawing; null if there is but the user's own forward. */
export function layersView(drawing: SVGElement, { lookup, layout }: Scene, dispatch: Dispatch): LayersView | null {
  const counts = new Map<number, number>();
  for (const item of layout.items) {
    const layer = lookup.layerOf(item.id);
    if (layer > 0) counts.set(layer, (counts.get(layer) ?? 0) + 1);
  }
  if (!counts.size) return null;
  const small = [...counts].flatMap(([layer, count]) => (count > SMALL ? [] : [layer]));
  const rules = [...counts.keys()].map((n) => `.av-drawing[data-off~="${n}"] [data-layer="${n}"]`).join();
  let shown: readonly number[] = small;
  const boxes = [...counts].sort(([a], [b]) => a - b).map(([layer, count]) => {
    const box = h("input", { type: "checkbox" });
    box.addEventListener("change", () => {
      const others = shown.filter((each) => each !== layer);
      dispatch({ kind: "layers", shown: box.checked ? [...others, layer] : others });
    });
    const words = label(lookup, layer) + (count > SMALL ? MANY_THINGS : "");
    return { layer, box, element: h("label", { class: "av-layer" }, box, h("i", { "aria-hidden": "true" }), words) };
  });
  const switches = boxes.map(({ element }) => element);
  return {
    element: h("div", { class: "av-layers", role: "group", "aria-label": "Layers" }, h("style", {}, `${rules}{visibility:hidden}`), ...switches),
    update({ layers }) {
      shown = layers ?? small;
      for (const { layer, box } of boxes) box.checked = shown.includes(layer);
      set(drawing, { "data-off": boxes.flatMap(({ layer, box }) => (box.checked ? [] : [layer])).join(" ") || null });
    },
  };
}

/** What a layer is: a graph of its own if anything in it was recorded. */
function label(lookup: Lookup, layer: number): string {
  const isGraph = lookup.trace.nodes.some((node) => node.layer === layer && node.kind === "op");
  return isGraph ? `Graph grown by backward pass ${layer}` : `Operations run in backward pass ${layer}`;
}
