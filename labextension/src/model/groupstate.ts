/** What a closed group shows of what is within: how far its nodes are, and what crosses its border. */
import type { Frame, NodeStatus } from "./frame";
import { marksIn, type Grouping } from "./grouping";
import type { Lookup } from "./lookup";
import type { Line } from "./picture";

export interface GroupState {
  readonly state: NodeStatus;
  /** Nodes that ran in this pass, of those that take part in it. */
  readonly done: number;
  readonly expected: number;
  /** Gradients that came in from outside, and that went out, each of how many ways. */
  readonly came: readonly [number, number];
  readonly went: readonly [number, number];
}

interface Way {
  readonly node: number;
  readonly input: number;
}

export class GroupContent {
  readonly nodes: readonly number[];
  readonly operations: number;
  private readonly into: readonly Way[];
  private readonly outOf: readonly Way[];
  private last: { readonly frame: Frame; readonly state: GroupState } | null = null;

  /** Of the lines, those that cross the group's border are counted: whoever knows them need not pass all. */
  constructor(grouping: Grouping, lookup: Lookup, path: string, lines: readonly Line[] = grouping.picture.lines) {
    const group = grouping.groups.get(path);
    const marks = group ? marksIn(group) : [];
    const own = new Set(marks);
    this.nodes = marks.flatMap((id) => (id.startsWith("n") ? Number(id.slice(1)) : (lookup.subject(id)?.node?.id ?? [])));
    this.operations = marks.filter((id) => id.startsWith("n") || id.startsWith("o")).length;
    const ways = { in: [] as Way[], out: [] as Way[] };
    for (const { from, to, kind, input } of lines) {
      if (kind !== "tracked" || own.has(from) === own.has(to) || !to.startsWith("n") || input === null) continue;
      ways[own.has(from) ? "in" : "out"].push({ node: Number(to.slice(1)), input });
    }
    this.into = ways.in;
    this.outOf = ways.out;
  }

  /** How many forward operations must have run before all of it exists, and how many before any does. */
  state(frame: Frame): GroupState {
    if (this.last?.frame === frame) return this.last.state;
    const state = { ...this.progress(frame), came: count(this.into, frame), went: count(this.outOf, frame) };
    this.last = { frame, state };
    return state;
  }

  private progress(frame: Frame): Pick<GroupState, "state" | "done" | "expected"> {
    let [done, expected, freed] = [0, 0, 0];
    const seen = new Set<NodeStatus>();
    for (const id of this.nodes) {
      const node = frame.nodes.get(id);
      if (!node) continue;
      seen.add(node.state);
      if (node.expected > 0) expected += 1;
      if (node.arrived > 0 && (node.state === "done" || node.state === "freed")) done += 1;
      if (node.state === "freed") freed += 1;
    }
    const isOver = expected > 0 && done === expected;
    const first = (["error", "running", "ready", "waiting"] as const).find((state) => seen.has(state));
    const state = first ?? (isOver ? (freed ? "freed" : "done") : freed && !expected ? "freed" : done ? "waiting" : "idle");
    return { state, done, expected };
  }
}

function count(ways: readonly Way[], frame: Frame): readonly [number, number] {
  return [ways.filter(({ node, input }) => (frame.nodes.get(node)?.sent[input] ?? null) !== null).length, ways.length];
}
