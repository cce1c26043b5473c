/**
 * What the events of a trace will do at a place of the picture: hooks that fire at a card, sums on an edge that
 * undo broadcasting. Known from the start, so that the marks stand there before they act.
 */
import type { Lookup } from "./lookup";
import type { HookEvent, Layout, LayoutEdge, LayoutItem, SumToEvent } from "./trace";

/** One time that a hook fires or a gradient is summed: the step that shows it, and that at which another pass begins. */
interface Happening<E> {
  readonly step: number;
  readonly until: number;
  readonly event: E;
}

export interface HookMark {
  readonly kind: "hook";
  readonly item: LayoutItem;
  /** Where gradients arrive at a card, or where they leave it. */
  readonly side: "in" | "out";
  readonly layer: number;
  readonly happenings: readonly Happening<HookEvent>[];
}

export interface SumMark {
  readonly kind: "sum";
  readonly edge: LayoutEdge;
  readonly layer: number;
  readonly happenings: readonly Happening<SumToEvent>[];
}

export type Annotation = HookMark | SumMark;

/** List the marks of a layout, each with all that will happen at it. */
export function annotations(lookup: Lookup, layout: Layout): readonly Annotation[] {
  const hooks = new Map<string, Happening<HookEvent>[]>();
  const sums = new Map<string, Happening<SumToEvent>[]>();
  const begins = lookup.trace.events.flatMap((event, i) => (event.kind === "begin" ? [i + 1] : []));
  let next = 0;
  lookup.trace.events.forEach((event, i) => {
    const step = i + 1;
    if (event.kind === "begin") next += 1;
    const until = begins[next] ?? Infinity;
    if (event.kind === "sum_to") put(sums, `n${event.node}:${event.input}`, { step, until, event });
    else if (event.kind === "hook" && event.where !== "retain_grad") {
      const side = event.where === "post" || event.where === "post_accumulate" ? "out" : "in";
      put(hooks, `${lookup.itemOfNode(event.node)}:${side}`, { step, until, event });
    }
  });
  const made: Annotation[] = [];
  for (const item of hooks.size ? layout.items : []) {
    for (const side of ["in", "out"] as const) {
      const happenings = hooks.get(`${item.id}:${side}`);
      if (happenings) made.push({ kind: "hook", item, side, layer: lookup.layerOf(item.id), happenings });
    }
  }
  for (const edge of sums.size ? layout.edges : []) {
    const happenings = edge.kind === "tracked" ? sums.get(`${edge.to}:${edge.input ?? ""}`) : undefined;
    if (happenings) made.push({ kind: "sum", edge, layer: lookup.layerOf(edge.to), happenings });
  }
  return made;
}

/** The last thing that happened at a mark by step `k`, unless another pass has begun since. */
export function latest<E>(happenings: readonly Happening<E>[], k: number): Happening<E> | null {
  return happenings.filter((each) => each.step <= k && k < each.until).pop() ?? null;
}

function put<E>(map: Map<string, Happening<E>[]>, key: string, happening: Happening<E>): void {
  const known = map.get(key);
  if (known) known.push(happening);
  else map.set(key, [happening]);
}
