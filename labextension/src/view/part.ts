/** The part a mark plays in the last event: it acts, it receives, or the error lies there. */
import type { Scene } from "./scene";

export type Part = "acts" | "receives" | "fault";

/** The part of what an item shows: its own, or that of a mark in it if it is a closed group. */
export function currentPart(id: string, scene: Scene): Part | null {
  const { culprits, expansion } = scene;
  if (culprits.has(id)) return "fault";
  const isGroup = id.startsWith("g");
  if (isGroup) for (const culprit of culprits) if (expansion.standIn(culprit) === id) return "fault";
  const found = parts(scene).find(([mark]) => mark === id || (isGroup && expansion.standIn(mark) === id));
  return found ? found[1] : null;
}

function parts({ frame, event, lookup }: Scene): readonly (readonly [string, Part])[] {
  const { node, to, leaf, op } = frame.current;
  const record = lookup.op(op);
  if (record) return [[lookup.itemOfOp(record), "acts"]];
  const found: (readonly [string, Part])[] = [];
  if (to !== null) found.push([lookup.itemOfNode(to), "receives"]);
  if (node !== null) found.push([lookup.itemOfNode(node), event?.kind === "seed" ? "receives" : "acts"]);
  if (leaf !== null && event?.kind !== "seed") found.push([`t${leaf}`, "acts"]);
  return found;
}
