/** The question that holds the player, what is said of the answer, and the score. */
import { names } from "../model/lookup";
import { check, feedback, questionAt, right, score, type Answer, type Choice, type Given, type Question, type Quiz } from "../model/quiz";
import { h, set, write } from "./dom";
import { marked } from "./panel";
import type { Dispatch, Scene, View } from "./scene";

/** What the view tells its host: the answers to keep. */
export type Keep = (answers: readonly Answer[]) => void;

export function quizView(el: HTMLElement, scene: Scene, dispatch: Dispatch, keep: Keep): View {
  if (!scene.quiz.questions.length) return { update: () => undefined, dispose: () => undefined };
  const root = el.closest<HTMLElement>(".av-player") ?? el;
  const announcement = h("p", { class: "av-unseen", role: "status" });
  const progress = h("ol", { class: "av-quiz-progress", "aria-label": "Questions" });
  const title = h("h3", { class: "av-heading" });
  const header = h("div", { class: "av-quiz-header" }, title, scene.quiz.questions.length > 1 ? progress : null);
  const body = h("div", { class: "av-quiz-body" });
  const section = h("section", { class: "av-quiz", "aria-label": "Quiz" }, header, body, announcement);
  el.prepend(section);
  let card: Card | null = null;
  let before: HTMLElement | null = null; // what had the focus when the question opened
  let shown = "";

  const update = (next: Scene): void => {
    const { quiz, playback } = next;
    const question = questionAt(quiz, playback.step);
    const answer = question ? (quiz.answers.get(question.id) ?? null) : null;
    const state = question ? `${question.id} ${answer ? "answered" : "open"}` : `${score(quiz).done}`;
    set(root, { "data-asking": question !== null });
    set(section, { "data-open": question !== null && answer === null });
    showProgress(title, progress, next, question, dispatch);
    if (state !== shown) {
      shown = state;
      const focused = focusIn(root);
      const wasInside = focused !== null && section.contains(focused);
      if (question && focused && !wasInside) before = focused;
      card = question && !answer ? openCard(question, next, dispatch, (given) => keepAnswer(question, given)) : null;
      body.replaceChildren(...bodyOf(next, question, answer, card, dispatch, keep));
      write(announcement, spoken(quiz, answer ? null : question));
      if (question && (wasInside || (focused && card))) focusOn(body.querySelector<HTMLElement>("input, .av-quiz-next"));
      else if (wasInside) focusOn(before?.isConnected ? before : root);
      if (question && focused) section.scrollIntoView({ block: "nearest" });
      if (!question) before = null;
    }
    card?.select(next);
    current = next;
  };
  let current = scene;
  const keepAnswer = (question: Question, given: Given): boolean => {
    const answer = check(question, given, card?.seconds() ?? 0);
    if (answer) keep([...current.quiz.answers.values(), answer]);
    return answer !== null;
  };
  update(scene);
  return {
    update,
    dispose() {
      set(root, { "data-asking": null });
      section.remove();
    },
  };
}

/** The open question, what is said of an answer, or what there is to do between and after questions. */
function bodyOf(scene: Scene, question: Question | null, answer: Answer | null, card: Card | null, dispatch: Dispatch, keep: Keep): HTMLElement[] {
  if (card) return [card.element];
  if (question && answer) return [told(question, answer, () => dispatch({ kind: "forward" }))];
  return summary(scene.quiz, keep);
}

/** What is announced: the question that opened, or at the end the score. */
function spoken(quiz: Quiz, open: Question | null): string {
  const { right: good, done, all } = score(quiz);
  if (open) return `Question ${quiz.questions.indexOf(open) + 1} of ${all}: ${open.prompt.replaceAll("`", "")}`;
  return done === all ? `All ${all} questions answered, ${good} right.` : "";
}

function focusOn(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true });
}

