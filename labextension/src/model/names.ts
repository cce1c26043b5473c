/**
 * What things are called in sentences: tensors, gradients, parameters of a rule. The user's name where there
 * is one; otherwise an expression from the operation and its operands. Twin of `autograd_viz/trace/names.py`.
 */
import { plainText, valueText } from "./figures";
import type { NodeRecord, OpRecord, Plain, Trace } from "./trace";

export const INFIX: { readonly [op: string]: string } = {
  pow: "**",
  mul: "*",
  div: "/",
  remainder: "%",
  floor_divide: "//",
  matmul: "@",
  mm: "@",
  mv: "@",
  bmm: "@",
  dot: "@",
  add: "+",
  sub: "-",
  eq: "==",
  ne: "!=",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
};

/** Operators whose operands are the other way round: rsub(w, 2) is 2 - w. */
const REVERSED: { readonly [op: string]: string } = { rsub: "sub" };
/** Steps of a function that go unsaid: matmul of a vector is `x @ w` all the same. */
const RESHAPING = new Set(["squeeze", "unsqueeze", "view", "reshape", "expand"]);
/** Factors that go unsaid when they are 1. */
export const FACTORS: ReadonlySet<string> = new Set(["alpha", "beta", "scale", "input_scale"]);
/** Parameters that are not named when an operation in place is written as a call. */
const UNSAID = new Set(["other", "exponent", "value"]);
/** How strongly an operator binds; those not listed bind least. */
const STRENGTH = new Map(Object.entries({ "**": 4, "*": 3, "/": 3, "%": 3, "//": 3, "@": 3, "+": 2, "-": 2 }));
const OPERATORS = new Set([...STRENGTH.keys(), ...Object.values(INFIX)]);
const DEEPEST = 3;
export const LONGEST = 40;
const SIMPLE = /^[A-Za-z_][A-Za-z0-9_[\]]*$/;

/** A table's own entry: names in a trace must not reach what every object inherits. */
export function own<T>(table: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.prototype.hasOwnProperty.call(table, key) ? table[key] : undefined;
}

export class Names {
  readonly nodes: ReadonlyMap<number, NodeRecord>;
  /** For each node the tensors that are its outputs, by number. */
  private readonly outputs = new Map<number, Map<number, number>>();

  constructor(readonly trace: Trace) {
    this.nodes = new Map(trace.nodes.map((node) => [node.id, node]));
    for (const { node, output_nr, id } of trace.tensors) if (node !== null) this.outputsOf(node).set(output_nr, id);
    for (const node of trace.nodes) {
      node.next.forEach((edge, i) => {
        const tensor = node.input_tensors[i] ?? null;
        if (edge.node === null || tensor === null) return;
        const known = this.outputsOf(edge.node);
        if (!known.has(edge.index)) known.set(edge.index, tensor);
      });
    }
  }

  private outputsOf(node: number): Map<number, number> {
    let known = this.outputs.get(node);
    if (!known) this.outputs.set(node, (known = new Map()));
    return known;
  }

  tensor(id: number): string {
    return this.named(id, DEEPEST);
  }

  /** Name a forward output of a node: for AccumulateGrad, its leaf. */
  output(node: number, index: number): string {
    const found = this.outputTensor(node, index);
    if (found !== null) return this.tensor(found);
    const record = this.nodes.get(node);
    const name = record?.name ?? "a node";
    return record?.outputs.length === 1 ? `${name}'s output` : `${name}'s output ${index}`;
  }

  /** The tensor that is a forward output of a node, where known. */
  outputTensor(node: number, index: number): number | null {
    const record = this.nodes.get(node);
    if (record && record.leaf !== null) return record.leaf;
    const made = record && record.op !== null ? this.trace.ops[record.op]?.outputs[index] : undefined;
    return this.outputs.get(node)?.get(index) ?? made ?? null;
  }

  /** Name the gradient that arrives for an output of a node. */
  gradient(node: number, index: number): string {
    return gradientOf(this.output(node, index));
  }

  /** Name the tensor behind an entry of a node's `next`. */
  input(node: number, position: number): string {
    const record = this.nodes.get(node);
    const found = record?.input_tensors[position] ?? null;
    if (record && found !== null) {
      const op = record.op === null ? undefined : this.trace.ops[record.op];
      const ofBase = !position && record.name === "CopySlices"; // the operation changed a view of it
      return op && (ofBase || op.mutates === found) ? `${this.tensor(found)} before ${op.name}` : this.tensor(found);
    }
    const edge = record?.next[position];
    if (edge && edge.node !== null) return this.output(edge.node, edge.index);
    return record?.inputs[position] ?? "an input";
  }

  /** Write an operation with its operands: `x @ w`, `sum(z, dim=0)`. */
  expression(op: OpRecord): string {
    return this.written(op, DEEPEST);
  }

  /** Write an operation in place as a call: `b.add_(1)`. */
  change(op: OpRecord): string {
    const said = op.inputs.slice(1).map((each) => this.tensor(each.tensor));
    for (const [param, value] of Object.entries(op.options)) {
      if (isWorthSaying(param, value)) said.push(UNSAID.has(param) ? plainText(value) : `${param}=${plainText(value)}`);
    }
    const called = `${receiver(this.tensor(op.mutates ?? 0))}.${op.name}`;
    const text = `${called}(${said.join(", ")})`;
    return text.length <= LONGEST ? text : `${called}(…)`;
  }

