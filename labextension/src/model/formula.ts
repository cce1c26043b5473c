/**
 * The formula behind an event, in the user's names and in numbers. A formula is the text beside a rule,
 * `grad · other`; its words are replaced by what they stand for. Nothing is evaluated: results are the
 * recorded ones. Twin of `autograd_viz/trace/formula.py`.
 */
import { number, plainText, shapeText, valueText } from "./figures";
import type { Frame } from "./frame";
import { FACTORS, gradientOf, grouped, own } from "./names";
import type { Story } from "./story";
import type { Event, NodeRecord, SumToEvent, VjpEvent } from "./trace";

const WORD = /[A-Za-z_][A-Za-z0-9_]*/g;
const TWICE = /\b(?:t\(([\w.]+)\)|permute\(([\w.]+), dims=\[1, 0\]\))ᵀ/g; // `grad @ t(w)ᵀ` is `grad @ w`

/** Write an event's formula with names, `dL/dw = dL/dz · x`; null where there is none. */
export function inNames(story: Story, event: Event, frame: Frame): string | null {
  switch (event.kind) {
    case "vjp":
      return equation(story, event, frame, named(story, event));
    case "sum_to": {
      const inner = named(story, event);
      return equation(story, event, frame, inner && summed(story, event, inner));
    }
    case "accumulate": {
      const name = story.names.tensor(event.tensor);
      return `${name}.grad = ${event.old === null ? "" : `${name}.grad + `}${gradientOf(name)}`;
    }
    case "seed": {
      const value = story.text(event.value);
      return value && `${story.names.gradient(event.node, event.index)} = ${value}`;
    }
    default:
      return null;
  }
}

/** Write an event's formula with numbers, `dL/dw = 3 · 2 = 6`; null where a value is not small. */
export function inNumbers(story: Story, event: Event, frame: Frame): string | null {
  switch (event.kind) {
    case "vjp": {
      const found = withValues(story, event, frame);
      const result = story.text(event.value);
      return equation(story, event, frame, found && result && equal(found, result));
    }
    case "sum_to": {
      const before = story.text(event.before);
      const after = story.text(event.after);
      return equation(story, event, frame, before && after && `${summed(story, event, before)} = ${after}`);
    }
    case "accumulate":
      return accumulated(story, event);
    default:
      return null;
  }
}

function accumulated(story: Story, event: Extract<Event, { kind: "accumulate" }>): string | null {
  const name = story.names.tensor(event.tensor);
  const [old, incoming, now] = [story.text(event.old), story.text(event.incoming), story.text(event.new)];
  if (now === null || incoming === null || (event.old !== null && old === null)) return null;
  return old === null ? `${name}.grad = ${now}` : `${name}.grad = ${old} + ${signed(incoming)} = ${now}`;
}

/** Replace a formula's words by what they stand for, in brackets where they need them. */
export function substitute(text: string, words: ReadonlyMap<string, string>): string {
  const formula = pruned(text, words);
  const whole = words.get(formula);
  if (whole !== undefined) return whole;
  const found = formula.replace(WORD, (word: string, place: number) => {
    const text = words.get(word);
    if (text === undefined) return word;
    const [before, after] = [formula.slice(0, place).replace(/ +$/, ""), formula.slice(place + word.length)];
    const isWholeArgument = /[(,]$/.test(before) && /^[),]/.test(after);
    return isWholeArgument ? text : signed(grouped(text));
  });
  return found.replace(TWICE, "$1$2");
}

/** Leave out factors and last arguments that are 1 unless the user gives them (`alpha`), or are None. */
export function pruned(formula: string, words: ReadonlyMap<string, string>): string {
  let left = formula;
  for (const word of formula.match(WORD) ?? []) {
    const text = words.get(word);
    if (text === "None" || (text === "1" && FACTORS.has(word))) {
      left = left.replace(new RegExp(` · (\\w+\\(${word}\\)|${word}\\b)|\\b${word} · |, ${word}(?=\\))`, "g"), "");
    }
  }
  return left;
}

/** Put brackets around a negative number that follows an operator. */
export function signed(text: string): string {
  return text.startsWith("-") ? `(${text})` : text;
}

/** The text of the rule for one entry of `next`; elements of a list share one, where `i` is the place. */
export function formulaOf(node: NodeRecord, position: number): string | null {
  const param = node.inputs[position] ?? "";
  const [name = "", place = "i"] = param.split("[");
  return own(node.formulas, param) ?? own(node.formulas, name)?.replace(/\bi\b/g, place.replace(/\]+$/, "")) ?? null;
}

/** The dimensions over which a gradient is summed to undo broadcasting. */
export function summedDims(before: readonly number[], after: readonly number[]): readonly number[] {
  const lead = before.length - after.length;
  return before.flatMap((length, dim) => (dim < lead || (after[dim - lead] === 1 && length !== 1) ? [dim] : []));
}

function named(story: Story, event: VjpEvent | SumToEvent): string | null {
  const node = story.record(event.node);
  const formula = node && formulaOf(node, event.input);
  return node && formula && substitute(formula, story.names.params(node));
}

function summed(story: Story, event: SumToEvent, inner: string): string {
  const dims = summedDims(story.value(event.before).shape, story.value(event.after).shape);
  const [first = 0] = dims;
  return `sum(${inner}, dim=${dims.length === 1 ? number(first) : shapeText(dims)})`;
}

function equation(story: Story, event: VjpEvent | SumToEvent, frame: Frame, right: string | null): string | null {
  if (right === null) return null;
  const sign = story.parts(event.node, event.input, frame) > 1 ? "+=" : "=";
  return `${gradientOf(story.names.input(event.node, event.input))} ${sign} ${right}`;
}

/** Put numbers in for every word of the formula that has some; null if one is too large to show. */
function withValues(story: Story, event: VjpEvent, frame: Frame): string | null {
  const node = story.record(event.node);
  const formula = node && formulaOf(node, event.input);
  if (!node || formula === null) return null;
  const words = numbersOf(story, node, frame);
  const used = new Map<string, string>();
  for (const word of formula.match(WORD) ?? []) {
    const text = words.get(word);
    if (text === null) return null;
    if (text !== undefined) used.set(word, text);
  }
  return used.has("grad") ? substitute(formula, used) : null;
}

/** What the words of a node's formulas stand for, as numbers; null for large arrays. */
function numbersOf(story: Story, node: NodeRecord, frame: Frame): ReadonlyMap<string, string | null> {
  const { trace } = story;
  const found = new Map<string, string | null>();
  const textOf = (tensor: number): string | null => {
    const record = trace.tensors[tensor];
    return record ? valueText(story.value(record.value)) : null;
  };
  const op = node.op === null ? undefined : trace.ops[node.op];
  if (op) {
    for (const [key, value] of Object.entries(op.options)) found.set(key, plainText(value));
    for (const each of op.inputs) found.set(each.param, textOf(each.tensor));
  }
  for (const [key, value] of Object.entries(node.constants)) found.set(key, plainText(value));
  node.saved.forEach((saved, i) => found.set(saved.name, story.text(story.savedValue(node, i, frame))));
  found.set("grad", story.text(frame.nodes.get(node.id)?.buffer[0] ?? null));
  return found;
}

/** Write `left = right`, once if they are the same. */
function equal(left: string, right: string): string {
  return left === right ? left : `${left} = ${right}`;
}
