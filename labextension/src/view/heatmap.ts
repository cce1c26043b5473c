/** One array in the panel: cells, numbers when they fit, and the value under the pointer. */
import { number as figure, shapeText } from "../model/figures";
import { magnitude, toNumber } from "../model/value";
import type { Value } from "../model/trace";
import { cellPaths, gridOf, indexOf, inkClasses, levelOf, type Grid } from "./cells";
import { h, s, write } from "./dom";

/** Pixels for a map of cells without numbers, the fewer the more stand side by side. */
const ROOM = [220, 220, 166, 114];

export interface ArrayCaption {
  /** What it is in the rule: `dL/dz`, `w`. */
  readonly label: string;
  /** Its part: "incoming", "saved", "outgoing". */
  readonly role: string;
}

/** A figure with an array, its name, role and shape; `among` is how many there are in all. */
export function heatmap(value: Value, caption: ArrayCaption, among = 1): HTMLElement {
  const grid = gridOf(value);
  const readout = h("span", { class: "av-readout" });
  const shape = value.shape.length ? shapeText(value.shape) : "";
  const head = h(
    "figcaption",
    {},
    h("span", { class: "av-array-role" }, caption.role),
    h("code", { class: "av-array-name" }, caption.label),
    h("span", { class: "av-array-shape" }, shape),
  );
  const body = grid.cells ? picture(value, grid, caption.label, readout, among) : summary(value);
  return h("figure", { class: `av-array av-array-${caption.role.replace(/\W+/g, "-")}` }, head, body, readout);
}

function picture(value: Value, grid: Grid, label: string, readout: HTMLElement, among: number): Element {
  if (grid.rows * grid.columns === 0) return h("p", { class: "av-array-note" }, "no elements");
  if (value.shape.length === 0) return h("output", { class: "av-scalar" }, figure(grid.cells?.[0] ?? NaN));
  const largest = magnitude(value);
  const side = cellSide(grid, among);
  const width = grid.columns * side.w;
  const height = grid.rows * side.h;
  const map = s("svg", {
    class: "av-heatmap",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": describe(value, label),
  });
  const stretch = s("g", { transform: `scale(${side.w / side.h} 1)` });
  const paths = cellPaths(grid, largest, side.h, side.h > 6 ? 1 : 0);
  stretch.append(...paths.filter((path) => !side.texts || !path.classList.contains("av-odd")));
  map.append(stretch);
  if (side.texts) map.append(cellTexts(grid, largest, side));
  follow(map, grid, side, value, readout);
  return map;
}

interface Side {
  readonly w: number;
  readonly h: number;
  readonly texts: readonly string[] | null;
}

/** Wide cells with their numbers if all fit, closer where three stand side by side, else squares. */
function cellSide(grid: Grid, among: number): Side {
  const count = grid.rows * grid.columns;
  if (count <= 64 && grid.cells) {
    const texts = Array.from(grid.cells, figure);
    const w = Math.max(among > 2 ? 20 : 34, Math.max(...texts.map((text) => text.length)) * 6.7 + (among > 2 ? 6 : 10));
    if (w * grid.columns <= 360 && grid.rows * 22 <= 180) return { w, h: 22, texts };
  }
  const room = ROOM[Math.min(among, 3)] ?? 166;
  const fit = Math.min(room / grid.columns, room / grid.rows, 22);
  const side = fit >= 3 ? Math.floor(fit) : fit;
  return { w: side, h: side, texts: null };
}

/** One text with a part for each cell: a hundred texts would take a browser ten times as long to lay out. */
function cellTexts(grid: Grid, largest: number, side: Side): SVGTextElement {
  const parts = (side.texts ?? []).map((text, i) =>
    s(
      "tspan",
      {
        x: ((i % grid.columns) + 0.5) * side.w,
        y: (Math.floor(i / grid.columns) + 0.5) * side.h,
        class: inkClasses(levelOf(grid.cells?.[i] ?? NaN, largest)),
      },
      text,
    ),
  );
  return s("text", { class: "av-cell-texts" }, ...parts);
}

/** Frame the cell under the pointer and say its index and value. */
function follow(map: SVGSVGElement, grid: Grid, side: Side, value: Value, readout: HTMLElement): void {
  const mark = s("rect", { class: "av-cell-mark", width: side.w, height: side.h, visibility: "hidden" });
  map.append(mark);
  map.addEventListener("pointermove", (event) => {
    const box = map.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * grid.columns);
    const row = Math.floor(((event.clientY - box.top) / box.height) * grid.rows);
    const flat = row * grid.columns + column;
    const x = grid.cells?.[flat];
    if (x === undefined || column < 0 || column >= grid.columns) return;
    mark.setAttribute("transform", `translate(${column * side.w} ${row * side.h})`);
    mark.setAttribute("visibility", "visible");
    write(readout, `${shapeText(indexOf(value.shape, flat))} = ${figure(x)}`);
  });
  map.addEventListener("pointerleave", () => {
    mark.setAttribute("visibility", "hidden");
    write(readout, "");
  });
}

/** An array too large to keep: its figures. */
function summary(value: Value): HTMLElement {
  const list = h("dl", { class: "av-summary" });
  const kept = value.summary;
  if (!kept) return h("p", { class: "av-array-note" }, "values not kept");
  for (const name of ["min", "mean", "max", "norm", "nan", "inf"] as const) {
    const found = kept[name];
    if (found === null || (found === 0 && (name === "nan" || name === "inf"))) continue;
    list.append(h("div", {}, h("dt", {}, name), h("dd", {}, figure(toNumber(found)))));
  }
  return list;
}

/** What a screen reader says of an array. */
function describe(value: Value, label: string): string {
  const grid = gridOf(value);
  const cells = grid.cells ? Array.from(grid.cells) : [];
  const finite = cells.filter(Number.isFinite);
  const odd = cells.length - finite.length;
  const range = finite.length ? `from ${figure(Math.min(...finite))} to ${figure(Math.max(...finite))}` : "";
  const short = cells.length <= 9 ? cells.map(figure).join(", ") : range;
  return [`${label}, shape ${shapeText(value.shape)}`, short, odd ? `${odd} not finite` : ""].filter(Boolean).join("; ");
}
