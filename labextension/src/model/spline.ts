/** Arithmetic on the layout's edges: cubic Bezier splines as lists of control points. */
import type { Point } from "./trace";

const ARROW: readonly Point[] = [[0, 0], [-9, -4.2], [-7, 0], [-9, 4.2]];

/** The spline as the `d` of an SVG path. */
export function pathData(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const text = ([x, y]: Point): string => `${x} ${y}`;
  const curves: string[] = [];
  for (let i = 0; i + 2 < rest.length; i += 3) curves.push(`C${rest.slice(i, i + 3).map(text).join(" ")}`);
  return `M${text(first)}${curves.join("")}`;
}

/** The point at `t` of the way, 0 at the start, 1 at the end. */
export function pointAt(points: readonly Point[], t: number): Point {
  const segments = Math.max(1, Math.floor((points.length - 1) / 3));
  const along = Math.min(Math.max(t, 0), 1) * segments;
  const which = Math.min(Math.floor(along), segments - 1);
  const [a, b, c, d] = points.slice(which * 3, which * 3 + 4);
  if (!a || !b || !c || !d) return a ?? [0, 0];
  const u = along - which;
  const mix = (axis: 0 | 1): number =>
    (1 - u) ** 3 * a[axis] + 3 * (1 - u) ** 2 * u * b[axis] + 3 * (1 - u) * u ** 2 * c[axis] + u ** 3 * d[axis];
  return [mix(0), mix(1)];
}

/** The direction, in radians, in which the spline runs at `t`. */
function angleAt(points: readonly Point[], t: number): number {
  const [x0, y0] = pointAt(points, Math.max(0, t - 0.02));
  const [x1, y1] = pointAt(points, Math.min(1, t + 0.02));
  return Math.atan2(y1 - y0, x1 - x0);
}

/** The head of an arrow whose tip is at `t`, turned with the line or, by PI, against it. */
export function arrowAt(points: readonly Point[], t: number, turn = 0): string {
  const [x, y] = pointAt(points, t);
  const angle = angleAt(points, t) + turn;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const corner = ([a, b]: Point): string => `${(x + a * cos - b * sin).toFixed(1)} ${(y + a * sin + b * cos).toFixed(1)}`;
  return `M${ARROW.map(corner).join("L")}z`;
}

/** A transform that puts something drawn along the x axis at `t`, turned with the line. */
export function placeAt(points: readonly Point[], t: number): string {
  const [x, y] = pointAt(points, t);
  const degrees = (angleAt(points, t) * 180) / Math.PI;
  return `translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${degrees.toFixed(1)})`;
}
