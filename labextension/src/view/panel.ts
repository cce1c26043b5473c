/** "Now": one sentence, the rule in names and in numbers, the arrays involved, and what an error means. */
import { turnExhibits, type Exhibit } from "../model/exhibit";
import { listed } from "../model/sentence";
import { isUpdate } from "../model/timeline";
import type { Trace } from "../model/trace";
import { h, write } from "./dom";
import { operandOf, pointingView, type Pointing } from "./pointing";
import type { Scene, View } from "./scene";

const ROLES = {
  input: "input",
  result: "result",
  incoming: "incoming",
  saved: "saved",
  now: "now",
  outgoing: "outgoing",
  unsummed: "before the sum",
  before: "before",
  after: "after",
  buffer: "input buffer",
  grad: "result",
} as const;

export function panelView(el: HTMLElement, scene: Scene): View {
  const where = h("p", { class: "av-where" });
  const sentence = h("p", { class: "av-sentence", "aria-live": "polite", "aria-atomic": "true" });
  const failure = h("div", { class: "av-failure" });
  const rule = h("div", { class: "av-rule" });
  const arrays = h("div", { class: "av-arrays" });
  const section = h("section", { class: "av-now", "aria-label": "Now" }, where, sentence, failure, rule, arrays);
  el.append(section);
  const steady = steadily(section);
  let isEnd = false;
  let shown = "";
  const update = (next: Scene): void => {
    const now = [next.frame.k, ...next.told.map((each) => each.k)].join();
    if (now === shown) return;
    shown = now;
    if (isEnd) steady.forget();
    isEnd = next.playback.step === next.range.stop || next.playback.step === next.range.start;
    if (isEnd) steady.forget();
    const told = next.explainer.turn(next.told);
    write(where, place(next));
    sentence.replaceChildren(...marked(told.sentence));
    failure.replaceChildren(...failureParts(next));
    rule.replaceChildren(...[told.rule, told.numbers].flatMap((line, i) => (line ? [ruleLine(line, i > 0)] : [])));
    const list = turnExhibits(next.told, next.lookup, next.explainer.naming);
    const count = list.filter((each) => each.kind === "array").length;
    arrays.replaceChildren();
    const pointing = pointingView();
    let term = h("div", { class: "av-term" }); // a sign and the array after it, which stay together
    for (const each of list) {
      if (each.kind === "sign" || term.lastElementChild?.matches("figure")) term = h("div", { class: "av-term" });
      term.append(exhibitView(each, count, next, pointing) ?? "");
      arrays.append(term);
    }
    if (arrays.querySelector(".av-heatmap")) arrays.append(scale(), pointing.words);
  };
  update(scene);
  return {
    update,
    dispose() {
      steady.stop();
      section.remove();
    },
  };
}

/** What stands below a section stays in sight however much that has to say. */
const TALLEST = 340;

/** Keep a section as high as it has been, until that is forgotten, so that what is below it does not jump from step to step. */
function steadily(section: HTMLElement): { forget(): void; stop(): void } {
  let [width, height] = [0, 0];
  const watch = new ResizeObserver(() => {
    const isOther = width > 0 && section.offsetWidth !== width;
    [width, height] = [section.offsetWidth, isOther ? 0 : Math.max(height, Math.min(section.offsetHeight, TALLEST))];
    section.style.minHeight = `${height}px`;
  });
  watch.observe(section);
  return {
    forget() {
      height = 0;
      section.style.minHeight = "";
    },
    stop: () => watch.disconnect(),
  };
}

/** Where in the run we are, and in which turn of its loop. */
function place(scene: Scene): string {
  const [loop, more] = [...scene.expansion.grouping.groups.values()].filter(({ kind }) => kind === "loop");
  return scene.frame.k && loop && !more ? `${stage(scene)} · ${loop.module} of ${loop.times}` : stage(scene);
}

function stage({ frame, event, lookup }: Scene): string {
  if (frame.k === 0) return "Before the first line";
  if (frame.phase === "error") return frame.pass === null ? "Error" : `Error in backward pass ${frame.pass}`;
  if (event?.kind === "grad_change") return "Between passes";
  if (frame.pass !== null) return `Backward pass ${frame.pass}`;
  return event?.kind === "op" && isUpdate(lookup.trace, lookup.trace.ops[event.op]) ? "Update" : "Forward";
}

/** An error's own words, below the sentences that explain it, and what the pass had done by then. */
function failureParts({ frame, lookup }: Scene): HTMLElement[] {
  if (!frame.error) return [];
  const written = frame.pass === null ? [] : writtenIn(lookup.trace, frame.k);
  const names = written.map((id) => `\`${lookup.names.tensor(id)}.grad\``);
  const kept = `Not undone: this pass had already added to ${listed(names)}, which keep${names.length > 1 ? "" : "s"} what arrived.`;
  return [
    ...(names.length ? [h("p", { class: "av-kept" }, ...marked(kept))] : []),
    h(
      "div",
      { class: "av-error-box" },
      h("strong", {}, frame.error.type),
      h("p", {}, frame.error.message),
    ),
  ];
}

/** The tensors to whose `.grad` the pass that ended with event `k - 1` had added. */
function writtenIn({ events }: Trace, k: number): readonly number[] {
  const found = new Set<number>();
  for (let i = k - 2; i >= 0; i--) {
    const event = events[i];
    if (event?.kind === "begin") break;
    if (event?.kind === "accumulate") found.add(event.tensor);
  }
  return [...found].reverse();
}

/** What the colours of all maps mean. */
function scale(): HTMLElement {
  const text = "Colour scale of each array: from minus its largest magnitude through zero to plus";
  return h("div", { class: "av-scale", role: "img", "aria-label": text }, "−max", h("i"), "+max");
}

/** Words between back-quotes as code; a short vector and the sign before it on one line. */
export function marked(text: string): readonly Node[] {
  return text.split("`").flatMap((part, i) =>
    i % 2 ? [h("code", {}, part)] : part.split(/((?:= )?\[[^\][]{1,24}\])/).map((each, j) => (j % 2 ? h("span", { class: "av-whole" }, each) : document.createTextNode(each))),
  );
}

function ruleLine(text: string, isNumbers: boolean): HTMLElement {
  return h("code", { class: isNumbers ? "av-rule-numbers" : "av-rule-names" }, text);
}

function exhibitView(exhibit: Exhibit, among: number, scene: Scene, pointing: Pointing): HTMLElement | null {
  if (exhibit.kind === "sign") return h("span", { class: "av-sign" }, exhibit.text);
  const value = scene.lookup.value(exhibit.value);
  return value && pointing.add(operandOf(exhibit, value, scene), { label: exhibit.label, role: ROLES[exhibit.role] }, among);
}
