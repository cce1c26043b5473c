import { afterEach, describe, expect, it } from "vitest";
import { memoryLink } from "../src/link";
import { Explainer } from "../src/model/explain";
import { Replay } from "../src/model/frame";
import { parse } from "../src/model/parse";
import { TraceError } from "../src/model/reader";
import { mount } from "../src/player";
import { goldenText } from "./golden";
import { withJunk } from "./junk";

afterEach(() => document.body.replaceChildren());

describe("a trace with junk somewhere", () => {
  it.each(["handmade", "lesson_06_saved_tensor_changed", "lesson_16_hooks", "lesson_09_data"])("is refused, or can be replayed and told: %s", (name) => {
    let refused = 0;
    for (let seed = 0; seed < 400; seed++) {
      const input = withJunk(goldenText(name), seed);
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
      const input = withJunk(goldenText("lesson_16_hooks"), seed + 5000);
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
