/** A picture with some groups open: where its marks stand, and what stands for those that closed groups hide. */
import { fallbackLayout } from "./fallback";
import { openedAtFirst, standIns } from "./grouped";
import { Grouping } from "./grouping";
import type { Lookup } from "./lookup";
import { picture, type Line } from "./picture";
import type { Layout } from "./trace";

export class Expansion {
  readonly open: ReadonlySet<string>;
  private readonly hidden: ReadonlyMap<string, string>;
  private readonly merged = new Map<string, Line[]>();
  private readonly crossed = new Map<string, Line[]>();

  constructor(readonly grouping: Grouping, readonly layout: Layout, expanded: readonly string[]) {
    this.open = new Set(expanded);
    const seen = new Set(layout.items.map((item) => item.id)); // a layout that grew may show what groups now hide
    this.hidden = new Map([...standIns(grouping, this.open)].filter(([id]) => !seen.has(id)));
    if (this.hidden.size === 0) return;
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

  /** What shows a mark: itself, or the closed group it is in. */
  standIn(id: string): string {
    return this.hidden.get(id) ?? id;
  }

  /** The lines that an edge between closed groups stands for; none if it stands for itself. */
  lines(edge: string): readonly Line[] {
    return this.merged.get(edge) ?? [];
  }
}

/** Makes the layouts of one trace. What Python placed is kept as long as the same groups are open. */
export class Expander {
  readonly grouping: Grouping;
  private readonly sizes: ReadonlyMap<string, { readonly w: number; readonly h: number }>;

  constructor(lookup: Lookup) {
    this.grouping = new Grouping(picture(lookup), lookup);
    this.given = lookup.trace.layout;
    const hidden = this.given?.hidden?.flatMap(({ w, h, ids }) => ids.map((id) => [id, { w, h }] as const)) ?? [];
    this.sizes = new Map([...(this.given?.items.map((item) => [item.id, item] as const) ?? []), ...hidden]);
  }

  private readonly given: Layout | null;

  /** Open the groups of these paths (those of the trace's layout, or what suits its size, if null). */
  expand(paths: readonly string[] | null): Expansion {
    const first = this.given ? (this.given.expanded ?? [...this.grouping.groups.keys()]) : openedAtFirst(this.grouping);
    const expanded = paths ? this.grouping.closedUpwards(paths) : first;
    const isGiven = this.given !== null && first.length === expanded.length && first.every((path, i) => path === expanded[i]);
    const layout = isGiven && this.given ? this.given : fallbackLayout(this.grouping, expanded, this.sizes);
    return new Expansion(this.grouping, layout, expanded);
  }
}
