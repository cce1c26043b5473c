/** The card of an operation: tracked, with its node's state, input buffer and saved tensors, or a ghost. */
import type { NodeState } from "../model/frame";
import { shapeText, valueText } from "../model/figures";
import { badge, names, reasonText } from "../model/lookup";
import type { NodeRecord, SavedRecord, TensorRecord, Value } from "../model/trace";
import { binWords, showBin } from "./bin";
import {
  CHIP_ROW,
  label,
  NUMBER_ROW,
  PAD,
  redraw,
  SMALL_CHAR,
  SMALL_ROW,
  showValue,
  TITLE_CHAR,
  TITLE_ROW,
  valueNow,
  versionBadge,
  type Card,
  type CardParts,
} from "./card";
import type { Room } from "./cells";
import { s, set, write } from "./dom";
import type { Scene } from "./scene";
import { stateWord } from "./stateword";

/** Where the row of values is divided: the forward's on the left, the gradient's on the right. */
const DIVIDER = PAD + 68;
/** Room for the state at the right of a title. */
const TAG = 80;
/** Room for "1 of 3 arrived" at the right of the title, as the layout leaves it. */
const COUNT = 110;

/** A node that is drawn as an operation. */
export function opCard(parts: CardParts): Card {
  const { item, subject } = parts;
  const node = subject.node;
  const rows = node ? chipRows(node, parts) : [];
  const body = s("g", { class: "av-body" });
  const top = PAD / 2 + TITLE_ROW + SMALL_ROW;
  const [kept] = subject.tensors.filter((each) => parts.lookup.retained.has(each.id) && each.node === node?.id);
  const values = { y: top, h: item.h - top - rows.length * CHIP_ROW - PAD / 2 - (kept ? SMALL_ROW + NUMBER_ROW : 0) };
  const bin = kept ? keptBin(parts, kept, values.y + values.h) : null;
  const version = versionBadge(parts, afterNames(parts));
  const data = s("g", { class: "av-data" });
  const gradient = s("g", { class: "av-gradient" });
  const chips = rows.flatMap((row, i) => row.map((chip) => chipView(chip, item.h - PAD / 2 - (rows.length - i) * CHIP_ROW)));
  const tag = stateTag(item.w);
  body.append(...heading(parts, node?.name ?? ""), data, gradient, ...chips.map((chip) => chip.element), tag.element);
  if (bin) body.append(bin.element);
  if (version) body.append(version.element);
  const element = s(
    "g",
    { class: "av-card av-op", transform: `translate(${item.x - item.w / 2} ${item.y - item.h / 2})` },
    s("rect", { class: "av-face", width: item.w, height: item.h, rx: 9 }),
    body,
  );
  return {
    element,
    update(scene) {
      const state = node ? scene.frame.nodes.get(node.id) : undefined;
      bin?.update(scene);
      version?.update(scene);
      const value = valueNow(parts, scene);
      redraw(data, value, () => showValue(data, value, { x: PAD, y: values.y + 3, w: DIVIDER - PAD - 8, h: values.h - 6 }));
      const incoming = parts.lookup.value(state?.buffer.find((each) => each !== null));
      redraw(gradient, incoming, () => showBuffer(gradient, incoming, { x: DIVIDER + 8, y: values.y + 3, w: item.w - DIVIDER - 8 - PAD, h: values.h - 6 }));
      if (state) {
        for (const chip of chips) chip.update(scene, state);
        tag.update(state, scene);
      }
    },
  };
}

/** An operation that autograd did not record. */
export function ghostCard(parts: CardParts): Card {
  const { item, subject } = parts;
  const data = s("g", { class: "av-data" });
  const top = PAD / 2 + TITLE_ROW + SMALL_ROW;
  const version = versionBadge(parts, afterNames(parts));
  const element = s(
    "g",
    { class: "av-card av-ghost", transform: `translate(${item.x - item.w / 2} ${item.y - item.h / 2})` },
    s("rect", { class: "av-face", width: item.w, height: item.h, rx: 9 }),
    s("g", { class: "av-body" }, ...heading(parts, reasonText(subject.op?.reason ?? null)), version?.element ?? null, data),
  );
  return {
    element,
    update(scene) {
      version?.update(scene);
      const value = valueNow(parts, scene);
      redraw(data, value, () => showValue(data, value, { x: PAD, y: top + 3, w: item.w - 2 * PAD, h: item.h - top - PAD / 2 - 6 }));
    },
  };
}

