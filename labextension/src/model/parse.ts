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
  inside,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  record,
  table,
  text,
  TraceError,
  whole,
  type Columns,
  type Reader,
} from "./reader";
import { entries } from "./columns";
import { checkLayout, readLayout } from "./place";
import type { Event, NodeRecord, Plain, Scalar, Trace, Value } from "./trace";

const VERSION = 1;
const FORMAT = "autograd-viz/trace";
/** More than these no page could hold: a trace that large is refused before it is walked. */
const MOST_NODES = 300_000;

/** Read a trace from JSON text or from data already parsed; throw a `TraceError` that says what is wrong. */
export function parse(input: unknown): Trace {
  const data = typeof input === "string" ? fromJson(input) : input;
  const head = object(data);
  if (head["format"] !== FORMAT) inside(() => "format", () => fail(`"${FORMAT}"; this is not a trace of autograd-viz`, head["format"]));
  const version = inside(() => "version", () => whole(head["version"]));
  if (version > VERSION) {
    throw new TraceError(
      `This trace has version ${version}; this player reads version ${VERSION}. Update autograd-viz to open it.`,
    );
  }
  const trace = readTrace(data);
  checkReferences(trace);
  const { layout } = trace;
  if (layout) inside(() => "layout", () => checkLayout(layout));
  checkAcyclic(trace.nodes);
  return trace;
}

/** Read JSON, tables that come in columns as records; the error of a file that was cut short says so. */
export function fromJson(input: string): unknown {
  let data: unknown;
  try {
    data = JSON.parse(input.replace(/^\uFEFF/, "")); // some editors put a byte order mark first
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unknown";
    throw new TraceError(`The trace is not complete JSON (was the file cut short?): ${reason}`);
  }
  if (typeof data !== "object" || data === null || !("columns" in data)) return data;
  const { columns, ...head } = data;
  const given = object(columns);
  const spread = Object.entries(tables).map(([name, { spread }]) => [name, inside(() => name, () => spread(given[name]))] as const);
  return { ...head, ...Object.fromEntries(spread) };
}

const notFinite = oneOf("NaN", "Infinity", "-Infinity");
const scalar: Reader<Scalar> = (input) => (typeof input === "number" ? number(input) : notFinite(input));

const DEEPEST = 6;
const plainTo =
  (depth: number): Reader<Plain> =>
  (input) => {
    if (input === null || typeof input === "boolean" || typeof input === "string") return input;
    if (typeof input === "number") return number(input);
    return depth > 0 ? list(plainTo(depth - 1))(input) : fail("plain data", input);
  };
const plain = plainTo(DEEPEST);

const readShape = list(count, 64);
const readForms = record({
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
});
const oneForm = (value: Value): Value => {
  const forms = Number(value.data !== undefined) + Number(value.base64 !== undefined) + Number(value.summary !== undefined);
  if (forms !== 1) fail("exactly one of data, base64 and summary", forms);
  const { data } = value;
  if (!data) return value;
  let size = 1;
  for (const n of value.shape) size *= n;
  if (data.length !== size) inside(() => "data", () => fail(`${size} numbers`, data.length));
  return value;
};
const readValue: Reader<Value> = Object.assign((input: unknown) => oneForm(readForms(input)), {
  columns: (given: Columns, n: number) => (readForms.columns?.(given, n) ?? []).map(oneForm),
});

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

const readerOf = (name: unknown): Reader<Event> =>
  typeof name === "string" && Object.prototype.hasOwnProperty.call(readers, name)
    ? readers[name as Event["kind"]]
    : inside(() => "kind", () => fail("a known kind of event", name));
const readEvent: Reader<Event> = Object.assign((input: unknown) => readerOf(object(input)["kind"])(input), {
  columns: (given: Columns, n: number) => readerOf(entries(text, object(given["fields"])["kind"], 1)[0]).columns?.(given, n) ?? [],
});

const tables = {
  sources: table(record({ name: text, text })),
  values: table(readValue),
  tensors: table(readTensor, MOST_NODES),
  ops: table(readOp, MOST_NODES),
  nodes: table(readNode, MOST_NODES),
  events: table(readEvent),
};
const readTrace: Reader<Trace> = record({
  format: oneOf(FORMAT),
  version: oneOf(VERSION),
  producer: record({ name: text, version: text }),
  title: text,
  ...tables,
  modules: optional(table(record({ scope: text, name: text, op: whole }))),
  parameters: optional(list(count)),
  gradients: optional(table(record({ tensor: count, of: count }))),
  layout: (input) => (input === undefined || input === null ? null : readLayout(input)),
});