/** "Question 2 of 5", and a mark for each question that leads back to it. */
function showProgress(title: Element, progress: Element, scene: Scene, question: Question | null, dispatch: Dispatch): void {
  const { quiz } = scene;
  const { right: good, done, all } = score(quiz);
  write(title, question ? `Question ${quiz.questions.indexOf(question) + 1} of ${all}` : done ? `Quiz: ${good} of ${done} right` : "Quiz");
  const marks = quiz.questions.map((each, i) => {
    const state = stateOf(quiz.answers.get(each.id));
    const label = `Question ${i + 1}: ${state}`;
    const mark = h("button", { type: "button", class: "av-quiz-mark", "data-state": state, "aria-label": label, title: label, "aria-current": each === question ? "step" : null }, MARKS[state]);
    mark.addEventListener("click", () => dispatch({ kind: "seek", step: each.step }));
    return h("li", {}, mark);
  });
  const now = marks.map((mark) => mark.outerHTML).join("");
  if (progress.getAttribute("data-now") === now) return;
  const focused = [...progress.querySelectorAll("button")].findIndex((mark) => hasFocus(mark));
  set(progress, { "data-now": now });
  progress.replaceChildren(...marks);
  progress.querySelectorAll("button")[focused]?.focus({ preventScroll: true });
}

const MARKS = { right: "✓", wrong: "✕", skipped: "–", open: "" } as const;

function stateOf(answer: Answer | undefined): keyof typeof MARKS {
  if (!answer) return "open";
  return answer.correct ? "right" : answer.given === null ? "skipped" : "wrong";
}

interface Card {
  readonly element: HTMLElement;
  seconds(): number;
  /** Take over the card of the graph that was clicked. */
  select(scene: Scene): void;
}

let opened = 0;

function openCard(question: Question, scene: Scene, dispatch: Dispatch, give: (given: Given) => boolean): Card {
  const since = performance.now();
  const typed = question.form === "number" ? h("input", { type: "text", class: "av-quiz-number", inputmode: "text", autocomplete: "off", spellcheck: "false", "aria-label": "Your answer, a number" }) : null;
  const missing = h("p", { class: "av-quiz-missing", role: "alert" });
  const group = `av-quiz-${(opened += 1)}`; // radios of one question, in one player, are one group
  const options = typed ? [] : question.choices.map((choice) => option(group, choice));
  const rows = h("div", { class: "av-quiz-options" }, ...options.map((each) => each.row));
  let picked: Given | null = null;
  let selected = scene.playback.selected;
  const pick = (choice: Choice): void => {
    picked = { kind: "choice", choice };
    write(missing, "");
    const item = choice.node === null ? "" : scene.lookup.itemOfNode(choice.node);
    if (item && item !== selected) {
      selected = item;
      dispatch({ kind: "select", item });
    }
  };
  for (const each of options) each.radio.addEventListener("change", () => pick(each.choice));
  const submit = (): void => {
    const given: Given | null = typed ? { kind: "number", text: typed.value } : picked;
    if (given && give(given)) return;
    write(missing, typed ? "Type a number, for example 6, -0.5 or 1/3." : "Choose an answer first.");
    (typed ?? options[0]?.radio)?.focus();
  };
  const skip = h("button", { type: "button", class: "av-quiz-button" }, "Skip");
  skip.addEventListener("click", () => give({ kind: "skip" }));
  const element = h(
    "form",
    { class: "av-quiz-form", novalidate: true },
    h(
      "fieldset",
      {},
      h("legend", { class: "av-quiz-prompt" }, ...marked(question.prompt)),
      facts(question),
      question.form === "node" ? h("p", { class: "av-quiz-facts" }, "Click it in the graph, or choose it here.") : null,
      typed ?? rows,
    ),
    missing,
    h("div", { class: "av-quiz-actions" }, h("button", { type: "submit", class: "av-quiz-button av-quiz-primary" }, "Check answer"), skip),
  );
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
  return {
    element,
    seconds: () => (performance.now() - since) / 1000,
    select({ playback, lookup }) {
      if (question.form !== "node" || playback.selected === selected) return;
      selected = playback.selected;
      const subject = lookup.subject(selected);
      const node = subject?.node;
      if (!subject || !node) return;
      const known = options.find((each) => each.choice.node === node.id);
      rows.querySelector(".av-quiz-other")?.remove();
      for (const each of options) each.radio.checked = each === known;
      picked = known ? { kind: "choice", choice: known.choice } : { kind: "other", text: `${node.name} (${names(subject) || "unnamed"})` };
      write(missing, "");
      if (!known && picked.kind === "other") rows.append(h("p", { class: "av-quiz-other" }, `Clicked: ${picked.text}`));
    },
  };
}

