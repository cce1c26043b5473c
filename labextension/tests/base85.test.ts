import { describe, expect, it } from "vitest";
import { fromBase85 } from "../src/base85";

describe("bytes in base 85", () => {
  it("are four for five letters, the first the highest, as many as were told", () => {
    expect([...fromBase85("#####", 4)]).toEqual([0, 0, 0, 0]);
    expect([...fromBase85("####$", 4)]).toEqual([0, 0, 0, 1]);
    expect([...fromBase85("####$$####", 5)]).toEqual([0, 0, 0, 1, 3]);
    expect(fromBase85("", 0)).toHaveLength(0);
  });

  it("have x for a backslash and y for <", () => {
    expect([...fromBase85("####x", 4)]).toEqual([0, 0, 0, "\\".charCodeAt(0) - 35]);
    expect([...fromBase85("####y", 4)]).toEqual([0, 0, 0, "<".charCodeAt(0) - 35]);
  });
});
