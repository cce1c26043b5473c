/**
 * What a trace's graph has to show: one mark for each leaf, constant, operation and root, and the lines
 * between them. It knows neither sizes nor places. Twin of `autograd_viz/render/picture.py`.
 */
import type { Lookup } from "./lookup";
import type { ItemKind, LayoutEdge, NodeRecord, OpRecord } from "./trace";

export interface Mark {
  readonly id: string;
  readonly kind: ItemKind;
}

/** One edge in the direction of data. */
export interface Line {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly kind: LayoutEdge["kind"];
  readonly input: number | null;
}

export interface Picture {
  readonly marks: readonly Mark[];
  readonly lines: readonly Line[];
}

/** List what is drawn for a trace, in the order of the code. */
export function picture(lookup: Lookup): Picture {
  const sketch = new Sketch(lookup);
  sketch.draw();
  return { marks: sketch.marks, lines: [...sketch.lines.values()].filter((line) => line.from !== line.to) };
}

class Sketch {
  readonly kinds = new Map<string, ItemKind>();
  readonly marks: Mark[] = [];
  readonly lines = new Map<string, Line>();
  private readonly madeBy = new Map<number, string>();
  private readonly gradOf: ReadonlyMap<number, number>;

  constructor(private readonly lookup: Lookup) {
    this.gradOf = new Map(lookup.trace.gradients?.map((each) => [each.tensor, each.of]));
  }

  draw(): void {
    const { trace } = this.lookup;
    for (const node of trace.nodes) if (node.op === null) this.addNode(node);
    for (const op of trace.ops) this.addOp(op);
    for (const node of trace.nodes) this.joinNode(node);
    if (this.kinds.size === 0) for (const tensor of trace.tensors) this.addTensor(tensor.id);
    trace.events.forEach((event, i) => {
      if (event.kind === "begin") for (const root of event.roots) this.addRoot(root.node, root.index);
      else if (event.kind === "refused") this.addRefused(`x${i}`, event.inputs);
    });
  }

  private add(id: string, kind: ItemKind): string {
    if (this.kinds.has(id)) return id;
    this.kinds.set(id, kind);
    this.marks.push({ id, kind });
    return id;
  }

  private addNode(node: NodeRecord): string {
    if (node.leaf !== null) return this.addTensor(node.leaf);
    return this.add(`n${node.id}`, node.kind === "accumulate" ? "leaf" : "op");
  }

  private addTensor(id: number): string {
    return this.add(`t${id}`, this.lookup.tensor(id)?.role === "leaf" ? "leaf" : "constant");
  }

  private addOp(op: OpRecord): void {
    const id = this.lookup.itemOfOp(op);
    const node = this.lookup.node(op.node);
    // A `.grad` given along with its tensor, as to an optimizer's step, is seen on the tensor's card.
    const given = new Set(op.inputs.map(({ tensor }) => tensor));
    const sources = op.inputs.map(({ tensor }) => (given.has(this.gradOf.get(tensor) ?? -1) ? undefined : this.source(tensor)));
    this.add(id, node ? "op" : "untracked");
    op.inputs.forEach(({ param, tensor }, i) => {
      const from = sources[i];
      const isReached = node?.next.some((next, j) => next.node !== null && node.inputs[j] === param && node.input_tensors[j] === tensor);
      if (from === undefined || isReached) return;
      const kind = this.kinds.get(from);
      this.join(from, id, !node && (kind === "leaf" || kind === "op") ? "cut" : "untracked", null, i);
    });
    for (const output of op.outputs) this.madeBy.set(output, id);
  }

  /** The mark a tensor comes out of at this point of the code. */
  private source(tensor: number): string {
    const known = this.madeBy.get(tensor);
    if (known !== undefined) return known;
    const made = `n${this.lookup.tensor(tensor)?.node}`;
    return this.kinds.has(made) ? made : this.addTensor(tensor);
  }

  private joinNode(node: NodeRecord): void {
    node.next.forEach((next, i) => {
      const source = this.lookup.node(next.node);
      if (source) this.join(this.addNode(source), `n${node.id}`, "tracked", i, i);
    });
  }

  private addRoot(id: number, index: number): void {
    const node = this.lookup.node(id);
    if (node) this.join(this.addNode(node), this.add(`r${id}:${index}`, "root"), "tracked", null, index);
  }

  private addRefused(id: string, inputs: readonly number[]): void {
    const sources = inputs.map((each) => this.source(each));
    this.add(id, "refused");
    sources.forEach((from, i) => this.join(from, id, "refused", null, i));
  }

  private join(from: string, to: string, kind: LayoutEdge["kind"], input: number | null, position: number): void {
    const id = `${from}-${to}-${input === null ? "c" : "i"}${position}`;
    this.lines.set(id, { id, from, to, kind, input });
  }
}
