/** A line between two cards that share memory: double where a change is counted by both, dashed where it goes unnoticed. */
import { isFuture } from "../model/lookup";
import type { Tie } from "../model/tie";
import type { Layout } from "../model/trace";
import { beside } from "./beside";
import { SMALL_CHAR } from "./card";
import { s, set } from "./dom";
import type { Box } from "../model/viewport";
import type { Scene } from "./scene";
import { pathData } from "../model/spline";

interface TieView {
  readonly element: SVGGElement;
  update(scene: Scene): void;
}

/** How far along it words may stand. */
const ALONG = [0.5, 0.35, 0.65, 0.2, 0.8];

export function tieView(tie: Tie, layout: Layout): TieView {
  const d = pathData(tie.path);
  const words = tie.isCounted ? "same memory" : "same memory, own version";
  const [x, y] = beside(tie, words.length * SMALL_CHAR, 16, ALONG, 0, layout);
  const element = s(
    "g",
    { class: `av-tie${tie.isCounted ? "" : " av-tie-apart"}`, "data-tie": `${tie.a.id} ${tie.b.id}` },
    s("title", {}, words),
    s("path", { class: "av-tie-line", d }),
    s("path", { class: "av-tie-gap", d }),
    tie.says ? s("text", { class: "av-tie-words", x, y: y + 12 }, words) : null,
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
