/** What a key asks for, as a change of the player's state; null for what only a view can do. */
import type { Grouping } from "./grouping";
import type { Command } from "./keys";
import type { Lookup } from "./lookup";
import { paces, type Action, type Playback } from "./playback";
import { visits } from "./visits";

export function actionOf(command: Command, lookup: Lookup, grouping: Grouping, playback: Playback): Action | null {
  switch (command.kind) {
    case "pace":
      return { kind: "speed", speed: nextSpeed(paces(lookup.trace.events.length), playback.speed, command.by) };
    case "switch grain":
      return { kind: "grain", grain: playback.grain === "event" ? "node" : "event" };
    case "visit": {
      const steps = visits(lookup, grouping, playback.selected);
      const step = command.by > 0 ? steps.find((each) => each > playback.step) : [...steps].reverse().find((each) => each < playback.step);
      return step === undefined ? null : { kind: "seek", step };
    }
    case "zoom":
    case "pan":
    case "follow":
    case "walk":
    case "choose":
    case "enter":
    case "search":
    case "help":
      return null;
    default:
      return command;
  }
}

/** The next pace there is a name for. */
function nextSpeed(speeds: readonly number[], speed: number, by: 1 | -1): number {
  const found = by > 0 ? speeds.find((each) => each > speed) : [...speeds].reverse().find((each) => each < speed);
  return found ?? speed;
}
