/** A live run at the other end of a link: what is asked of it, and whether it answers. */
import { liveState, type Live, type Wish } from "./model/live";
import type { PlayerLink } from "./player";

/** The kernel behind a link, where one listens. */
export interface Kernel {
  ask(wish: Wish): void;
  /** Hear whenever the trace that the player was opened with has grown, or there is an answer without growth. */
  onAnswer(listener: () => void): () => void;
}

interface LiveRun {
  /** The run as it stands; null for a trace that is only replayed. */
  readonly now: () => Live | null;
  /** Ask for something, unless an answer is still awaited. */
  ask(wish: Wish): void;
  dispose(): void;
}

const LONG = 2500; // milliseconds

/** Follow a run; `refresh` is called when how it stands has changed, `grown` when the trace may have. */
export function liveRun(link: PlayerLink, refresh: () => void, grown: () => void): LiveRun {
  let waits: Live["waits"] = "no";
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (next: Live["waits"]): void => {
    clearTimeout(timer);
    waits = next;
    if (next === "yes") timer = setTimeout(() => (wait("long"), refresh()), LONG);
  };
  const offs = [
    link.on("live", refresh),
    link.on("report", refresh),
    link.kernel?.onAnswer(() => (wait("no"), grown())) ?? (() => undefined),
  ];
  return {
    now() {
      const state = liveState(link.get("live"));
      const report = link.get("report");
      return state && { state, report: typeof report === "string" ? report : "", listens: link.kernel !== undefined, waits };
    },
    ask(wish) {
      if (waits === "yes") return;
      wait("yes");
      link.kernel?.ask(wish);
    },
    dispose() {
      clearTimeout(timer);
      for (const off of offs) off();
    },
  };
}
