/** Predict, then reveal: the question that holds the player stands in place of "Now", with a mark for each question. */
import { check, openQuestion, questionAt, score, type Answer, type Given, type Question, type Quiz } from "../model/quiz";
import { h, set, write } from "./dom";
import { openCard, stateOf, told, type Card } from "./question";
import type { Dispatch, Scene, View } from "./scene";

/** What the view tells its host: the answers to keep. */
export type Keep = (answers: readonly Answer[]) => void;

export function quizView(el: HTMLElement, scene: Scene, dispatch: Dispatch, keep: Keep): View {
  const root = el.closest<HTMLElement>(".av-player") ?? el;
  const announcement = h("p", { class: "av-unseen", role: "status" });
  const progress = h("ol", { class: "av-quiz-progress", "aria-label": "Questions" });
  const title = h("h3", { class: "av-heading" });
  const body = h("div", { class: "av-quiz-body" });
  const section = h("section", { class: "av-quiz", "aria-label": "Quiz" }, h("div", { class: "av-quiz-header" }, title, progress), body, announcement);
  let card: Card | null = null;
  let before: HTMLElement | null = null; // what had the focus when the question opened
  let shown = "";
  let current = scene;

  const give = (question: Question, given: Given): boolean => {
    const answer = check(question, given, card?.seconds() ?? 0);
    if (answer) keep([...current.quiz.answers.values(), answer]);
    return answer !== null;
  };
  /** Put something else in the body, and the focus where the learner goes on. */
  const replace = (question: Question | null, answer: Answer | null): void => {
    const focused = focusIn(root);
    const wasInside = focused !== null && section.contains(focused);
    if (question && focused && !wasInside) before = focused;
    card = question && !answer ? openCard(question, current, dispatch, (given) => give(question, given)) : null;
    body.replaceChildren(...bodyOf(current, question, answer, card, dispatch, keep));
    write(announcement, spoken(current.quiz, answer ? null : question));
    if (question && (wasInside || (focused && card))) focusOn(body.querySelector<HTMLElement>(FIRST));
    else if (wasInside) focusOn(before?.isConnected ? before : root);
    if (question && focused) section.scrollIntoView({ block: "nearest" });
    if (!question) before = null;
  };
  const update = (next: Scene): void => {
    current = next;
    const { quiz, playback } = next;
    set(root, { "data-unanswered": openQuestion(quiz) !== null });
    if (!quiz.questions.length) return section.remove();
    if (!section.isConnected) el.prepend(section);
    const question = questionAt(quiz, playback.step);
    const answer = question ? (quiz.answers.get(question.id) ?? null) : null;
    const state = question ? `${question.id} ${answer ? "answered" : "open"}` : String(score(quiz).done);
    set(root, { "data-asking": question?.form });
    set(section, { "data-open": question !== null && answer === null });
    showProgress(title, progress, next, question, dispatch);
    if (state !== shown) replace(question, answer);
    shown = state;
    card?.select(next);
  };
  update(scene);
  return {
    update,
    dispose() {
      set(root, { "data-asking": null, "data-unanswered": null });
      section.remove();
    },
  };
}

/** What is filled in, chosen or pressed first. */
const FIRST = "input, .av-quiz-next";

/** Go to the open question, if there is one in the player: what was asked for waits for its answer. */
export function focusQuestion(root: HTMLElement): void {
  focusOn(root.querySelector<HTMLElement>(".av-quiz[data-open] input"));
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
  set(progress, { hidden: all === 1 });
  const focused = [...progress.querySelectorAll("button")].findIndex((mark) => hasFocus(mark));
  set(progress, { "data-now": now });
  progress.replaceChildren(...marks);
  progress.querySelectorAll("button")[focused]?.focus({ preventScroll: true });
}

const MARKS = { right: "✓", wrong: "✕", skipped: "–", open: "" } as const;

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

function focusIn(root: HTMLElement): HTMLElement | null {
  const active = (root.getRootNode() as Document | ShadowRoot).activeElement;
  return active !== null && root.contains(active) ? (active as HTMLElement) : null;
}

function hasFocus(element: HTMLElement): boolean {
  return focusIn(element) !== null;
}