/** Fields that point into `values`. */
const VALUE_FIELDS = ["value", "buffer", "before", "after", "old", "incoming", "new"] as const;

function checkReferences(trace: Trace): void {
  const nodes = unique(trace.nodes, "nodes");
  const tensors = unique(trace.tensors, "tensors");
  const ops = unique(trace.ops, "ops");
  const has = (known: ReadonlySet<number>, id: number | null, field: string, what: string): void => {
    if (id !== null && !known.has(id)) inside(() => field, () => fail(`the id of ${what}`, id));
  };
  const value = (index: number | null | undefined, field: string): void => {
    if (typeof index === "number" && index >= trace.values.length) {
      inside(() => field, () => fail(`an index below ${trace.values.length} into values`, index));
    }
  };
  each(trace.tensors, "tensors", (tensor) => value(tensor.value, "value"));
  each(trace.ops, "ops", (op) => {
    has(nodes, op.node, "node", "a node");
    for (const id of op.outputs) has(tensors, id, "outputs", "a tensor");
    for (const { tensor } of op.inputs) has(tensors, tensor, "inputs", "a tensor");
  });
  each(trace.gradients ?? [], "gradients", ({ of }) => has(tensors, of, "of", "a tensor"));
  each(trace.nodes, "nodes", (node) => {
    for (const next of node.next) has(nodes, next.node, "next", "a node");
    has(tensors, node.leaf, "leaf", "a tensor");
    for (const saved of node.saved) value(saved.value, "saved");
  });
  const checks: { readonly [field: string]: (id: number | null) => void } = {
    node: (id) => has(nodes, id, "node", "a node"),
    tensor: (id) => has(tensors, id, "tensor", "a tensor"),
    op: (id) => has(ops, id, "op", "an op"),
    to: (id) => has(nodes, id, "to", "a node"),
    ...Object.fromEntries(VALUE_FIELDS.map((field) => [field, (index: number | null) => value(index, field)])),
  };
  const checked = new Map<string, readonly string[]>(); // the fields of each kind: looked for once
  each(trace.events, "events", (event) => {
    const fields = object(event);
    let names = checked.get(event.kind);
    if (!names) checked.set(event.kind, (names = Object.keys(checks).filter((name) => name in event)));
    for (const name of names) checks[name]?.(fields[name] as number | null);
  });
}

/** Check every record of a table; an error is told with the record's place. */
function each<T>(records: readonly T[], name: string, check: (record: T) => void): void {
  let i = 0;
  inside(
    () => `${name}[${i}]`,
    () => {
      for (const record of records) {
        check(record);
        i += 1;
      }
    },
  );
}

function unique(records: readonly { readonly id: number }[], name: string): ReadonlySet<number> {
  const ids = new Set<number>();
  each(records, name, ({ id }) => {
    if (ids.has(id)) inside(() => "id", () => fail("an id of its own", id));
    ids.add(id);
  });
  return ids;
}

/** Kahn's algorithm: a graph whose nodes cannot all be counted down has a cycle, which autograd cannot make. */
function checkAcyclic(nodes: readonly NodeRecord[]): void {
  const arriving = new Map<number, number>();
  const byId = new Map(nodes.map((each) => [each.id, each]));
  for (const each of nodes) for (const { node: to } of each.next) if (to !== null) arriving.set(to, (arriving.get(to) ?? 0) + 1);
  const free = nodes.filter((each) => !arriving.get(each.id));
  let seen = 0;
  for (let each = free.pop(); each; each = free.pop()) {
    seen += 1;
    for (const { node: to } of each.next) {
      if (to === null) continue;
      const left = (arriving.get(to) ?? 0) - 1;
      arriving.set(to, left);
      const next = byId.get(to);
      if (left === 0 && next) free.push(next);
    }
  }
  if (seen !== nodes.length) inside(() => "nodes", () => fail("a graph without cycles", `${nodes.length - seen} nodes in a cycle`));
}
