/**
 * Which marks of a picture belong together: groups within groups, over the operations in the order of the
 * code. Twin of `autograd_viz/render/grouping.py`, whose Note [Groups] says what makes a group.
 */
import { joined, last, names, span, unique } from "./groupname";
import { findLoops, Folding, passesOf } from "./loops";
import type { Lookup } from "./lookup";
import { Modules } from "./modules";
import type { Picture } from "./picture";
import { findRepeats, type Stretch } from "./repeats";
import { usersOf } from "./users";

const LARGE = 60;
const FULL = 60;
const PART = 40;
const DEEPEST = 24;
const FEWEST = 10;

/**
 * Some marks under one name; `times` is how many alike a repeat holds or how many turns a loop has, else 0; `children`
 * are groups and ids, of a loop those of one turn. `module` is the class of the module that a scope is, or that all in a
 * repeat are, unless the name says it; of a loop it says which turn.
 */
export interface Group {
  readonly path: string;
  readonly name: string;
  readonly kind: "scope" | "repeat" | "run" | "loop";
  readonly scope: string;
  readonly times: number;
  readonly children: readonly (Group | string)[];
  readonly module: string;
}

/** The name with the class. */
export function headingOf({ name, module }: Group): string {
  return module ? `${name} · ${module}` : name;
}

/** How many alike it holds, or of how many turns one is shown. */
export function timesOf({ kind, times }: Group): string {
  return times ? `${kind === "loop" ? " of " : " ×"}${times}` : "";
}

type Child = Group | string;

/** The group and all that are within, outer ones first. */
export function groupsIn(group: Group): readonly Group[] {
  const found: Group[] = [];
  const waiting: Group[] = [group];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    found.push(next);
    for (let i = next.children.length - 1; i >= 0; i--) {
      const child = next.children[i];
      if (typeof child === "object") waiting.push(child);
    }
  }
  return found;
}

/** The ids of all marks in a group. */
export function marksIn(group: Group): readonly string[] {
  return groupsIn(group).flatMap((each) => each.children.filter((child) => typeof child === "string"));
}

/** The groups of a picture: a root that is no group itself, and lookups. Of each loop one turn is shown. */
export class Grouping {
  readonly root: Group;
  readonly picture: Picture;
  /** What is shown for each mark of a loop's first turn, "" for nothing. */
  readonly names: ReadonlyMap<string, string>;
  /** All groups by path, outer ones first. */
  readonly groups: ReadonlyMap<string, Group>;
  /** For each group's path, that of the group around it; "" for the outermost. */
  readonly around: ReadonlyMap<string, string>;
  readonly size: number;

  constructor(
    private readonly folding: Folding,
    private readonly first: Group,
    turns: readonly number[] = folding.turns(0),
    private readonly known = new Map<string, Grouping>(),
  ) {
    this.names = folding.names(turns);
    this.picture = folding.picture(turns, this.names);
    this.root = folding.renamed(first, turns, this.names);
    const all = groupsIn(this.root);
    this.groups = new Map(all.slice(1).map((group) => [group.path, group]));
    this.around = new Map(all.flatMap((group) => group.children.flatMap((child) => (typeof child === "string" ? [] : [[child.path, group.path]]))));
    this.size = all.flatMap((group) => group.children).length - this.groups.size;
    known.set(turns.join(), this);
  }

  /** The groups when so many operations have run: of each loop the turn that began last is shown. */
  at(ops: number): Grouping {
    const turns = this.folding.turns(ops);
    return this.known.get(turns.join()) ?? new Grouping(this.folding, this.first, turns, this.known);
  }

  /** What is shown for a mark, which may be in another turn of a loop. */
  shown(id: string): string {
    return this.names.get(this.folding.first.get(id) ?? id) || id;
  }

  /** The known ones of these paths with all groups around them, in the order of the picture. */
  closedUpwards(paths: Iterable<string>): readonly string[] {
    const wanted = new Set<string>();
    for (const path of paths) {
      for (let at = path; this.groups.has(at) && !wanted.has(at); at = this.around.get(at) ?? "") wanted.add(at);
    }
    return [...this.groups.keys()].filter((path) => wanted.has(path));
  }
}

/** Find the groups of a picture. */
export function groupingOf(drawn: Picture, lookup: Lookup): Grouping {
  const builder = new Builder(drawn, lookup);
  return new Grouping(builder.folding, builder.root());
}

