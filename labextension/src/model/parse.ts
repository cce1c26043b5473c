/**
 * `parse(unknown)`: the one door through which a trace enters. It checks the form of every record, that
 * every index and id points at something, and that the graph has no cycle. It only reads; nothing in a
 * trace is ever run or inserted as markup.
 */
import {
  count,
  dictionary,
  fail,
  flag,
  list,
  nullable,
  number,
  object,
  once,
  oneOf,
  optional,
  record,
  text,
  TraceError,
  whole,
  type Reader,
} from "./reader";
import { checkLayout, readLayout } from "./place";
import type { Event, NodeRecord, Plain, Scalar, Trace, Value } from "./trace";

const VERSION = 1;
const FORMAT = "autograd-viz/trace";
/** More than these no page could hold: a trace that large is refused before it is walked. */
const MOST_NODES = 300_000;

/** Read a trace from JSON text or from data already parsed; throw a `TraceError` that says what is wrong. */
export function parse(input: unknown): Trace {
  const data = typeof input === "string" ? fromJson(input) : input;
  const head = object(data, "trace");
  if (head["format"] !== FORMAT) fail("format", `"${FORMAT}"; this is not a trace of autograd-viz`, head["format"]);
  const version = whole(head["version"], "version");
  if (version > VERSION) {
    throw new TraceError(
      `This trace has version ${version}; this player reads version ${VERSION}. Update autograd-viz to open it.`,
    );
  }
  const trace = readTrace(data, "");
  checkReferences(trace);
  if (trace.layout) checkLayout(trace.layout);
  checkAcyclic(trace.nodes);
  return trace;
}

function fromJson(input: string): unknown {
  try {
    return JSON.parse(input.replace(/^\uFEFF/, "")) as unknown; // some editors put a byte order mark first
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unknown";
    throw new TraceError(`The trace is not complete JSON (was the file cut short?): ${reason}`);
  }
}

const scalar: Reader<Scalar> = (input, at) =>
  typeof input === "number" ? number(input, at) : oneOf("NaN", "Infinity", "-Infinity")(input, at);

const DEEPEST = 6;
const plainTo =
  (depth: number): Reader<Plain> =>
  (input, at) => {
    if (input === null || typeof input === "boolean" || typeof input === "string") return input;
    if (typeof input === "number") return number(input, at);
    return depth > 0 ? list(plainTo(depth - 1))(input, at) : fail(at, "plain data", input);
  };
const plain = plainTo(DEEPEST);

const readShape = list(count, 64);
const readValue: Reader<Value> = (input, at) => {
  const value = record({
    shape: readShape,
    dtype: text,
    data: optional(list(scalar)),
    base64: optional(text),
    summary: optional(
      record({
        min: nullable(scalar),
        max: nullable(scalar),
        mean: nullable(scalar),
        norm: nullable(scalar),
        nan: count,
        inf: count,
      }),
    ),
  })(input, at);
  const forms = [value.data, value.base64, value.summary].filter((form) => form !== undefined).length;
  if (forms !== 1) fail(at, "exactly one of data, base64 and summary", forms);
  const size = value.shape.reduce((product, n) => product * n, 1);
  if (value.data && value.data.length !== size) fail(`${at}.data`, `${size} numbers`, value.data.length);
  return value;
};

const readLine = nullable(record({ source: count, line: count, end_line: nullable(count) }));
const readError = record({ type: text, message: text, code: nullable(text) });

const readTensor = record({
  id: whole,
  name: nullable(text),
  shape: readShape,
  dtype: text,
  role: oneOf("leaf", "constant", "result", "untracked", "gradient"),
  requires_grad: flag,
  storage: whole,
  base: nullable(whole),
  op: nullable(whole),
  node: nullable(whole),
  output_nr: count,
  value: count,
  version: count,
  grad: nullable(count),
});

const readOp = record({
  id: whole,
  name: text,
  inputs: list(record({ param: text, tensor: whole })),
  options: dictionary(plain),
  outputs: list(whole),
  node: nullable(whole),
  mutates: nullable(whole),
  layer: count,
  reason: nullable(text),
  line: readLine,
  scope: text,
  call: nullable(count),
});

const readNode = record({
  id: whole,
  name: text,
  kind: oneOf("op", "accumulate"),
  op: nullable(whole),
  next: list(record({ node: nullable(whole), index: count })),
  inputs: list(text),
  input_tensors: list(nullable(whole)),
  formulas: dictionary(text),
  constants: dictionary(plain),
  saved: list(record({ name: text, tensor: nullable(whole), version: count, value: nullable(count) })),
  outputs: list(record({ shape: readShape, dtype: text })),
  leaf: nullable(whole),
  layer: count,
  line: readLine,
  scope: text,
  freed: flag,
});

const readRoot = record({ node: whole, index: count, tensor: nullable(whole) });
const node = { node: whole };
const kind = <const K extends string>(name: K) => ({ kind: oneOf(name) });

