/** One array in the panel: cells, numbers when they fit, and the value under the pointer. */
import { cellText, number as figure, shapeText } from "../model/figures";
import { magnitude, toNumber } from "../model/value";
import type { Value } from "../model/trace";
import { cellPaths, gridOf, indexOf, inkClasses, levelOf, type Grid } from "./cells";
import { h, s, set, write } from "./dom";

/** Pixels for a map of cells without numbers, the fewer the more stand side by side. */
const ROOM = [220, 220, 166, 114];

export interface ArrayCaption {
  /** What it is in the rule: `dL/dz`, `w`. */
  readonly label: string;
  /** Its part: "incoming", "saved", "outgoing". */
  readonly role: string;
}

/** An array on the page. */
export interface Heatmap {
  readonly element: HTMLElement;
  /** Mark elements, by their places in row-major order, as those that meet the one pointed at. */
  mark(cells: readonly number[]): void;
}

/** A figure with an array, its name, role and shape; `among` is how many there are in all. */
export function heatmap(value: Value, caption: ArrayCaption, among: number, tell: (flat: number | null) => void): Heatmap {
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
  const marks = s("path", { class: "av-met" });
  const side = cellSide(value, grid, among);
  const body = grid.cells ? picture(value, grid, side, caption.label, readout, marks, tell) : summary(value);
  const element = h("figure", { class: `av-array av-array-${caption.role.replace(/\W+/g, "-")}` }, head, body, readout);
  return {
    element,
    mark(cells) {
      const [w, h] = [side.w - 2, side.h - 2];
      const d = cells.map((flat) => `M${(flat % grid.columns) * side.w + 1} ${Math.floor(flat / grid.columns) * side.h + 1}h${w}v${h}h${-w}z`);
      set(marks, { d: d.join("") });
      set(element, { "data-met": cells.length > 0 });
    },
  };
}

function picture(
  value: Value,
  grid: Grid,
  side: Side,
  label: string,
  readout: HTMLElement,
  marks: SVGPathElement,
  tell: (flat: number | null) => void,
): Element {
  if (grid.rows * grid.columns === 0) return h("p", { class: "av-array-note" }, "no elements");
  if (value.shape.length === 0) return h("output", { class: "av-scalar" }, cellText(value, grid.cells?.[0] ?? NaN));
  const largest = magnitude(value);
  const width = grid.columns * side.w;
  const height = grid.rows * side.h;
  const map = s("svg", {
    class: "av-heatmap",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "application",
    "aria-roledescription": "array",
    "aria-label": describe(value, label),
    tabindex: 0,
  });
  const stretch = s("g", { transform: `scale(${side.w / side.h} 1)` });
  const paths = cellPaths(grid, largest, side.h, side.h > 6 ? 1 : 0);
  stretch.append(...paths.filter((path) => !side.texts || !path.classList.contains("av-odd")));
  map.append(stretch);
  if (side.texts) map.append(cellTexts(grid, largest, side));
  map.append(marks);
  follow(map, grid, side, value, readout, tell);
  return map;
}

interface Side {
  readonly w: number;
  readonly h: number;
  readonly texts: readonly string[] | null;
}

/** Wide cells with their numbers, in fewer digits if need be, closer where three stand side by side; squares for more than fit. */
function cellSide(value: Value, grid: Grid, among: number): Side {
  const { cells } = grid;
  if (cells && grid.rows * grid.columns <= 64 && grid.rows * 22 <= 180) {
    for (const most of [4, 3, 2]) {
      const texts = Array.from(cells, (x) => cellText(value, x, most));
      const w = Math.max(among > 2 ? 20 : 34, Math.max(...texts.map((text) => text.length)) * 6.7 + (among > 2 ? 6 : 10));
      if (w * grid.columns <= 360) return { w, h: 22, texts };
    }
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

/** Frame the cell under the pointer or the keys, say its index and value, and tell who listens. */
function follow(map: SVGSVGElement, grid: Grid, side: Side, value: Value, readout: HTMLElement, tell: (flat: number | null) => void): void {
  const mark = s("rect", { class: "av-cell-mark", width: side.w, height: side.h, visibility: "hidden" });
  map.append(mark);
  let at = -1;
  const go = (flat: number): void => {
    const x = grid.cells?.[flat];
    const isNone = x === undefined;
    at = isNone ? -1 : flat;
    set(mark, { visibility: isNone ? "hidden" : "visible" });
    if (!isNone) set(mark, { transform: `translate(${(flat % grid.columns) * side.w} ${Math.floor(flat / grid.columns) * side.h})` });
    write(readout, isNone ? "" : `${shapeText(indexOf(value.shape, flat))} = ${cellText(value, x)}`);
    tell(isNone ? null : flat);
  };
  map.addEventListener("pointermove", (event) => {
    const box = map.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * grid.columns);
    const row = Math.floor(((event.clientY - box.top) / box.height) * grid.rows);
    const flat = row * grid.columns + column;
    if (column >= 0 && column < grid.columns && flat !== at) go(flat);
  });
  map.addEventListener("pointerleave", () => go(-1));
  map.addEventListener("focus", () => map.matches(":focus-visible") && go(Math.max(at, 0)));
  map.addEventListener("blur", () => go(-1));
  map.addEventListener("keydown", (event) => {
    const next = moved(event.key, Math.max(at, 0), grid);
    if (next === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation(); // these keys step the player elsewhere
    go(next);
  });
}

/** The cell that a key leads to, null for other keys; at an edge it stays. */
function moved(key: string, flat: number, { rows, columns }: Grid): number | null {
  const [row, column] = [Math.floor(flat / columns), flat % columns];
  switch (key) {
    case "ArrowLeft":
      return column > 0 ? flat - 1 : flat;
    case "ArrowRight":
      return column < columns - 1 ? flat + 1 : flat;
    case "ArrowUp":
      return row > 0 ? flat - columns : flat;
    case "ArrowDown":
      return row < rows - 1 ? flat + columns : flat;
    case "Home":
      return row * columns;
    case "End":
      return row * columns + columns - 1;
    default:
      return null;
  }
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
  const short = cells.length <= 9 ? cells.map((x) => cellText(value, x)).join(", ") : range;
  return [`${label}, shape ${shapeText(value.shape)}`, short, odd ? `${odd} not finite` : ""].filter(Boolean).join("; ");
}
