/** What was said so far: the sentence of every event up to now, to read again and to go back to. */
import type { Frame } from "../model/frame";
import { h, set } from "./dom";
import { rows } from "./rows";
import type { Dispatch, Scene, View } from "./scene";

/** A row's height in pixels, as in the style sheet. */
const ROW = 30;

/** `frameAt` gives the frame of any step; sentences are made only for the rows in sight, while the list is open. */
export function transcriptView(el: HTMLElement, scene: Scene, frameAt: (step: number) => Frame, dispatch: Dispatch): View {
  let shown = scene;
  let now = -1;
  const list = rows("What was said", ROW, (index) => rowOf(index + 1));
  const section = h("details", { class: "av-transcript" }, h("summary", { class: "av-heading" }, "What was said"), list.element);
  el.append(section);
  const rowOf = (step: number): HTMLElement => {
    const text = shown.explainer.explain(frameAt(step)).sentence.replace(/`/g, "");
    const button = h(
      "button",
      { type: "button", class: "av-ledger-row", title: text, "aria-current": step - 1 === now ? "step" : null },
      h("span", { class: "av-ledger-step" }, String(step)),
      h("span", { class: "av-transcript-text" }, text),
    );
    button.addEventListener("click", () => dispatch({ kind: "seek", step }));
    return button;
  };
  const mark = (index: number, isNow: boolean): void =>
    list.each(index, (row) => row.firstElementChild && set(row.firstElementChild, { "aria-current": isNow ? "step" : null }));
  const draw = (): void => {
    if (!section.open) return;
    mark(now, false);
    now = shown.playback.step - 1;
    list.resize(shown.playback.step);
    mark(now, true);
    if (now >= 0) list.reveal(now);
  };
  section.addEventListener("toggle", draw);
  return {
    update(next) {
      const isOther = next.explainer !== shown.explainer;
      shown = next;
      if (isOther) list.refresh();
      draw();
    },
    dispose() {
      list.dispose();
      section.remove();
    },
  };
}
