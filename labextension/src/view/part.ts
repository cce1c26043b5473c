/** The part a mark plays in the last event: it acts, it receives, or the error lies there. */
import type { Scene } from "./scene";

export type Part = "acts" | "receives" | "fault";

const known = new WeakMap<Scene, ReadonlyMap<string, Part>>();

/** The part of what an item shows: its own, or that of a mark in it if it is a closed group. */
export function currentPart(id: string, scene: Scene): Part | null {
  let table = known.get(scene); // of few entries, made once for all the cards that ask
  if (!table) known.set(scene, (table = partsOf(scene)));
  return table.get(id) ?? null;
}

function partsOf(scene: Scene): ReadonlyMap<string, Part> {
  const faults = [...scene.culprits].map((id) => [id, "fault"] as const);
  const all = [...faults, ...parts(scene)].reverse(); // of several parts the first shows
  return new Map(all.flatMap(([id, part]) => [[scene.expansion.standIn(id), part] as const, [id, part] as const]));
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
