/**
 * Predict, then reveal: which question is open, what an answer is worth, how far the player may go. Pure data in,
 * pure data out. The questions are made by `autograd_viz/trace/quiz/`.
 */
import type { Playback } from "./playback";

export interface Choice {
  readonly text: string;
  readonly correct: boolean;
  readonly why: string;
  readonly misconception: string | null;
  readonly number: number | null;
  readonly node: number | null;
}

export interface Question {
  readonly id: string;
  readonly step: number;
  readonly prompt: string;
  readonly form: "choice" | "number" | "node";
  readonly facts: readonly string[];
  readonly choices: readonly Choice[];
  readonly explanation: string;
  readonly otherwise: string;
}

/** What is kept of an answer, as plain data for whoever evaluates it; `given` is null for a question skipped. */
export interface Answer {
  readonly question: string;
  readonly prompt: string;
  readonly step: number;
  readonly given: string | null;
  readonly correct: boolean;
  readonly expected: string;
  readonly misconception: string | null;
  readonly seconds: number;
}

/** What a learner does with a question. A node that is none of the choices is given by its name alone. */
export type Given =
  | { readonly kind: "choice"; readonly choice: Choice }
  | { readonly kind: "other"; readonly text: string }
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "skip" };

export interface Quiz {
  readonly questions: readonly Question[];
  readonly answers: ReadonlyMap<string, Answer>;
}

const NO_QUIZ: Quiz = { questions: [], answers: new Map() };

/** Typed numbers this close, relatively, to a value are that value. */
const TOLERANCE = 1e-3;

/** Read questions and answers as a host hands them over; what cannot be asked about this trace is left out. */
export function quizOf(questions: unknown, answers: unknown, last: number): Quiz {
  const asked = list(questions).flatMap((each) => question(each) ?? []).filter((each) => each.step <= last);
  asked.sort((a, b) => a.step - b.step);
  const known = new Set(asked.map((each) => each.id));
  const given = list(answers).flatMap((each) => answer(each) ?? []).filter((each) => known.has(each.question));
  return asked.length ? { questions: asked, answers: new Map(given.map((each) => [each.question, each])) } : NO_QUIZ;
}

/** The first question without an answer, which the player does not go past. */
export function openQuestion(quiz: Quiz): Question | null {
  return quiz.questions.find((each) => !quiz.answers.has(each.id)) ?? null;
}

/** The last step that may be shown. */
export function horizon(quiz: Quiz): number {
  return openQuestion(quiz)?.step ?? Infinity;
}

/** Whether it is asked at this step which node is next: what waits and what is ready would tell. */
export function asksForNode(quiz: Quiz, step: number): boolean {
  const open = openQuestion(quiz);
  return open?.form === "node" && open.step === step;
}

/** The question to show at a step: the open one, or the last one answered there. */
export function questionAt(quiz: Quiz, step: number): Question | null {
  const open = openQuestion(quiz);
  if (open?.step === step) return open;
  return [...quiz.questions].reverse().find((each) => each.step === step) ?? null;
}

/** Hold a player at the open question: the old object if it may be where it is. */
export function held(playback: Playback, quiz: Quiz): Playback {
  const end = horizon(quiz);
  if (playback.step < end || (playback.step === end && !playback.playing)) return playback;
  return { ...playback, step: end, playing: false };
}

/** Check what was given; null where a typed text is no number. */
export function check(question: Question, given: Given, seconds: number): Answer | null {
  const record = (text: string | null, choice: Choice | null): Answer => ({
    question: question.id,
    prompt: question.prompt,
    step: question.step,
    given: text,
    correct: choice?.correct ?? false,
    expected: right(question)?.text ?? "",
    misconception: choice?.misconception ?? null,
    seconds: Math.round(seconds * 10) / 10,
  });
  switch (given.kind) {
    case "choice":
      return record(given.choice.text, given.choice);
    case "other":
      return record(given.text, null);
    case "skip":
      return record(null, null);
    case "number": {
      const x = numberOf(given.text);
      return x === null ? null : record(given.text.trim(), choiceOf(question, x));
    }
  }
}

