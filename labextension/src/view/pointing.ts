/** Pointing at an element of an array: what it meets in the others is marked, and said below them. */
import type { Exhibit } from "../model/exhibit";
import { formulaOf } from "../model/formula";
import { meetingAt, type Operand } from "../model/meeting";
import { lettering, RESULT } from "../model/subscripts";
import type { Value } from "../model/trace";
import { indexOf } from "./cells";
import { h, write } from "./dom";
import { heatmap, type ArrayCaption, type Heatmap } from "./heatmap";
import type { Scene } from "./scene";

export interface Pointing {
  /** Says how the elements that meet make up the one pointed at. */
  readonly words: HTMLElement;
  /** Add an array to those that may meet; return its figure. */
  add(operand: Operand, caption: ArrayCaption, among: number): HTMLElement;
}

export function pointingView(): Pointing {
  const operands: Operand[] = [];
  const maps: Heatmap[] = [];
  const words = h("p", { class: "av-meeting", "aria-live": "polite" });
  const point = (which: number, flat: number | null): void => {
    const shape = operands[which]?.value.shape ?? [];
    const meeting = flat === null ? null : meetingAt(operands, which, indexOf(shape, flat));
    maps.forEach((map, i) => map.mark(meeting?.parts[i] ?? []));
    write(words, meeting?.words ?? "");
  };
  return {
    words,
    add(operand, caption, among) {
      const which = operands.push(operand) - 1;
      const map = heatmap(operand.value, caption, among, (flat) => point(which, flat));
      maps.push(map);
      return map.element;
    },
  };
}

/** What the elements of an exhibit have to do with those of the others. */
export function operandOf(exhibit: Extract<Exhibit, { kind: "array" }>, value: Value, { told, lookup }: Scene): Operand {
  const event = lookup.trace.events[(told[told.length - 1]?.k ?? 0) - 1] ?? null;
  const { label, place, role } = exhibit;
  return { label, value, place, subscripts: lettering(event, lookup)(place, value.shape), uses: usesOf() };

  function usesOf(): ReadonlySet<string> | null {
    if (role !== "outgoing" && role !== "result") return null;
    if (event?.kind === "op") return new Set(lookup.op(event.op)?.inputs.map((input) => input.param));
    if (event?.kind !== "vjp") return new Set([RESULT]); // what is summed
    const node = lookup.node(event.node);
    const formula = node && formulaOf(node, node.inputs.indexOf(place));
    return new Set(formula?.match(/\w+/g));
  }
}
