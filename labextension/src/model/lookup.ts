/** A trace with the cross references that views ask for again and again, made once. */
import { plainText } from "./figures";
import type { Frame } from "./frame";
import { INFIX, Names, operationOf, own } from "./names";
import type { NodeRecord, OpRecord, RefusedEvent, SavedRecord, TensorRecord, Trace, Value } from "./trace";

/** Longer names of saved tensors take too much room; as in `autograd_viz/render/picture.py`. */
const LONGEST_SAVED = 14;

/** One thing in the picture: what stands behind a layout item's id. */
export interface Subject {
  readonly id: string;
  readonly node: NodeRecord | null;
  readonly op: OpRecord | null;
  readonly tensors: readonly TensorRecord[];
  /** Forward operations that must have run before it exists. */
  readonly since: number;
  /** An operation that was refused; it exists once its event has come. */
  readonly refused?: RefusedEvent;
  readonly step?: number;
}

export class Lookup {
  private accumulators: ReadonlyMap<number, NodeRecord> = new Map();
  private outputs = new Map<number, TensorRecord[]>();
  /** For a tensor that no operation made: the first operation that reads it. */
  private firstUse = new Map<number, OpRecord>();
  /** Tensors whose memory is changed in place, and of them those whose version moves. */
  written: ReadonlySet<number> = new Set();
  rewritten: ReadonlySet<number> = new Set();
  /** Results whose gradient `retain_grad` keeps. */
  retained: ReadonlySet<number> = new Set();
  names: Names;
  private hasLayers = false;

  constructor(public trace: Trace) {
    this.names = this.index(trace);
  }

  /** Look things up in what the trace has grown to. */
  follow(trace: Trace): void {
    this.trace = trace;
    this.names = this.index(trace);
  }

  private index(trace: Trace): Names {
    this.outputs = new Map();
    this.firstUse = new Map();
    this.accumulators = new Map(trace.nodes.flatMap((node) => (node.leaf === null ? [] : [[node.leaf, node]])));
    for (const tensor of trace.tensors) {
      const known = tensor.node === null ? undefined : this.outputs.get(tensor.node);
      if (known) known.push(tensor);
      else if (tensor.node !== null) this.outputs.set(tensor.node, [tensor]);
    }
    for (const op of trace.ops) {
      for (const { tensor } of op.inputs) if (!this.firstUse.has(tensor)) this.firstUse.set(tensor, op);
    }
    const [written, rewritten, retained] = [new Set<number>(), new Set<number>(), new Set<number>()];
    for (const event of trace.events) {
      if (event.kind === "hook" && event.tensor !== null) retained.add(event.tensor);
      for (const { tensor, version } of event.kind === "op" ? event.writes : []) {
        written.add(tensor);
        if (version) rewritten.add(tensor);
      }
    }
    [this.written, this.rewritten, this.retained] = [written, rewritten, retained];
    this.hasLayers = trace.ops.some((op) => op.layer > 0);
    return new Names(trace);
  }

  node(id: number | null): NodeRecord | null {
    return id === null ? null : (this.names.nodes.get(id) ?? null);
  }

  op(id: number | null): OpRecord | null {
    return id === null ? null : (this.trace.ops[id] ?? null);
  }

  tensor(id: number | null): TensorRecord | null {
    return id === null ? null : (this.trace.tensors[id] ?? null);
  }

  value(index: number | null | undefined): Value | null {
    return index === null || index === undefined ? null : (this.trace.values[index] ?? null);
  }

  /** The AccumulateGrad of a leaf, once the graph has one. */
  accumulator(tensor: number): NodeRecord | null {
    return this.accumulators.get(tensor) ?? null;
  }

  /** The backward pass during which an item of the picture came up; 0 for the user's own forward. */
  layerOf(id: string): number {
    const subject = this.hasLayers ? this.subject(id) : null;
    if (!subject) return 0;
    if (subject.node && subject.node.leaf === null) return subject.node.layer;
    const [tensor] = subject.tensors;
    const isOwn = !subject.op && tensor?.role !== "constant" && tensor?.role !== "gradient";
    return isOwn ? 0 : (subject.op ?? this.firstUse.get(tensor?.id ?? -1))?.layer ?? 0;
  }

  /** A saved tensor as the user would name it, in short; of one that is not known, what it was, if anybody knows. */
  savedName(saved: SavedRecord, node: NodeRecord): string {
    const name = saved.tensor === null ? this.names.params(node).get(saved.name) : this.names.tensor(saved.tensor);
    const [maker = "", isUnnamed] = (name ?? saved.name).split("'s output");
    const said = isUnnamed === undefined ? maker : `${operationOf(maker)}(…)`;
    return clip(said.length > LONGEST_SAVED ? said.replace(/^[\w.[\]]*\./, "") : said, LONGEST_SAVED);
  }

