import { afterEach, describe, expect, it } from "vitest";
import { memoryLink } from "../src/link";
import { Explainer } from "../src/model/explain";
import { Replay } from "../src/model/frame";
import { parse } from "../src/model/parse";
import { TraceError } from "../src/model/reader";
import { mount } from "../src/player";
import { goldenText } from "./golden";

type Json = { [key: string]: unknown } | unknown[];
const JUNK: readonly unknown[] = [
  null, true, -1, 0, 1, 7, 1e12, 1.5, "", "x", "NaN", [], [null], [0, 1], {}, { a: 1 }, 2 ** 53 - 1, -(2 ** 53), "<script>", "__proto__", [[[[[[[]]]]]]],
];

/** The places inside a document, as paths. */
function places(found: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  const inner = Array.isArray(found) ? found.map((each, i) => [i, each] as const) : typeof found === "object" && found !== null ? Object.entries(found) : [];
  return [...(path.length ? [path] : []), ...inner.flatMap(([key, each]) => places(each, [...path, key]))];
}

/** A small generator with a seed, so that a failure comes again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function withJunk(name: string, seed: number): unknown {
  const document = JSON.parse(goldenText(name)) as Json;
  const draw = random(seed);
  draw();
  const everywhere = places(document);
  const path = everywhere[Math.floor(draw() * everywhere.length)] ?? [];
  let at = document as { [key: string]: unknown };
  for (const key of path.slice(0, -1)) at = at[key] as { [key: string]: unknown };
  at[path[path.length - 1] ?? ""] = structuredClone(JUNK[Math.floor(draw() * JUNK.length)]);
  return document;
}

afterEach(() => document.body.replaceChildren());

describe("a trace with junk somewhere", () => {
  it.each(["handmade", "lesson_06_saved_tensor_changed", "lesson_16_hooks", "lesson_09_data"])("is refused, or can be replayed and told: %s", (name) => {
    let refused = 0;
    for (let seed = 0; seed < 400; seed++) {
      const input = withJunk(name, seed);
      let trace;
      try {
        trace = parse(input);
      } catch (error) {
        expect(error, `seed ${seed}`).toBeInstanceOf(TraceError);
        refused += 1;
        continue;
      }
      try {
        const replay = new Replay(trace);
        const explainer = new Explainer(trace);
        for (let k = 0; k <= trace.events.length; k++) expect(explainer.explain(replay.frame(k)).sentence).toBeTruthy();
      } catch (error) {
        throw new Error(`seed ${seed}: ${String(error)}`);
      }
    }
    expect(refused).toBeGreaterThan(150);
  });

  it("is refused, or can be shown at its ends", () => {
    for (let seed = 0; seed < 60; seed++) {
      const input = withJunk("lesson_16_hooks", seed + 5000);
      const el = document.createElement("div");
      try {
        const link = memoryLink();
        const player = mount(el, input, link);
        link.set("step", 1e6);
        player.dispose();
      } catch (error) {
        if (!(error instanceof TraceError)) throw new Error(`seed ${seed + 5000}: ${String(error)}`);
      }
    }
  });
});
