/** A line between two cards that share memory: double where a change is counted by both, dashed where it goes unnoticed. */
import { isFuture } from "../model/lookup";
import type { Tie } from "../model/tie";
import type { LayoutItem, Point } from "../model/trace";
import { s, set } from "./dom";
import type { Box } from "../model/viewport";
import type { Scene } from "./scene";
import { pathData, pointAt } from "./spline";

interface TieView {
  readonly element: SVGGElement;
  update(scene: Scene): void;
}

/** How far a line bows out beside two cards that stand above each other. */
const BOW = 18;

export function tieView(tie: Tie): TieView {
  const path = tiePath(tie.a, tie.b);
  const d = pathData(path);
  const [x, y] = pointAt(path, 0.5);
  const isRight = x > Math.max(tie.a.x, tie.b.x);
  const words = tie.isCounted ? "same memory" : "same memory, own version";
  const element = s(
    "g",
    { class: `av-tie${tie.isCounted ? "" : " av-tie-apart"}`, "data-tie": `${tie.a.id} ${tie.b.id}` },
    s("title", {}, words),
    s("path", { class: "av-tie-line", d }),
    s("path", { class: "av-tie-gap", d }),
    s("text", { class: "av-tie-words", x: x + (isRight ? -8 : 8), y: y + 4, "text-anchor": isRight ? "end" : null }, words),
  );
  return {
    element,
    update({ frame, event, lookup }) {
      const isComing = [tie.a, tie.b].some((item) => isFuture(lookup.subject(item.id), frame));
      const isNow = event?.kind === "op" && event.writes.some((write) => tie.tensors.has(write.tensor));
      set(element, { visibility: isComing ? "hidden" : null, "data-now": isNow && !isComing });
    },
  };
}

/** From side to side where one card stands well beside the other, else bowed out on the side to which the second stands. */
function tiePath(a: LayoutItem, b: LayoutItem): readonly Point[] {
  const [left, right] = a.x <= b.x ? [a, b] : [b, a];
  const [from, to] = [left.x + left.w / 2, right.x - right.w / 2];
  if (to - from >= Math.max(12, Math.abs(a.y - b.y) / 4)) {
    const mid = (from + to) / 2;
    return [[from, left.y], [mid, left.y], [mid, right.y], [to, right.y]];
  }
  const side = b.x < a.x ? -1 : 1;
  const [x0, x1] = [a.x + (side * a.w) / 2, b.x + (side * b.w) / 2];
  const out = side * (Math.max(side * x0, side * x1) + BOW);
  return [[x0, a.y], [out, a.y], [out, b.y], [x1, b.y]];
}

export function boxOfTie({ a, b }: Tie): Box {
  const [x, y] = [Math.min(a.x - a.w / 2, b.x - b.w / 2) - BOW, Math.min(a.y - a.h / 2, b.y - b.h / 2)];
  return { x, y, w: Math.max(a.x + a.w / 2, b.x + b.w / 2) + BOW - x, h: Math.max(a.y + a.h / 2, b.y + b.h / 2) - y };
}
