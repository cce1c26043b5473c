import { describe, expect, it } from "vitest";
import { Explainer } from "../src/model/explain";
import { Replay } from "../src/model/frame";
import { parse } from "../src/model/parse";
import { segments, stops } from "../src/model/timeline";
import { tellingSteps } from "../src/model/turn";
import { golden, goldenNames, goldenText, plainFrame } from "./golden";

describe.each(goldenNames)("the golden trace %s", (name) => {
  const trace = parse(goldenText(name));
  const { steps, timeline, turns } = golden(name);

  it("has one golden step for every event and one before the first", () => {
    expect(steps.length).toBe(trace.events.length + 1);
  });

  it("falls into the stretches that Python finds", () => {
    expect(segments(trace).map(({ kind, label, from, to }) => [kind, label, from, to])).toEqual(timeline);
  });

  it("replays to the frames that Python has", () => {
    const replay = new Replay(trace);
    expect(steps.map((_, k) => plainFrame(replay.frame(k)))).toEqual(steps.map((step) => step.frame));
  });

  it("gives the same frames when steps are visited out of order", () => {
    const replay = new Replay(trace);
    const order = steps.map((_, k) => (k * 7919) % steps.length);
    for (const k of order) expect(plainFrame(replay.frame(k))).toEqual(steps[k]?.frame);
  });

  it("is explained in the words that Python uses", () => {
    const replay = new Replay(trace);
    const explainer = new Explainer(trace);
    const told = steps.map((_, k) => explainer.explain(replay.frame(k)));
    expect(told).toEqual(steps.map(({ sentence, rule, numbers }) => ({ sentence, rule, numbers })));
  });

  it("tells the turns of its nodes in the words that Python uses", () => {
    const replay = new Replay(trace);
    const explainer = new Explainer(trace);
    const told = stops(trace, "node").map((k) => [k, explainer.turn(replay.turn(tellingSteps(trace, k), k).told).sentence]);
    expect(told).toEqual(turns);
  });
});
