import { describe, expect, it } from "vitest";
import { turnExhibits } from "../src/model/exhibit";
import { Explainer } from "../src/model/explain";
import { frame } from "../src/model/frame";
import { Lookup } from "../src/model/lookup";
import { parse } from "../src/model/parse";
import { golden, goldenText } from "./golden";

/** The arrays beside a sentence that begins so: their parts, names and numbers. */
function beside(name: string, sentence: string, change = (text: string) => text) {
  const trace = parse(change(JSON.stringify(JSON.parse(goldenText(name)))));
  const k = golden(name).steps.findIndex((step) => step.sentence.includes(sentence));
  const { naming } = new Explainer(trace);
  return turnExhibits([frame(trace, k)], new Lookup(trace), naming).flatMap((each) =>
    each.kind === "sign" ? [] : [[each.role, each.label, trace.values[each.value]?.data]],
  );
}

describe("the arrays of an operation in place", () => {
  it("are what the tensor held before, and what it holds now", () => {
    expect(beside("lesson_06_saved_tensor_changed", "changes b in place")).toEqual([["before", "b", [6]], ["result", "b", [7]]]);
  });

  it("are so of a tensor that is met there, too", () => {
    expect(beside("lesson_08_leaf_under_no_grad", "changes a in place")).toEqual([["before", "a", [2]], ["result", "a", [3]]]);
  });
});

describe("the arrays of a rule", () => {
  it("show what was saved and what its memory holds now, where the two differ", () => {
    expect(beside("lesson_09_data", "SigmoidBackward0 works out").slice(1, 3)).toEqual([["saved", "s", [0.5, 0.880797]], ["now", "s", [0, 0]]]);
  });

  it("show a number that was saved twice once", () => {
    expect(beside("lesson_01_backward_twice", "is complete")).toEqual([["incoming", "dL/dy", [1]], ["saved", "x", [3]]]);
  });

  it("show an array that was saved twice and changed since once", () => {
    const told = beside("lesson_06_saved_tensor_changed", "saved b at version 0", (text) => text.replaceAll('"shape":[]', '"shape":[1]'));
    expect(told.filter(([part]) => part !== "incoming")).toEqual([["saved", "b", [6]], ["now", "b", [7]]]);
  });
});
