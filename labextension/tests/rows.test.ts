// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { h } from "../src/view/dom";
import { rows } from "../src/view/rows";

describe("a long list", () => {
  it("has on the page only what is in sight, and the room of the rest", () => {
    const list = rows("List", 30, (index) => h("span", {}, `row ${index}`));
    list.resize(10_000);
    const made = [...list.element.querySelectorAll("li")];
    expect(made.length).toBeLessThan(40);
    expect(made[0]?.textContent).toBe("row 0");
    expect(made[0]?.getAttribute("aria-setsize")).toBe("10000");
    const room = made.length * 30 + Number.parseFloat(list.element.querySelector("ol")?.style.paddingBottom ?? "");
    expect(room).toBe(300_000);
  });

  it("shows other rows when it is scrolled, in their order", () => {
    const list = rows("List", 30, (index) => h("span", {}, String(index)));
    list.resize(1000);
    list.element.scrollTop = 15_000;
    list.element.dispatchEvent(new Event("scroll"));
    const seen = [...list.element.querySelectorAll("li")].map((row) => Number(row.textContent));
    expect(seen).toContain(500);
    expect(seen).not.toContain(0);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it("is on the page whole while it is printed", () => {
    const list = rows("List", 30, (index) => h("span", {}, String(index)));
    list.resize(200);
    dispatchEvent(new Event("beforeprint"));
    expect(list.element.querySelectorAll("li")).toHaveLength(200);
    dispatchEvent(new Event("afterprint"));
    expect(list.element.querySelectorAll("li").length).toBeLessThan(40);
    list.dispose();
  });

  it("gets shorter when stepping back", () => {
    const list = rows("List", 30, (index) => h("span", {}, String(index)));
    list.resize(5);
    list.resize(2);
    expect(list.element.textContent).toBe("01");
    list.resize(0);
    expect(list.element.querySelectorAll("li")).toHaveLength(0);
  });
});
