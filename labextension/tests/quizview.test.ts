import { afterEach, describe, expect, it, vi } from "vitest";
import { memoryLink } from "../src/link";
import { goldenQuestions, goldenText } from "./golden";
import { opened } from "./opened";

function open(name: string, state: { readonly [name: string]: unknown } = {}) {
  const link = memoryLink({ _quiz: goldenQuestions(name), ...state });
  const { el, one, press } = opened(goldenText(name), link);
  const labelled = (text: string): HTMLElement => {
    const found = [...el.querySelectorAll<HTMLElement>("button")].find((each) => each.textContent === text || each.getAttribute("aria-label") === text);
    if (!found) throw new Error(`no button ${text}`);
    return found;
  };
  const pick = (text: string): void => {
    const row = [...el.querySelectorAll("label.av-quiz-option")].find((each) => each.textContent === text);
    row?.querySelector("input")?.click();
  };
  const type = (text: string): void => {
    const input = one(".av-quiz-number");
    if (input instanceof HTMLInputElement) input.value = text;
  };
  const answers = (): readonly { readonly [name: string]: unknown }[] => link.get("answers") as readonly { readonly [name: string]: unknown }[];
  return { el, link, one, labelled, press, pick, type, answers, step: () => link.get("step") };
}

afterEach(() => void vi.useRealTimers());

const STEPS = goldenQuestions("lesson_02_not_undone").map((each) => (each as { step: number }).step);
const FIRST = STEPS[0] ?? 0;

