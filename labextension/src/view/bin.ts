/** The bin of a `.grad`: old + incoming = new while it changes, else what is in it. */
import type { LeafState } from "../model/frame";
import { arrayText, shortTexts } from "../model/figures";
import type { Lookup } from "../model/lookup";
import type { Value } from "../model/trace";
import { magnitude } from "../model/value";
import { label, NUMBER_CHAR, showValue } from "./card";
import type { Room } from "./cells";
import { set } from "./dom";

/** Numbers may be so much too wide for a card; they are set closer then. */
const SQUEEZED = 1.2;

/** What is in the bin, in words. */
export function binWords(lookup: Lookup, state: LeafState | undefined): string {
  const terms = state?.change ? changeTerms(state.change) : [state?.grad ?? null];
  return terms.map((term) => (typeof term === "number" ? arrayText(lookup.value(term)) : (term ?? "None"))).join(" ");
}

/** `old + incoming = new` while it changes, else what is in it. */
export function showBin(into: SVGGElement, lookup: Lookup, state: LeafState, box: Room): void {
  const { change } = state;
  const terms = change ? changeTerms(change) : [state.grad];
  const values = terms.map((term) => (typeof term === "number" ? lookup.value(term) : null));
  const arrays = values.filter((each): each is Value => each !== null && each.shape.length > 0);
  const largest = Math.max(Number.MIN_VALUE, ...arrays.map(magnitude));
  const gap = 6;
  const maps = arrays.length;
  const signs = (terms.length - maps) * 14 + gap * terms.length;
  const texts = [...(shortTexts(values.flatMap((each) => each ?? []), maps ? (SQUEEZED * box.w - signs) / NUMBER_CHAR : Infinity) ?? [])];
  const asMap = texts.length === 0; // all of them or none
  const room = (box.w - signs) / Math.max(1, maps);
  let x = box.x;
  terms.forEach((term, i) => {
    const value = values[i] ?? null;
    const style = i === terms.length - 1 ? "av-number av-number-gradient" : "av-number";
    const text = typeof term === "number" ? texts.shift() : (term ?? "None");
    if (text === undefined) {
      x += showValue(into, value, { ...box, x, y: box.y + 2, w: Math.max(8, room), h: box.h - 4 }, { largest, style, asMap });
    } else {
      into.append(label(text, { x, y: box.y + box.h / 2 + 4.5 }, typeof term === "number" ? style : term === null ? "av-none" : "av-operator"));
      x += text.length * (typeof term === "number" ? NUMBER_CHAR : 7.2);
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
