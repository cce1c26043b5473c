// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { commandOf, KEY_ROWS, keyText } from "../src/model/keys";
import { memoryLink } from "../src/link";
import { mount } from "../src/player";
import { commandOfKey } from "../src/view/keys";
import { goldenText } from "./golden";

function pressed(key: string, on: Element): ReturnType<typeof commandOfKey> {
  const [name, shiftKey] = key.startsWith("Shift+") ? [key.slice(6), true] : [key, false];
  let command: ReturnType<typeof commandOfKey> = null;
  on.addEventListener("keydown", (event) => (command = commandOfKey(event as KeyboardEvent)), { once: true });
  on.dispatchEvent(new KeyboardEvent("keydown", { key: name, shiftKey }));
  return command;
}

function element(html: string): Element {
  document.body.innerHTML = html;
  const found = document.body.firstElementChild;
  if (!found) throw new Error("no element");
  return found;
}

describe("keys", () => {
  it("do what the help says, each of them", () => {
    for (const row of KEY_ROWS) {
      const at = element(row.where === "card" ? '<i class="av-card"></i>' : "<p></p>");
      for (const key of row.keys) expect([key, pressed(key, at)]).toEqual([key, row.command]);
    }
  });

  it("have one meaning each in one place, and do nothing that the help does not list", () => {
    for (const where of ["player", "card"]) {
      const keys = KEY_ROWS.filter((row) => row.where === where).flatMap((row) => row.keys);
      expect(keys).toEqual([...new Set(keys)]);
    }
    const listed = new Set(KEY_ROWS.flatMap((row) => row.keys));
    const all = [...Array(95).keys()].map((i) => String.fromCharCode(32 + i)).concat("Enter", "Tab", "Delete", "PageUp", "PageDown", "F1", "Shift+Home");
    for (const key of all) if (!listed.has(key)) expect([key, pressed(key, element("<p></p>"))]).toEqual([key, null]);
  });

  it("belong to the control that has the focus, where it reads keys itself", () => {
    for (const html of ["<textarea></textarea>", "<select></select>", "<input type=search>", "<input type=radio>"]) {
      for (const key of ["ArrowRight", "n", " ", "/"]) expect(pressed(key, element(html))).toBeNull();
    }
    expect(pressed(" ", element("<button></button>"))).toBeNull();
    expect(pressed("ArrowRight", element("<input type=range>"))).toEqual({ kind: "forward" });
    expect(pressed("ArrowDown", element('<div class="av-code"></div>'))).toBeNull();
  });

  it("are left to the page with ctrl, alt or meta", () => {
    const at = element("<p></p>");
    let command: unknown = "none";
    at.addEventListener("keydown", (event) => (command = commandOfKey(event as KeyboardEvent)));
    at.dispatchEvent(new KeyboardEvent("keydown", { key: "f", ctrlKey: true }));
    expect(command).toBeNull();
    expect(commandOf("ArrowRight", true, false)).toEqual({ kind: "pan", way: "right" });
  });

  it("are written as on a keyboard", () => {
    expect(["Shift+ArrowUp", " ", "+", "Escape"].map(keyText)).toEqual(["Shift + ↑", "Space", "+", "Esc"]);
  });
});

describe("the help", () => {
  it("opens with ?, lists every key once and closes again", () => {
    const el = document.createElement("div");
    document.body.append(el);
    const player = mount(el, goldenText("handmade"), memoryLink());
    el.querySelector(".av-player")?.dispatchEvent(new KeyboardEvent("keydown", { key: "?", bubbles: true }));
    const dialog = el.querySelector("dialog");
    expect(dialog?.open).toBe(true);
    const listed = [...(dialog?.querySelectorAll(".av-key-list kbd") ?? [])].map((each) => each.textContent);
    for (const row of KEY_ROWS) for (const key of row.keys) expect(listed).toContain(keyText(key));
    dialog?.querySelector<HTMLElement>('button[aria-label="Close help"]')?.click();
    expect(dialog?.open).toBe(false);
    player.dispose();
    el.remove();
  });
});
