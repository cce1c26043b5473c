import { afterEach, describe, expect, it } from "vitest";
import { memoryLink } from "../src/link";
import { mount } from "../src/player";
import { goldenText } from "./golden";

const LINES = 900;
type Json = { [key: string]: unknown };

/** The handmade trace, its first operation on a given line of a long source. */
function open(line: number) {
  const trace = JSON.parse(goldenText("handmade")) as { sources: Json[]; ops: Json[] };
  trace.sources = [{ name: "long.py", text: Array.from({ length: LINES }, (_, i) => `x = ${i + 1}`).join("\n") }];
  trace.ops.forEach((op, i) => (op["line"] = { source: 0, line: i === 0 ? line : 1, end_line: null }));
  const link = memoryLink({ step: 1 });
  const player = mount(document.body, trace, link);
  const listing = document.querySelector<HTMLElement>(".av-code");
  if (!listing) throw new Error("no listing");
  const numbers = (): number[] => [...listing.querySelectorAll(".av-line-number")].map((each) => Number(each.textContent));
  const scroll = (top: number): void => {
    const sizes = { scrollTop: top, scrollHeight: numbers().length * 20, clientHeight: 200 };
    for (const [name, value] of Object.entries(sizes)) Object.defineProperty(listing, name, { value, configurable: true, writable: true });
    listing.dispatchEvent(new Event("scroll"));
  };
  return { player, link, listing, numbers, scroll };
}

const straight = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

afterEach(() => document.body.replaceChildren());

describe("the code of a long source", () => {
  it("is listed around the line of the step, which is marked", () => {
    const { numbers, listing } = open(500);
    expect(numbers()).toEqual(straight(301, 700));
    expect(listing.querySelector('[aria-current="step"]')?.textContent).toBe("500x = 500");
  });

  it.each([1, LINES])("is listed up to its ends: line %i", (line) => {
    const { numbers } = open(line);
    expect(numbers()).toContain(line);
    expect(numbers().length).toBeLessThanOrEqual(401);
  });

  it("goes on as it is scrolled, both ways, and stops at its ends", () => {
    const { numbers, scroll } = open(500);
    scroll(0);
    expect(numbers()).toEqual(straight(101, 700));
    scroll(600 * 20 - 200);
    expect(numbers()).toEqual(straight(101, 900));
    scroll(4000);
    expect(numbers()).toEqual(straight(101, 900));
    scroll(0);
    scroll(900 * 20 - 200);
    expect(numbers()).toEqual(straight(1, LINES));
  });

  it("is listed anew where a step is far away", () => {
    const { numbers, link, listing } = open(500);
    link.set("step", 2);
    expect(numbers()[0]).toBe(1);
    expect(listing.querySelector('[aria-current="step"]')?.textContent).toBe("1x = 1");
  });
});
