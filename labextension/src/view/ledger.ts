/** The ledger: every change of every `.grad`, as old + incoming = new; a click goes there. */
import { number as figure, shapeText } from "../model/figures";
import { ledger, type LedgerEntry } from "../model/timeline";
import { magnitude, single } from "../model/value";
import type { Value } from "../model/trace";
import { thumbnail } from "./cells";
import { h, s, set } from "./dom";
import type { Dispatch, Scene, View } from "./scene";

export function ledgerView(el: HTMLElement, scene: Scene, dispatch: Dispatch): View {
  const { lookup } = scene;
  const rows = ledger(lookup.trace).map((entry) => rowView(entry, scene, dispatch));
  const list = h("ol", { class: "av-ledger-list" }, ...rows.map((row) => row.element));
  const empty = h("p", { class: "av-quiet" }, "No .grad has changed yet.");
  const section = h("section", { class: "av-ledger" }, h("h3", { class: "av-heading" }, "Changes of .grad"), empty, list);
  if (rows.length) el.append(section);
  const update = (next: Scene): void => {
    for (const row of rows) row.update(next.frame.k);
    empty.hidden = next.frame.k >= (rows[0]?.step ?? 0);
    const now = rows.find((row) => row.step === next.frame.k);
    if (now && list.clientHeight) list.scrollTop = now.element.offsetTop - list.offsetTop - list.clientHeight / 2;
  };
  update(scene);
  return { update, dispose: () => section.remove() };
}

interface Row {
  readonly element: HTMLElement;
  readonly step: number;
  update(k: number): void;
}

function rowView(entry: LedgerEntry, { lookup }: Scene, dispatch: Dispatch): Row {
  const name = lookup.tensor(entry.tensor)?.name ?? `t${entry.tensor}`;
  const button = h(
    "button",
    { type: "button", class: "av-ledger-row", title: `Go to step ${entry.step}` },
    h("span", { class: "av-ledger-step" }, String(entry.step)),
    h("code", { class: "av-ledger-name" }, `${name}.grad`),
    h("span", { class: "av-ledger-sum" }, ...sumParts(entry, lookup.trace.values)),
  );
  button.addEventListener("click", () => dispatch({ kind: "seek", step: entry.step }));
  const element = h("li", {}, button);
  return {
    element,
    step: entry.step,
    update(k) {
      element.hidden = k < entry.step;
      set(button, { "aria-current": k === entry.step ? "step" : null });
    },
  };
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
  const map = thumbnail(value, { w: 34, h: 18 }, largest);
  const text = `array of shape ${shapeText(value.shape)}`;
  return s("svg", { width: map.width + 2, height: 20, viewBox: `-1 -1 ${map.width + 2} 20`, role: "img", "aria-label": text }, map.element);
}
