/** A line between two cards that share memory: double where a change is counted by both, dashed where it goes unnoticed. */
import { isFuture } from "../model/lookup";
import type { Tie } from "../model/tie";
import { s, set } from "./dom";
import type { Box } from "../model/viewport";
import type { Scene } from "./scene";
import { pathData, pointAt } from "../model/spline";

interface TieView {
  readonly element: SVGGElement;
  update(scene: Scene): void;
}

export function tieView(tie: Tie): TieView {
  const d = pathData(tie.path);
  const [x, y] = pointAt(tie.path, 0.5);
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

export function boxOfTie({ path }: Tie): Box {
  const [xs, ys] = [path.map(([x]) => x), path.map(([, y]) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, w: Math.max(...xs) - x, h: Math.max(...ys) - y };
}
