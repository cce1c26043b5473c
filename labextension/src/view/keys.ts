/** The player's keys: space plays and pauses, arrows step, Home and End go to the ends. */
import type { Action } from "../model/playback";

const KEYS: { readonly [key: string]: Action } = {
  " ": { kind: "toggle" },
  ArrowLeft: { kind: "back" },
  ArrowRight: { kind: "forward" },
  ArrowUp: { kind: "back" },
  ArrowDown: { kind: "forward" },
  Home: { kind: "first" },
  End: { kind: "last" },
};

/** The action of a key, unless it is meant for the control that has the focus. */
export function actionOfKey(event: KeyboardEvent): Action | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return null;
  const action = Object.prototype.hasOwnProperty.call(KEYS, event.key) ? KEYS[event.key] : undefined;
  const target = event.target instanceof Element ? event.target : null;
  if (!action || target?.closest("select, textarea, .av-quiz[data-open]")) return null;
  if (event.key === " " && target?.closest("button")) return null;
  if ((event.key === "ArrowUp" || event.key === "ArrowDown") && target?.closest(".av-code, .av-stage, .av-panel")) return null;
  return action;
}
