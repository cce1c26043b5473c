/** What a screen reader says of a thing in the picture: its name, its state and its neighbours. */
import { arrayText, shapeText } from "./figures";
import type { Frame, NodeState, NodeStatus } from "./frame";
import { isFuture, names, reasonText, type Lookup, type Subject } from "./lookup";
import type { Neighbours } from "./neighbours";
import type { ItemKind } from "./trace";

/** Most neighbours named one by one. */
const MOST = 4;

export class Accessible {
  private readonly joined = new Map<string, string>();

  constructor(private readonly lookup: Lookup, private readonly neighbours: Neighbours) {}

  /** `MulBackward0 of y, shape [3], waiting 1 of 2, from SumBackward0, to AccumulateGrad of w`, or without the queue. */
  name(subject: Subject, kind: ItemKind, frame: Frame, hidesQueue = false): string {
    if (isFuture(subject, frame)) return `${shortName(subject, kind)}: not yet computed`;
    const node = kind === "root" || !subject.node ? undefined : frame.nodes.get(subject.node.id);
    const shape = subject.tensors[0]?.shape ?? subject.node?.outputs[0]?.shape ?? [];
    const parts = [shortName(subject, kind), shape.length ? `shape ${shapeText(shape)}` : ""];
    if (kind === "untracked") parts.push(reasonText(subject.op?.reason ?? null));
    if (kind === "leaf") parts.push(`.grad ${this.grad(subject, frame)}`);
    if (node && !(hidesQueue && isQueued(node.state))) parts.push(stateName(node));
    return [...parts, this.ways(subject.id)].filter(Boolean).join(", ");
  }

  private grad(subject: Subject, frame: Frame): string {
    const found = frame.leaves.get(subject.tensors[0]?.id ?? -1)?.grad ?? null;
    return arrayText(this.lookup.value(found));
  }

  /** The way the gradients take: where they come from, and where they go. */
  ways(id: string): string {
    const known = this.joined.get(id);
    if (known !== undefined) return known;
    const text = [...this.listed("from", this.neighbours.to(id)), ...this.listed("to", this.neighbours.from(id))].join(", ");
    this.joined.set(id, text);
    return text;
  }

  private listed(word: string, ids: readonly string[]): readonly string[] {
    if (!ids.length) return [];
    const said = ids.slice(0, MOST).map((id) => {
      const subject = this.lookup.subject(id);
      return subject ? shortName(subject, KINDS[id[0] ?? ""] ?? "op") : `group ${id.slice(Math.max(id.lastIndexOf("/"), 0) + 1)}`;
    });
    const more = ids.length > MOST ? [`${ids.length - MOST} more`] : [];
    return [`${word} ${[...said, ...more].join(" and ")}`];
  }
}

const KINDS: { readonly [letter: string]: ItemKind } = { r: "root", t: "leaf", o: "untracked" };

/** `MulBackward0 of y`, `AccumulateGrad of w`, `constant x`. */
function shortName(subject: Subject, kind: ItemKind): string {
  const own = names(subject);
  if (kind === "root") return own ? `seed of ${own}` : "seed";
  const { node, op, refused } = subject;
  if (refused) return `${refused.op_name}, refused`;
  const isTensor = subject.id.startsWith("t");
  const what = node?.name ?? (isTensor ? "constant" : (op?.name ?? "operation"));
  if (!own) return what;
  return isTensor && !node ? `${what} ${own}` : `${what} of ${own}`;
}

/** Whether a state tells when a node runs. */
export function isQueued(state: NodeStatus): boolean {
  return state === "waiting" || state === "ready";
}

function stateName(state: NodeState): string {
  return state.state === "waiting" ? `waiting ${state.arrived} of ${state.expected}` : state.state;
}
