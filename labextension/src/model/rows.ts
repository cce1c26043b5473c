/**
 * Boxes in rows: every box below those that lead to it, each row ordered and placed by the mean of its
 * neighbours. A line that crosses rows gets a narrow place of its own in each, so that it passes beside the
 * boxes there. Knows neither marks nor groups.
 */
import type { Point } from "./trace";

/** A box to be placed; `x`, `y` are its centre once it is. */
export interface Box {
  readonly id: string;
  readonly w: number;
  readonly h: number;
  x: number;
  y: number;
}

/** Down at x, from one y to the other. */
export interface Way {
  readonly x: number;
  readonly from: number;
  readonly to: number;
}

export interface Placed {
  readonly w: number;
  readonly h: number;
  /** For a pair `from to`, where lines that join it pass the rows between. */
  readonly ways: ReadonlyMap<string, readonly Way[]>;
}

const GAP = { x: 26, y: 46, margin: 16 };
const WIDEST_ROW = 24;
const SWEEPS = 8;
const MOST_BENDS = 3000;
const BEND = 14;

interface Place {
  readonly box: Box | null;
  readonly w: number;
  readonly h: number;
  row: number;
  x: number;
  top: number;
  above: Place[];
  below: Place[];
}

/** Place boxes from the upper left corner, with a margin around them. An end "" is outside: above all rows, or below. */
export function placeInRows(boxes: readonly Box[], joins: Iterable<readonly [string, string]>): Placed {
  const places = new Map(boxes.map((box) => [box.id, placeOf(box)]));
  const pairs = distinct(joins);
  for (const [from, to] of pairs.values()) link(places.get(from), places.get(to));
  const all = [...places.values()];
  rank(all);
  const rows = rowsOf(all);
  const bends = bend(pairs, places, rows);
  for (let sweep = 0; sweep < SWEEPS; sweep++) order(rows, sweep % 2 === 0);
  const size = settle(rows);
  const ways = new Map<string, readonly Way[]>();
  for (const [pair, chain] of bends) {
    ways.set(pair, chain.map(({ x, top, row }) => ({ x, from: top, to: top + tallest(rows[row] ?? []) })));
  }
  return { ...size, ways };
}

/** A spline that leaves downwards, passes the given places upright and arrives from above. */
export function curve(start: Point, ways: readonly Way[], end: Point): readonly Point[] {
  const path: Point[] = [start];
  let at = start;
  const to = (next: Point): void => {
    const bow = Math.min(Math.max(14, (next[1] - at[1]) / 2), 120);
    path.push([at[0], at[1] + bow], [next[0], next[1] - bow], next);
    at = next;
  };
  for (const way of ways) {
    to([way.x, way.from]);
    const low: Point = [way.x, way.to];
    path.push(at, low, low);
    at = low;
  }
  to(end);
  return path;
}

function placeOf(box: Box): Place {
  return { box, w: box.w, h: box.h, row: 0, x: 0, top: 0, above: [], below: [] };
}

function distinct(joins: Iterable<readonly [string, string]>): ReadonlyMap<string, readonly [string, string]> {
  const pairs = new Map<string, readonly [string, string]>();
  for (const join of joins) if (join[0] !== join[1]) pairs.set(`${join[0]} ${join[1]}`, join);
  return pairs;
}

function link(from: Place | undefined, to: Place | undefined): void {
  if (!from || !to) return;
  from.below.push(to);
  to.above.push(from);
}

/** Give each place the row below its lowest source; what few lines lead to stands right above its first user. */
function rank(places: readonly Place[]): void {
  const left = new Map(places.map((place) => [place, place.above.length]));
  const free = places.filter((place) => place.above.length === 0);
  const own = new Set<Place>(); // what serves one place only, with all that leads to it: it comes along
  for (const place of free) {
    if (place.below.length === 1 && place.above.every((each) => own.has(each))) own.add(place);
    for (const user of place.below) {
      user.row = Math.max(user.row, place.row + 1);
      const waits = (left.get(user) ?? 1) - 1;
      left.set(user, waits);
      if (waits === 0) free.push(user);
    }
  }
  for (const place of free.reverse()) {
    const held = place.above.filter((each) => !own.has(each)).length;
    if (place.below.length > held) place.row = place.below.reduce((least, user) => Math.min(least, user.row), Infinity) - 1;
  }
}

