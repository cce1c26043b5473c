/**
 * Arrays as coloured cells. The scale diverges from a neutral zero and is drawn as one path for each of its
 * steps, so that an array of thousands costs a few dozen elements and its colours follow the theme.
 */
import { magnitude, numbers, size } from "../model/value";
import type { Value } from "../model/trace";
import { s } from "./dom";

/** Steps on either side of zero. */
const STEPS = 12;

/** An array laid flat: the last dimension across, all others down. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** Row-major; null where only a summary was kept. */
  readonly cells: ArrayLike<number> | null;
}

export function gridOf(value: Value): Grid {
  const columns = value.shape[value.shape.length - 1] ?? 1;
  const rows = columns ? size(value.shape) / columns : 0;
  return { rows, columns, cells: numbers(value) };
}

/** The indices of one cell in the array's own dimensions. */
export function indexOf(shape: readonly number[], flat: number): readonly number[] {
  const index: number[] = [];
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const n = shape[axis] ?? 1;
    index.unshift(rest % n);
    rest = Math.floor(rest / n);
  }
  return index;
}

/** -STEPS … STEPS, or a word for what has no place on the scale. */
type Level = number | "nan" | "inf" | "-inf";

export function levelOf(x: number, largest: number): Level {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  const level = Math.round((x / largest) * STEPS);
  if (level === 0) return x === 0 ? 0 : Math.sign(x);
  return Math.min(Math.max(level, -STEPS), STEPS);
}

/** The paint of a level, mixed by the style sheet's colours: as an attribute, which browsers parse once for all. */
export function paint(level: Level): string {
  if (level === "nan") return "var(--av-nan)";
  if (level === "inf") return "var(--av-positive)";
  if (level === "-inf") return "var(--av-negative)";
  const end = level < 0 ? "--av-negative" : "--av-positive";
  return `color-mix(in srgb, var(${end}) ${Math.round((Math.abs(level) / STEPS) * 100)}%, var(--av-zero))`;
}

/** Classes for text on a cell: where the light and where the dark theme must turn their ink round. */
export function inkClasses(level: Level): string {
  const isWord = typeof level === "string";
  const onLight = isWord || level >= STEPS || level <= -(STEPS - 2);
  const onDark = isWord || Math.abs(level) > STEPS / 2;
  return `av-cell-text${onLight ? " av-ink-light" : ""}${onDark ? " av-ink-dark" : ""}`;
}

/** Cells as SVG paths, each `cell` wide and high, with `gap` between, from a corner. */
export function cellPaths(grid: Grid, largest: number, cell: number, gap: number, x = 0, y = 0): SVGPathElement[] {
  const paths = new Map<Level, string[]>();
  const { rows, columns, cells } = grid;
  if (!cells) return [];
  const side = cell - gap;
  for (let i = 0; i < rows * columns; i++) {
    const level = levelOf(cells[i] ?? NaN, largest);
    const move = `M${x + (i % columns) * cell} ${y + Math.floor(i / columns) * cell}h${side}v${side}h${-side}z`;
    const known = paths.get(level);
    if (known) known.push(move);
    else paths.set(level, [move]);
  }
  const painted = [...paths].map(([level, moves]) => s("path", { d: moves.join(""), fill: paint(level) }));
  return [...painted, ...oddMarks(grid, cell, side, x, y)];
}

/** A cross on each NaN and a stroke on each infinity, so that colour alone does not tell them. */
function oddMarks({ rows, columns, cells }: Grid, cell: number, side: number, x: number, y: number): SVGPathElement[] {
  const strokes: string[] = [];
  for (let i = 0; i < rows * columns; i++) {
    const found = cells?.[i] ?? 0;
    if (Number.isFinite(found)) continue;
    const [left, top] = [x + (i % columns) * cell, y + Math.floor(i / columns) * cell];
    strokes.push(`M${left} ${top + side}l${side} ${-side}`);
    if (Number.isNaN(found)) strokes.push(`M${left} ${top}l${side} ${side}`);
  }
  return strokes.length ? [s("path", { class: "av-odd", d: strokes.join("") })] : [];
}

/** Fewer cells for a small space: each stands for a block and shows its entry of largest magnitude. */
export function reduced(grid: Grid, mostRows: number, mostColumns: number): Grid {
  const rows = Math.min(grid.rows, mostRows);
  const columns = Math.min(grid.columns, mostColumns);
  if (!grid.cells || (rows === grid.rows && columns === grid.columns)) return grid;
  const cells = new Float64Array(rows * columns);
  for (let i = 0; i < grid.rows * grid.columns; i++) {
    const row = Math.floor((Math.floor(i / grid.columns) * rows) / grid.rows);
    const column = Math.floor(((i % grid.columns) * columns) / grid.columns);
    const at = row * columns + column;
    const x = grid.cells[i] ?? 0;
    const known = cells[at] ?? 0;
    if (Number.isNaN(x) || Math.abs(x) > Math.abs(known)) cells[at] = x;
  }
  return { rows, columns, cells };
}

/** Where something may be drawn. */
export interface Room {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A picture of an array for a card, in a box, and its width. No transform: each would cost a layer's work a step. */
export function thumbnail(value: Value, box: Room, largest?: number): { readonly elements: readonly SVGElement[]; readonly width: number } {
  const grid = reduced(gridOf(value), Math.max(1, Math.floor(box.h / 2)), Math.max(1, Math.floor(box.w / 2)));
  const fit = Math.min(box.w / Math.max(1, grid.columns), box.h / Math.max(1, grid.rows), 11);
  const cell = fit >= 3 ? Math.floor(fit) : fit;
  const gap = cell >= 5 ? 1 : 0;
  const [width, height] = [grid.columns * cell - gap, grid.rows * cell - gap];
  const y = box.y + Math.round((box.h - height) * 5) / 10;
  const frame = s("rect", { x: box.x - 1, y: y - 1, width: width + 2, height: height + 2, class: "av-map-frame" });
  return { elements: [frame, ...cellPaths(grid, largest ?? magnitude(value), cell, gap, box.x, y)], width };
}
