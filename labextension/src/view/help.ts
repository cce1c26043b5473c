/** The help behind `?`: every key from the table that handles it, and what the marks of the picture mean. */
import { KEY_GROUPS, keyText } from "../model/keys";
import { h } from "./dom";
import { iconButton, ICONS } from "./icons";
import { legend } from "./legend";
import type { View } from "./scene";

const POINTER: readonly (readonly [string, string])[] = [
  ["drag", "Move the view"],
  ["two clicks", "Open a closed group, as its plus does; one selects it"],
  ["wheel", "Move the view, after a click in the graph; else the page scrolls"],
  ["Ctrl + wheel, pinch", "Zoom"],
  ["two fingers", "Move and zoom, after a tap in the graph"],
];

/** The button goes to `el`, the panel to the player it is part of. */
export function helpView(el: HTMLElement): View {
  const button = h("button", { type: "button", class: "av-button av-button-small av-help-button", "aria-label": "Help", title: "Help (?)" }, "?");
  let dialog: HTMLDialogElement | null = null;
  const open = (): void => {
    dialog ??= panel();
    el.closest(".av-player")?.append(dialog);
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
  };
  button.addEventListener("click", open);
  el.append(button);
  return {
    update: () => undefined,
    perform: (command) => command.kind === "help" && open(),
    dispose() {
      dialog?.close();
      dialog?.remove();
      button.remove();
    },
  };
}

/** Made when first asked for. The browser keeps the focus inside, closes it on Esc and gives the focus back. */
function panel(): HTMLDialogElement {
  const close = iconButton("Close help", "Esc", ICONS.close, () => dialog.close(), "av-button av-button-small");
  const groups = KEY_GROUPS.map((group) => keyList(group.name, group.rows.map((row) => [row.keys.map(keyText), row.does] as const)));
  const pointer = keyList("Pointer", POINTER.map(([how, does]) => [[how], does] as const));
  const dialog = h(
    "dialog",
    { class: "av-help", "aria-label": "Help" },
    h("header", { class: "av-help-head" }, h("h3", {}, "Keys and marks"), close.element),
    h("div", { class: "av-help-columns" }, h("div", {}, ...groups, pointer), h("div", {}, ...legend())),
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // beside the panel
  return dialog;
}

function keyList(name: string, rows: readonly (readonly [readonly string[], string])[]): HTMLElement {
  const row = ([keys, does]: readonly [readonly string[], string]): HTMLElement =>
    h("div", {}, h("dt", {}, ...keys.map((key) => h("kbd", {}, key))), h("dd", {}, does));
  return h("section", {}, h("h4", { class: "av-heading" }, name), h("dl", { class: "av-key-list" }, ...rows.map(row)));
}
