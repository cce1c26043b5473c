/**
 * What sentences and formulas about a trace look things up in: names, values as text, passes.
 * Twin of `autograd_viz/trace/story.py`.
 */
import { shapeText, valueText } from "./figures";
import type { Frame } from "./frame";
import { Names } from "./names";
import type { BeginEvent, NodeRecord, Trace, Value } from "./trace";

export class Story {
  readonly begins: ReadonlyMap<number, BeginEvent>;

  constructor(readonly trace: Trace, readonly names = new Names(trace)) {
    this.begins = new Map(trace.events.flatMap((event) => (event.kind === "begin" ? [[event.pass, event]] : [])));
  }

  record(node: number | null): NodeRecord | null {
    return node === null ? null : (this.names.nodes.get(node) ?? null);
  }

  value(index: number): Value {
    return this.trace.values[index] ?? { shape: [], dtype: "float32", data: [] };
  }

  /** A small value as text; null for a large one or none at all. */
  text(index: number | null): string | null {
    return index === null ? null : valueText(this.value(index));
  }

  /** `= 3` where it is small, `(shape [4, 3])` where not. */
  shown(index: number): string {
    const text = this.text(index);
    return text !== null ? `= ${text}` : `(shape ${shapeText(this.value(index).shape)})`;
  }

  /** `3`, or `a gradient of shape [4, 3]`. */
  bare(index: number): string {
    return this.text(index) ?? `a gradient of shape ${shapeText(this.value(index).shape)}`;
  }

  /** `MulBackward0`, `w's AccumulateGrad`. */
  node(id: number): string {
    const record = this.record(id);
    if (!record) return "a node";
    return record.leaf === null ? record.name : `${this.names.tensor(record.leaf)}'s ${record.name}`;
  }

  /** Name the gradient a node holds for one of its outputs, with its value. */
  arriving(node: number, index: number, frame: Frame): string {
    const buffer = frame.nodes.get(node)?.buffer[index] ?? null;
    const name = this.names.gradient(node, index);
    return buffer === null ? name : `${name} ${this.shown(buffer)}`;
  }

  /** What a saved tensor holds at a frame: its memory may have changed since it was saved. */
  savedValue(node: NodeRecord, position: number, frame: Frame): number | null {
    const saved = node.saved[position];
    if (!saved || saved.value === null || saved.tensor === null) return saved?.value ?? null;
    return frame.tensors.get(saved.tensor)?.value ?? saved.value;
  }

  /** How many contributions make up the gradient that goes along an edge; 1 if that is not known. */
  parts(node: number, position: number, frame: Frame): number {
    const receiver = this.record(this.record(node)?.next[position]?.node ?? null);
    if (!receiver || receiver.outputs.length > 1) return 1;
    return frame.nodes.get(receiver.id)?.expected ?? 0;
  }

  /** The argument for which the running pass keeps saved tensors, if it does. */
  keeping(frame: Frame): string | null {
    const begin = this.begins.get(frame.pass ?? 0);
    return begin ? keeping(begin) : null;
  }

  /** Whether the running pass returns its gradients, as `grad` does, and leaves every `.grad` alone. */
  returns(frame: Frame): boolean {
    return this.begins.get(frame.pass ?? 0)?.call === "grad";
  }
}

/** The argument that makes a pass keep saved tensors. */
export function keeping(begin: BeginEvent): string | null {
  return begin.create_graph ? "create_graph" : begin.retain_graph ? "retain_graph" : null;
}
