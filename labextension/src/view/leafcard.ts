/** The cards of tensors that stand on their own: leaves with their `.grad` bin, constants, and seeds at roots. */
import type { NodeState } from "../model/frame";
import { number as figure, shapeText } from "../model/figures";
import { names } from "../model/lookup";
import { single } from "../model/value";
import type { Value } from "../model/trace";
import { binWords, showBin } from "./bin";
import { label, leafShape, octagon, PAD, redraw, showValue, SMALL_CHAR, SMALL_ROW, TITLE_CHAR, TITLE_ROW, valueNow, versionBadge, type Card, type CardParts } from "./card";
import type { Room } from "./cells";
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
  const buffer = s("g", { class: "av-buffer" });
  const version = versionBadge(parts, INDENT + names(subject).length * TITLE_CHAR + 6);
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
      version?.element ?? null,
      data,
      s("path", { class: "av-bin-line", d: `M0 ${line}H${item.w}` }),
      label(".grad", { x: INDENT, y: line + 14 }, "av-small av-bin-label"),
      buffer,
      bin,
    ),
  );
  return {
    element,
    update(scene) {
      const value = valueNow(parts, scene);
      redraw(data, value, () => showValue(data, value, { x: INDENT, y: PAD / 2 + TITLE_ROW, w: item.w - 2 * INDENT, h: row - 2 }));
      const state = tensor ? scene.frame.leaves.get(tensor.id) : undefined;
      redraw(sum, state, () => state && showBin(sum, parts.lookup, state, { x: INDENT, y: line + SMALL_ROW + 2, w: item.w - 2 * INDENT, h: row }));
      write(words, `${tensor?.name ?? "t"}.grad: ${binWords(parts.lookup, state)}`);
      version?.update(scene);
      buffer.replaceChildren();
      const node = subject.node && scene.frame.nodes.get(subject.node.id);
      if (node) showBuffer(buffer, parts, scene, node, { x: INDENT + 6 * SMALL_CHAR, y: line + 3, w: item.w - 2 * INDENT - 6 * SMALL_CHAR, h: SMALL_ROW });
      set(bin, { class: state?.change ? "av-bin av-current" : "av-bin" });
    },
  };
}

/** What has arrived at the leaf's AccumulateGrad and not yet been added: `1 of 2 arrived: 3`, or `1 of 2: 3.14159` where that is too long. */
function showBuffer(into: SVGGElement, parts: CardParts, scene: Scene, state: NodeState, box: Room): void {
  const isRunning = state.state === "running" && (scene.event?.kind === "run" || scene.event?.kind === "hook");
  const value = parts.lookup.value(state.buffer[0] ?? null);
  if (!value || !(state.state === "waiting" || state.state === "ready" || isRunning)) return;
  const count = state.expected > 1 ? `${state.arrived} of ${state.expected}` : "";
  const right = box.x + box.w;
  const text = value.shape.length === 0 ? figure(single(value) ?? NaN) : "";
  const whole = `${count} arrived`.trim();
  const words = text && count && (whole.length + 2 + text.length) * SMALL_CHAR > box.w ? count : whole;
  const line = label(text, { x: text ? right : right - 32, y: box.y + 11 }, "av-arrived", "end");
  line.prepend(s("tspan", { class: "av-arrived-count" }, text ? `${words}: ` : words));
  into.append(line);
  if (!text) showValue(into, value, { x: right - 26, y: box.y - 1, w: 26, h: 14 }, { asMap: true });
}

/** A tensor that no gradient reaches. */
export function constantCard(parts: CardParts): Card {
  const { item } = parts;
  const data = s("g", { class: "av-data" });
  const version = versionBadge(parts, PAD + names(parts.subject).length * TITLE_CHAR + 6);
  const top = PAD / 2 + TITLE_ROW;
  const element = s(
    "g",
    { class: "av-card av-constant", transform: `translate(${item.x - item.w / 2} ${item.y - item.h / 2})` },
    s("path", { class: "av-face", d: octagon(item.w, item.h, 9) }),
    s("g", { class: "av-body" }, ...title(parts, PAD), version?.element ?? null, data),
  );
  return {
    element,
    update(scene) {
      version?.update(scene);
      const value = valueNow(parts, scene);
      redraw(data, value, () => showValue(data, value, { x: PAD, y: top + 2, w: item.w - 2 * PAD, h: item.h - top - PAD / 2 - 4 }));
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
      showValue(content, seed, box, { style: "av-number av-number-gradient" });
    },
  };
}

/** The seed this pass put into a root, if it has. */
export function seedOf(scene: Scene, node: number | null, index: number): Value | null {
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