describe("a player with questions", () => {
  it("goes no further than the open question, whatever asks it to", () => {
    const { link, labelled, one, press, step } = open("lesson_02_not_undone");
    press("End");
    expect(step()).toBe(FIRST);
    press("ArrowRight");
    labelled("Step forward").click();
    labelled("Last step").click();
    expect(step()).toBe(FIRST);
    link.set("step", 38);
    expect(step()).toBe(FIRST);
    const slider = one('input[type="range"]');
    if (slider instanceof HTMLInputElement) slider.value = "38";
    slider.dispatchEvent(new Event("input"));
    expect(step()).toBe(FIRST);
    expect(slider).toHaveProperty("value", String(FIRST));
    expect(labelled("Step forward").getAttribute("aria-disabled")).toBe("true");
  });

  it("pauses at the question when it plays", () => {
    vi.useFakeTimers();
    const { link, labelled, step } = open("lesson_02_not_undone", { speed: 16, grain: "node" });
    labelled("Play").click();
    vi.advanceTimersByTime(10_000);
    expect([step(), link.get("playing")]).toEqual([FIRST, false]);
  });

  it("opens no further than the question, and says nothing of what follows", () => {
    const { el, one, step } = open("lesson_02_not_undone", { step: 38 });
    expect(step()).toBe(FIRST);
    expect(one(".av-player").hasAttribute("data-asking")).toBe(true);
    const shown = [...el.querySelectorAll<HTMLElement>(".av-stretch")].filter((each) => !each.hidden);
    expect(shown.map((each) => each.title)).toEqual(["forward", "backward 1"]);
  });

  it("keeps a wrong answer with its misconception, explains it and goes on", () => {
    const { one, labelled, type, answers, step } = open("lesson_03_zero_grad_forgotten", { step: 99 });
    labelled("Skip").click();
    labelled("Continue").click();
    labelled("Last step").click();
    type("3");
    labelled("Check answer").click();
    expect(answers()).toHaveLength(2);
    expect(answers()[0]).toMatchObject({ given: null, correct: false, expected: "No, it runs." });
    expect(answers()[1]).toMatchObject({ question: "grad w @19", step: 19, given: "3", correct: false, expected: "6", misconception: "overwritten" });
    expect(one(".av-quiz-verdict").textContent).toContain("It does not replace w.grad");
    labelled("Continue").click();
    expect(step()).toBe(20);
    expect(one(".av-quiz .av-heading").textContent).toBe("Quiz: 0 of 2 right");
  });

  it("asks again for what it cannot read, and records nothing", () => {
    const { one, labelled, type, answers } = open("lesson_01_nothing_saved", { step: 99 });
    labelled("Check answer").click();
    expect(one(".av-quiz-missing").textContent).toBe("Choose an answer first.");
    labelled("Skip").click();
    labelled("Continue").click();
    labelled("Last step").click();
    type("two");
    labelled("Check answer").click();
    expect(one(".av-quiz-missing").textContent).toMatch(/^Type a number/);
    expect(answers()).toHaveLength(1);
  });

  it("moves the focus to the question when it opens and back after it", () => {
    const { one, labelled, press } = open("lesson_02_not_undone");
    const player = one(".av-player");
    player.focus();
    press("End");
    expect(document.activeElement).toBe(one(".av-quiz-number"));
    labelled("Skip").click();
    expect(document.activeElement).toBe(labelled("Continue"));
    labelled("Continue").click();
    expect(document.activeElement).toBe(player);
  });

  it("leaves the focus of the page alone when it opens at a question", () => {
    open("lesson_02_not_undone", { step: 99 });
    expect(document.activeElement).toBe(document.body);
  });

  it("leaves the keys to the question while it is open", () => {
    const { one, press, step } = open("lesson_02_not_undone", { step: 99 });
    press("ArrowLeft", one(".av-quiz-number"));
    press("Home", one(".av-quiz-number"));
    expect(step()).toBe(FIRST);
  });

  it("takes a click in the graph for an answer", () => {
    const { el, one, labelled, answers, link } = open("lesson_15_fan_in", { step: 99 });
    const exp = [...el.querySelectorAll<HTMLElement>("[data-node]")].find((each) => each.textContent?.includes("ExpBackward0"));
    exp?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    expect(one(".av-quiz-option:has(input:checked)").textContent).toBe("ExpBackward0, the node of b");
    labelled("Check answer").click();
    expect(answers()[0]).toMatchObject({ correct: true, given: "ExpBackward0, the node of b" });
    expect(String(link.get("selected"))).toMatch(/^n/);
  });

  it("takes a click on a node that is not among the choices too", () => {
    const { one, labelled, answers, link } = open("lesson_15_fan_in", { step: 99 });
    const add = goldenNode("AddBackward0");
    link.set("selected", `n${add}`);
    expect(one(".av-quiz-other").textContent).toBe("Clicked: AddBackward0 (loss)");
    labelled("Check answer").click();
    expect(answers()[0]).toMatchObject({ correct: false, given: "AddBackward0 (loss)", misconception: null });
    expect(one(".av-quiz-verdict").textContent).toContain("That one is not ready.");
  });

  it("shows the node picked from the list in the graph", () => {
    const { pick, link } = open("lesson_15_fan_in", { step: 99 });
    pick("x's AccumulateGrad");
    expect(link.get("selected")).toBe("t0");
  });

  it("asks anew when the answers are taken away, and back at the first question", () => {
    const { link, labelled, one, step } = open("lesson_02_not_undone");
    for (let i = 0; i < STEPS.length; i++) {
      labelled("Last step").click();
      labelled("Skip").click();
      labelled("Continue").click();
    }
    labelled("Last step").click();
    expect(step()).toBe(38);
    labelled("Copy answers");
    link.set("answers", []);
    expect(step()).toBe(FIRST);
    expect(one(".av-quiz .av-heading").textContent).toBe("Question 1 of 3");
  });

  it("asks what it is told to ask later", () => {
    const { link, el, press, step } = open("lesson_02_not_undone", { _quiz: [] });
    expect(el.querySelector(".av-quiz")).toBeNull();
    link.set("_quiz", goldenQuestions("lesson_02_not_undone"));
    press("End");
    expect(step()).toBe(FIRST);
    link.set("_quiz", []);
    expect(el.querySelector(".av-quiz")).toBeNull();
    press("End");
    expect(step()).toBe(38);
  });

  it("leads to the question who asks to go past it", () => {
    const { one, press, labelled } = open("lesson_02_not_undone", { step: 99 });
    press("ArrowRight");
    expect(document.activeElement).toBe(one(".av-quiz-number"));
    labelled("Play").focus();
    labelled("Last step").click();
    expect(document.activeElement).toBe(one(".av-quiz-number"));
  });

  it("says nothing of a sum that is still to come", () => {
    const quiet = (at: Element): boolean => at.closest(".av-player")?.hasAttribute("data-unanswered") ?? false;
    const { one, labelled } = open("lesson_14_broadcasting", { step: 99 });
    expect(one(".av-sum").getAttribute("data-happened")).toBe("idle");
    expect(quiet(one(".av-sum"))).toBe(true);
    labelled("Skip").click();
    expect(quiet(one(".av-sum"))).toBe(false);
  });

  it("shows hostile questions as text", () => {
    const evil = "<img src=x onerror=alert(1)>";
    const question = { id: evil, step: 1, prompt: evil, form: "choice", facts: [evil], explanation: evil, otherwise: "", choices: [{ text: evil, correct: true }, { text: "b", correct: false, why: evil }] };
    const { el, labelled, pick } = open("lesson_02_not_undone", { _quiz: [question], step: 9 });
    pick("b");
    labelled("Check answer").click();
    expect(el.querySelector("img")).toBeNull();
    expect(el.textContent).toContain("<img src=x");
  });

  it("is as it always was without questions", () => {
    const { el, press, step } = open("lesson_02_not_undone", { _quiz: [{ id: "junk" }] });
    press("End");
    expect(step()).toBe(38);
    expect(el.querySelector(".av-quiz")).toBeNull();
  });
});

function goldenNode(name: string): number {
  const { nodes } = JSON.parse(goldenText("lesson_15_fan_in")) as { nodes: readonly { id: number; name: string }[] };
  return nodes.find((each) => each.name === name)?.id ?? -1;
}
