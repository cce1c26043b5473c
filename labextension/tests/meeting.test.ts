import { describe, expect, it } from "vitest";
import { memoryLink } from "../src/link";
import { golden, goldenText } from "./golden";
import { opened } from "./opened";

/** Open a trace at the step whose sentence begins so, and press keys on one of its arrays. */
function pointAt(name: string, sentence: string, array: string, ...keys: readonly string[]) {
  const step = golden(name).steps.findIndex((each) => each.sentence.includes(sentence));
  const { el } = opened(goldenText(name), memoryLink({ step }));
  const map = el.querySelector(`.av-array-${array} .av-heatmap`);
  for (const key of keys) map?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const met = [...el.querySelectorAll(".av-array[data-met]")].map((each) => each.querySelector(".av-array-name")?.textContent);
  const cells = (which: string): number => el.querySelector(`.av-array-${which} .av-met`)?.getAttribute("d")?.match(/M/g)?.length ?? 0;
  return { words: el.querySelector(".av-meeting")?.textContent, met, cells, slider: el.querySelector<HTMLInputElement>("input[type=range]"), step };
}

describe("pointing at an element", () => {
  it("shows which column meets which column in the gradient of a product", () => {
    const { words, met, cells } = pointAt("seed_forward_backward", "MmBackward0 works out", "outgoing", "ArrowRight", "ArrowDown");
    expect(met).toEqual(["dL/d(x @ w)", "x"]);
    expect([cells("incoming"), cells("saved")]).toEqual([1, 1]);
    expect(words).toBe("dL/dw[1, 1] = dL/d(x @ w)[:, 1] · x[:, 1] = 0.1179 · 1 = 0.1179");
  });

  it("shows which row meets which column of a product going forward", () => {
    const { words, cells } = pointAt("seed_forward_backward", "x @ w gives", "result", "ArrowRight");
    expect(words).toMatch(/^x @ w\[0, 1\] = .*x.*\[0, :\] · w\[:, 1\] = 1 · .* = -0\.03596$/);
    expect(cells("input")).toBe(5);
  });

  it("shows which elements were summed to undo broadcasting", () => {
    const { words, cells } = pointAt("lesson_14_broadcasting", "b was broadcast", "outgoing", "ArrowRight");
    expect(cells("before-the-sum")).toBe(4);
    expect(words).toBe("dL/db[1] = dL/db[:, 1] = 2 + 5 + 8 + 11 = 26");
  });

  it("shows what an element is made of where each is taken by itself", () => {
    const { words } = pointAt("lesson_13_vector", "multiplies the arriving", "outgoing", "ArrowRight");
    expect(words).toBe("dL/dx[1] = 20 meets dL/dy[1] and x[1]");
  });

  it("says nothing of operations whose elements it does not know", () => {
    expect(pointAt("lesson_19_max_of_a_dimension", "hands the arriving", "outgoing", "ArrowRight").words).toBe("");
  });

  it("keeps the keys of an array from stepping", () => {
    const { slider, step } = pointAt("lesson_13_vector", "multiplies the arriving", "outgoing", "ArrowRight", "End", "Home");
    expect(slider?.value).toBe(String(step));
  });
});
