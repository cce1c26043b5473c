/** Finding repeats in a row of things: the same few, again and again. Twin of `autograd_viz/render/repeats.py`. */

const FEWEST = 3;
const TRIES = 4;

/** A stretch of a row: `times` is 1 where nothing repeats. */
export interface Stretch {
  readonly start: number;
  readonly period: number;
  readonly times: number;
}

/** Divide a row into stretches. From each place the few nearest periods are tried: about linear in the row. */
export function findRepeats(row: readonly string[]): readonly Stretch[] {
  const following = followingOf(row);
  const found: Stretch[] = [];
  let start = 0;
  let quiet = 0;
  const rest = (to: number): void => {
    if (quiet < to) found.push({ start: quiet, period: to - quiet, times: 1 });
  };
  while (start < row.length) {
    const { period, times } = best(row, following, start);
    if (times < FEWEST) {
      start += 1;
      continue;
    }
    rest(start);
    found.push({ start, period, times });
    start += period * times;
    quiet = start;
  }
  rest(row.length);
  return found;
}

/** For each place the next one that holds the same; the row's length where there is none. */
function followingOf(row: readonly string[]): readonly number[] {
  const following = new Array<number>(row.length).fill(row.length);
  const seen = new Map<string, number>();
  for (let place = row.length - 1; place >= 0; place--) {
    const here = row[place] ?? "";
    following[place] = seen.get(here) ?? row.length;
    seen.set(here, place);
  }
  return following;
}

/** The period and times that cover most from `start` on; of those that cover as much, the shortest. */
function best(row: readonly string[], following: readonly number[], start: number): { readonly period: number; readonly times: number } {
  let found = { period: 1, times: 1 };
  let again = following[start] ?? row.length;
  for (let tries = 0; tries < TRIES; tries++) {
    const period = again - start;
    if (start + period * FEWEST > row.length) break;
    const times = timesOf(row, start, period);
    if (times >= FEWEST && times * period > found.times * found.period) found = { period, times };
    again = following[again] ?? row.length;
  }
  return found;
}

function timesOf(row: readonly string[], start: number, period: number): number {
  let place = start;
  while (place + period < row.length && row[place] === row[place + period]) place += 1;
  return Math.floor((place - start) / period) + 1;
}
