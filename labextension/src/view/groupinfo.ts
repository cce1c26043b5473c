/** In the panel, while a group is selected: what it holds, and how far it is. */
import { groupHolds, type GroupHolds } from "../model/groupholds";
import { headingOf, timesOf } from "../model/grouping";
import { h, listen, set, write } from "./dom";
import type { Dispatch, Scene, View } from "./scene";

export function groupInfo(el: HTMLElement, scene: Scene, dispatch: Dispatch): View {
  const name = h("code");
  const button = h("button", { type: "button", class: "av-group-open" });
  const values = [h("dd"), h("dd"), h("dd"), h("dd")] as const;
  const words = ["holds", "takes in", "gives", "state"];
  const list = h("dl", { class: "av-summary" }, ...values.map((value, i) => h("div", {}, h("dt", {}, words[i] ?? ""), value)));
  const section = h("section", { class: "av-group-info", "aria-label": "Selected group" }, h("header", {}, h("h3", { class: "av-heading" }, "Group ", name), button), list);
  let path = "";
  let holds: GroupHolds | null = null;
  let expansion: Scene["expansion"] | null = null;
  listen(button, "click", () => dispatch({ kind: "group", path }));
  const update = (next: Scene): void => {
    const { grouping, open } = next.expansion;
    const group = next.playback.selected.startsWith("g") ? grouping.groups.get(next.playback.selected.slice(1)) : undefined;
    if (!group) return section.remove();
    if (!section.parentNode) el.prepend(section);
    if (group.path !== path || expansion !== next.expansion) {
      [path, expansion] = [group.path, next.expansion];
      holds = groupHolds(group, grouping, next.lookup);
      write(name, `${headingOf(group)}${timesOf(group)}`);
      set(name, { title: path });
      write(button, open.has(path) ? "Close" : "Open");
    }
    const told = holds;
    if (told) [told.inside, told.inputs, told.outputs, told.state(next.frame)].forEach((text, i) => write(values[i] ?? name, text));
  };
  update(scene);
  return { update, dispose: () => section.remove() };
}
