/** The cards of tensors that stand on their own: leaves with their `.grad` bin, constants, and seeds at roots. */
import type { LeafState } from "../model/frame";
import { arrayText, shapeText } from "../model/figures";
import { names } from "../model/lookup";
import { magnitude, single } from "../model/value";
import type { Value } from "../model/trace";
import { label, leafShape, octagon, PAD, showValue, SMALL_ROW, TITLE_CHAR, TITLE_ROW, valueNow, type Card, type CardParts } from "./card";
import { s, set, write } from "./dom";
import type { Scene } from "./scene";

/** For a tensor that stands alone and has no name. */
const UNNAMED = "constant";

/** Room that a leaf's round corner takes from each row. */
const INDENT = 16;

/** A leaf: its value, and below it the bin where its gradient is accumulated. */
export function leafCard(parts: CardParts): Card {
  const { item, subject } = parts;
  const tensor = subject.tensors[0];
  const row = (item.h - PAD * 1.5 - TITLE_ROW - SMALL_ROW) / 2;
  const line = PAD + TITLE_ROW + row;
  const data = s("g", { class: "av-data" });
  const sum = s("g");
  const words = s("title");
  const bin = s("g", { class: "av-bin", "data-leaf": tensor?.name ?? subject.id }, words, sum);
  const element = s(
    "g",
    { class: "av-card av-leaf", transform: `translate(${item.x - item.w / 2} ${item.y - item.h / 2})` },
    s("path", { class: "av-face", d: leafShape(item.w, item.h) }),
    s(
      "g",
      { class: "av-body" },
      ...title(parts, INDENT),
      data,
      s("path", { class: "av-bin-line", d: `M0 ${line}H${item.w}` }),
      label(".grad", { x: INDENT, y: line + 14 }, "av-small av-bin-label"),
      bin,
    ),
  );
  return {
    element,
    update(scene) {
      data.replaceChildren();
      sum.replaceChildren();
      showValue(data, valueNow(parts, scene), { x: INDENT, y: PAD / 2 + TITLE_ROW, w: item.w - 2 * INDENT, h: row - 2 });
      const state = tensor ? scene.frame.leaves.get(tensor.id) : undefined;
      if (state) showBin(sum, parts, state, { x: INDENT, y: line + SMALL_ROW + 2, w: item.w - 2 * INDENT, h: row });
      write(words, `${tensor?.name ?? "t"}.grad: ${binWords(parts, state)}`);
      set(bin, { class: state?.change ? "av-bin av-current" : "av-bin" });
    },
  };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** What is in the bin, in words. */
function binWords(parts: CardParts, state: LeafState | undefined): string {
  const terms = state?.change ? changeTerms(state.change) : [state?.grad ?? null];
  return terms.map((term) => (typeof term === "number" ? arrayText(parts.lookup.value(term)) : (term ?? "None"))).join(" ");
}

/** `old + incoming = new` while it changes, else what is in it. */
function showBin(into: SVGGElement, parts: CardParts, state: LeafState, box: Box): void {
  const { change } = state;
  const terms = change ? changeTerms(change) : [state.grad];
  const values = terms.map((term) => (typeof term === "number" ? parts.lookup.value(term) : null));
  const arrays = values.filter((each): each is Value => each !== null && each.shape.length > 0);
  const largest = Math.max(Number.MIN_VALUE, ...arrays.map(magnitude));
  const gap = 6;
  const maps = arrays.length;
  const room = (box.w - (terms.length - maps) * 14 - gap * terms.length) / Math.max(1, maps);
  let x = box.x;
  terms.forEach((term, i) => {
    const value = values[i] ?? null;
    const style = i === terms.length - 1 ? "av-number av-number-gradient" : "av-number";
    if (typeof term === "number") {
      x += showValue(into, value, { ...box, x, y: box.y + 2, w: Math.max(8, room), h: box.h - 4 }, { largest, style });
    } else {
      const text = typeof term === "string" ? term : "None";
      into.append(label(text, { x, y: box.y + box.h / 2 + 4.5 }, term === null ? "av-none" : "av-operator"));
      x += text.length * 7.2;
    }
    x += gap;
  });
  const squeeze = box.w / (x - gap - box.x); // numbers too long for the card
  set(into, { transform: squeeze < 1 ? `translate(${box.x * (1 - squeeze)} 0) scale(${squeeze} 1)` : null });
}

function changeTerms(change: { readonly old: number | null; readonly incoming: number | null; readonly new: number | null }): (number | string | null)[] {
  if (change.incoming === null) return [change.old, "→", change.new];
  return [change.old, "+", change.incoming, "=", change.new];
}

/** A tensor that no gradient reaches. */
export function constantCard(parts: CardParts): Card {
  const { item } = parts;
  const data = s("g", { class: "av-data" });
  const top = PAD / 2 + TITLE_ROW;
  const element = s(
    "g",
    { class: "av-card av-constant", transform: `translate(${item.x - item.w / 2} ${item.y - item.h / 2})` },
    s("path", { class: "av-face", d: octagon(item.w, item.h, 9) }),
    s("g", { class: "av-body" }, ...title(parts, PAD), data),
  );
  return {
    element,
    update(scene) {
      data.replaceChildren();
      const box = { x: PAD, y: top + 2, w: item.w - 2 * PAD, h: item.h - top - PAD / 2 - 4 };
      showValue(data, valueNow(parts, scene), box);
    },
  };
}

/** Where a backward pass starts: the seed, once it is there. */
export function rootCard(parts: CardParts): Card {
  const { item, subject } = parts;
  const index = Number.parseInt(subject.id.split(":")[1] ?? "0", 10);
  const content = s("g");
  const element = s(
    "g",
    { class: "av-card av-root", transform: `translate(${item.x - item.w / 2} ${item.y - item.h / 2})` },
    s("rect", { class: "av-face", width: item.w, height: item.h, rx: item.h / 2 }),
    s("g", { class: "av-body" }, content),
  );
  return {
    element,
    update(scene) {
      content.replaceChildren();
      const seed = seedOf(scene, subject.node?.id ?? null, index);
      set(element, { "data-seeded": seed ? "" : null });
      content.append(label("seed", { x: 14, y: item.h / 2 + 4 }, "av-small"));
      if (!seed) return;
      const box = { x: 48, y: 5, w: item.w - 62, h: item.h - 10 };
      if (single(seed) !== null && seed.shape.length === 0) showValue(content, seed, box, { style: "av-number av-number-gradient" });
      else showValue(content, seed, box);
    },
  };
}

/** The seed this pass put into a root, if it has. */
function seedOf(scene: Scene, node: number | null, index: number): Value | null {
  const { events } = scene.lookup.trace;
  for (let i = scene.frame.k - 1; i >= 0; i--) {
    const event = events[i];
    if (event?.kind === "begin") return null;
    if (event?.kind === "seed" && event.node === node && event.index === index) return scene.lookup.value(event.value);
  }
  return null;
}

function title(parts: CardParts, indent: number): SVGElement[] {
  const { item, subject } = parts;
  const shape = subject.tensors[0]?.shape ?? [];
  const text = shape.length ? shapeText(shape) : "";
  const room = item.w - indent - PAD - (text.length + 1) * 6.7;
  const name = names(subject);
  const made: SVGElement[] = [
    name
      ? label(name, { x: indent, y: PAD / 2 + 15.5, room, char: TITLE_CHAR }, "av-name")
      : label(UNNAMED, { x: indent, y: PAD / 2 + 15.5, room }, "av-small"),
  ];
  if (text) made.push(label(text, { x: item.w - PAD, y: PAD / 2 + 15 }, "av-small", "end"));
  return made;
}