const readers: { readonly [K in Event["kind"]]: Reader<Extract<Event, { readonly kind: K }>> } = {
  op: record({
    ...kind("op"),
    op: whole,
    writes: list(record({ tensor: whole, version: count, value: count })),
  }),
  refused: record({ ...kind("refused"), op_name: text, inputs: list(whole), error: readError, line: readLine }),
  grad_change: record({
    ...kind("grad_change"),
    tensor: whole,
    how: text,
    old: nullable(count),
    new: nullable(count),
    line: readLine,
  }),
  begin: record({
    ...kind("begin"),
    pass: count,
    call: oneOf("backward", "grad"),
    retain_graph: flag,
    create_graph: flag,
    roots: list(readRoot),
    inputs: nullable(list(whole)),
    expected: dictionary(count),
    line: readLine,
  }),
  seed: record({ ...kind("seed"), ...node, index: count, value: count, buffer: count }),
  run: record({ ...kind("run"), ...node }),
  hook: record({
    ...kind("hook"),
    ...node,
    index: nullable(whole),
    where: text,
    name: text,
    before: nullable(count),
    after: nullable(count),
    tensor: nullable(whole),
  }),
  unpack: record({ ...kind("unpack"), ...node, saved: count, version: count }),
  vjp: record({ ...kind("vjp"), ...node, input: count, value: nullable(count) }),
  sum_to: record({ ...kind("sum_to"), ...node, input: count, before: count, after: count }),
  release: record({ ...kind("release"), ...node, freed: flag }),
  send: record({
    ...kind("send"),
    ...node,
    input: count,
    to: whole,
    index: count,
    value: nullable(count),
    buffer: nullable(count),
    arrived: count,
    expected: count,
  }),
  accumulate: record({
    ...kind("accumulate"),
    ...node,
    tensor: whole,
    old: nullable(count),
    incoming: count,
    new: count,
  }),
  capture: record({ ...kind("capture"), ...node, index: count, tensor: nullable(whole), value: count }),
  end: record({ ...kind("end"), pass: count }),
  error: record({
    ...kind("error"),
    error: readError,
    node: nullable(whole),
    saved: nullable(count),
    tensor: nullable(whole),
    line: readLine,
  }),
};

const readEvent: Reader<Event> = (input, at) => {
  const name = text(object(input, at)["kind"], `${at}.kind`);
  if (!Object.prototype.hasOwnProperty.call(readers, name)) return fail(`${at}.kind`, "a known kind of event", name);
  return readers[name as Event["kind"]](input, at);
};

const placed = once(readLayout);

const readTrace: Reader<Trace> = record({
  format: oneOf(FORMAT),
  version: oneOf(VERSION),
  producer: record({ name: text, version: text }),
  title: text,
  sources: list(record({ name: text, text })),
  values: list(once(readValue)),
  tensors: list(once(readTensor), MOST_NODES),
  ops: list(once(readOp), MOST_NODES),
  nodes: list(once(readNode), MOST_NODES),
  events: list(once(readEvent)),
  layout: (input, at) => (input === undefined ? null : nullable(placed)(input, at)),
});

/** Fields of events that point into `values`. */
const VALUE_FIELDS = new Set(["value", "buffer", "before", "after", "old", "incoming", "new"]);

function checkReferences(trace: Trace): void {
  const nodes = unique(trace.nodes, "nodes");
  const tensors = unique(trace.tensors, "tensors");
  const ops = unique(trace.ops, "ops");
  const has = (known: ReadonlySet<number>, id: number | null, at: string, what: string): void => {
    if (id !== null && !known.has(id)) fail(at, `the id of ${what}`, id);
  };
  const value = (index: number | null | undefined, at: string): void => {
    if (index !== null && index !== undefined && index >= trace.values.length) {
      fail(at, `an index below ${trace.values.length} into values`, index);
    }
  };
  trace.tensors.forEach((tensor, i) => value(tensor.value, `tensors[${i}].value`));
  trace.ops.forEach((op, i) => {
    has(nodes, op.node, `ops[${i}].node`, "a node");
    op.outputs.forEach((id) => has(tensors, id, `ops[${i}].outputs`, "a tensor"));
    op.inputs.forEach((input) => has(tensors, input.tensor, `ops[${i}].inputs`, "a tensor"));
  });
  trace.nodes.forEach((each, i) => {
    each.next.forEach((next) => has(nodes, next.node, `nodes[${i}].next`, "a node"));
    has(tensors, each.leaf, `nodes[${i}].leaf`, "a tensor");
    each.saved.forEach((saved) => value(saved.value, `nodes[${i}].saved`));
  });
  trace.events.forEach((event, i) => {
    const at = `events[${i}]`;
    if ("node" in event) has(nodes, event.node, `${at}.node`, "a node");
    if ("tensor" in event) has(tensors, event.tensor, `${at}.tensor`, "a tensor");
    if ("op" in event) has(ops, event.op, `${at}.op`, "an op");
    if ("to" in event) has(nodes, event.to, `${at}.to`, "a node");
    for (const [field, index] of Object.entries(event) as [string, unknown][]) {
      if (VALUE_FIELDS.has(field) && typeof index === "number") value(index, `${at}.${field}`);
    }
  });
}

function unique(records: readonly { readonly id: number }[], at: string): ReadonlySet<number> {
  const ids = new Set<number>();
  records.forEach((each, i) => {
    if (ids.has(each.id)) fail(`${at}[${i}].id`, "an id of its own", each.id);
    ids.add(each.id);
  });
  return ids;
}

/** Kahn's algorithm: a graph whose nodes cannot all be counted down has a cycle, which autograd cannot make. */
function checkAcyclic(nodes: readonly NodeRecord[]): void {
  const arriving = new Map<number, number>();
  const byId = new Map(nodes.map((each) => [each.id, each]));
  const targets = (each: NodeRecord): number[] => each.next.flatMap((next) => (next.node === null ? [] : [next.node]));
  for (const each of nodes) for (const to of targets(each)) arriving.set(to, (arriving.get(to) ?? 0) + 1);
  const free = nodes.filter((each) => !arriving.get(each.id));
  let seen = 0;
  for (let each = free.pop(); each; each = free.pop()) {
    seen += 1;
    for (const to of targets(each)) {
      const left = (arriving.get(to) ?? 0) - 1;
      arriving.set(to, left);
      const next = byId.get(to);
      if (left === 0 && next) free.push(next);
    }
  }
  if (seen !== nodes.length) fail("nodes", "a graph without cycles", `${nodes.length - seen} nodes in a cycle`);
}
