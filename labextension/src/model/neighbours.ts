/** Which things of the picture are joined by edges: for the keyboard, and for names that are read out. */
import type { LayoutEdge, LayoutItem } from "./trace";

export class Neighbours {
  private readonly sources = new Map<string, string[]>();
  private readonly targets = new Map<string, string[]>();
  private readonly places: ReadonlyMap<string, number>;

  constructor(private readonly items: readonly LayoutItem[], edges: readonly LayoutEdge[]) {
    this.places = new Map(items.map((item, i) => [item.id, i]));
    for (const { from, to } of edges) {
      add(this.sources, to, from);
      add(this.targets, from, to);
    }
  }

  /** What an item is computed from: its gradients go there. */
  from(id: string): readonly string[] {
    return this.sources.get(id) ?? [];
  }

  /** What is computed from an item: its gradient comes from there. */
  to(id: string): readonly string[] {
    return this.targets.get(id) ?? [];
  }

  /** Where an arrow key leads: up and down along edges, to the sides in the graph's order. */
  next(id: string, way: "up" | "down" | "left" | "right"): string | null {
    const place = this.places.get(id);
    if (place === undefined) return null;
    if (way === "left" || way === "right") return this.items[place + (way === "right" ? 1 : -1)]?.id ?? null;
    const here = this.items[place];
    const joined = (way === "up" ? this.from(id) : this.to(id)).flatMap((other) => this.items[this.places.get(other) ?? -1] ?? []);
    const nearest = joined.reduce<LayoutItem | null>((best, each) => (best && far(best, here) <= far(each, here) ? best : each), null);
    return nearest?.id ?? null;
  }
}

function add(table: Map<string, string[]>, key: string, id: string): void {
  const known = table.get(key);
  if (!known) table.set(key, [id]);
  else if (!known.includes(id)) known.push(id);
}

function far(a: LayoutItem, b: LayoutItem | undefined): number {
  return Math.abs(a.x - (b?.x ?? 0));
}
