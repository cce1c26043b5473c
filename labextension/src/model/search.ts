/** Finding things of the picture by name, operation, shape or state. */
import { isQueued } from "./accessible";
import { shapeText } from "./figures";
import type { Frame } from "./frame";
import { headingOf, type Group, type Grouping } from "./grouping";
import { badge, isFuture, reasonText, type Lookup, type Subject } from "./lookup";
import { Modules } from "./modules";
import type { ItemKind, LayoutItem } from "./trace";

export interface Found {
  /** What was found, by its id in the picture. */
  readonly id: string;
  /** Where it stands: itself, or the group that holds it. */
  readonly item: string;
  readonly title: string;
  readonly note: string;
}

interface Entry {
  readonly subject: Subject | null;
  readonly item: string;
  readonly title: string;
  readonly kind: string;
  readonly note: string;
  /** What is searched, in lower case, its names first. */
  readonly names: readonly string[];
  readonly words: readonly string[];
}

const KINDS: { readonly [kind in ItemKind]?: string } = { leaf: "leaf", constant: "constant", untracked: "untracked", refused: "refused" };

export class Finder {
  private entries: readonly Entry[] | undefined; // made when something is sought for the first time

  /** `standIn` tells what shows a thing that is in a closed group; of groups, those that are closed are found. */
  constructor(
    private readonly lookup: Lookup,
    private readonly items: readonly LayoutItem[],
    private readonly standIn: (id: string) => string,
    private readonly groups: Grouping["groups"],
  ) {}

  private listed(): readonly Entry[] {
    const { lookup, items } = this;
    const shown = new Map(items.map((item) => [item.id, item]));
    const ids = new Set(items.filter((item) => item.kind !== "root").map((item) => item.id));
    for (const node of lookup.trace.nodes) ids.add(lookup.itemOfNode(node.id)); // also those inside a closed group
    const modules = new Modules(lookup.trace.modules);
    return [...ids].flatMap((id) => {
      const subject = lookup.subject(id);
      const item = shown.has(id) ? id : this.standIn(id);
      const group = this.groups.get(id.slice(1));
      if (!subject && group) return [groupEntry(id, group)];
      return subject && shown.has(item) ? [entryOf(subject, item, shown.get(id)?.kind, modules)] : [];
    });
  }

  /** Everything that fits all words of a query; best names first, else in the graph's order. `hidesQueue`: not what waits or is ready. */
  find(query: string, frame: Frame, hidesQueue = false): readonly Found[] {
    const words = wordsOf(query);
    if (!words.length) return [];
    this.entries ??= this.listed();
    const found = this.entries.flatMap((entry) => {
      const status = entry.subject?.node ? frame.nodes.get(entry.subject.node.id)?.state : undefined;
      const state = status && !(hidesQueue && isQueued(status)) ? status : "";
      const ranks = words.map((word) => rank(word, entry, state));
      if (ranks.some((each) => each === 0) || (entry.subject && isFuture(entry.subject, frame))) return [];
      const note = [entry.note, state].filter(Boolean).join(" · ");
      return [{ rank: Math.max(...ranks), found: { id: entry.subject?.id ?? entry.item, item: entry.item, title: entry.title, note } }];
    });
    return found.sort((a, b) => b.rank - a.rank).map((each) => each.found);
  }
}

function groupEntry(item: string, group: Group): Entry {
  const [names, words] = [[group.name.toLowerCase()], ["group", group.module.toLowerCase(), group.path.toLowerCase()]];
  return { subject: null, item, title: headingOf(group), kind: "group", note: "group", names, words };
}

function entryOf(subject: Subject, item: string, shownAs: ItemKind | undefined, modules: Modules): Entry {
  const { node, op, refused, tensors } = subject;
  const named = tensors.flatMap((tensor) => tensor.name ?? []);
  const shape = tensors[0]?.shape ?? node?.outputs[0]?.shape ?? null;
  const kind = (shownAs && KINDS[shownAs]) ?? "";
  const what = node?.name ?? refused?.op_name ?? (op ? `${op.name}, ${reasonText(op.reason)}` : kind);
  const scope = node?.scope || op?.scope || "";
  return {
    subject,
    item,
    title: named.join(", ") || badge(subject) || kind,
    kind,
    note: [what, shape?.length ? shapeText(shape) : ""].filter(Boolean).join(" "),
    names: named.map((name) => name.toLowerCase()),
    words: [what, op?.name ?? "", refused?.op_name ?? "", kind, scope, ...modules.around(scope, op?.id ?? -1), shape ? shapeWord(shape.join(",")) : ""].map((each) => each.toLowerCase()),
  };
}

/** The words of a query; a shape in any writing (`8x8`, `(8, 8)`, `[8,8]`) is one word. */
function wordsOf(query: string): readonly string[] {
  const shapes = query.toLowerCase().replace(/[[(]\s*([\d\s,]*?)\s*,?\s*[\])]/g, (_, inside: string) => ` ${shapeWord(inside.replace(/\s+/g, ""))} `);
  const crossed = shapes.replace(/\b\d+(?:[x×]\d+)+\b/g, (text) => shapeWord(text.replace(/[x×]/g, ",")));
  return crossed.split(/\s+/).filter(Boolean);
}

function shapeWord(sizes: string): string {
  return `[${sizes}]`;
}

/** How well a word fits: 5 a name, 4 the start of one, 3 a whole other word, 2 the start of one, 1 inside one, 0 not at all. */
function rank(word: string, { names, words }: Entry, state: string): number {
  if (names.includes(word) || names.some((name) => word === `${name}.grad`) || (word === state && state !== "")) return 5;
  if (names.some((name) => name.startsWith(word))) return 4;
  if (word.startsWith("[")) return words.includes(word) ? 3 : 0;
  const parts = words.flatMap((each) => each.split(/[\s.,/]+/));
  if (parts.includes(word)) return 3;
  if (parts.some((each) => each.startsWith(word))) return 2;
  return [...names, ...words].some((each) => each.includes(word)) ? 1 : 0;
}
