import { describe, expect, it } from "vitest";
import { memoryLink } from "../src/link";
import { golden, goldenText } from "./golden";
import { opened } from "./opened";

const { steps } = golden("handmade");
function open(state: { readonly [name: string]: unknown }) {
  const link = memoryLink(state);
  return { link, ...opened(goldenText("handmade"), link) };
}

describe("what was said", () => {
  it("lists the sentences up to the step shown, and goes to one that is clicked", () => {
    const { el, link } = open({ step: 6 });
    const details = el.querySelector<HTMLDetailsElement>(".av-transcript");
    if (!details) throw new Error("no transcript");
    details.open = true;
    details.dispatchEvent(new Event("toggle"));
    const texts = (): (string | null)[] => [...el.querySelectorAll(".av-transcript-text")].map((each) => each.textContent);
    const said = (n: number): string[] => steps.slice(1, n + 1).map((step) => step.sentence.replace(/`/g, ""));
    expect(texts()).toEqual(said(6));
    link.set("step", 8);
    expect(texts()).toEqual(said(8));
    el.querySelectorAll<HTMLElement>(".av-transcript .av-ledger-row")[2]?.click();
    expect(link.get("step")).toBe(3);
    expect(texts()).toEqual(said(3));
  });
});

describe("a selected card", () => {
  it("is followed from event to event by n and p and by the buttons over the graph", () => {
    const { el, link, press } = open({ step: 0 });
    const bar = el.querySelector<HTMLElement>(".av-selection");
    expect(bar?.hidden).toBe(true);
    link.set("selected", "n0");
    expect(bar?.hidden).toBe(false);
    press("n");
    const first = Number(link.get("step"));
    expect(first).toBeGreaterThan(0);
    expect(bar?.textContent).toContain("event 1 of ");
    bar?.querySelector<HTMLElement>('[aria-label^="Next event"]')?.click();
    expect(Number(link.get("step"))).toBeGreaterThan(first);
    press("p");
    expect(link.get("step")).toBe(first);
    press("Escape");
    expect([link.get("selected"), bar?.hidden]).toEqual(["", true]);
  });

  it("paces the player with < and >, and g switches the grain", () => {
    const { link, press } = open({ speed: 2 });
    press(">");
    expect(link.get("speed")).toBe(4);
    press("<");
    press("<");
    expect(link.get("speed")).toBe(1);
    press("g");
    expect(link.get("grain")).toBe("node");
  });
});
