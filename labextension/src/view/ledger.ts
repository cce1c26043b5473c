/** The ledger: every change of every `.grad`, as old + incoming = new; a click goes there. */
import { number as figure, shapeText } from "../model/figures";
import { ledger, type LedgerEntry } from "../model/timeline";
import { magnitude, single } from "../model/value";
import type { Trace, Value } from "../model/trace";
import { thumbnail } from "./cells";
import { h, s, set } from "./dom";
import { rows } from "./rows";
import type { Dispatch, Scene, View } from "./scene";

/** A row's height in pixels, as in the style sheet. */
const ROW = 30;
/** Of longer names the end is shown, which tells parameters apart. */
const LONGEST_NAME = 20;

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
  const button = h(
    "button",
    { type: "button", class: "av-ledger-row", title: `${name}.grad: go to step ${entry.step}`, "aria-current": isNow ? "step" : null },
    h("span", { class: "av-ledger-step" }, String(entry.step)),
    h("code", { class: "av-ledger-name" }, `${name.length > LONGEST_NAME ? `…${name.slice(1 - LONGEST_NAME)}` : name}.grad`),
    h("span", { class: "av-ledger-sum" }, ...sumParts(entry, lookup.trace.values)),
  );
  button.addEventListener("click", () => dispatch({ kind: "seek", step: entry.step }));
  return button;
}

function sumParts(entry: LedgerEntry, values: readonly Value[]): (Node | string)[] {
  const terms = [entry.old, entry.incoming, entry.now].flatMap((index) => (index === null ? [] : (values[index] ?? [])));
  const largest = Math.max(Number.MIN_VALUE, ...terms.map(magnitude));
  const show = (index: number | null): Node => termView(index === null ? null : (values[index] ?? null), largest);
  const added = entry.incoming === null ? [" → "] : [" + ", show(entry.incoming), " = "];
  return [show(entry.old), ...added, show(entry.now)];
}

function termView(value: Value | null, largest: number): Node {
  if (!value) return h("span", { class: "av-quiet" }, "None");
  const x = single(value);
  if (x !== null) return h("span", {}, figure(x));
  if (value.summary) return h("span", {}, shapeText(value.shape));
  const map = thumbnail(value, { x: 1, y: 1, w: 34, h: 18 }, largest);
  const text = `array of shape ${shapeText(value.shape)}`;
  return s("svg", { width: map.width + 2, height: 20, role: "img", "aria-label": text }, ...map.elements);
}
