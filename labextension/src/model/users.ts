/** Who uses what is given. */
import type { Picture } from "./picture";

/** For each leaf and constant, the operations that use it: of those that are tracked, if any is. */
export function usersOf({ marks, lines }: Picture): ReadonlyMap<string, readonly string[]> {
  const kinds = new Map(marks.map(({ id, kind }) => [id, kind]));
  const all = new Map<string, string[]>();
  const tracked = new Map<string, string[]>();
  const add = (to: Map<string, string[]>, leaf: string, user: string): void => {
    const known = to.get(leaf);
    if (known) known.push(user);
    else to.set(leaf, [user]);
  };
  for (const { from, to, kind } of lines) {
    if (kinds.get(from) !== "leaf" && kinds.get(from) !== "constant") continue;
    add(all, from, to);
    if (kind === "tracked" || kinds.get(to) === "op") add(tracked, from, to);
  }
  return new Map([...all, ...tracked]);
}
