/**
 * The state of a run after its first k events, as a fold over them. `frame(trace, k)` is a pure function;
 * `Replay` is the same fold with snapshots kept on the way, so that any step is a few events from one known.
 * Twin of `autograd_viz/trace/frame.py`.
 */
import type { ErrorInfo, Event, NodeRecord, Trace } from "./trace";

export type NodeStatus = "idle" | "waiting" | "ready" | "running" | "done" | "freed" | "error";

/** What a node is doing and holding: the gradients as far as they arrived, and what it sent along each edge. */
export interface NodeState {
  readonly state: NodeStatus;
  readonly arrived: number;
  readonly expected: number;
  readonly buffer: readonly (number | null)[];
  readonly saved_freed: boolean;
  readonly sent: readonly (number | null)[];
}

/** old + incoming = new; `incoming` is null when the user changed `.grad`. */
export interface GradChange {
  readonly old: number | null;
  readonly incoming: number | null;
  readonly new: number | null;
}

export interface LeafState {
  readonly grad: number | null;
  readonly change: GradChange | null;
}

export interface TensorState {
  readonly version: number;
  readonly value: number;
}

/** What the last event touches; `leaf` is a tensor's id. */
export interface Current {
  readonly node: number | null;
  readonly input: number | null;
  readonly to: number | null;
  readonly leaf: number | null;
  readonly op: number | null;
  readonly saved: number | null;
}

export type Phase = "forward" | "backward" | "error";

export interface Frame {
  readonly k: number;
  readonly phase: Phase;
  readonly pass: number | null;
  readonly ops_done: number;
  readonly nodes: ReadonlyMap<number, NodeState>;
  readonly leaves: ReadonlyMap<number, LeafState>;
  readonly tensors: ReadonlyMap<number, TensorState>;
  readonly current: Current;
  readonly error: ErrorInfo | null;
}

/** Return the state after the first `k` events. */
export function frame(trace: Trace, k: number): Frame {
  return new Replay(trace).frame(k);
}

/** Random access to the frames of one trace. */
export class Replay {
  private readonly kept: Fold[];
  private readonly interval: number;
  private cursor: Fold;
  private last: Frame;

  constructor(private trace: Trace) {
    const start = firstFold(trace);
    this.kept = [start];
    const events = Math.max(trace.events.length, 8 * trace.nodes.length); // a trace may grow to about so many
    this.interval = Math.max(32, Math.ceil((events * trace.nodes.length) / 2_000_000));
    this.cursor = copy(start);
    this.last = shown(start);
  }

  frame(k: number): Frame {
    const step = Math.min(Math.max(Math.trunc(k), 0), this.trace.events.length);
    if (step !== this.last.k) {
      this.seek(step);
      this.last = shown(this.cursor);
    }
    return this.last;
  }

  /** The frame at `k`, and those of the steps that tell what led to it; it still shows what they added to a `.grad`. */
  turn(steps: readonly number[], k: number): { readonly frame: Frame; readonly told: readonly Frame[] } {
    const told = steps.map((step) => this.frame(step));
    const now = this.frame(k);
    const changed = told.flatMap((each) => [...each.leaves].filter(([, leaf]) => leaf.change !== null));
    return { frame: changed.length ? { ...now, leaves: new Map([...now.leaves, ...changed]) } : now, told };
  }

  /** Go on with what the trace has grown to; false if its nodes and tensors are not those it began with. */
  follow(trace: Trace): boolean {
    const isSame = trace.nodes.length === this.trace.nodes.length && trace.tensors.length === this.trace.tensors.length;
    if (isSame) this.trace = trace;
    return isSame;
  }

  private seek(k: number): void {
    const from = Math.min(Math.floor(k / this.interval), this.kept.length - 1);
    const kept = this.kept[from];
    if (kept && (this.cursor.k > k || this.cursor.k < kept.k)) this.cursor = copy(kept);
    while (this.cursor.k < k) {
      const event = this.trace.events[this.cursor.k];
      if (!event) return;
      advance(this.trace, this.cursor, event);
      if (this.cursor.k === this.kept.length * this.interval) this.kept.push(copy(this.cursor));
    }
  }
}

