import { describe, expect, it } from "vitest";
import { check, feedback, held, horizon, numberOf, openQuestion, questionAt, quizOf, right, score, type Answer, type Question, type Quiz } from "../src/model/quiz";
import type { Playback } from "../src/model/playback";
import { golden, goldenNames, goldenQuestions } from "./golden";

const LAST = 1000;
const AT: Playback = { step: 0, playing: false, selected: "", speed: 2, grain: "event" };

function quizFrom(name: string, answers: readonly Answer[] = []): Quiz {
  return quizOf(goldenQuestions(name), answers, LAST);
}

function only(quiz: Quiz, form: Question["form"]): Question {
  const found = quiz.questions.find((each) => each.form === form);
  if (!found) throw new Error(`no question of the form ${form}`);
  return found;
}

function answered(question: Question, text: string): Answer {
  const choice = question.choices.find((each) => each.text === text);
  const answer = check(question, question.form === "number" || !choice ? { kind: "number", text } : { kind: "choice", choice }, 1.26);
  if (!answer) throw new Error("not an answer");
  return answer;
}

describe("quiz", () => {
  it.each(goldenNames)("reads the questions about %s as Python wrote them", (name) => {
    const { questions } = quizFrom(name);
    expect(questions).toHaveLength(goldenQuestions(name).length);
    for (const question of questions) {
      expect(right(question)).toBeDefined();
      expect(question.step).toBeLessThan(golden(name).steps.length);
      for (const choice of question.choices) expect(answered(question, choice.text).correct).toBe(choice.correct);
    }
  });

  it("holds the player at the first open question, and stops it playing there", () => {
    const quiz = quizFrom("lesson_02_not_undone");
    const step = horizon(quiz);
    expect(held({ ...AT, step: step - 1, playing: true }, quiz)).toEqual({ ...AT, step: step - 1, playing: true });
    expect(held({ ...AT, step: step + 5, playing: true }, quiz)).toEqual({ ...AT, step });
    expect(held({ ...AT, step, playing: true }, quiz)).toEqual({ ...AT, step });
    const there = { ...AT, step };
    expect(held(there, quiz)).toBe(there);
  });

  it("lets the player on once the question is answered or skipped, up to the next", () => {
    const [first, second] = quizFrom("lesson_02_not_undone").questions;
    if (!first || !second) throw new Error("two questions expected");
    const skipped = check(first, { kind: "skip" }, 0);
    const quiz = quizFrom("lesson_02_not_undone", skipped ? [skipped] : []);
    expect(openQuestion(quiz)).toEqual(second);
    expect(questionAt(quiz, first.step)).toEqual(first);
    expect(score(quiz)).toEqual({ right: 0, done: 1, all: 3 });
  });

  it("goes anywhere once all are answered, and nowhere new after a reset", () => {
    const all = quizFrom("lesson_02_not_undone").questions.map((each) => answered(each, right(each)?.text ?? ""));
    const done = quizFrom("lesson_02_not_undone", all);
    expect(horizon(done)).toBe(Infinity);
    expect(score(done)).toEqual({ right: 3, done: 3, all: 3 });
    expect(held({ ...AT, step: 38 }, quizFrom("lesson_02_not_undone")).step).toBeLessThan(38);
  });

  it("knows the misconception behind a typed number", () => {
    const question = only(quizFrom("lesson_03_zero_grad_forgotten"), "number");
    expect(answered(question, " 6.0 ")).toMatchObject({ given: "6.0", correct: true, expected: "6", misconception: null, seconds: 1.3 });
    const overwritten = answered(question, "3");
    expect(overwritten).toMatchObject({ given: "3", correct: false, misconception: "overwritten" });
    expect(feedback(question, overwritten).why).toContain("does not replace `w.grad`");
    const odd = answered(question, "17");
    expect(odd).toMatchObject({ correct: false, misconception: null });
    expect(feedback(question, odd).why).toBe(question.otherwise);
  });

  it("takes no text for a number", () => {
    const question = only(quizFrom("lesson_03_zero_grad_forgotten"), "number");
    for (const text of ["", "six", "6 7", "1/0", "1/2/3", "0x10"]) expect(check(question, { kind: "number", text }, 0)).toBeNull();
  });

  it("says why a choice is wrong, and nothing twice", () => {
    const question = quizFrom("lesson_01_backward_twice").questions.find((each) => each.id.startsWith("raises"));
    if (!question) throw new Error("no question about an error");
    const missed = answered(question, "No, it runs.");
    expect(missed.misconception).toBe("misses_backward_twice");
    expect(feedback(question, missed)).toEqual({ why: "", explanation: question.explanation });
    const other = question.choices.find((each) => each.misconception === "expects_not_scalar");
    expect(feedback(question, answered(question, other?.text ?? "")).why).toBe(other?.why);
  });

  it("takes a node that is not among the choices for a wrong answer", () => {
    const question = only(quizFrom("lesson_15_fan_in"), "node");
    const answer = check(question, { kind: "other", text: "AddBackward0 (loss)" }, 2);
    expect(answer).toMatchObject({ correct: false, given: "AddBackward0 (loss)", misconception: null });
    expect(answer && feedback(question, answer).why).toBe(question.otherwise);
  });

  it("tells NaN and infinities from numbers", () => {
    const question: unknown = {
      id: "q", step: 1, prompt: "?", form: "number", facts: [], explanation: "", otherwise: "no",
      choices: [
        { text: "nan", correct: true, why: "", misconception: null, number: "NaN", node: null },
        { text: "inf", correct: false, why: "", misconception: "infinite", number: "Infinity", node: null },
        { text: "0", correct: false, why: "", misconception: "zero", number: 0, node: null },
      ],
    };
    const [read] = quizOf([question], [], 5).questions;
    if (!read) throw new Error("not read");
    const slip = (text: string): unknown => check(read, { kind: "number", text }, 0)?.misconception;
    expect(check(read, { kind: "number", text: "NaN" }, 0)?.correct).toBe(true);
    expect([slip("inf"), slip("0"), slip("-inf"), slip("1")]).toEqual(["infinite", "zero", null, null]);
  });

  it.each([["6", 6], [" -0.25", -0.25], ["−3", -3], ["1e-3", 0.001], ["1/3", 1 / 3], ["-1/4", -0.25], ["0,5", 0.5], [".5", 0.5], ["+2.", 2], ["-inf", -Infinity]])("reads %s", (typed, value) => {
    expect(numberOf(typed)).toBe(value);
  });

  it("leaves out what is no question about this trace", () => {
    const [question] = goldenQuestions("lesson_15_fan_in");
    const junk = [null, 3, {}, { ...(question as object), step: -1 }, { ...(question as object), form: "essay" }, { ...(question as object), choices: [] }];
    expect(quizOf(junk, [], LAST).questions).toEqual([]);
    expect(quizOf([question], "none", 3).questions).toEqual([]);
    expect(quizOf(undefined, undefined, LAST).questions).toEqual([]);
    expect(quizOf([question], [{ question: "another" }, 7], LAST).answers.size).toBe(0);
  });
});
