/** A picture with some groups open: where its marks stand, and what stands for those that closed groups hide. */
import { fallbackLayout } from "./fallback";
import { openedAtFirst, standIns } from "./grouped";
import { groupingOf, type Grouping } from "./grouping";
import type { Lookup } from "./lookup";
import { turned } from "./loops";
import { picture, type Line } from "./picture";
import type { Layout } from "./trace";

export class Expansion {
  readonly open: ReadonlySet<string>;
  private readonly hidden: ReadonlyMap<string, string>;
  private readonly merged = new Map<string, Line[]>();
  private readonly crossed = new Map<string, Line[]>();
  private readonly turns = new Map<Grouping, Expansion>();
  private readonly seen: ReadonlySet<string>;

  constructor(readonly grouping: Grouping, readonly layout: Layout, expanded: readonly string[]) {
    this.open = new Set(expanded);
    this.seen = new Set(layout.items.map((item) => item.id)); // a layout that grew may show what groups now hide
    const hidden = (this.hidden = standIns(grouping, this.open));
    for (const id of this.seen) hidden.delete(id);
    if (hidden.size === 0) return;
    for (const line of grouping.picture.lines) {
      const [from, to] = [this.standIn(line.from), this.standIn(line.to)];
      if (from === to || (from === line.from && to === line.to)) continue;
      for (const [lines, key] of [[this.merged, `${from}-${to}`], [this.crossed, from], [this.crossed, to]] as const) {
        const known = lines.get(key);
        if (known) known.push(line);
        else lines.set(key, [line]);
      }
    }
  }

  /** The lines into and out of a closed group. */
  crossing(id: string): readonly Line[] {
    return this.crossed.get(id) ?? [];
  }

  /** What shows a mark: itself, its like in the turn of a loop that is shown, or the closed group it is in. */
  standIn(id: string): string {
    const own = this.seen.has(id) ? id : this.grouping.shown(id);
    return this.hidden.get(own) ?? own;
  }

  /** The same when so many operations have run, in other turns of loops: at the same places. */
  at(ops: number): Expansion {
    const grouping = this.grouping.at(ops);
    if (grouping === this.grouping) return this;
    const isOld = (): boolean => [...grouping.names].some(([id, own]) => id !== own && this.seen.has(own)); // and shows all turns
    const known = this.turns.get(grouping) ?? (isOld() ? this : new Expansion(grouping, turned(this.layout, grouping.names), [...this.open]));
    this.turns.set(grouping, known);
    return known;
  }

  /** The lines that an edge between closed groups stands for; none if it stands for itself. */
  lines(edge: string): readonly Line[] {
    return this.merged.get(edge) ?? [];
  }
}

/** Makes the layouts of one trace. What Python placed is kept as long as the same groups are open. */
export class Expander {
  readonly grouping: Grouping;

  constructor(lookup: Lookup) {
    this.grouping = groupingOf(picture(lookup), lookup);
    this.given = lookup.trace.layout;
  }

  private readonly given: Layout | null;

  /** The sizes of marks that Python told: asked for once something else is open than it placed. */
  private sizes(): ReadonlyMap<string, { readonly w: number; readonly h: number }> {
    const hidden = this.given?.hidden?.flatMap(({ w, h, ids }) => ids.map((id) => [id, { w, h }] as const)) ?? [];
    return new Map([...(this.given?.items.map((item) => [item.id, item] as const) ?? []), ...hidden]);
  }

  /** Open the groups of these paths (those of the trace's layout, or what suits its size, if null). */
  expand(paths: readonly string[] | null): Expansion {
    const first = this.given ? (this.given.expanded ?? [...this.grouping.groups.keys()]) : openedAtFirst(this.grouping);
    const expanded = paths ? this.grouping.closedUpwards(paths) : first;
    const isGiven = this.given !== null && first.length === expanded.length && first.every((path, i) => path === expanded[i]);
    const layout = isGiven && this.given ? this.given : fallbackLayout(this.grouping, expanded, this.sizes());
    return new Expansion(this.grouping, layout, expanded);
  }
}
