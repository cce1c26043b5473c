/** The ledger: every change of every `.grad`, as old + incoming = new; a click goes there. */
import { shapeText, shortTexts } from "../model/figures";
import { ledger, type LedgerEntry } from "../model/timeline";
import { magnitude } from "../model/value";
import type { Trace, Value } from "../model/trace";
import { thumbnail } from "./cells";
import { h, s, set } from "./dom";
import { rows } from "./rows";
import type { Dispatch, Scene, View } from "./scene";

/** A row's height in pixels, as in the style sheet. */
const ROW = 30;
/** Of longer names the end is shown, which tells parameters apart. */
const LONGEST_NAME = 20;
/** Letters for the sum in a row, beside a name of so many. */
const ROOM = 33;
const SHORT_NAME = 9;

export function ledgerView(el: HTMLElement, scene: Scene, dispatch: Dispatch): View {
  let trace: Trace | null = null;
  let entries: readonly LedgerEntry[] = [];
  let now = -1;
  const list = rows("Changes of .grad", ROW, (index) => rowOf(entries[index], scene, index === now, dispatch));
  const empty = h("p", { class: "av-quiet" }, "No .grad has changed yet.");
  const section = h("section", { class: "av-ledger" }, h("h3", { class: "av-heading" }, "Changes of .grad"), empty, list.element);
  const mark = (index: number, isNow: boolean): void =>
    list.each(index, (row) => row.firstElementChild && set(row.firstElementChild, { "aria-current": isNow ? "step" : null }));
  const update = ({ frame, lookup }: Scene): void => {
    if (lookup.trace !== trace) {
      trace = lookup.trace;
      entries = ledger(trace);
      if (entries.length && !section.parentNode) el.append(section);
      list.refresh();
    }
    const count = happened(entries, frame.k);
    mark(now, false);
    now = entries[count - 1]?.step === frame.k ? count - 1 : -1;
    list.resize(count);
    mark(now, true);
    if (now >= 0) list.reveal(now);
    empty.hidden = count > 0;
  };
  update(scene);
  return {
    update,
    dispose() {
      list.dispose();
      section.remove();
    },
  };
}

/** How many of the entries there are by a step. */
function happened(entries: readonly LedgerEntry[], k: number): number {
  const later = entries.findIndex((entry) => entry.step > k);
  return later < 0 ? entries.length : later;
}

function rowOf(entry: LedgerEntry | undefined, { lookup }: Scene, isNow: boolean, dispatch: Dispatch): HTMLElement {
  if (!entry) return h("span");
  const name = lookup.tensor(entry.tensor)?.name ?? `t${entry.tensor}`;
  const shown = `${name.length > LONGEST_NAME ? `…${name.slice(1 - LONGEST_NAME)}` : name}.grad`;
  const button = h(
    "button",
    { type: "button", class: "av-ledger-row", title: `${name}.grad: go to step ${entry.step}`, "aria-current": isNow ? "step" : null },
    h("span", { class: "av-ledger-step" }, String(entry.step)),
    h("code", { class: "av-ledger-name" }, shown),
    h("span", { class: "av-ledger-sum" }, ...sumParts(entry, lookup.trace.values, ROOM - Math.max(0, shown.length - SHORT_NAME))),
  );
  button.addEventListener("click", () => dispatch({ kind: "seek", step: entry.step }));
  return button;
}

function sumParts(entry: LedgerEntry, values: readonly Value[], room: number): (Node | string)[] {
  const found = (index: number | null): Value | null => (index === null ? null : (values[index] ?? null));
  const terms = (entry.incoming === null ? [entry.old, entry.now] : [entry.old, entry.incoming, entry.now]).map(found);
  const known = terms.filter((each) => each !== null);
  const largest = Math.max(Number.MIN_VALUE, ...known.map(magnitude));
  const signs = entry.incoming === null ? [" → "] : [" + ", " = "];
  const rest = 3 * signs.length + 4 * (terms.length - known.length); // signs, and None
  const texts = [...(shortTexts(known, known.every(({ shape }) => !shape.length) ? Infinity : room - rest) ?? [])];
  return terms.flatMap((term, i) => [i ? (signs[i - 1] ?? "") : "", term ? termView(term, texts.shift(), largest) : h("span", { class: "av-quiet" }, "None")]);
}

function termView(value: Value, text: string | undefined, largest: number): Node {
  if (text !== undefined) return h("span", {}, text);
  const shape = shapeText(value.shape);
  if (value.summary) return h("span", {}, shape);
  const map = thumbnail(value, { x: 1, y: 1, w: 34, h: 18 }, largest);
  return s("svg", { width: map.width + 2, height: 20, role: "img", "aria-label": `array of shape ${shape}` }, ...map.elements);
}
