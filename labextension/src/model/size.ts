/** How large a player is, in pixels; null is as much as there is. As `autograd_viz/widget/size.py` has it. */

interface PlayerSize {
  readonly width: number | null;
  readonly height: number | null;
}

const NAMED: { readonly [name: string]: PlayerSize } = {
  small: { width: 900, height: 440 },
  medium: { width: 1200, height: 712 },
  large: { width: null, height: 960 },
};
const AUTO: PlayerSize = { width: null, height: null };

export function sizeOf(found: unknown): PlayerSize {
  if (typeof found === "string") return (Object.prototype.hasOwnProperty.call(NAMED, found) ? NAMED[found] : undefined) ?? AUTO;
  if (!Array.isArray(found)) return AUTO;
  const pixels = (each: unknown): number | null => (typeof each === "number" && Number.isFinite(each) && each > 0 ? each : null);
  return { width: pixels(found[0]), height: pixels(found[1]) };
}
