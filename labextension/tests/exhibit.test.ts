import { describe, expect, it } from "vitest";
import { turnExhibits } from "../src/model/exhibit";
import { Explainer } from "../src/model/explain";
import { frame } from "../src/model/frame";
import { Lookup } from "../src/model/lookup";
import { parse } from "../src/model/parse";
import { golden, goldenText } from "./golden";

/** The arrays beside a sentence that begins so: their parts, names and numbers. */
function beside(name: string, sentence: string) {
  const trace = parse(goldenText(name));
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

  it("are the result alone where the tensor was met after the change", () => {
    expect(beside("lesson_09_data", "changes s.data in place")).toEqual([["result", "s.data", [0, 0]]]);
  });
});