interface Entry {
  readonly id: string;
  readonly scope: readonly string[];
  readonly name: string;
  readonly alike: string;
  readonly line: number | null;
  /** The line in words, "" where none is known. */
  readonly place: string;
  /** -1 for one that was not recorded. */
  readonly op: number;
}

class Builder {
  private readonly modules: Modules;
  private readonly byId: ReadonlyMap<string, Entry>;
  private readonly entries: readonly Entry[];
  readonly folding: Folding;
  private readonly rest: readonly string[];
  private readonly users: ReadonlyMap<string, readonly string[]>;
  private readonly isLarge: boolean;

  constructor(picture: Picture, lookup: Lookup) {
    const operations = picture.marks.filter(({ kind }) => kind === "op" || kind === "untracked");
    const scopes = new Map<string, readonly string[]>();
    const entries = operations.map(({ id }) => entryOf(id, lookup, scopes));
    this.byId = new Map(entries.map((each) => [each.id, each]));
    const kin = (): readonly string[] => entries.map(({ scope, name, place }) => `${scope.join("/")} ${name}@${place}`);
    this.folding = new Folding(picture, findLoops(picture, passesOf(lookup.trace), [...this.byId.keys()], kin, entries.map(({ op }) => op)));
    const { turnOf } = this.folding;
    this.entries = entries.filter(({ id }) => !turnOf.get(id));
    this.rest = picture.marks.flatMap(({ id }) => (this.byId.has(id) || turnOf.get(id) ? [] : [id]));
    this.users = usersOf(picture);
    this.modules = new Modules(lookup.trace.modules);
    this.isLarge = picture.marks.length > LARGE;
  }

  root(): Group {
    const looped = this.looped();
    const pruned = this.pruned(looped, this.homeCounts(looped));
    return this.furnished(this.isLarge ? this.arranged(pruned) : pruned);
  }

  /** Group what is in loops, and all by scopes. */
  private looped(): Group {
    const children: Child[] = [];
    const taken = new Map<string, number>();
    let start = 0;
    for (const { first, length, update, turns } of this.folding.loops) {
      const from = this.entries.findIndex(({ id }) => id === first[0]);
      children.push(...this.scoped(this.entries.slice(start, from), 0, "", "", taken).children);
      start = from + length;
      const name = unique(this.lines(first.slice(0, length)), taken);
      const group: Group = { path: name, name, kind: "loop", scope: "", times: turns.length, children: [], module: "" };
      const inner = this.scoped(this.entries.slice(from, start - update), 0, name, "").children;
      children.push({ ...group, children: [...inner, ...this.updated(group, first.slice(length - update, length))] });
    }
    children.push(...this.scoped(this.entries.slice(start), 0, "", "", taken).children);
    return { path: "", name: "", kind: "scope", scope: "", times: 0, children, module: "" };
  }

  /** Group the update at the end of a loop's turn if it is one line of the user's. */
  private updated(loop: Group, ids: readonly string[]): readonly Child[] {
    if (ids.length < 2 || new Set(ids.map((id) => this.lineOf(id))).size > 1) return ids;
    return [{ ...this.run(loop, ids, this.lines(ids)), module: "update" }];
  }

  /** Group entries that are in the same scope and follow each other; `taken` are names that siblings have. */
  private scoped(entries: readonly Entry[], depth: number, path: string, scope: string, taken = new Map<string, number>()): Group {
    const children: Child[] = [];
    let start = 0;
    for (let entry = entries[0]; entry; entry = entries[start]) {
      const name = entry.scope[depth];
      let stop = start + 1;
      if (name === undefined) children.push(entry.id);
      else {
        while (entries[stop]?.scope[depth] === name) stop += 1;
        const own = unique(name, taken);
        children.push(this.scoped(entries.slice(start, stop), depth + 1, joined(path, own), joined(scope, name)));
      }
      start = stop;
    }
    const module = scope ? this.modules.name(scope, entries[0]?.op ?? -1) : "";
    return { path, name: last(path), kind: "scope", scope, times: 0, children, module: module === last(scope) ? "" : module };
  }

