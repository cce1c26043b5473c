/** What all cards share: text and arrays placed in the box that the layout gives. */
import { shortTexts } from "../model/figures";
import type { Lookup, Subject } from "../model/lookup";
import type { LayoutItem, Value } from "../model/trace";
import { thumbnail, type Room } from "./cells";
import { s, set, write } from "./dom";
import type { Scene } from "./scene";

/** Rows and margins in pixels, and widths of monospace characters; as in `autograd_viz/render/sizes.py`. */
export const PAD = 12;
export const TITLE_ROW = 22;
export const SMALL_ROW = 15;
export const CHIP_ROW = 22;
export const NUMBER_ROW = 22;
export const TITLE_CHAR = 7.9;
export const SMALL_CHAR = 6.7;
export const NUMBER_CHAR = 7.3;

/** A card on the stage. `update` is told the scene and whether it exists yet. */
export interface Card {
  readonly element: SVGGElement;
  update(scene: Scene): void;
}

export interface CardParts {
  readonly subject: Subject;
  readonly item: LayoutItem;
  readonly lookup: Lookup;
}

/** Text at a baseline, shortened to the room there is. */
export function label(
  text: string,
  at: { readonly x: number; readonly y: number; readonly room?: number; readonly char?: number },
  style: string,
  anchor: "start" | "middle" | "end" = "start",
): SVGTextElement {
  const longest = Math.max(1, Math.floor((at.room ?? 1e4) / (at.char ?? SMALL_CHAR)));
  const shown = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return s("text", { x: at.x, y: at.y, class: style, "text-anchor": anchor }, shown);
}

const drawn = new WeakMap<Element, unknown>();

/** Draw what shows something in a group, anew only if it is another thing than the last time. */
export function redraw(into: SVGGElement, what: unknown, draw: () => void): void {
  if (drawn.has(into) && drawn.get(into) === what) return;
  drawn.set(into, what);
  into.replaceChildren();
  draw();
}

/** Draw a value in a box from its left edge: the numbers of a scalar or of a short vector, else a small map; return its width. */
export function showValue(
  into: SVGGElement,
  value: Value | null,
  box: Room,
  options: { readonly largest?: number; readonly style?: string; readonly asMap?: boolean } = {},
): number {
  if (!value) return 0;
  const longest = value.shape.length ? (box.w + 1) / NUMBER_CHAR : Infinity;
  const [text] = (options.asMap ? null : shortTexts([value], longest)) ?? [];
  if (text !== undefined) {
    into.append(label(text, { x: box.x, y: box.y + box.h / 2 + 4.5 }, options.style ?? "av-number"));
    return text.length * NUMBER_CHAR;
  }
  if (value.summary) {
    into.append(label("…", { x: box.x, y: box.y + box.h / 2 + 4.5 }, "av-small"));
    return 12;
  }
  const map = thumbnail(value, box, options.largest);
  into.append(...map.elements);
  return map.width;
}

/** A tensor's value now: as recorded, unless an in-place operation has changed it since. */
export function valueNow(parts: CardParts, scene: Scene, which = 0): Value | null {
  const tensor = parts.subject.tensors[which];
  if (!tensor) return null;
  return parts.lookup.value(scene.frame.tensors.get(tensor.id)?.value ?? tensor.value);
}

/** The version of a tensor that is changed in place: `@0`, then `@1`; null for one that never is. */
export function versionBadge(parts: CardParts, x: number): Card | null {
  const [tensor] = parts.subject.tensors;
  if (!tensor || !parts.lookup.written.has(tensor.id)) return null;
  const text = s("text", { x, y: PAD / 2 + 15, class: "av-version" });
  const title = s("title");
  const element = s("g", {}, title, text);
  return {
    element,
    update({ frame, event }) {
      const version = frame.tensors.get(tensor.id)?.version ?? tensor.version;
      const isNow = event?.kind === "op" && event.writes.some((write) => write.tensor === tensor.id);
      write(text, `@${version}`);
      write(title, `memory at version ${version}`);
      set(text, { "data-now": isNow });
    },
  };
}

/** A rectangle with its corners cut off. */
export function octagon(w: number, h: number, cut: number): string {
  return `M${cut} 0H${w - cut}L${w} ${cut}V${h - cut}L${w - cut} ${h}H${cut}L0 ${h - cut}V${cut}z`;
}

/** A rectangle with two opposite corners rounded wide, as a leaf has. */
export function leafShape(w: number, h: number): string {
  const wide = 20;
  const tight = 3;
  return (
    `M${wide} 0H${w - tight}a${tight} ${tight} 0 0 1 ${tight} ${tight}V${h - wide}a${wide} ${wide} 0 0 1 -${wide} ${wide}` +
    `H${tight}a${tight} ${tight} 0 0 1 -${tight} -${tight}V${wide}a${wide} ${wide} 0 0 1 ${wide} -${wide}z`
  );
}
