/** The frames around open groups, each with its name, on which a click closes it. */
import { headingOf, timesOf, type Group } from "../model/grouping";
import { clip } from "../model/lookup";
import type { LayoutBox } from "../model/trace";
import { label, TITLE_CHAR } from "./card";
import { s } from "./dom";
import { opener } from "./groupcard";
import type { Dispatch, Scene } from "./scene";

export const HEAD = 22;

/** Their faces, which edges pass over, and their heads, which stand over edges. */
export function framesView({ layout, expansion }: Scene, dispatch: Dispatch): { readonly faces: SVGGElement; readonly heads: SVGGElement } {
  const [faces, heads] = [s("g", { class: "av-frames" }), s("g", { class: "av-frames" })];
  for (const box of layout.frames ?? []) {
    const group = expansion.grouping.groups.get(box.id.slice(1));
    if (!group) continue;
    faces.append(s("rect", { class: "av-frame-face", "data-face": box.id, x: box.x - box.w / 2, y: box.y - box.h / 2, width: box.w, height: box.h, rx: 10 }));
    heads.append(headOf(box, group, dispatch));
  }
  return { faces, heads };
}

function headOf(box: LayoutBox, group: Group, dispatch: Dispatch): SVGGElement {
  // No transforms: each would cost the browser a layer's worth of work at every step.
  const [x, y] = [box.x - box.w / 2, box.y - box.h / 2];
  const room = Math.max(4, Math.floor((box.w - 44) / TITLE_CHAR));
  const name = clip(`${headingOf(group)}${timesOf(group)}`, room);
  const head = s(
    "g",
    { class: "av-frame-head", role: "button", tabindex: 0, "data-frame": box.id, "aria-expanded": "true", "aria-label": `group ${headingOf(group)}: close` },
    s("title", {}, group.path),
    s("rect", { class: "av-frame-tab", x, y, width: 34 + name.length * TITLE_CHAR, height: HEAD, rx: 7 }),
    opener(x + 15, y + HEAD / 2, true),
    label(name, { x: x + 28, y: y + HEAD / 2 + 4.5 }, "av-frame-name"),
  );
  const close = (event: Event): void => {
    event.preventDefault();
    event.stopPropagation();
    dispatch({ kind: "group", path: group.path });
  };
  head.addEventListener("click", close);
  head.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") close(event);
  });
  return head;
}