  /** What the words of a node's formulas stand for, as text. */
  params(node: NodeRecord): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    const offer = (key: string, text: string): void => void (found.has(key) || found.set(key, text));
    const op = node.op === null ? undefined : this.trace.ops[node.op];
    if (op) {
      for (const [key, value] of Object.entries(op.options)) found.set(key, plainText(value));
      for (const each of op.inputs) found.set(each.param, this.tensor(each.tensor));
    }
    for (const [key, value] of Object.entries(node.constants)) offer(key, plainText(value));
    node.inputs.forEach((param, position) => offer(param, this.input(node.id, position)));
    for (const { name, tensor } of node.saved) {
      const said = tensor === null ? null : this.tensor(tensor);
      if (said !== null) offer(name, name === "indices" && said.endsWith("(…)") ? `${said}.indices` : said);
    }
    found.set("result", this.output(node.id, 0));
    found.set("grad", this.gradient(node.id, 0));
    return found;
  }

  private named(id: number, depth: number): string {
    const record = this.trace.tensors[id];
    if (!record) return `t${id}`;
    if (record.name !== null) return record.name;
    const op = record.op === null ? undefined : this.trace.ops[record.op];
    const source = op && op.call !== null && RESHAPING.has(op.name) ? op.inputs[0]?.tensor : undefined;
    // As in every honest trace: what is read was met before what is made.
    if (source !== undefined && source < id) return this.named(source, depth);
    if (op) return depth && op.outputs.length === 1 ? this.written(op, depth) : `${op.name}(…)`;
    const node = record.role === "result" && record.node !== null ? this.nodes.get(record.node) : undefined;
    if (node) return `${operationOf(node.name)}(…)`;
    const value = this.trace.values[record.value];
    const text = value ? valueText(value) : null;
    return text !== null && !record.requires_grad ? text : `t${id}`;
  }

  private written(op: OpRecord, depth: number): string {
    const name = op.name.replace(/_+$/, "");
    const operands = op.inputs.map((each) => [each.param, this.named(each.tensor, depth - 1)] as const);
    const options = Object.entries(op.options).filter(([param, value]) => isWorthSaying(param, value));
    const scalars = options.map(([param, value]) => [param, plainText(value)] as const);
    const text = inWords(name, operands, scalars);
    return text.length <= LONGEST ? text : `${name}(…)`;
  }
}

type Operand = readonly [param: string, text: string];

function inWords(name: string, operands: readonly Operand[], scalars: readonly Operand[]): string {
  const [operand] = operands;
  if (name === "neg" && operand) return `-${grouped(operand[1])}`;
  const forward = own(REVERSED, name);
  const sign = own(INFIX, forward ?? name);
  if (sign !== undefined && operands.length + scalars.length === 2) {
    const isScalarFirst = forward === undefined && scalars[0]?.[0] === "self";
    const both = isScalarFirst ? [...scalars, ...operands] : [...operands, ...scalars];
    const [left, right] = forward === undefined ? both : both.reverse();
    const strength = strengthOf(sign);
    return `${grouped(left?.[1] ?? "", strength)} ${sign} ${grouped(right?.[1] ?? "", strength + 1)}`;
  }
  const said = operands.map(([, text]) => text);
  const text = `${name}(${[...said, ...scalars.map(([param, each]) => `${param}=${each}`)].join(", ")})`;
  return text.length <= LONGEST ? text : `${name}(${said.join(", ")})`;
}

/** Name the operation that left a node behind: `log_softmax` for LogSoftmaxBackward0. */
export function operationOf(node: string): string {
  return node.replace(/Backward\d*$/, "").replace(/([a-z0-9])(?=[A-Z])/g, "$1_").toLowerCase();
}

/** Name the gradient with respect to something: `dL/dw`, `dL/d(x @ w)`, `dL/d(net.0.weight)`. */
export function gradientOf(name: string): string {
  return SIMPLE.test(name) ? `dL/d${name}` : `dL/d(${name})`;
}

/** Put brackets around an expression if one of its operators binds less than `strength`. */
export function grouped(text: string, strength = 9): string {
  let depth = 0;
  let start = 0;
  const letters = `${text} `;
  for (let place = 0; place < letters.length; place++) {
    const letter = letters[place];
    if (letter === "(" || letter === "[") depth += 1;
    if (letter === ")" || letter === "]") depth -= 1;
    if (letter !== " " || depth) continue;
    // Blanks stand around operators only, so every second word is one.
    const word = text.slice(start, place);
    if (OPERATORS.has(word) && strengthOf(word) < strength) return `(${text})`;
    start = place + 1;
  }
  return text;
}

/** Write what a method is called on: `(w * 2)`, `(-w)`, `tensor([1, 2])`; a name as it is. */
export function receiver(text: string): string {
  if (/^-?[\d[]/.test(text) && grouped(text) === text) return `tensor(${text})`;
  return text.startsWith("-") ? `(${text})` : grouped(text);
}

function strengthOf(sign: string): number {
  return STRENGTH.get(sign) ?? 1;
}

function isWorthSaying(param: string, value: Plain): boolean {
  return value !== null && value !== false && !(FACTORS.has(param) && value === 1);
}
