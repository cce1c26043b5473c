/**
 * A trace that grows while its engine is paused in mid-backward: what is asked of the engine, and how the
 * document that the player was opened with takes in what is new. Knows neither kernels nor the page.
 */
import type { Action, Playback } from "./playback";

type LiveState = "paused" | "finished" | "failed" | "abandoned";

/** What can be asked: the next event, the rest of a node's turn, all the rest, none of it. */
export type Wish = "event" | "node" | "end" | "abandon";

/** A run as the viewer sees it. */
export interface Live {
  readonly state: LiveState;
  /** What a run that failed or was abandoned has consumed. */
  readonly report: string;
  /** Whether an engine listens; a saved page has none. */
  readonly listens: boolean;
  /** Whether something was asked for, and for how long there has been no answer. */
  readonly waits: "no" | "yes" | "long";
}

const STATES: readonly LiveState[] = ["paused", "finished", "failed", "abandoned"];

export function liveState(found: unknown): LiveState | null {
  return STATES.find((each) => each === found) ?? null;
}

/** What an action asks of a paused engine: only at the end of what has happened. */
export function wishOf(action: Action, { step, grain, playing }: Playback, last: number): Wish | null {
  if (step < last) return null;
  switch (action.kind) {
    case "forward":
    case "tick":
      return grain;
    case "toggle":
      return playing ? null : grain;
    case "last":
      return "end";
    default:
      return null;
  }
}

type Row = { readonly [name: string]: unknown };
type Document = { [name: string]: unknown };

/**
 * Take a message into a document, in place, so that all views of one model have it. False if the document has
 * missed something; a message that it has already, from another view, changes nothing.
 */
export function grow(document: unknown, message: unknown): boolean {
  const [into, from] = [rows(document), rows(message)];
  if (from["kind"] === "whole") {
    Object.assign(into, rows(from["trace"]));
    return true;
  }
  const [at, added, changed] = [rows(from["at"]), rows(from["new"]), rows(from["changed"])];
  const tables = Object.keys(at);
  if (tables.some((table) => list(into[table]).length < Number(at[table]))) return false;
  for (const table of tables) {
    const records = list(into[table]);
    into[table] = records;
    for (const [place, record] of list(changed[table]) as [number, unknown][]) records[place] = record;
    list(added[table]).slice(records.length - Number(at[table])).forEach((record) => records.push(record));
  }
  if (from["layout"] !== undefined) into["layout"] = from["layout"];
  return true;
}

function rows(found: unknown): Document {
  return typeof found === "object" && found !== null ? (found as Document & Row) : {};
}

function list(found: unknown): unknown[] {
  return Array.isArray(found) ? (found as unknown[]) : [];
}