/** An operation that raised an error instead of running. */
export function refusedCard(parts: CardParts): Card {
  const { item, subject } = parts;
  const symbol = badge(subject);
  const wide = Math.max(24, 14 + symbol.length * SMALL_CHAR);
  const element = s(
    "g",
    { class: "av-card av-refused", transform: `translate(${item.x - item.w / 2} ${item.y - item.h / 2})` },
    s("rect", { class: "av-face", width: item.w, height: item.h, rx: 9 }),
    s(
      "g",
      { class: "av-body" },
      s("rect", { class: "av-badge", x: PAD - 2, y: item.h / 2 - 10, width: wide, height: 20, rx: 10 }),
      label(symbol, { x: PAD - 2 + wide / 2, y: item.h / 2 + 4 }, "av-badge-text", "middle"),
      label("✕ refused", { x: PAD + wide + 6, y: item.h / 2 + 4 }, "av-refused-text"),
    ),
  );
  return { element, update: () => undefined };
}

/** The bin where `retain_grad` keeps a result's gradient. */
function keptBin(parts: CardParts, tensor: TensorRecord, y: number): Card {
  const sum = s("g");
  const words = s("title");
  const width = parts.item.w;
  const element = s(
    "g",
    { class: "av-bin", "data-leaf": tensor.name ?? parts.subject.id },
    words,
    s("path", { class: "av-bin-line", d: `M0 ${y}H${width}` }),
    label(".grad kept by retain_grad", { x: PAD, y: y + 13, room: width - 2 * PAD }, "av-small av-bin-label"),
    sum,
  );
  return {
    element,
    update(scene) {
      const state = scene.frame.leaves.get(tensor.id) ?? { grad: tensor.grad, change: null };
      redraw(sum, state, () => showBin(sum, parts.lookup, state, { x: PAD, y: y + SMALL_ROW, w: width - 2 * PAD, h: NUMBER_ROW }));
      write(words, `${tensor.name ?? "t"}.grad: ${binWords(parts.lookup, state)}`);
      set(element, { class: state.change ? "av-bin av-current" : "av-bin" });
    },
  };
}

/** Where the room after a card's names and shape begins. */
function afterNames(parts: CardParts): number {
  const wide = Math.max(24, 14 + badge(parts.subject).length * SMALL_CHAR);
  const [name, shape] = [names(parts.subject), shapeOf(parts)];
  return PAD + wide + 8 + (name ? name.length * TITLE_CHAR + 6 : 0) + (shape ? shape.length * SMALL_CHAR + 8 : 0);
}

/** Symbol, names and shape; below them a line of small print. */
function heading(parts: CardParts, note: string): SVGElement[] {
  const { item, subject } = parts;
  const symbol = badge(subject);
  const wide = Math.max(24, 14 + symbol.length * SMALL_CHAR);
  const name = names(subject);
  const from = PAD + wide + 8;
  const shape = shapeOf(parts);
  const after = from + (name ? name.length * TITLE_CHAR + 8 : 0);
  const end = item.w - (item.kind === "untracked" ? PAD : COUNT - 4);
  const fits = after + shape.length * SMALL_CHAR <= end; // else it would run under the state's tag
  return [
    s("rect", { class: "av-badge", x: PAD - 2, y: PAD / 2 + 1, width: wide, height: 20, rx: 10 }),
    label(symbol, { x: PAD - 2 + wide / 2, y: PAD / 2 + 15 }, "av-badge-text", "middle"),
    label(name, { x: from, y: PAD / 2 + 15.5, room: item.w - from - (item.kind === "untracked" ? PAD : TAG), char: TITLE_CHAR }, "av-name"),
    ...(fits ? [label(shape, { x: after, y: PAD / 2 + 15 }, "av-small")] : []),
    label(note, { x: PAD, y: PAD / 2 + TITLE_ROW + 11.5, room: item.w - 2 * PAD }, "av-small"),
  ];
}

function shapeOf(parts: CardParts): string {
  const shape = parts.subject.tensors[0]?.shape ?? parts.subject.node?.outputs[0]?.shape ?? [];
  return shape.length ? shapeText(shape) : "";
}

/** The gradient in the node's input buffer, as far as it has arrived. */
function showBuffer(into: SVGGElement, value: Value | null, box: Room): void {
  if (!value) return;
  into.append(s("path", { class: "av-divider", d: `M${box.x - 8} ${box.y - 1}v${box.h + 2}` }));
  into.append(label("grad", { x: box.x, y: box.y + box.h / 2 + 4 }, "av-small"));
  const indent = 4 * SMALL_CHAR + 5;
  showValue(into, value, { ...box, x: box.x + indent, w: box.w - indent }, { style: "av-number av-number-gradient" });
}

interface Chip {
  readonly saved: SavedRecord;
  readonly index: number;
  readonly text: string;
  readonly x: number;
  readonly width: number;
}

