/** What groups are called. Twin of `autograd_viz/render/groupname.py`. */
import type { Group } from "./grouping";

export function joined(path: string, name: string): string {
  return path ? `${path}/${name}` : name;
}

export function last(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function names(children: readonly (Group | string)[]): Map<string, number> {
  return new Map(children.flatMap((child) => (typeof child === "string" ? [] : [[child.name, 1]])));
}

/** Number a name that a sibling has already. */
export function unique(name: string, taken: Map<string, number>): string {
  let made = name;
  while (taken.has(made)) {
    const next = (taken.get(name) ?? 1) + 1;
    taken.set(name, next);
    made = `${name} #${next}`;
  }
  if (!taken.has(made)) taken.set(made, 1);
  return made;
}

/** Name siblings by the first and the last: layers.0-11. */
export function span(first: Group, final: Group): string {
  if (first.kind === "scope" && final.kind === "scope" && last(first.scope) === last(final.scope)) return last(first.scope);
  const [one, other] = [/^(.*?)([0-9]+)$/s.exec(first.name), /^(.*?)([0-9]+)$/s.exec(final.name)];
  if (one && other && one[1] === other[1]) return `${first.name}-${other[2]}`;
  return `${first.name} … ${final.name}`;
}
