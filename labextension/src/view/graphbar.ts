/** Above the graph: the search box, and how large the graph is shown. */
import type { Command } from "../model/keys";
import { h, set, write } from "./dom";
import { iconButton, ICONS } from "./icons";

interface GraphBar {
  readonly element: HTMLElement;
  /** Say how large the graph is drawn and whether stepping keeps what happens in sight. */
  show(scale: number, isFollowing: boolean): void;
}

export function graphBar(search: HTMLElement, perform: (command: Command) => void): GraphBar {
  const small = "av-button av-button-small";
  const out = iconButton("Zoom out", "−", ICONS.smaller, () => perform({ kind: "zoom", to: "out" }), small);
  const level = h("button", { type: "button", class: "av-zoom-level", title: "Readable size (0)" });
  const closer = iconButton("Zoom in", "+", ICONS.larger, () => perform({ kind: "zoom", to: "in" }), small);
  const whole = iconButton("Fit the graph", "F", ICONS.whole, () => perform({ kind: "zoom", to: "whole" }), small);
  const follow = iconButton("Keep what happens in sight", "C", ICONS.follow, () => perform({ kind: "follow" }), small);
  level.addEventListener("click", () => perform({ kind: "zoom", to: "readable" }));
  const tools = [out.element, level, closer.element, whole.element, follow.element];
  const zoom = h("div", { class: "av-zoom", role: "group", "aria-label": "View" }, ...tools);
  return {
    element: h("div", { class: "av-graph-bar" }, search, zoom),
    show(scale, isFollowing) {
      const percent = `${scale < 0.01 ? "< 1" : Math.round(scale * 100)} %`;
      write(level, percent);
      set(level, { "aria-label": `Readable size, now ${percent}` });
      set(follow.element, { "aria-pressed": String(isFollowing) });
    },
  };
}
