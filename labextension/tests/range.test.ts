import { describe, expect, it } from "vitest";
import { memoryLink } from "../src/link";
import { limited, rangeOf } from "../src/model/playback";
import { sizeOf } from "../src/model/size";
import { golden, goldenText } from "./golden";
import { opened } from "./opened";

const last = golden("handmade").steps.length - 1;
function open(state: { readonly [name: string]: unknown }) {
  const link = memoryLink(state);
  const { el, one, press } = opened(goldenText("handmade"), link);
  const slider = one(".av-slider");
  if (!(slider instanceof HTMLInputElement)) throw new Error("no slider");
  return { el, link, root: one(".av-player"), slider, press };
}

describe("the steps that can be shown", () => {
  it("are those from start to stop, as far as the trace has them", () => {
    expect(rangeOf(0, null, 9)).toEqual({ start: 0, stop: 9 });
    expect(rangeOf(3, 6, 9)).toEqual({ start: 3, stop: 6 });
    expect(rangeOf(5, 2, 9)).toEqual({ start: 5, stop: 5 });
    expect(rangeOf("x", 99, 9)).toEqual({ start: 0, stop: 9 });
    expect(limited([0, 2, 4, 9], { start: 1, stop: 5 })).toEqual([1, 2, 4, 5]);
    expect(limited([0, 1], { start: 1, stop: 1 })).toEqual([1]);
  });

  it("bound the slider, the keys and the link", () => {
    const { link, slider, press } = open({ start: 4, stop: 8, step: 0 });
    expect([slider.min, slider.max, slider.value]).toEqual(["4", "8", "4"]);
    press("ArrowLeft");
    expect(slider.value).toBe("4");
    press("End");
    press("ArrowRight");
    expect(link.get("step")).toBe(8);
    link.set("step", last);
    expect(link.get("step")).toBe(8);
    press("Home");
    expect(link.get("step")).toBe(4);
  });

  it("follow the link", () => {
    const { link, slider, el } = open({ step: last });
    link.set("stop", 6);
    expect([link.get("step"), slider.max, el.querySelector(".av-counter")?.textContent]).toEqual([6, "6", "6 / 6"]);
    link.set("stop", null);
    expect(slider.max).toBe(String(last));
  });
});

describe("the size of a player", () => {
  it("is a name or pixels, and as much as there is for anything else", () => {
    expect(sizeOf("small")).toEqual({ width: 900, height: 440 });
    expect(sizeOf([640, null])).toEqual({ width: 640, height: null });
    for (const odd of ["auto", "constructor", undefined, 3, ["1", -5]]) expect(sizeOf(odd)).toEqual({ width: null, height: null });
  });

  it("is what the link says, when it says it", () => {
    const { link, root } = open({ size: [640, 480] });
    expect([root.style.maxWidth, root.style.getPropertyValue("--av-height")]).toEqual(["640px", "480px"]);
    link.set("size", "large");
    expect([root.style.maxWidth, root.style.getPropertyValue("--av-height")]).toEqual(["", "960px"]);
  });
});