interface Option {
  readonly row: HTMLElement;
  readonly radio: HTMLInputElement;
  readonly choice: Choice;
}

function option(group: string, choice: Choice): Option {
  const radio = h("input", { type: "radio", name: group, value: choice.text });
  return { row: h("label", { class: "av-quiz-option" }, radio, h("span", {}, ...marked(choice.text))), radio, choice };
}

/** An answered question: what was right, what was given, and why. */
function told(question: Question, answer: Answer, next: () => void): HTMLElement {
  const { why, explanation } = feedback(question, answer);
  const truth = right(question)?.text ?? "";
  const verdict = answer.correct ? "Right." : answer.given === null ? "Skipped." : "Not quite.";
  const go = h("button", { type: "button", class: "av-quiz-button av-quiz-primary av-quiz-next" }, "Continue");
  go.addEventListener("click", next);
  return h(
    "div",
    { class: "av-quiz-told" },
    h("p", { class: "av-quiz-prompt" }, ...marked(question.prompt)),
    facts(question),
    h(
      "div",
      { class: "av-quiz-verdict", role: "status", "data-state": stateOf(answer) },
      h("p", {}, h("strong", {}, verdict), ...(answer.correct || answer.given === null ? [] : [" You said ", h("b", {}, answer.given), "."])),
      why ? h("p", {}, ...marked(why)) : null,
      h("p", {}, answer.correct ? "It is " : "The answer is ", h("b", {}, truth.replace(/\.$/, "")), ". ", ...marked(explanation)),
    ),
    h("div", { class: "av-quiz-actions" }, go),
  );
}

/** Between questions nothing; after the last one, ways to go on. */
function summary(quiz: Quiz, keep: Keep): HTMLElement[] {
  const { done, all } = score(quiz);
  if (done < all) return [];
  const again = h("button", { type: "button", class: "av-quiz-button" }, "Try again");
  again.addEventListener("click", () => keep([]));
  const copy = h("button", { type: "button", class: "av-quiz-button" }, "Copy answers");
  const line = h("p", { class: "av-quiz-copied", role: "status" });
  const box = h("div", { class: "av-quiz-summary" }, h("div", { class: "av-quiz-actions" }, again, copy), line);
  copy.addEventListener("click", () => void copied(JSON.stringify([...quiz.answers.values()], null, 1), box, line));
  return [box];
}

/** Put text on the clipboard; where the browser forbids that, show it selected. */
async function copied(text: string, box: HTMLElement, line: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    write(line, "Answers copied.");
  } catch {
    const area = h("textarea", { class: "av-quiz-copy", readonly: true, rows: 5, "aria-label": "Answers" }, text);
    box.querySelector("textarea")?.remove();
    box.append(area);
    area.select();
    write(line, "Copy the answers from here.");
  }
}

function facts(question: Question): HTMLElement | null {
  return question.facts.length ? h("ul", { class: "av-quiz-facts" }, ...question.facts.map((fact) => h("li", {}, ...marked(fact)))) : null;
}

function focusIn(root: HTMLElement): HTMLElement | null {
  const active = (root.getRootNode() as Document | ShadowRoot).activeElement;
  return active !== null && root.contains(active) ? (active as HTMLElement) : null;
}

function hasFocus(element: HTMLElement): boolean {
  return focusIn(element) !== null;
}
