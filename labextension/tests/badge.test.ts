import { describe, expect, it } from "vitest";
import { badge, Lookup } from "../src/model/lookup";
import { parse } from "../src/model/parse";
import { goldenText } from "./golden";

/** What the cards of a trace's operations say is computed. */
function badges(name: string): readonly string[] {
  const lookup = new Lookup(parse(goldenText(name)));
  return lookup.trace.ops.map((op) => badge({ id: "", node: null, op, tensors: [], since: 0 }));
}

describe("an operation", () => {
  it("is said as Python writes it", () => {
    expect(badges("lesson_06_saved_tensor_changed")).toEqual(["× 3", "×", "+= 1"]);
    expect(badges("lesson_09_detach")).toContain("zero_");
    expect(badges("lesson_20_where_trap")).toContain("> 0");
  });

  it("that is known by its node alone is said under its own name", () => {
    const [node] = parse(goldenText("handmade")).nodes.filter((each) => each.kind === "op");
    if (!node) throw new Error("no node");
    expect(badge({ id: "", node: { ...node, name: "LogSoftmaxBackward0" }, op: null, tensors: [], since: 0 })).toBe("log_softmax");
  });
});