/** A frame under construction, with what later events need to know beside it. */
interface Fold {
  k: number;
  phase: Phase;
  pass: number | null;
  ops_done: number;
  nodes: Map<number, NodeState>;
  leaves: Map<number, LeafState>;
  tensors: Map<number, TensorState>;
  current: Current;
  error: ErrorInfo | null;
  /** Of the passes that run, the innermost last: its number, and the node that runs in it. */
  running: { readonly pass: number; readonly node: number | null }[];
  /** The innermost pass ended with the last event. */
  over: boolean;
  /** Nodes the outermost pass changed; the next one resets them. */
  touched: Set<number>;
  /** The tensor whose `.grad` the last event changed. */
  changed: number | null;
}

const NOTHING: Current = { node: null, input: null, to: null, leaf: null, op: null, saved: null };

function firstFold(trace: Trace): Fold {
  const leaves = trace.tensors.filter((tensor) => tensor.role === "leaf");
  return {
    k: 0,
    phase: "forward",
    pass: null,
    ops_done: 0,
    nodes: new Map(trace.nodes.map((node) => [node.id, fresh(node)])),
    leaves: new Map(leaves.map((leaf) => [leaf.id, { grad: leaf.grad, change: null }])),
    tensors: new Map(),
    current: NOTHING,
    error: null,
    running: [],
    over: false,
    touched: new Set(),
    changed: null,
  };
}

/** A node before anything happened: freed if its saved tensors already were. */
function fresh(node: NodeRecord): NodeState {
  const { freed } = node;
  return {
    state: freed ? "freed" : "idle",
    arrived: 0,
    expected: 0,
    buffer: node.outputs.map(() => null),
    saved_freed: freed,
    sent: node.next.map(() => null),
  };
}

function copy(fold: Fold): Fold {
  return {
    ...fold,
    nodes: new Map(fold.nodes),
    leaves: new Map(fold.leaves),
    tensors: new Map(fold.tensors),
    running: [...fold.running],
    touched: new Set(fold.touched),
  };
}

function shown(fold: Fold): Frame {
  return {
    k: fold.k,
    phase: fold.phase,
    pass: fold.pass,
    ops_done: fold.ops_done,
    nodes: new Map(fold.nodes),
    leaves: new Map(fold.leaves),
    tensors: new Map(fold.tensors),
    current: fold.current,
    error: fold.error,
  };
}

function advance(trace: Trace, fold: Fold, event: Event): void {
  settle(fold);
  fold.current = { ...NOTHING, ...apply(trace, fold, event) };
  fold.k += 1;
}

/** Let go of what only the last event showed. */
function settle(fold: Fold): void {
  const leaf = fold.changed === null ? undefined : fold.leaves.get(fold.changed);
  if (leaf && fold.changed !== null) fold.leaves.set(fold.changed, { grad: leaf.grad, change: null });
  fold.changed = null;
  if (fold.over) fold.running.pop();
  fold.over = false;
  fold.error = null;
  fold.pass = fold.running[fold.running.length - 1]?.pass ?? null;
  fold.phase = fold.pass === null ? "forward" : "backward";
}

/** Take in one event; return what it touches. */
function apply(trace: Trace, fold: Fold, event: Event): Partial<Current> {
  switch (event.kind) {
    case "op":
      fold.ops_done = event.op + 1;
      event.writes.forEach((write) => overwrite(trace, fold, write));
      return { op: event.op };
    case "refused":
      fold.error = event.error;
      fold.phase = "error";
      return {};
    case "grad_change":
      setGrad(fold, event.tensor, { old: event.old, incoming: null, new: event.new });
      return { leaf: event.tensor };
    case "begin":
      return begin(fold, event);
    case "seed":
      arrive(fold, event.node, event.index, event.buffer, (fold.nodes.get(event.node)?.arrived ?? 0) + 1);
      return { node: event.node };
    case "run":
      finishRunning(fold);
      change(fold, event.node, { state: "running" });
      runIn(fold, event.node);
      return { node: event.node };
    case "hook":
      return hook(fold, event);
    case "unpack":
      return { node: event.node, saved: event.saved };
    case "vjp":
    case "sum_to":
      return { node: event.node, input: event.input };
    case "release":
      if (event.freed) change(fold, event.node, { saved_freed: true });
      return { node: event.node };
    case "send":
      change(fold, event.node, { sent: put(fold.nodes.get(event.node)?.sent, event.input, event.value) });
      arrive(fold, event.to, event.index, event.buffer, event.arrived);
      return { node: event.node, input: event.input, to: event.to };
    case "accumulate":
      setGrad(fold, event.tensor, { old: event.old, incoming: event.incoming, new: event.new });
      return { node: event.node, leaf: event.tensor };
    case "capture":
      return { node: event.node, leaf: event.tensor };
    case "end":
      finishRunning(fold);
      fold.over = fold.running.length > 0;
      return {};
    case "error":
      return fail(fold, event);
  }
}

