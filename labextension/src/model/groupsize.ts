/** How large the card of a closed group is. Twin of `_group` in `autograd_viz/render/sizes.py`. */
import { clip } from "./lookup";
import type { Group } from "./grouping";

export const OPENER = 22;
export const LONGEST_GROUP = 20;
const STATE = 92;
const PAD = 12;
const TITLE_CHAR = 7.9;

export function groupSize({ name, times }: Group): { readonly w: number; readonly h: number } {
  const repeat = times ? 8 + `×${times}`.length * TITLE_CHAR : 0;
  const title = OPENER + clip(name, LONGEST_GROUP).length * TITLE_CHAR + repeat;
  return { w: Math.ceil(Math.min(Math.max(190, title + STATE) + 2 * PAD, 300)), h: 86 };
}