/** The rows; one too wide to scroll is broken into several. Every place learns the row it is in. */
function rowsOf(places: readonly Place[]): Place[][] {
  const ranked = new Map<number, Place[]>();
  for (const place of places) {
    const row = ranked.get(place.row);
    if (row) row.push(place);
    else ranked.set(place.row, [place]);
  }
  const rows: Place[][] = [];
  for (const number of [...ranked.keys()].sort((a, b) => a - b)) {
    const row = ranked.get(number) ?? [];
    for (let start = 0; start < row.length; start += WIDEST_ROW) rows.push(row.slice(start, start + WIDEST_ROW));
  }
  rows.forEach((row, n) => row.forEach((place) => (place.row = n)));
  return rows;
}

/** Lead lines that cross rows through places of their own, unless there are too many. */
function bend(
  pairs: ReadonlyMap<string, readonly [string, string]>,
  places: ReadonlyMap<string, Place>,
  rows: Place[][],
): ReadonlyMap<string, readonly Place[]> {
  const chains = new Map<string, readonly Place[]>();
  let room = MOST_BENDS;
  for (const [pair, [a, b]] of pairs) {
    const [from, to] = [places.get(a), places.get(b)];
    const first = (from?.row ?? -1) + 1;
    const between = (to?.row ?? rows.length) - first;
    if (between < 1 || between > room) continue;
    room -= between;
    const chain = Array.from({ length: between }, (_, i): Place => ({ box: null, w: BEND, h: 0, row: first + i, x: 0, top: 0, above: [], below: [] }));
    if (from && to) {
      from.below = from.below.filter((each) => each !== to);
      to.above = to.above.filter((each) => each !== from);
    }
    chain.forEach((place, i) => {
      link(chain[i - 1] ?? from, place);
      if (i === between - 1) link(place, to);
      rows[place.row]?.push(place);
    });
    chains.set(pair, chain);
  }
  return chains;
}

/** Draw each row towards its neighbours above, or below. */
function order(rows: readonly Place[][], isDown: boolean): void {
  const walk = isDown ? rows : [...rows].reverse();
  for (const row of walk) {
    const wanted = new Map(row.map((place) => [place, mean(place, isDown ? place.above : place.below)]));
    row.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
    pack(row, wanted);
  }
}

function mean(place: Place, neighbours: readonly Place[]): number {
  return neighbours.length ? neighbours.reduce((sum, each) => sum + each.x, 0) / neighbours.length : place.x;
}

/** Put a row's places as near to where they want to be as their widths allow. Those in mid-stream weigh more. */
function pack(row: readonly Place[], wanted: ReadonlyMap<Place, number>): void {
  let edge = -Infinity;
  let error = 0;
  let weights = 0;
  for (const place of row) {
    const x = wanted.get(place) ?? 0;
    place.x = Math.max(x, edge + place.w / 2);
    edge = place.x + place.w / 2 + GAP.x;
    const weight = place.above.length && place.below.length ? 1 : 1e-3;
    error += weight * (place.x - x);
    weights += weight;
  }
  if (weights) for (const place of row) place.x -= error / weights;
}

/** Give rows their heights and move everything to the origin. */
function settle(rows: readonly Place[][]): { readonly w: number; readonly h: number } {
  let left = Infinity;
  for (const row of rows) for (const place of row) left = Math.min(left, place.x - place.w / 2);
  let top = GAP.margin;
  let right = 0;
  for (const row of rows) {
    const height = tallest(row);
    for (const place of row) {
      place.x += GAP.margin - left;
      place.top = top;
      right = Math.max(right, place.x + place.w / 2);
      if (place.box) [place.box.x, place.box.y] = [place.x, top + height / 2];
    }
    top += height + GAP.y;
  }
  return { w: right + GAP.margin, h: Math.max(2 * GAP.margin, top - GAP.y + GAP.margin) };
}

function tallest(row: readonly Place[]): number {
  return row.reduce((most, place) => Math.max(most, place.h), 0);
}
