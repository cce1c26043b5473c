import { afterEach, describe, expect, it, vi } from "vitest";
import { memoryLink } from "../src/link";
import { mount } from "../src/player";
import { golden, goldenText } from "./golden";
import { opened } from "./opened";

const { steps, turns } = golden("handmade");
const last = steps.length - 1;
function open(state: { readonly [name: string]: unknown } = {}, trace: unknown = goldenText("handmade")) {
  const link = memoryLink(state);
  return { link, ...opened(trace, link) };
}

afterEach(() => void vi.useRealTimers());

describe("the player", () => {
  it("says the sentence of its step in a polite live region", () => {
    const { link, said } = open({ step: 5 });
    expect(said()).toBe(steps[5]?.sentence);
    link.set("step", 6);
    expect(said()).toBe(steps[6]?.sentence);
  });

  it("has the buttons and the slider that its contract names", () => {
    const { button, one } = open();
    for (const name of ["First step", "Step back", "Play", "Step forward", "Last step"]) button(name);
    expect(one('input[type="range"][aria-label="Step"]').getAttribute("max")).toBe(String(last));
  });

  it("writes its step to the link as it goes", () => {
    const { link, button } = open();
    button("Step forward").click();
    expect(link.get("step")).toBe(1);
    button("Last step").click();
    expect(link.get("step")).toBe(last);
    button("Step back").click();
    button("First step").click();
    expect(link.get("step")).toBe(0);
  });

  it("draws of a slider's moves the first at once, and then only the last before the next frame", async () => {
    const { link, one } = open();
    const slider = one(".av-slider") as HTMLInputElement;
    const drawn: unknown[] = [];
    link.on("step", () => drawn.push(link.get("step")));
    for (const step of [3, 5, 7, 9]) {
      slider.value = String(step);
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    }
    expect(drawn).toEqual([3]);
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    expect(drawn).toEqual([3, 9]);
  });

  it("shows each node with its state", () => {
    const { one, link } = open();
    const running = steps.findIndex((step) => JSON.stringify(step.frame).includes('"running"'));
    link.set("step", running);
    const frame = steps[running]?.frame as { nodes: { [id: string]: { state: string } } };
    for (const [id, node] of Object.entries(frame.nodes)) {
      expect(one(`[data-node="${id}"]`).getAttribute("data-state")).toBe(node.state);
    }
  });

  it("shows old + incoming = new in the leaf's bin while it changes, and the sum afterwards", () => {
    const { one, link } = open();
    const step = steps.findIndex((each) => each.sentence.startsWith("b.grad was None"));
    expect(one('[data-leaf="b"]').textContent).toBe("b.grad: NoneNone");
    link.set("step", step);
    expect(one('[data-leaf="b"]').textContent).toContain("None+2=2");
    link.set("step", step + 1);
    expect(one('[data-leaf="b"]').textContent).toBe("b.grad: 22");
  });

  it("tells by nodes what a node did, and shows what it added to a leaf", () => {
    const { link, said, one } = open({ grain: "node" });
    const [step, sentence] = turns.find((each) => each[1].includes("becomes b.grad")) ?? [0, ""];
    link.set("step", step);
    expect(said()).toBe(sentence);
    expect(one('[data-leaf="b"]').textContent).toContain("None+2=2");
    link.set("grain", "event");
    expect(said()).toBe(steps[step]?.sentence);
  });

  it("listens to space, the arrows, Home and End", () => {
    const { link, press } = open();
    press("ArrowRight");
    press("ArrowRight");
    press("ArrowLeft");
    expect(link.get("step")).toBe(1);
    press("End");
    expect(link.get("step")).toBe(last);
    press("Home");
    press(" ");
    expect(link.get("playing")).toBe(true);
    press(" ");
    expect(link.get("playing")).toBe(false);
  });

  it("plays at its speed, and the button turns to Pause", () => {
    vi.useFakeTimers();
    const { link, button } = open({ speed: 4 });
    button("Play").click();
    button("Pause");
    vi.advanceTimersByTime(260);
    expect(link.get("step")).toBe(1);
    vi.advanceTimersByTime(500);
    expect(link.get("step")).toBe(3);
    button("Pause").click();
    vi.advanceTimersByTime(5000);
    expect(link.get("step")).toBe(3);
  });

  it("plays and pauses when the link says so", () => {
    vi.useFakeTimers();
    const { link } = open({ speed: 2 });
    link.set("playing", true);
    vi.advanceTimersByTime(1100);
    expect(link.get("step")).toBe(2);
  });

  it("selects a card by click and by Enter, and lets go of it again", () => {
    const { one, link, press } = open();
    const card = one('[data-node="0"]');
    card.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    expect(link.get("selected")).toBe("n0");
    expect(card.getAttribute("aria-pressed")).toBe("true");
    press("Enter", card);
    expect(link.get("selected")).toBe("");
  });

  it("goes to a change of .grad from the ledger", () => {
    const { el, link } = open({ step: last });
    el.querySelector<HTMLElement>(".av-ledger-row")?.click();
    expect(steps[Number(link.get("step"))]?.sentence).toMatch(/^b\.grad was None/);
  });

  it("never moves a card while stepping", () => {
    const { el, link } = open();
    const places = (): (string | null)[] => [...el.querySelectorAll(".av-card")].map((card) => card.getAttribute("transform"));
    const before = places();
    for (let k = 0; k <= last; k++) link.set("step", k);
    expect(places()).toEqual(before);
  });

  it("hides what has not been computed yet", () => {
    const { one, link } = open();
    expect(one('[data-node="0"]').hasAttribute("data-future")).toBe(true);
    link.set("step", 1);
    expect(one('[data-node="0"]').hasAttribute("data-future")).toBe(false);
    expect(one('[data-node="1"]').hasAttribute("data-future")).toBe(true);
  });

  it("shows hostile names as text", () => {
    const trace = goldenText("handmade").replaceAll('"name":"w"', '"name":"<img src=x onerror=alert(1)>"');
    const { el } = open({ step: last }, trace);
    expect(el.querySelector("img")).toBeNull();
    expect(el.textContent).toContain("<img src=x");
  });

  it("takes everything away when disposed of, and no longer listens", () => {
    const { el, player, link } = open();
    player.dispose();
    expect(el.childElementCount).toBe(0);
    link.set("step", 3);
    expect(el.childElementCount).toBe(0);
  });

  it("keeps two players of one trace apart", () => {
    const one = open();
    const other = open();
    one.button("Step forward").click();
    expect(other.link.get("step")).toBe(0);
    one.player.dispose();
  });

  it("corrects a state that makes no sense", () => {
    const { said } = open({ step: 1e6, speed: "fast", selected: 3, grain: "era" });
    expect(said()).toBe(steps[last]?.sentence);
  });

  it("throws a clear error for something that is no trace, and leaves the page alone", () => {
    const el = document.createElement("div");
    expect(() => mount(el, { format: "x" }, memoryLink())).toThrow(/not a trace of autograd-viz/);
    expect(el.childElementCount).toBe(0);
  });
});
