import { afterEach, describe, expect, it, vi } from "vitest";
import type { Kernel } from "../src/live";
import { memoryLink } from "../src/link";
import { grow, wishOf, type Wish } from "../src/model/live";
import type { Playback } from "../src/model/playback";
import { golden, goldenText } from "./golden";
import { opened } from "./opened";

const TABLES = ["sources", "values", "tensors", "ops", "nodes", "events"] as const;
type Document = { [name: string]: unknown } & { readonly [table in (typeof TABLES)[number]]: unknown[] };
const whole = (): Document => JSON.parse(goldenText("seed_forward_backward")) as Document;
const { steps } = golden("seed_forward_backward");
const last = steps.length - 1;

afterEach(() => void vi.useRealTimers());

/** An engine that has the golden trace's events, and lets out as many as it is asked for. */
function engine(happened: number, state: { readonly [name: string]: unknown } = {}) {
  const trace: Document = { ...whole(), events: whole().events.slice(0, happened) };
  const wishes: Wish[] = [];
  let hear: () => void = () => undefined;
  const kernel: Kernel = {
    ask: (wish) => wishes.push(wish),
    onAnswer: (listener) => ((hear = listener), () => (hear = () => undefined)),
  };
  const memory = memoryLink({ step: happened, live: "paused", report: "", ...state });
  const { one, button, press, said } = opened(trace, { ...memory, kernel });
  return {
    one,
    wishes,
    link: memory,
    button,
    press,
    said,
    strip: () => one(".av-live-words").textContent,
    answer(count: number, then: string = "paused", changed: object = {}) {
      const at = trace.events.length;
      grow(trace, { kind: "more", at: { events: at, tensors: trace.tensors.length }, new: { events: whole().events.slice(at, at + count) }, changed });
      hear();
      memory.set("step", trace.events.length);
      memory.set("live", then);
    },
  };
}

describe("what a live player asks for", () => {
  const at = (step: number, more: Partial<Playback> = {}): Playback => ({ step, playing: false, selected: "", speed: 2, grain: "event", ...more });

  it("is nothing while there is something to replay", () => {
    expect(wishOf({ kind: "forward" }, at(3), 5)).toBeNull();
    expect(wishOf({ kind: "last" }, at(3), 5)).toBeNull();
  });

  it("is the next event, the rest of a turn, or all the rest, at the end of what happened", () => {
    expect(wishOf({ kind: "forward" }, at(5), 5)).toBe("event");
    expect(wishOf({ kind: "forward" }, at(5, { grain: "node" }), 5)).toBe("node");
    expect(wishOf({ kind: "tick" }, at(5, { playing: true }), 5)).toBe("event");
    expect(wishOf({ kind: "last" }, at(5), 5)).toBe("end");
    expect(wishOf({ kind: "toggle" }, at(5), 5)).toBe("event");
    expect(wishOf({ kind: "toggle" }, at(5, { playing: true }), 5)).toBeNull();
  });

  it("is never anything for going back, seeking or selecting", () => {
    for (const action of [{ kind: "back" }, { kind: "first" }, { kind: "seek", step: 5 }, { kind: "select", item: "n0" }] as const) {
      expect(wishOf(action, at(5), 5)).toBeNull();
    }
  });
});

describe("a document that grows", () => {
  const message = { kind: "more", at: { events: 1, nodes: 2 }, new: { events: ["b", "c"] }, changed: { nodes: [[0, "N"]] } };

  it("takes in what is new and what changed, once, however often it is told", () => {
    const document = { events: ["a"], nodes: ["n", "m"] };
    expect(grow(document, message)).toBe(true);
    expect(grow(document, message)).toBe(true);
    expect(document).toEqual({ events: ["a", "b", "c"], nodes: ["N", "m"] });
  });

  it("takes in a table that it has not had", () => {
    const document: { modules?: unknown } = {};
    expect(grow(document, { kind: "more", at: { modules: 0 }, new: { modules: ["m"] }, changed: {} })).toBe(true);
    expect(document.modules).toEqual(["m"]);
  });

  it("says so when it has missed something, and is whole again when told all", () => {
    const document = { events: [], nodes: [] };
    expect(grow(document, message)).toBe(false);
    expect(document).toEqual({ events: [], nodes: [] });
    grow(document, { kind: "whole", trace: { events: ["a"], nodes: ["n"] } });
    expect(document).toEqual({ events: ["a"], nodes: ["n"] });
  });

  it("is not harmed by a message that is none", () => {
    for (const junk of [null, 3, "x", {}, { kind: "more" }, { kind: "more", at: { events: "x" } }]) grow({ events: [] }, junk);
  });
});

