import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { entries } from "../src/model/columns";
import { Explainer } from "../src/model/explain";
import { Replay } from "../src/model/frame";
import { fromJson, parse } from "../src/model/parse";
import { TraceError, whole } from "../src/model/reader";
import { goldenText } from "./golden";
import { withJunk } from "./junk";

const TEXT = readFileSync(join(import.meta.dirname, "../../tests/golden/columns.json"), "utf8");
const DOCUMENTS = JSON.parse(TEXT) as { [name: string]: { columns: { [table: string]: unknown } } };

const opened = (document: unknown): unknown => fromJson(JSON.stringify(document));

describe("a trace in columns", () => {
  it.each(Object.keys(DOCUMENTS))("is the same as in records: %s", (name) => {
    expect(opened(DOCUMENTS[name])).toEqual(JSON.parse(goldenText(name)));
    expect(parse(opened(DOCUMENTS[name]))).toEqual(parse(goldenText(name)));
  });

  it.each(Object.keys(DOCUMENTS))("is refused with junk in it, or can be replayed and told: %s", (name) => {
    let refused = 0;
    for (let seed = 0; seed < 300; seed++) {
      try {
        const trace = parse(opened(withJunk(JSON.stringify(DOCUMENTS[name]), seed)));
        const [replay, explainer] = [new Replay(trace), new Explainer(trace)];
        for (let k = 0; k <= trace.events.length; k++) expect(explainer.explain(replay.frame(k)).sentence).toBeTruthy();
      } catch (error) {
        expect(error, `seed ${seed}: ${String(error)}`).toBeInstanceOf(TraceError);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });

  it("has whole numbers as letters", () => {
    expect(entries(whole, "#$%&[]^\ud7fe\ud7ff", 9)).toEqual([0, -1, 1, -2, 28, -29, 29, 27629, -27630]);
    expect(entries(whole, { up: "%%$#" }, 4)).toEqual([1, 2, 1, 1]);
    expect(() => entries(whole, "##", 3)).toThrow("expected a list of 3, got a list");
  });

  it.each([
    [{ count: 1e12, fields: {} }, "sources: expected at most 2000000 entries, got 1000000000000"],
    [{ count: 2, fields: { name: { once: ["a"] } } }, "sources.text: expected text, got nothing"],
    [{ count: 2, fields: { name: ["a"], text: { once: ["b"] } } }, "sources.name: expected a list of 2, got a list"],
    [{ count: 1, fields: { name: { once: ["a"], at: [1] }, text: ["b"] } }, "sources.name: expected a place in `once`, got 1"],
    [{ count: 1, fields: { name: { up: [1] }, text: ["b"] } }, "sources.name: expected text, got 1"],
    [{ count: 1, fields: { name: { sizes: [1], of: ["a"] }, text: ["b"] } }, "sources.name: expected a column, got an object"],
    [{ kinds: [{ count: 1, fields: { name: ["a"], text: ["b"] } }], order: [0, 0] }, "sources[1]: expected the number of a kind, got 0"],
    [undefined, "sources: expected an object, got nothing"],
  ])("is refused where a column is not one: %#", (column, message) => {
    const { handmade } = DOCUMENTS;
    expect(() => opened({ ...handmade, columns: { ...handmade?.columns, sources: column } })).toThrow(message);
  });
});