  private homeCounts(tree: Group): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const home of this.homes(tree).values()) counts.set(home, (counts.get(home) ?? 0) + 1);
    return counts;
  }

  /** For each leaf the path of the innermost group, repeats aside, that holds all its users. */
  private homes(tree: Group): ReadonlyMap<string, string> {
    const lineage = new Map<string, readonly string[]>(); // of the users of leaves
    const wanted = new Set(this.rest.flatMap((leaf) => this.users.get(leaf) ?? []));
    const trail = new Map<string, readonly string[]>([[tree.path, []]]);
    const repeats = new Set<string>();
    const roots = new Map<string, string>(); // those in a loop's first turn
    for (const group of groupsIn(tree)) {
      const here = trail.get(group.path) ?? [];
      if (group.kind === "repeat") repeats.add(group.path);
      if (group.kind === "loop") for (const id of this.folding.loopOf(group)?.first ?? []) if (id.startsWith("r")) roots.set(id, group.path);
      for (const child of group.children) {
        if (typeof child === "object") trail.set(child.path, [...here, child.path]);
        else if (wanted.has(child)) lineage.set(child, here);
      }
    }
    const homes = new Map<string, string>();
    for (const leaf of this.rest) {
      const of = (this.users.get(leaf) ?? []).flatMap((user) => [lineage.get(user) ?? []].filter(() => lineage.has(user)));
      const around = shared(of).filter((path) => !repeats.has(path));
      homes.set(leaf, roots.get(leaf) ?? around[around.length - 1] ?? "");
    }
    return homes;
  }

  /** Leave out groups of a single mark and those that hold all that is around them. */
  private pruned(group: Group, leaves: ReadonlyMap<string, number>): Group {
    const children = group.children.flatMap((child): readonly Child[] => {
      if (typeof child === "string") return [child];
      const kept = this.pruned(child, leaves);
      const isSingle = kept.children.length === 1 && typeof kept.children[0] === "string" && !leaves.get(child.path);
      const isAll = group.children.length === 1 && !leaves.get(group.path);
      return child.kind === "scope" && (isSingle || isAll) ? kept.children : [kept];
    });
    return { ...group, children };
  }

  /** Find repeats on every level, and divide levels that are too full. */
  private arranged(group: Group): Group {
    const inner = group.children.map((child) => (typeof child === "string" ? child : this.arranged(child)));
    const repeated = this.repeated(group, inner);
    return remade(group, this.parted(group, repeated.length > FULL ? this.byLine(group, repeated) : repeated));
  }

  /** Put siblings alike that follow each other into one group. */
  private repeated(around: Group, children: readonly Child[]): readonly Child[] {
    const stretches = findRepeats(children.map((child) => this.signature(child))).map((each) => worthIt(children, each));
    const taken = names(stretches.flatMap(({ start, period, times }) => (times === 1 ? children.slice(start, start + period) : [])));
    return stretches.flatMap(({ start, period, times }): readonly Child[] => {
      const part = children.slice(start, start + period * times);
      if (times === 1) return part;
      const name = unique(period === 1 ? this.named(part) : this.lines(part), taken);
      const group: Group = { path: joined(around.path, name), name, kind: "repeat", scope: around.scope, times, children: [], module: common(part) };
      return [remade(group, this.parted(group, period === 1 ? part : turns(group, part, period)))];
    });
  }

  /** Group the operations of one line that follow each other. */
  private byLine(around: Group, children: readonly Child[]): readonly Child[] {
    const made: Child[] = [];
    const taken = names(children);
    let start = 0;
    for (let child = children[0]; child !== undefined; child = children[start]) {
      const name = this.lineOf(child);
      let stop = start + 1;
      for (let next = children[stop]; name && next !== undefined && this.lineOf(next) === name; next = children[stop]) stop += 1;
      made.push(stop - start > 1 ? this.run(around, children.slice(start, stop), unique(name, taken)) : child);
      start = stop;
    }
    return made;
  }

  /** Divide a level until it is no longer too full. */
  private parted(around: Group, children: readonly Child[]): readonly Child[] {
    let level = children;
    while (level.length > FULL) {
      const made: Child[] = [];
      const taken = new Map<string, number>();
      for (let start = 0; start < level.length; start += PART) {
        const part = level.slice(start, start + PART);
        made.push(this.run(around, part, unique(this.named(part), taken)));
      }
      level = made;
    }
    return level;
  }

  private run(around: Group, children: readonly Child[], name: string): Group {
    const group: Group = { path: joined(around.path, name), name, kind: "run", scope: around.scope, times: 0, children: [], module: common(children) };
    return remade(group, this.parted(group, children));
  }

  /** Put leaves, constants and roots where they belong. */
  private furnished(tree: Group): Group {
    const inside = new Map<string, string[]>();
    for (const [leaf, home] of this.homes(tree)) {
      const own = inside.get(home);
      if (own) own.push(leaf);
      else inside.set(home, [leaf]);
    }
    const filled = (group: Group): Group => ({
      ...group,
      children: [...(inside.get(group.path) ?? []), ...group.children.map((child) => (typeof child === "string" ? child : filled(child)))],
    });
    return filled(tree);
  }

  /** What siblings alike have in common: bare operations also the line, groups the name but for numbers. */
  private signature(child: Child): string {
    if (typeof child === "string") {
      const { alike = "", place = "" } = this.byId.get(child) ?? {};
      return `${alike}@${place}`;
    }
    const content = marksIn(child).map((id) => this.byId.get(id)?.alike ?? "");
    return `${last(child.scope).replace(/[0-9]+/g, "#")}(${content.join(",")})`;
  }

  private lineOf(child: Child): string {
    return typeof child === "string" ? (this.byId.get(child)?.place ?? "") : "";
  }

  /** Name siblings that follow each other: by the first and the last, or where those are lines by all lines. */
  private named(part: readonly Child[]): string {
    const [first, final] = [part[0], part[part.length - 1]];
    const isNamed = typeof first === "object" && typeof final === "object" && !first.name.startsWith("line");
    return isNamed ? span(first, final) : this.lines(part);
  }

  /** Name a run of operations by the lines they are on. */
  private lines(part: readonly Child[]): string {
    const ids = part.flatMap((each) => (typeof each === "string" ? [each] : marksIn(each)));
    let first = Infinity;
    let final = -Infinity;
    for (const id of ids) {
      const line = this.byId.get(id)?.line ?? null;
      if (line !== null) [first, final] = [Math.min(first, line), Math.max(final, line)];
    }
    if (final === -Infinity) return "part";
    return first === final ? `line ${first}` : `lines ${first}-${final}`;
  }
}

