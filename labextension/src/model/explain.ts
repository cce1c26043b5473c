/** Explanations for every step of a trace: a sentence, the rule in names, the rule in numbers. */
import type { Naming } from "./exhibit";
import { inNames, inNumbers } from "./formula";
import type { Frame } from "./frame";
import { gradientOf, type Names } from "./names";
import { BEFORE, sentence } from "./sentence";
import { Story } from "./story";
import type { Trace } from "./trace";
import { joined } from "./turn";

/** What the last event did: in words, as a formula (or null), and as numbers (or null). */
interface Explanation {
  readonly sentence: string;
  readonly rule: string | null;
  readonly numbers: string | null;
}

export class Explainer {
  private readonly story: Story;
  readonly naming: Naming;

  constructor(private readonly trace: Trace, known?: Names) {
    this.story = new Story(trace, known);
    const { names } = this.story;
    this.naming = {
      tensor: (id) => names.tensor(id),
      gradient: (node, index) => names.gradient(node, index),
      inputGradient: (node, position) => gradientOf(names.input(node, position)),
    };
  }

  /** Explain a turn by the frames of its telling events. */
  turn(frames: readonly Frame[]): Explanation {
    const told = frames.map((frame) => this.explain(frame));
    const lines = (of: readonly (string | null)[]): string | null => of.filter((each) => each !== null).join("\n") || null;
    return {
      sentence: joined(told.map((each) => each.sentence)),
      rule: lines(told.map((each) => each.rule)),
      numbers: lines(told.map((each) => each.numbers)),
    };
  }

  /** Explain the event that led to a frame. */
  explain(frame: Frame): Explanation {
    const event = this.trace.events[frame.k - 1];
    if (!event) return { sentence: BEFORE, rule: null, numbers: null };
    return {
      sentence: sentence(this.story, event, frame),
      rule: inNames(this.story, event, frame),
      numbers: inNumbers(this.story, event, frame),
    };
  }
}