  /** The picture's id of a node: an AccumulateGrad is in its leaf's card. */
  itemOfNode(id: number): string {
    const leaf = this.names.nodes.get(id)?.leaf ?? null;
    return leaf === null ? `n${id}` : `t${leaf}`;
  }

  itemOfOp(op: OpRecord): string {
    return op.node === null ? `o${op.id}` : `n${op.node}`;
  }

  /** Where a tensor stands in the picture: at the operation that made it, or by itself. */
  itemOfTensor(id: number): string {
    const { node = null, op = null } = this.tensor(id) ?? {};
    if (node !== null) return `n${node}`;
    return op === null ? `t${id}` : `o${op}`;
  }

  /** What stands behind a layout item's id; null if the trace has no such thing. */
  subject(id: string): Subject | null {
    const number = Number.parseInt(id.slice(1), 10);
    switch (id[0]) {
      case "n":
        return this.nodeSubject(id, number);
      case "o": {
        const op = this.op(number);
        return op && { id, node: null, op, tensors: this.tensorsOf(op.outputs), since: op.id + 1 };
      }
      case "t":
        return this.tensorSubject(id, number);
      case "x": {
        const refused = this.trace.events[number];
        return refused?.kind === "refused" ? { id, node: null, op: null, tensors: [], since: 0, refused, step: number + 1 } : null;
      }
      case "r":
        return this.rootSubject(id, number);
      default:
        return null;
    }
  }

  private nodeSubject(id: string, number: number): Subject | null {
    const node = this.node(number);
    if (!node) return null;
    const op = this.op(node.op);
    const tensors = op ? this.tensorsOf(op.outputs) : (this.outputs.get(number) ?? []);
    return { id, node, op, tensors, since: op ? op.id + 1 : 0 };
  }

  private tensorSubject(id: string, number: number): Subject | null {
    const tensor = this.tensor(number);
    const user = this.firstUse.get(number);
    const isLate = user && (user.layer > 0 || tensor?.role === "gradient");
    const since = isLate ? user.id + 1 : 0;
    return tensor && { id, node: this.accumulator(number), op: null, tensors: [tensor], since };
  }

  private rootSubject(id: string, number: number): Subject | null {
    const subject = this.subject(this.itemOfNode(number));
    const index = Number.parseInt(id.split(":")[1] ?? "0", 10);
    return subject && { ...subject, id, tensors: subject.tensors.filter((each) => each.output_nr === index) };
  }

  private tensorsOf(ids: readonly number[]): readonly TensorRecord[] {
    const only = ids.length === 1 ? this.trace.tensors[ids[0] ?? -1] : undefined; // most often: a tenth of the time
    return only ? [only] : ids.flatMap((id) => this.trace.tensors[id] ?? []);
  }
}

const SYMBOLS: { readonly [op: string]: string } = {
  ...INFIX,
  sub: "−",
  rsub: "−",
  mul: "×",
  div: "÷",
  neg: "−",
  dot: "·",
  sum: "Σ",
  sqrt: "√",
  exp: "eˣ",
  log: "ln",
  t: ".T",
  binary_cross_entropy_with_logits: "BCE logits",
};

const LONGEST_NAME = 22;

/** What is computed, in short: `×`, `+ 1`, `2 −`, `relu`; in place `+= 1`, `exp_`. Twin of `badge` in `autograd_viz/render/text.py`. */
export function badge({ op, node, refused }: Subject): string {
  const name = refused?.op_name ?? op?.name ?? operationOf(node?.name ?? "");
  const base = name.replace(/_+$/, "");
  const sign = own(SYMBOLS, base) ?? base;
  const symbol = name === base ? sign : own(INFIX, base) ? `${sign}=` : name;
  const { self, other, exponent } = op?.options ?? {};
  const operands = [self, other ?? exponent].map((each) => (typeof each === "number" ? plainText(each) : ""));
  const [before, after] = base === "rsub" ? operands.reverse() : operands;
  return clip([before, symbol, after].filter(Boolean).join(" "), LONGEST_NAME);
}

/** The user's names of the tensors behind a card. */
export function names(subject: Subject): string {
  return clip(subject.tensors.flatMap((tensor) => tensor.name ?? []).join(", "), LONGEST_NAME);
}

/** Whether a thing does not exist yet. */
export function isFuture(subject: Subject | null, frame: Frame): boolean {
  return subject !== null && (frame.ops_done < subject.since || frame.k < (subject.step ?? 0));
}

const REASONS: { readonly [reason: string]: string } = {
  no_grad: "under no_grad",
  inference_mode: "in inference_mode",
  detach: "detached",
  no_input_requires_grad: "no input requires grad",
  not_differentiable: "not differentiable",
};

/** Why an operation has no node. */
export function reasonText(reason: string | null): string {
  return (reason === null ? undefined : REASONS[reason]) ?? "not tracked";
}

export function clip(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
