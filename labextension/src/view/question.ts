/** One question: its card while it is open, and what is said of an answer. */
import { names } from "../model/lookup";
import { feedback, right, type Answer, type Given, type Question } from "../model/quiz";
import { h, write } from "./dom";
import { marked } from "./panel";
import type { Dispatch, Scene } from "./scene";

export interface Card {
  readonly element: HTMLElement;
  seconds(): number;
  /** Take over the card of the graph that was clicked. */
  select(scene: Scene): void;
}

/** The card of an open question; `give` takes an answer, or refuses what is none. */
export function openCard(question: Question, scene: Scene, dispatch: Dispatch, give: (given: Given) => boolean): Card {
  const since = performance.now();
  const entry = question.form === "number" ? numberEntry() : choiceEntry(question, scene, dispatch, () => write(missing, ""));
  const missing = h("p", { class: "av-quiz-missing", role: "alert" });
  const submit = (): void => {
    const given = entry.given();
    if (given && give(given)) return;
    write(missing, entry.hint);
    entry.element.querySelector("input")?.focus();
  };
  const skip = h("button", { type: "button", class: "av-quiz-button" }, "Skip");
  skip.addEventListener("click", () => give({ kind: "skip" }));
  const check = h("button", { type: "submit", class: "av-quiz-button av-quiz-primary" }, "Check answer");
  const prompt = h("legend", { class: "av-quiz-prompt" }, ...marked(question.prompt));
  const element = h("form", { class: "av-quiz-form", novalidate: true }, h("fieldset", {}, prompt, facts(question), entry.element), missing, h("div", { class: "av-quiz-actions" }, check, skip));
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault(); // JupyterLab keeps a form in an output from being submitted by Enter
    event.stopPropagation();
    submit();
  });
  return { element, seconds: () => (performance.now() - since) / 1000, select: entry.select };
}

/** Where an answer is put in. */
interface Entry {
  readonly element: HTMLElement;
  /** What to say while nothing is. */
  readonly hint: string;
  given(): Given | null;
  select(scene: Scene): void;
}

function numberEntry(): Entry {
  const input = h("input", { type: "text", class: "av-quiz-number", autocomplete: "off", spellcheck: "false", "aria-label": "Your answer, a number" });
  return {
    element: h("div", {}, input),
    hint: "Type a number, for example 6, -0.5 or 1/3.",
    given: () => ({ kind: "number", text: input.value }),
    select: () => undefined,
  };
}

let groups = 0;

/** One of the choices; for a node, also the card that is clicked in the graph. */
function choiceEntry(question: Question, scene: Scene, dispatch: Dispatch, onPick: () => void): Entry {
  const name = `av-quiz-${(groups += 1)}`; // radios of one question, in one player, are one group
  const radios = question.choices.map((choice) => h("input", { type: "radio", name, value: choice.text }));
  const other = h("p", { class: "av-quiz-other" });
  const rows = question.choices.map((choice, i) => h("label", { class: "av-quiz-option" }, radios[i] ?? null, h("span", {}, ...marked(choice.text))));
  const tip = question.form === "node" ? h("p", { class: "av-quiz-tip" }, "Click it in the graph, or choose it here.") : null;
  let picked: Given | null = null;
  let selected = scene.playback.selected;
  const pick = (given: Given): void => {
    picked = given;
    write(other, given.kind === "other" ? `Clicked: ${given.text}` : "");
    onPick();
  };
  question.choices.forEach((choice, i) => radios[i]?.addEventListener("change", () => {
    pick({ kind: "choice", choice });
    if (choice.node === null) return;
    selected = scene.lookup.itemOfNode(choice.node);
    dispatch({ kind: "select", item: selected });
  }));
  return {
    element: h("div", { class: "av-quiz-options" }, tip, ...rows, other),
    hint: "Choose an answer first.",
    given: () => picked,
    select({ playback, lookup }) {
      if (question.form !== "node" || playback.selected === selected) return;
      selected = playback.selected;
      const subject = lookup.subject(selected);
      if (!subject?.node) return;
      const known = question.choices.findIndex((each) => each.node === subject.node?.id);
      const choice = question.choices[known];
      radios.forEach((radio, i) => (radio.checked = i === known));
      pick(choice ? { kind: "choice", choice } : { kind: "other", text: `${subject.node.name} (${names(subject) || "unnamed"})` });
    },
  };
}

/** An answered question: what was right, what was given, and why. */
export function told(question: Question, answer: Answer, next: () => void): HTMLElement {
  const { why, explanation } = feedback(question, answer);
  const verdict = answer.correct ? "Right." : answer.given === null ? "Skipped." : "Not quite.";
  const said = answer.given === null ? [] : [" You said ", ...quoted(answer.given)];
  const truth = answer.correct ? [] : ["The answer is ", ...quoted(right(question)?.text ?? ""), " "];
  const go = h("button", { type: "button", class: "av-quiz-button av-quiz-primary av-quiz-next" }, "Continue");
  go.addEventListener("click", next);
  const box = h(
    "div",
    { class: "av-quiz-verdict", role: "status", "data-state": stateOf(answer) },
    h("p", {}, h("strong", {}, verdict), ...said),
    why ? h("p", {}, ...marked(why)) : null,
    h("p", {}, ...truth, ...marked(explanation)),
  );
  return h("div", { class: "av-quiz-told" }, h("p", { class: "av-quiz-prompt" }, ...marked(question.prompt)), facts(question), box, h("div", { class: "av-quiz-actions" }, go));
}

/** An answer's text as the end of a sentence. */
function quoted(text: string): (Node | string)[] {
  return [h("b", {}, text.replace(/\.$/, "")), "."];
}

/** What became of a question, in a word. */
export function stateOf(answer: Answer | undefined): "right" | "wrong" | "skipped" | "open" {
  if (!answer) return "open";
  return answer.correct ? "right" : answer.given === null ? "skipped" : "wrong";
}

function facts(question: Question): HTMLElement | null {
  return question.facts.length ? h("ul", { class: "av-quiz-facts" }, ...question.facts.map((fact) => h("li", {}, ...marked(fact)))) : null;
}
