/** What every view is given: the trace, the frame shown now and the state of the player. */
import type { Expansion } from "../model/expansion";
import type { Explainer } from "../model/explain";
import type { Frame } from "../model/frame";
import type { Lookup } from "../model/lookup";
import type { Command } from "../model/keys";
import type { Live } from "../model/live";
import type { Action, Playback, Range } from "../model/playback";
import type { Quiz } from "../model/quiz";
import type { Event, Layout } from "../model/trace";

export interface Scene {
  readonly lookup: Lookup;
  readonly layout: Layout;
  /** Which groups are open, and what stands for those that are hidden. */
  readonly expansion: Expansion;
  /** Which backward passes' own graphs and operations are shown; null for those that are not large. */
  readonly layers: readonly number[] | null;
  readonly explainer: Explainer;
  readonly frame: Frame;
  /** The event that led here; null at the start. */
  readonly event: Event | null;
  readonly playback: Playback;
  /** The steps that can be shown. */
  readonly range: Range;
  /** The frames of the events that tell what this step did: one, or by nodes those of a whole turn. */
  readonly told: readonly Frame[];
  /** The items an error is about, besides the node that it stopped at. */
  readonly culprits: ReadonlySet<string>;
  /** Whether this is the step after the last one shown, so that it may move. */
  readonly advances: boolean;
  /** What is asked on the way, and what was answered. */
  readonly quiz: Quiz;
  /** The engine's state, where the trace grows as it is stepped; null for one that is replayed. */
  readonly live: Live | null;
}

export type Dispatch = (action: Action) => void;

/** A piece of the page. `update` shows another scene in place; `dispose` takes everything away. */
export interface View {
  update(scene: Scene): void;
  /** Do what a key asks for, if it is this view's to do. */
  perform?(command: Command): void;
  dispose(): void;
}
