/** The player's keys, once for all: what handles them and what `?` lists are both this table. */
import type { Action } from "./playback";

export type Way = "up" | "down" | "left" | "right";

export type Command =
  | Action
  | { readonly kind: "pace"; readonly by: 1 | -1 }
  | { readonly kind: "switch grain" }
  | { readonly kind: "visit"; readonly by: 1 | -1 }
  | { readonly kind: "zoom"; readonly to: "in" | "out" | "readable" | "whole" }
  | { readonly kind: "pan"; readonly way: Way }
  | { readonly kind: "follow" }
  | { readonly kind: "walk"; readonly way: Way }
  | { readonly kind: "choose" }
  | { readonly kind: "enter" }
  | { readonly kind: "search" }
  | { readonly kind: "help" };

interface KeyRow {
  /** As `KeyboardEvent.key` has it, with "Shift+" before a key that has no letter. */
  readonly keys: readonly string[];
  readonly does: string;
  readonly command: Command;
  /** Where it works: everywhere in the player, or while a card has the focus (where it comes first). */
  readonly where: "player" | "card";
}

const row = (keys: readonly string[], does: string, command: Command, where: KeyRow["where"] = "player"): KeyRow => ({
  keys,
  does,
  command,
  where,
});

export const KEY_GROUPS: readonly { readonly name: string; readonly rows: readonly KeyRow[] }[] = [
  {
    name: "Time",
    rows: [
      row([" "], "Play, pause", { kind: "toggle" }),
      row(["ArrowRight", "ArrowDown", "."], "Step forward", { kind: "forward" }),
      row(["ArrowLeft", "ArrowUp", ","], "Step back", { kind: "back" }),
      row(["Home"], "First step", { kind: "first" }),
      row(["End"], "Last step", { kind: "last" }),
      row(["g"], "Step by events, by nodes", { kind: "switch grain" }),
      row([">"], "Play faster", { kind: "pace", by: 1 }),
      row(["<"], "Play slower", { kind: "pace", by: -1 }),
      row(["n"], "Next event of the selected card", { kind: "visit", by: 1 }),
      row(["p"], "Previous event of the selected card", { kind: "visit", by: -1 }),
    ],
  },
  {
    name: "View",
    rows: [
      row(["+", "="], "Zoom in", { kind: "zoom", to: "in" }),
      row(["-"], "Zoom out", { kind: "zoom", to: "out" }),
      row(["0"], "Readable size", { kind: "zoom", to: "readable" }),
      row(["f"], "Fit all of the graph", { kind: "zoom", to: "whole" }),
      row(["Shift+ArrowLeft"], "Move the view left", { kind: "pan", way: "left" }),
      row(["Shift+ArrowRight"], "Move the view right", { kind: "pan", way: "right" }),
      row(["Shift+ArrowUp"], "Move the view up", { kind: "pan", way: "up" }),
      row(["Shift+ArrowDown"], "Move the view down", { kind: "pan", way: "down" }),
      row(["c"], "Keep what happens in sight, or not", { kind: "follow" }),
    ],
  },
  {
    name: "Cards (Tab to the graph)",
    rows: [
      row(["ArrowUp"], "To what it is computed from", { kind: "walk", way: "up" }, "card"),
      row(["ArrowDown"], "To what is computed from it", { kind: "walk", way: "down" }, "card"),
      row(["ArrowRight"], "Next card", { kind: "walk", way: "right" }, "card"),
      row(["ArrowLeft"], "Previous card", { kind: "walk", way: "left" }, "card"),
      row([" "], "Select, let go", { kind: "choose" }, "card"),
      row(["Enter"], "The same; a group: open it", { kind: "enter" }, "card"),
      row(["Escape"], "Let go of the selected card", { kind: "select", item: "" }),
    ],
  },
  {
    name: "Help",
    rows: [
      row(["/"], "Search by name, operation, shape or state", { kind: "search" }),
      row(["?"], "This list", { kind: "help" }),
    ],
  },
];

export const KEY_ROWS: readonly KeyRow[] = KEY_GROUPS.flatMap((group) => group.rows);

const table = (where: KeyRow["where"]): ReadonlyMap<string, Command> =>
  new Map(KEY_ROWS.filter((each) => each.where === where).flatMap((each) => each.keys.map((key) => [key, each.command] as const)));

const TABLES = { player: table("player"), card: table("card") };

/** The command of a key as it was pressed; `onCard` says whether a card has the focus. */
export function commandOf(key: string, shift: boolean, onCard: boolean): Command | null {
  const name = shift && key.length > 1 ? `Shift+${key}` : key;
  return (onCard ? TABLES.card.get(name) : undefined) ?? TABLES.player.get(name) ?? null;
}

const WORDS: { readonly [key: string]: string } = {
  " ": "Space",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
};

/** A key as it is written on a keyboard. */
export function keyText(key: string): string {
  return key.split(/\+(?=.)/).map((part) => WORDS[part] ?? part).join(" + ");
}