/** Saved tensors in rows that fit the card. */
function chipRows(node: NodeRecord, parts: CardParts): readonly (readonly Chip[])[] {
  const rows: Chip[][] = [];
  let x = PAD;
  node.saved.forEach((saved, index) => {
    const text = savedText(saved, node, parts);
    const moves = saved.tensor !== null && parts.lookup.rewritten.has(saved.tensor);
    const width = 18 + (text.length + (moves ? 2 : 0)) * SMALL_CHAR;
    const row = rows[rows.length - 1];
    if (!row || x + width > parts.item.w - PAD + 1) {
      x = PAD;
      rows.push([{ saved, index, text, x, width }]);
    } else {
      row.push({ saved, index, text, x, width });
    }
    x += width + 6;
  });
  return rows;
}

/** The user's name of a saved tensor with the version it was saved at; a saved number in full. */
function savedText(saved: SavedRecord, node: NodeRecord, parts: CardParts): string {
  const name = parts.lookup.savedName(saved, node);
  if (saved.tensor !== null) return `${name} @${saved.version}`;
  const value = parts.lookup.value(saved.value);
  const text = value?.shape.length === 0 ? valueText(value) : null;
  return text === null ? name : `${saved.name} = ${text}`;
}

interface ChipView {
  readonly element: SVGGElement;
  update(scene: Scene, state: NodeState): void;
}

/** One saved tensor: held (dot), retained (lock), freed (hollow), stale (its version has moved). */
function chipView(chip: Chip, y: number): ChipView {
  const text = label(chip.text, { x: 15, y: 12.5 }, "av-chip-text");
  const mark = s("path", { class: "av-chip-mark" });
  const title = s("title");
  const element = s(
    "g",
    { class: "av-chip", transform: `translate(${chip.x} ${y + 2})` },
    title,
    s("rect", { class: "av-chip-face", width: chip.width, height: 18, rx: 4 }),
    mark,
    text,
  );
  return {
    element,
    update(scene, state) {
      const { saved } = chip;
      const version = saved.tensor === null ? saved.version : versionNow(scene, saved.tensor);
      const kind = chipState(state, version !== saved.version);
      const now = scene.frame.current;
      const isCurrent = now.saved === chip.index && now.node !== null && scene.lookup.node(now.node)?.saved[chip.index] === saved;
      set(element, { "data-saved": kind, class: isCurrent ? "av-chip av-current" : "av-chip" });
      set(mark, { d: CHIP_MARKS[kind] });
      write(text, kind === "stale" ? `${chip.text}≠${version}` : chip.text);
      write(title, chipTitle(saved, kind, version));
    },
  };
}

type ChipState = "held" | "retained" | "freed" | "stale";

export const CHIP_MARKS: { readonly [state in ChipState]: string } = {
  held: "M5 9a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z",
  retained: "M5 8.5h6.5v4.5h-6.5zM6.3 8.5v-1.6a1.95 1.95 0 0 1 3.9 0v1.6h-1v-1.6a.95 .95 0 0 0 -1.9 0v1.6z",
  freed: "M5 9a3 3 0 1 0 6 0a3 3 0 1 0 -6 0zM6 9a2 2 0 1 1 4 0a2 2 0 1 1 -4 0z",
  stale: "M8 5l4 8h-8zM7.6 7.5v3h.8v-3zM7.6 11.2v.9h.8v-.9z",
};

function chipState(state: NodeState, moved: boolean): ChipState {
  if (state.saved_freed) return "freed";
  if (moved) return "stale";
  return state.state === "done" ? "retained" : "held";
}

function chipTitle(saved: SavedRecord, kind: ChipState, version: number): string {
  const words = {
    held: "held for the backward pass",
    retained: "kept after the backward pass",
    freed: "freed",
    stale: `changed since: now at version ${version}`,
  };
  return `saved ${saved.name}, version ${saved.version}: ${words[kind]}`;
}

function versionNow(scene: Scene, tensor: number): number {
  return scene.frame.tensors.get(tensor)?.version ?? scene.lookup.tensor(tensor)?.version ?? 0;
}

/** A pill in the card's upper right corner that says the node's state in words. */
function stateTag(width: number): { readonly element: SVGGElement; update(state: NodeState, scene: Scene): void } {
  const face = s("rect", { class: "av-tag-face", height: 18, rx: 9, y: 8 });
  const text = s("text", { class: "av-tag-text", y: 20.8, "text-anchor": "middle" });
  const element = s("g", { class: "av-tag" }, face, text);
  return {
    element,
    update(state) {
      const words = stateWords(state);
      const wide = words.length * 6 + 14;
      set(element, { visibility: words ? null : "hidden" });
      set(face, { width: wide, x: width - 8 - wide });
      set(text, { x: width - 8 - wide / 2 });
      write(text, words);
    },
  };
}

/** A node's state as its card says it. */
function stateWords({ state, arrived, expected }: NodeState): string {
  return stateWord(state, { waiting: `${arrived} of ${expected} arrived`, ready: "ready", running: "running", worked: arrived > 0 });
}
