/** A state in a word, with its mark, as cards say it: of a node, and of a group. */

import type { NodeStatus } from "../model/frame";

interface Words {
  readonly waiting: string;
  readonly ready: string;
  readonly running: string;
  /** Whether it had anything to do. */
  readonly worked: boolean;
}

export function stateWord(status: NodeStatus, words: Words): string {
  switch (status) {
    case "idle":
      return "";
    case "waiting":
      return words.waiting;
    case "ready":
      return words.ready;
    case "running":
      return `▸ ${words.running}`;
    case "done":
      return "✓ done";
    case "freed":
      return words.worked ? "✓ freed" : "freed";
    case "error":
      return "✕ error";
  }
}
