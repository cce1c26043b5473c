/** Drawing only what is in sight, so that a graph of thousands opens and steps like one of dozens. */
import type { LayoutBox, LayoutEdge } from "../model/trace";
import { isNear, type Box, type Shown } from "../model/viewport";
import { s } from "./dom";
import type { Scene } from "./scene";

/** Up to so many things all are drawn, wherever they are. */
export const EAGER = 160;

/** How far out of sight things are drawn already, in pixels of the layout. */
const MARGIN = 300;

interface Drawn {
  readonly element: SVGElement;
  update(scene: Scene): void;
}

interface Lazy<D> {
  readonly element: SVGGElement;
  /** Draw what is in sight (everything for print) and bring it up to date; take the rest away. */
  update(scene: Scene, view: Shown | null): void;
  drawn(): readonly D[];
}

/** A group of things made when first seen, in their order. */
export function lazily<T, D extends Drawn>(things: readonly T[], make: (thing: T) => D | null, boxOf: (thing: T) => Box): Lazy<D> {
  const element = s("g");
  const slots = things.map((thing) => ({ thing, box: boxOf(thing), made: undefined as D | null | undefined }));
  let now: D[] = [];
  return {
    element,
    drawn: () => now,
    update(scene, view) {
      now = [];
      let last: SVGElement | null = null;
      for (const slot of slots) {
        if (view && slots.length > EAGER && !isNear(slot.box, view, MARGIN)) {
          slot.made?.element.remove();
          continue;
        }
        slot.made ??= make(slot.thing) ?? null;
        if (!slot.made) continue;
        const card: SVGElement = slot.made.element;
        if (card.parentNode !== element) element.insertBefore(card, last ? last.nextSibling : element.firstChild);
        last = card;
        slot.made.update(scene);
        now.push(slot.made);
      }
    },
  };
}

export function boxOfItem({ x, y, w, h }: LayoutBox): Box {
  return { x: x - w / 2, y: y - h / 2, w, h };
}

export function boxOfEdge({ path }: LayoutEdge): Box {
  const [x, y] = [path.map((point) => point[0]), path.map((point) => point[1])];
  const [left, top] = [Math.min(...x), Math.min(...y)];
  return { x: left, y: top, w: Math.max(...x) - left, h: Math.max(...y) - top };
}