/** What is said of an answer: about what was given (nothing if it is right), and why the truth is the truth. */
export function feedback(question: Question, answer: Answer): { readonly why: string; readonly explanation: string } {
  const { explanation } = question;
  if (answer.correct || answer.given === null) return { why: "", explanation };
  const x = question.form === "number" ? numberOf(answer.given) : null;
  const choice = x === null ? question.choices.find((each) => each.text === answer.given) : choiceOf(question, x);
  const why = choice?.why ?? question.otherwise;
  return { why: why === explanation ? "" : why, explanation };
}

export function right(question: Question): Choice | undefined {
  return question.choices.find((each) => each.correct);
}

export function score({ questions, answers }: Quiz): { readonly right: number; readonly done: number; readonly all: number } {
  return { right: [...answers.values()].filter((each) => each.correct).length, done: answers.size, all: questions.length };
}

/** A number as people type it: 6, -0.25, 1e-3, 1/3, 0,5, nan, inf. */
export function numberOf(text: string): number | null {
  const typed = text.trim().toLowerCase().replace("−", "-").replace(/^(-?\d*),(\d+)$/, "$1.$2");
  if (typed === "nan") return NaN;
  const infinite = /^([+-]?)inf(inity)?$/.exec(typed);
  if (infinite) return infinite[1] === "-" ? -Infinity : Infinity;
  const [top = "", bottom = "1", ...rest] = typed.split("/").map((part) => part.trim());
  const [a, b] = [plainNumber(top), plainNumber(bottom)];
  return rest.length || a === null || b === null || b === 0 ? null : a / b;
}

function plainNumber(text: string): number | null {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(text) ? Number(text) : null;
}

/** The choice whose value a number is: of several within tolerance the nearest. */
function choiceOf(question: Question, x: number): Choice | null {
  const far = ({ number }: Choice): number => {
    if (number === null) return Infinity;
    if (Object.is(number, x)) return 0; // NaN and the infinities too
    const distance = Math.abs(number - x);
    return distance <= TOLERANCE * Math.abs(number) ? distance : Infinity;
  };
  const near = question.choices.filter((each) => far(each) < Infinity);
  near.sort((one, other) => far(one) - far(other));
  return near[0] ?? null;
}

function list(found: unknown): readonly unknown[] {
  return Array.isArray(found) ? found : [];
}

function fields(found: unknown): { readonly [name: string]: unknown } | null {
  return typeof found === "object" && found !== null ? (found as { readonly [name: string]: unknown }) : null;
}

function text(found: unknown): string {
  return typeof found === "string" ? found : "";
}

function question(found: unknown): Question | null {
  const told = fields(found);
  const form = told?.["form"];
  const step = told?.["step"];
  if (!told || (form !== "choice" && form !== "number" && form !== "node")) return null;
  if (typeof step !== "number" || !Number.isInteger(step) || step < 0) return null;
  const choices = list(told["choices"]).flatMap((each) => choice(each) ?? []);
  if (choices.filter((each) => each.correct).length !== 1) return null;
  return {
    id: text(told["id"]),
    step,
    prompt: text(told["prompt"]),
    form,
    facts: list(told["facts"]).map(text).filter(Boolean),
    choices,
    explanation: text(told["explanation"]),
    otherwise: text(told["otherwise"]),
  };
}

function choice(found: unknown): Choice | null {
  const told = fields(found);
  if (!told) return null;
  const { number, node, misconception } = told;
  const value = typeof number === "string" ? Number(number) : number; // "NaN", "Infinity", "-Infinity"
  return {
    text: text(told["text"]),
    correct: told["correct"] === true,
    why: text(told["why"]),
    misconception: typeof misconception === "string" ? misconception : null,
    number: typeof value === "number" ? value : null,
    node: typeof node === "number" ? node : null,
  };
}

function answer(found: unknown): Answer | null {
  const told = fields(found);
  if (!told || typeof told["question"] !== "string") return null;
  return {
    question: told["question"],
    prompt: text(told["prompt"]),
    step: Number(told["step"]) || 0,
    given: typeof told["given"] === "string" ? told["given"] : null,
    correct: told["correct"] === true,
    expected: text(told["expected"]),
    misconception: typeof told["misconception"] === "string" ? told["misconception"] : null,
    seconds: Number(told["seconds"]) || 0,
  };
}
