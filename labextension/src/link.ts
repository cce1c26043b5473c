/** The player's state where no kernel holds it: in a saved page and in JupyterLab's plugin. */

import type { PlayerLink } from "./player";

export type PlayerState = Readonly<Record<string, unknown>>;

const INITIAL_STATE: PlayerState = {
  step: 0,
  playing: false,
  selected: "",
  speed: 2,
  grain: "event",
  theme: "auto",
  size: "auto",
  start: 0,
  stop: null,
  layers: null,
  _quiz: [],
  answers: [],
};

/** Keep the state in memory, starting from `state` where it says something. */
export function memoryLink(state: PlayerState = {}): PlayerLink {
  const values = new Map<string, unknown>(Object.entries({ ...INITIAL_STATE, ...state }));
  const listeners = new Map<string, Set<() => void>>();
  return {
    get: (name) => values.get(name),
    set(name, value) {
      if (Object.is(values.get(name), value)) return;
      values.set(name, value);
      for (const listener of [...(listeners.get(name) ?? [])]) listener();
    },
    on(name, listener) {
      const group = listeners.get(name) ?? new Set();
      listeners.set(name, group.add(listener));
      return () => group.delete(listener);
    },
  };
}
