/** Switches for what was recorded while a backward pass ran: a second graph grown by `create_graph`, operations in hooks. */
import type { Lookup } from "../model/lookup";
import type { Layout } from "../model/trace";
import { h, set } from "./dom";

/** A layer of more things than these is hidden at first. */
const SMALL = 60;
const MANY_THINGS = " (hidden at first: it is large)";

/** Switches for the layers of a drawing; null if there is but the user's own forward. */
export function layersView(drawing: SVGElement, lookup: Lookup, layout: Layout): HTMLElement | null {
  const counts = new Map<number, number>();
  for (const item of layout.items) {
    const layer = lookup.layerOf(item.id);
    if (layer > 0) counts.set(layer, (counts.get(layer) ?? 0) + 1);
  }
  if (!counts.size) return null;
  const off = new Set([...counts].flatMap(([layer, count]) => (count > SMALL ? [layer] : [])));
  const rules = [...counts.keys()].map((n) => `.av-drawing[data-off~="${n}"] [data-layer="${n}"]`).join();
  const paint = (): void => set(drawing, { "data-off": [...off].join(" ") || null });
  paint();
  const switches = [...counts].sort(([a], [b]) => a - b).map(([layer, count]) => {
    const box = h("input", { type: "checkbox", checked: !off.has(layer) });
    box.addEventListener("change", () => {
      if (box.checked) off.delete(layer);
      else off.add(layer);
      paint();
    });
    return h("label", { class: "av-layer" }, box, h("i", { "aria-hidden": "true" }), label(lookup, layer) + (count > SMALL ? MANY_THINGS : ""));
  });
  return h("div", { class: "av-layers", role: "group", "aria-label": "Layers" }, h("style", {}, `${rules}{visibility:hidden}`), ...switches);
}

/** What a layer is: a graph of its own if anything in it was recorded. */
function label(lookup: Lookup, layer: number): string {
  const isGraph = lookup.trace.nodes.some((node) => node.layer === layer && node.kind === "op");
  return isGraph ? `Graph grown by backward pass ${layer}` : `Operations run in backward pass ${layer}`;
}
