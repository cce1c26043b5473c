/**
 * A picture in which some groups are open and the others closed. A closed group is one mark; lines that end
 * within it end at it, merged with those that join the same two marks. Twin of `autograd_viz/render/grouped.py`.
 */
import { marksIn, type Group, type Grouping } from "./grouping";
import type { Line, Mark, Picture } from "./picture";

/** So many marks may stand in a large picture at first, or one level of it if that holds more. */
const ROOM = 32;
const LARGE = 60;
const STRENGTH = { untracked: 0, refused: 1, cut: 2, tracked: 3 };

export interface GroupedPicture extends Picture {
  /** The open groups, outer ones first. */
  readonly frames: readonly Group[];
  /** For a mark or an open group, by id, the path of the open group it stands in. */
  readonly inside: ReadonlyMap<string, string>;
}

/** The picture with the groups of these paths open; one within a closed group stays hidden. */
export function grouped(grouping: Grouping, expanded: ReadonlySet<string>): GroupedPicture {
  const kinds = new Map(grouping.picture.marks.map(({ id, kind }) => [id, kind]));
  const marks: Mark[] = [];
  const frames: Group[] = [];
  const inside = new Map<string, string>();
  for (const [around, child] of shown(grouping, expanded)) {
    const id = typeof child === "string" ? child : `g${child.path}`;
    if (around.path) inside.set(id, around.path);
    if (typeof child === "string") marks.push({ id, kind: kinds.get(id) ?? "op" });
    else if (expanded.has(child.path)) frames.push(child);
    else marks.push({ id, kind: "group" });
  }
  return { marks, lines: merged(grouping.picture.lines, standIns(grouping, expanded)), frames, inside };
}

/** For each mark in a closed group the id of that group's mark. */
export function standIns(grouping: Grouping, expanded: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, child] of shown(grouping, expanded)) {
    if (typeof child === "string" || expanded.has(child.path)) continue;
    for (const id of marksIn(child)) found.set(id, `g${child.path}`);
  }
  return found;
}

/** What is in the root and in open groups, each with the group it is in; outer ones first. */
function shown({ root }: Grouping, expanded: ReadonlySet<string>): readonly (readonly [Group, Group | string])[] {
  const found: (readonly [Group, Group | string])[] = [];
  const waiting: (readonly [Group, Group | string])[] = [];
  const open = (group: Group): void => {
    for (let i = group.children.length - 1; i >= 0; i--) {
      const child = group.children[i];
      if (child !== undefined) waiting.push([group, child]);
    }
  };
  open(root);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    found.push(next);
    const child = next[1];
    if (typeof child === "object" && expanded.has(child.path)) open(child);
  }
  return found;
}

/** Lines that end at what stands for their ends, those that then join the same two as one. */
export function merged(lines: readonly Line[], standsFor: ReadonlyMap<string, string>): readonly Line[] {
  const made = new Map<string, Line>();
  for (const line of lines) {
    const from = standsFor.get(line.from) ?? line.from;
    const to = standsFor.get(line.to) ?? line.to;
    if (from === line.from && to === line.to) made.set(line.id, line);
    else if (from !== to) {
      const id = `${from}-${to}`;
      const known = made.get(id);
      const kind = known && STRENGTH[line.kind] <= STRENGTH[known.kind] ? known.kind : line.kind;
      made.set(id, { id, from, to, kind, input: null });
    }
  }
  return [...made.values()];
}

/** What is open at first: of a small picture all that is the user's; of a large one the outer scopes as far as there is room. */
export function openedAtFirst(grouping: Grouping): readonly string[] {
  const isTheUsers = ({ kind }: Group): boolean => kind === "scope" || kind === "loop";
  if (grouping.size <= LARGE) return [...grouping.groups.values()].flatMap((group) => (isTheUsers(group) ? [group.path] : []));
  const opened = new Set<string>();
  let room = ROOM - grouping.root.children.length;
  let level: readonly Group[] = [grouping.root];
  while (level.length) {
    const next: Group[] = [];
    for (const child of level.flatMap((group) => group.children)) {
      if (typeof child === "string" || !isTheUsers(child) || child.children.length - 1 > room) continue;
      room -= child.children.length - 1;
      opened.add(child.path);
      next.push(child);
    }
    level = next;
  }
  return [...grouping.groups.keys()].filter((path) => opened.has(path));
}

/** What is open once a group is opened or closed; one that is closed closes all within. */
export function toggled(grouping: Grouping, expanded: ReadonlySet<string>, path: string): readonly string[] {
  if (!expanded.has(path)) return grouping.closedUpwards([...expanded, path]);
  return [...expanded].filter((each) => each !== path && !each.startsWith(`${path}/`));
}
