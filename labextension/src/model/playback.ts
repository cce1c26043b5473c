/** The state of a player and the actions that change it: a pure reducer that knows neither clock nor DOM. */
import type { Grain } from "./timeline";

export interface Playback {
  readonly step: number;
  readonly playing: boolean;
  /** The id of the item in hand (`n3`, `t0`), or "". */
  readonly selected: string;
  /** Events a second. */
  readonly speed: number;
  readonly grain: Grain;
}

export type Action =
  | { readonly kind: "first" }
  | { readonly kind: "back" }
  | { readonly kind: "forward" }
  | { readonly kind: "last" }
  | { readonly kind: "seek"; readonly step: number }
  | { readonly kind: "toggle" }
  | { readonly kind: "tick" }
  | { readonly kind: "select"; readonly item: string }
  /** Open or close a group of the picture; no matter of playing. */
  | { readonly kind: "group"; readonly path: string }
  /** Show the layers of these passes; no matter of playing either. */
  | { readonly kind: "layers"; readonly shown: readonly number[] }
  | { readonly kind: "speed"; readonly speed: number }
  | { readonly kind: "grain"; readonly grain: Grain };

/** The steps at which each grain stops; each list goes from the first step that can be shown to the last. */
export type Stops = { readonly [grain in Grain]: readonly number[] };

/** The slowest and the fastest pace, in events a second: `SPEEDS` in `autograd_viz/widget/options.py`. */
export const SLOWEST = 0.1;
export const FASTEST = 20_000;
/** A page shows no more steps a second than this; at a faster pace it passes over some. */
const SHOWN = 60;
const SPEEDS = [0.5, 1, 2, 4, 8, 16, SHOWN];
const FAST = [200, 500, 1000, 2000, 5000, 10_000, FASTEST];

/** Paces with a name: for so many events, also those at which they take a minute or two. */
export function paces(events: number): readonly number[] {
  return [...SPEEDS, ...FAST.filter((each) => events >= 45 * each && events < 150 * each)];
}

/** Milliseconds from one step that is shown to the next. */
export function pause({ speed }: Playback): number {
  return 1000 / Math.min(speed, SHOWN);
}

/** The steps that can be shown. */
export interface Range {
  readonly start: number;
  readonly stop: number;
}

/** A range as it was asked for, as far as a trace of `last` events has it. */
export function rangeOf(start: unknown, stop: unknown, last: number): Range {
  const whole = (found: unknown, fallback: number): number => (typeof found === "number" && Number.isFinite(found) ? Math.round(found) : fallback);
  const from = clamp(whole(start, 0), 0, last);
  return { start: from, stop: clamp(whole(stop, last), from, last) };
}

/** Of a list of stops those in a range, and its ends. */
export function limited(list: readonly number[], { start, stop }: Range): readonly number[] {
  if (list[0] === start && list[list.length - 1] === stop) return list;
  return [...new Set([start, ...list.filter((step) => step > start && step < stop), stop])];
}

export function reduce(state: Playback, action: Action, stops: Stops): Playback {
  const list = stops[state.grain];
  const start = list[0] ?? 0;
  const last = list[list.length - 1] ?? 0;
  switch (action.kind) {
    case "first":
      return { ...state, step: start, playing: false };
    case "last":
      return { ...state, step: last, playing: false };
    case "back":
      return { ...state, step: before(list, state.step), playing: false };
    case "forward":
      return { ...state, step: after(list, state.step), playing: false };
    case "seek":
      return { ...state, step: clamp(Math.round(action.step), start, last), playing: false };
    case "toggle":
      if (state.playing) return { ...state, playing: false };
      return { ...state, playing: last > start, step: state.step >= last ? start : state.step };
    case "tick": {
      if (!state.playing) return state;
      let { step } = state;
      for (let i = Math.max(1, Math.round(state.speed / SHOWN)); i > 0; i--) step = after(list, step);
      return { ...state, step, playing: step < last };
    }
    case "select":
      return { ...state, selected: action.item };
    case "group":
    case "layers":
      return state;
    case "speed":
      return { ...state, speed: clamp(action.speed, SLOWEST, FASTEST) };
    case "grain":
      return { ...state, grain: action.grain };
  }
}

function before(list: readonly number[], step: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] ?? 0) < step) low = middle + 1;
    else high = middle;
  }
  return list[low - 1] ?? list[0] ?? 0;
}

function after(list: readonly number[], step: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] ?? 0) <= step) low = middle + 1;
    else high = middle;
  }
  return list[low] ?? list[list.length - 1] ?? 0;
}

function clamp(value: number, low: number, high: number): number {
  return Number.isFinite(value) ? Math.min(Math.max(value, low), high) : low;
}