describe("a live player", () => {
  it("asks for the next event at the end of what has happened, and shows it when it comes", () => {
    const { button, wishes, answer, said, link } = engine(3);
    button("Step back").click();
    button("Step forward").click();
    expect(wishes).toEqual([]);
    button("Step forward").click();
    expect(wishes).toEqual(["event"]);
    expect(link.get("step")).toBe(3);
    answer(1);
    expect(link.get("step")).toBe(4);
    expect(said()).toBe(steps[4]?.sentence);
  });

  it("asks once until it is answered", () => {
    const { press, wishes, answer } = engine(3);
    press("ArrowRight");
    press("ArrowRight");
    answer(1);
    press("End");
    expect(wishes).toEqual(["event", "end"]);
  });

  it("shows every step as a replay of the whole trace does", () => {
    const { answer, said, one } = engine(1);
    for (let k = 2; k <= last; k++) {
      answer(1);
      expect(said()).toBe(steps[k]?.sentence.replaceAll("`", ""));
      const { nodes } = steps[k]?.frame as { nodes: { [id: string]: { state: string } } };
      for (const [id, node] of Object.entries(nodes)) expect(one(`[data-node="${id}"]`).getAttribute("data-state")).toBe(node.state);
    }
    expect(one('input[aria-label="Step"]').getAttribute("max")).toBe(String(last));
  });

  it("keeps its cards while only events are new", () => {
    const { answer, one } = engine(3);
    const card = one("[data-node]");
    answer(2);
    expect(one("[data-node]")).toBe(card);
  });

  it("keeps the search, the zoom, the selection and the focus where it draws the graph anew", () => {
    const { answer, one, button, link } = engine(3, { selected: "n1" });
    const search = one(".av-search-input") as HTMLInputElement;
    search.value = "mul";
    search.dispatchEvent(new Event("input", { bubbles: true }));
    button("Zoom in").click();
    const zoom = one(".av-zoom-level").textContent;
    const card = one(".av-card[data-match]");
    card.focus();
    const [first] = whole().tensors as readonly object[];
    answer(1, "paused", { tensors: [[0, { ...first, name: "renamed" }]] });
    const id = card.getAttribute("data-item");
    expect(card.isConnected).toBe(false);
    expect(document.activeElement?.getAttribute("data-item")).toBe(id);
    expect(one(`[data-item="${id}"]`).hasAttribute("data-match")).toBe(true);
    expect([search.isConnected, search.value, one(".av-zoom-level").textContent]).toEqual([true, "mul", zoom]);
    expect(link.get("selected")).toBe("n1");
  });

  it("plays on as answers come, and stops when the run is over", () => {
    vi.useFakeTimers();
    const { button, wishes, answer, link } = engine(last - 2, { speed: 4 });
    button("Play").click();
    expect(wishes).toEqual(["event"]);
    answer(1);
    vi.advanceTimersByTime(260);
    expect(wishes).toEqual(["event", "event"]);
    answer(1, "finished");
    vi.advanceTimersByTime(600);
    expect(link.get("playing")).toBe(false);
    expect(wishes).toHaveLength(2);
  });

  it("can go forward as long as the engine is paused, and not when it is over", () => {
    const { button, answer, press, wishes } = engine(last - 1);
    expect(button("Step forward").getAttribute("aria-disabled")).toBeNull();
    answer(1, "finished");
    expect(button("Step forward").getAttribute("aria-disabled")).toBe("true");
    press("ArrowRight");
    expect(wishes).toEqual([]);
  });

  it("says where the engine is, and that the past is the past", () => {
    const { strip, press, one } = engine(5);
    expect(strip()).toContain("paused here");
    press("ArrowLeft");
    expect(strip()).toContain("the engine is paused after event 5");
    const [present] = [...one(".av-live").querySelectorAll("button")];
    present?.click();
    expect(strip()).toContain("paused here");
  });

  it("asks to abandon, and shows what was consumed", () => {
    const { one, wishes, link, strip } = engine(5);
    [...one(".av-live").querySelectorAll("button")][1]?.click();
    expect(wishes).toEqual(["abandon"]);
    link.set("report", "Abandoned after event 5. Freed: nothing.");
    link.set("live", "abandoned");
    expect(strip()).toBe("Abandoned after event 5. Freed: nothing.");
  });

  it("says so when no kernel answers, until one does", () => {
    vi.useFakeTimers();
    const { press, strip, answer } = engine(5);
    press("ArrowRight");
    vi.advanceTimersByTime(3000);
    expect(strip()).toContain("No answer from the kernel");
    answer(1);
    expect(strip()).toContain("paused here");
  });

  it("replays, without asking, where no engine listens", () => {
    const { button, one } = opened(whole(), memoryLink({ step: last, live: "paused" }));
    button("Step forward").click();
    expect(one(".av-live-words").textContent).toContain("when this was saved");
  });
});
