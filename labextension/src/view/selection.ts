/** Over the graph, while a card is selected: in how many events it takes part, and ways to go to them. */
import { BAR_CORNERS, freeCorner, type Corner } from "../model/corner";
import { headingOf } from "../model/grouping";
import { badge, names } from "../model/lookup";
import { horizon } from "../model/quiz";
import type { Box, Shown, Size } from "../model/viewport";
import { visits } from "../model/visits";
import { h, set, write } from "./dom";
import { iconButton, ICONS } from "./icons";
import type { Dispatch, Scene } from "./scene";

/** Pixels, rather more than less: of a letter, of all that is beside the words, and the height. */
const [LETTER, BUTTONS, HEIGHT] = [8, 134, 36];

interface SelectionBar {
  readonly element: HTMLElement;
  update(scene: Scene): void;
  /** Stand where it covers no card, if there is such a corner that the map is not in. */
  look(view: Shown, drawing: Size, boxes: Iterable<Box>, map: Corner | null): void;
}

export function selectionBar(dispatch: Dispatch): SelectionBar {
  const small = "av-button av-button-small";
  const name = h("code", { class: "av-selection-name" });
  const place = h("span", { class: "av-selection-place" });
  let steps: readonly number[] = [];
  let now = 0;
  const go = (step: number | undefined): void => void (step !== undefined && dispatch({ kind: "seek", step }));
  const earlier = (): number | undefined => [...steps].reverse().find((step) => step < now);
  const later = (): number | undefined => steps.find((step) => step > now);
  const back = iconButton("Previous event of the selected card", "P", ICONS.back, () => go(earlier()), small);
  const on = iconButton("Next event of the selected card", "N", ICONS.forward, () => go(later()), small);
  const close = iconButton("Let go of the selected card", "Esc", ICONS.close, () => dispatch({ kind: "select", item: "" }), small);
  const element = h("div", { class: "av-selection", role: "group", "aria-label": "Selected card" }, name, place, back.element, on.element, close.element);
  return {
    element,
    look(view, drawing, boxes, map) {
      if (element.hidden) return;
      const letters = (name.textContent ?? "").length + (place.textContent ?? "").length;
      const size = { width: letters * LETTER + BUTTONS, height: HEIGHT }; // to measure would lay the page out at every step
      const others = BAR_CORNERS.filter((corner) => corner !== map);
      const free = freeCorner(view, drawing, size, [...boxes], "bottom-left", others);
      set(element, { "data-corner": free });
    },
    update({ lookup, playback, range, quiz, expansion: { grouping } }) {
      const subject = lookup.subject(playback.selected);
      const group = subject ? undefined : grouping.groups.get(playback.selected.slice(1));
      element.hidden = !subject && !group;
      if (element.hidden) return;
      const last = Math.min(range.stop, horizon(quiz));
      steps = visits(lookup, grouping, playback.selected).filter((step) => step >= range.start && step <= last);
      now = playback.step;
      const past = steps.filter((step) => step <= now).length;
      write(name, subject ? names(subject) || badge(subject) || "constant" : (group ? headingOf(group) : ""));
      write(place, steps.length ? `event ${past} of ${steps.length}` : "no events");
      set(back.element, { "aria-disabled": earlier() === undefined ? "true" : null });
      set(on.element, { "aria-disabled": later() === undefined ? "true" : null });
    },
  };
}
