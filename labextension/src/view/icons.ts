/** Buttons with a drawing for a name, as all of the player has them. */
import { h, s, set } from "./dom";

export const ICONS = {
  first: "M5 4v12M15 4.5v11L7.5 10z",
  back: "M13.5 4.5v11L6 10z",
  play: "M6.5 4v12l9-6z",
  pause: "M6 4.5h2.6v11H6zM11.4 4.5H14v11h-2.6z",
  forward: "M6.5 4.5v11L14 10z",
  last: "M15 4v12M5 4.5v11L12.5 10z",
  smaller: "M4.5 10h11",
  larger: "M4.5 10h11M10 4.5v11",
  whole: "M3.5 7V3.5H7M13 3.5h3.5V7M16.5 13v3.5H13M7 16.5H3.5V13",
  follow: "M10 2.5v3M10 14.5v3M2.5 10h3M14.5 10h3M10 6a4 4 0 1 1 0 8a4 4 0 1 1 0-8z",
  previous: "M4.5 12.5l5.5-6l5.5 6",
  next: "M4.5 7.5l5.5 6l5.5-6",
  close: "M5 5l10 10M15 5L5 15",
};

interface Button {
  readonly element: HTMLButtonElement;
  show(name: string, icon: string): void;
}

/** `key` is how its key is written, beside the name that appears under the pointer. */
export function iconButton(name: string, key: string, icon: string, act: () => void, style = "av-button"): Button {
  const path = s("path", { d: icon });
  const drawing = s("svg", { viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true" }, path);
  const element = h("button", { type: "button", class: style }, drawing);
  const show = (shown: string, drawn: string): void => {
    set(element, { "aria-label": shown, title: key ? `${shown} (${key})` : shown });
    set(path, { d: drawn });
  };
  show(name, icon);
  element.addEventListener("click", act);
  return { element, show };
}
