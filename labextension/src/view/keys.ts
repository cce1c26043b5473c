/** Which command a key press is meant as, unless it belongs to the control that has the focus. */
import { commandOf, type Command } from "../model/keys";

/** Controls that read keys themselves. */
const READERS = "select, textarea, dialog, .av-quiz[data-open], input:not([type=range]), [contenteditable]";
/** What the up and down keys scroll. */
const SCROLLED = ".av-code, .av-panel";

export function commandOfKey(event: KeyboardEvent): Command | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(READERS)) return null;
  const { key } = event;
  if ((key === " " || key === "Enter") && target?.closest("button, a, summary")) return null;
  if ((key === "ArrowUp" || key === "ArrowDown") && target?.closest(SCROLLED)) return null;
  return commandOf(key, event.shiftKey, Boolean(target?.closest(".av-card")));
}
