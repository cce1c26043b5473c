// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from "vitest";
import { h } from "../src/view/dom";
import { type Rows, rows } from "../src/view/rows";

const made: Rows[] = [];

function listOf(count: number): Rows {
  const list = rows("List", 30, (index) => h("span", {}, String(index)));
  made.push(list);
  list.resize(count);
  return list;
}

afterEach(() => {
  for (const each of made.splice(0)) each.dispose();
});

describe("a long list", () => {
  it("has on the page only what is in sight, and the room of the rest", () => {
    const list = listOf(10_000);
    const shown = [...list.element.querySelectorAll("li")];
    expect(shown.length).toBeLessThan(40);
    expect(shown[0]?.textContent).toBe("0");
    expect(shown[0]?.getAttribute("aria-setsize")).toBe("10000");
    const room = shown.length * 30 + Number.parseFloat(list.element.querySelector("ol")?.style.paddingBottom ?? "");
    expect(room).toBe(300_000);
  });

  it("shows other rows when it is scrolled, in their order", () => {
    const list = listOf(1000);
    list.element.scrollTop = 15_000;
    list.element.dispatchEvent(new Event("scroll"));
    const seen = [...list.element.querySelectorAll("li")].map((row) => Number(row.textContent));
    expect(seen).toContain(500);
    expect(seen).not.toContain(0);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it("is on the page whole while it is printed", () => {
    const list = listOf(200);
    dispatchEvent(new Event("beforeprint"));
    expect(list.element.querySelectorAll("li")).toHaveLength(200);
    dispatchEvent(new Event("afterprint"));
    expect(list.element.querySelectorAll("li").length).toBeLessThan(40);
  });

  it("is printed from what is in sight on, if it is very long", () => {
    const list = listOf(10_000);
    list.element.scrollTop = 15_000;
    list.element.dispatchEvent(new Event("scroll"));
    dispatchEvent(new Event("beforeprint"));
    const seen = [...list.element.querySelectorAll("li")].map((row) => Number(row.textContent));
    expect(seen.length).toBeLessThan(520);
    expect(seen).toContain(500);
    expect(seen).toContain(999);
  });

  it("gets shorter when stepping back", () => {
    const list = listOf(5);
    list.resize(2);
    expect(list.element.textContent).toBe("01");
    list.resize(0);
    expect(list.element.querySelectorAll("li")).toHaveLength(0);
  });
});
