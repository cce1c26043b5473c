import { describe, expect, it } from "vitest";
import { parse } from "../src/model/parse";
import { pause, paces, reduce, type Playback } from "../src/model/playback";
import { ledger, segments, stops } from "../src/model/timeline";
import { goldenText } from "./golden";

const trace = parse(goldenText("handmade"));
const byNode = { event: stops(trace, "event"), node: stops(trace, "node") };
const start: Playback = { step: 0, playing: false, selected: "", speed: 2, grain: "event" };
const last = trace.events.length;

describe("the player's state", () => {
  it("steps forward and back by one event and stays within the trace", () => {
    const one = reduce(start, { kind: "forward" }, byNode);
    expect(one.step).toBe(1);
    expect(reduce(one, { kind: "back" }, byNode).step).toBe(0);
    expect(reduce(start, { kind: "back" }, byNode).step).toBe(0);
    expect(reduce({ ...start, step: last }, { kind: "forward" }, byNode).step).toBe(last);
  });

  it("goes to the ends and to any step, and no further", () => {
    expect(reduce(start, { kind: "last" }, byNode).step).toBe(last);
    expect(reduce({ ...start, step: 4 }, { kind: "first" }, byNode).step).toBe(0);
    expect(reduce(start, { kind: "seek", step: 1e9 }, byNode).step).toBe(last);
    expect(reduce(start, { kind: "seek", step: NaN }, byNode).step).toBe(0);
  });

  it("plays until the last step and then stops", () => {
    let state = reduce(start, { kind: "toggle" }, byNode);
    expect(state.playing).toBe(true);
    for (let i = 0; i < last; i++) state = reduce(state, { kind: "tick" }, byNode);
    expect(state).toMatchObject({ step: last, playing: false });
  });

  it("offers a long trace paces at which it takes a minute or two, and a short one none", () => {
    expect(paces(8_000)).toEqual([0.5, 1, 2, 4, 8, 16, 60]);
    expect(paces(60_000).slice(7)).toEqual([500, 1000]);
    expect(paces(2_000_000).slice(7)).toEqual([20_000]);
    for (let events = 7_000; events < 2_500_000; events *= 1.1) {
      const shortest = events / Math.max(...paces(events));
      expect(shortest, `${events} events`).toBeLessThan(151);
    }
  });

  it("passes over steps at a pace that no screen shows", () => {
    const list = { event: Array.from({ length: 1001 }, (_, i) => i), node: [0, 1000] };
    const fast = { ...start, speed: 600, playing: true };
    expect(reduce(fast, { kind: "tick" }, list)).toMatchObject({ step: 10, playing: true });
    expect(reduce({ ...fast, step: 995 }, { kind: "tick" }, list)).toMatchObject({ step: 1000, playing: false });
    expect([pause(fast), pause(start)]).toEqual([1000 / 60, 500]);
  });

  it("starts again from the beginning when played at the end", () => {
    expect(reduce({ ...start, step: last }, { kind: "toggle" }, byNode)).toMatchObject({ step: 0, playing: true });
  });

  it("pauses on any step by hand", () => {
    const playing = { ...start, step: 3, playing: true };
    for (const kind of ["forward", "back", "first", "last"] as const) {
      expect(reduce(playing, { kind }, byNode).playing).toBe(false);
    }
  });

  it("steps over a whole node when told to step by node", () => {
    const grain = reduce(start, { kind: "grain", grain: "node" }, byNode);
    const begin = trace.events.findIndex((event) => event.kind === "seed") + 1;
    const after = reduce({ ...grain, step: begin }, { kind: "forward" }, byNode).step;
    expect(trace.events[after]?.kind).toBe("run");
    expect(trace.events.slice(begin, after).filter((event) => event.kind === "run").length).toBe(1);
  });
});

describe("the timeline", () => {
  it("covers all events with named stretches, in order", () => {
    const found = segments(trace);
    expect(found.map((each) => each.label)).toEqual(["forward", "backward 1"]);
    expect(found.map((each) => [each.from, each.to])).toEqual([[0, 3], [3, last]]);
  });

  it("lists every change of .grad with the step that shows it", () => {
    const found = ledger(trace);
    expect(found.map((each) => trace.tensors[each.tensor]?.name)).toEqual(["b", "w"]);
    for (const each of found) expect(trace.events[each.step - 1]?.kind).toBe("accumulate");
  });
});
