/** How large the card of a closed group is. Twin of `_group` in `autograd_viz/render/sizes.py`. */
import { clip } from "./lookup";
import type { Group } from "./grouping";

export const OPENER = 22;
const LONGEST_GROUP = 20;
const HEADING = 24;
const LEAST_CLASS = 8;
const STATE = 92;
const PAD = 12;
const TITLE_CHAR = 7.9;
const SMALL_CHAR = 6.7;

export function groupSize(group: Group): { readonly w: number; readonly h: number } {
  const repeat = group.times ? 8 + `×${group.times}`.length * TITLE_CHAR : 0;
  const { name, module } = groupTitle(group);
  const title = OPENER + name.length * TITLE_CHAR + (module ? (module.length + 1) * SMALL_CHAR : 0) + repeat;
  return { w: Math.ceil(Math.min(Math.max(190, title + STATE) + 2 * PAD, 340)), h: 86 };
}

/** A group's name and its class, as there is room for them on its card. */
export function groupTitle(group: Group): { readonly name: string; readonly module: string } {
  const name = clip(group.name, LONGEST_GROUP);
  return { name, module: group.module ? `· ${clip(group.module, Math.max(HEADING - name.length, LEAST_CLASS))}` : "" };
}