function overwrite(trace: Trace, fold: Fold, write: { readonly tensor: number } & TensorState): void {
  const record = trace.tensors[write.tensor];
  if (record && record.version === write.version && record.value === write.value) fold.tensors.delete(write.tensor);
  else fold.tensors.set(write.tensor, { version: write.version, value: write.value });
}

function begin(fold: Fold, event: Extract<Event, { kind: "begin" }>): Partial<Current> {
  const expected = new Map(Object.entries(event.expected).map(([id, n]) => [Number(id), n]));
  const stale = new Set(expected.keys());
  if (fold.running.length === 0) {
    for (const node of fold.touched) stale.add(node);
    fold.touched = new Set();
  }
  for (const node of stale) reset(fold, node, expected.get(node) ?? 0);
  for (const node of expected.keys()) fold.touched.add(node);
  fold.running.push({ pass: event.pass, node: null });
  fold.pass = event.pass;
  fold.phase = "backward";
  return {};
}

function reset(fold: Fold, node: number, expected: number): void {
  const state = fold.nodes.get(node);
  if (!state) return;
  fold.nodes.set(node, {
    state: state.saved_freed ? "freed" : "idle",
    arrived: 0,
    expected,
    buffer: state.buffer.map(() => null),
    saved_freed: state.saved_freed,
    sent: state.sent.map(() => null),
  });
}

function arrive(fold: Fold, node: number, index: number, buffer: number | null, arrived: number): void {
  const before = fold.nodes.get(node);
  const state = arrived >= (before?.expected ?? 0) ? "ready" : "waiting";
  change(fold, node, { state, arrived, buffer: put(before?.buffer, index, buffer) });
}

function hook(fold: Fold, event: Extract<Event, { kind: "hook" }>): Partial<Current> {
  const touched = { node: event.node, leaf: event.tensor };
  if (event.index === null) return touched;
  const buffer = fold.nodes.get(event.node)?.buffer;
  if (event.where === "tensor_pre" || event.where === "pre") {
    change(fold, event.node, { buffer: put(buffer, event.index, event.after) });
  } else if (event.where === "retain_grad" && event.tensor !== null) {
    const incoming = buffer?.[event.index] ?? null;
    setGrad(fold, event.tensor, { old: event.before, incoming, new: event.after });
  }
  return touched;
}

function fail(fold: Fold, event: Extract<Event, { kind: "error" }>): Partial<Current> {
  if (event.node !== null) change(fold, event.node, { state: "error" });
  finishRunning(fold);
  fold.over = fold.running.length > 0;
  fold.error = event.error;
  fold.phase = "error";
  return { node: event.node, saved: event.saved };
}

function change(fold: Fold, node: number, changes: Partial<NodeState>): void {
  const state = fold.nodes.get(node);
  if (!state) return;
  fold.nodes.set(node, { ...state, ...changes });
  fold.touched.add(node);
}

function runIn(fold: Fold, node: number | null): void {
  const innermost = fold.running.pop();
  if (innermost) fold.running.push({ pass: innermost.pass, node });
}

/** Settle the node that ran in the innermost pass. */
function finishRunning(fold: Fold): void {
  const node = fold.running[fold.running.length - 1]?.node ?? null;
  if (node === null) return;
  runIn(fold, null);
  const state = fold.nodes.get(node);
  if (state?.state === "running") change(fold, node, { state: state.saved_freed ? "freed" : "done" });
}

function setGrad(fold: Fold, tensor: number, grad: GradChange): void {
  fold.leaves.set(tensor, { grad: grad.new, change: grad });
  fold.changed = tensor;
}

function put(row: readonly (number | null)[] = [], index: number, found: number | null): readonly (number | null)[] {
  return row.map((each, i) => (i === index ? found : each));
}