/** The stretch, as no repeat if it holds only few bare operations. */
function worthIt(children: readonly Child[], { start, period, times }: Stretch): Stretch {
  const isFew = period * times < FEWEST && children.slice(start, start + period).every((child) => typeof child === "string");
  return isFew ? { start, period: period * times, times: 1 } : { start, period, times };
}

/** Divide the operations of a repeat into its turns. */
function turns(around: Group, part: readonly Child[], period: number): readonly Child[] {
  const made: Child[] = [];
  for (let start = 0; start < part.length; start += period) {
    const name = `turn ${start / period + 1}`;
    const turn: Group = { path: joined(around.path, name), name, kind: "run", scope: around.scope, times: 0, children: [], module: "" };
    made.push(remade(turn, part.slice(start, start + period)));
  }
  return made;
}

/** A group with other children, whose paths are those of its own. */
function remade(group: Group, children: readonly Child[]): Group {
  return { ...group, children: children.map((child) => (typeof child === "string" ? child : moved(child, group.path))) };
}

function moved(group: Group, around: string): Group {
  const path = joined(around, group.name);
  if (path === group.path) return group;
  return { ...group, path, children: group.children.map((child) => (typeof child === "string" ? child : moved(child, path))) };
}

function entryOf(id: string, lookup: Lookup, scopes: Map<string, readonly string[]>): Entry {
  const subject = lookup.subject(id);
  const record = subject?.op ?? subject?.node ?? null;
  const shapes = subject?.tensors.map((tensor) => tensor.shape.join("x")).join(";") ?? "";
  const path = record?.scope ?? "";
  const scope = scopes.get(path) ?? path.split("/").filter(Boolean).slice(0, DEEPEST);
  scopes.set(path, scope);
  const [name, line] = [record?.name ?? "", record?.line?.line ?? null];
  return { id, scope, name, alike: `${name}[${shapes}]`, line, place: line === null ? "" : `line ${line}`, op: subject?.op?.id ?? -1 };
}

/** What several lineages begin with together. */
function shared(paths: readonly (readonly string[])[]): readonly string[] {
  let found = paths[0] ?? [];
  for (const path of paths) {
    let length = 0;
    while (length < found.length && found[length] === path[length]) length += 1;
    found = found.slice(0, length);
  }
  return found;
}

/** The class that all are of, or "". */
function common(children: readonly Child[]): string {
  const found = new Set(children.map((child) => (typeof child === "string" ? "" : child.module)));
  return found.size === 1 ? ([...found][0] ?? "") : "";
}
