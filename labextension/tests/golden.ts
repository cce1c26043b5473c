/** The golden traces that pytest reads too, and what Python says of every step of them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "../src/model/frame";

const FOLDER = join(import.meta.dirname, "../../tests/golden");
const TRACE = ".autograd.json";

export interface GoldenStep {
  readonly frame: unknown;
  readonly sentence: string;
  readonly rule: string | null;
  readonly numbers: string | null;
}

/** Names of all golden traces. */
export const goldenNames: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith(TRACE))
  .map((file) => file.slice(0, -TRACE.length));

export function goldenText(name: string): string {
  return readFileSync(join(FOLDER, name + TRACE), "utf8");
}

/** What Python says of a whole trace: kind, label, start and stop of each stretch; step and words of each turn. */
export interface Golden {
  readonly timeline: readonly (readonly [string, string, number, number])[];
  readonly turns: readonly (readonly [number, string])[];
  readonly steps: readonly GoldenStep[];
}

export function golden(name: string): Golden {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.frames.json`), "utf8")) as Golden;
}

/** A frame as Python writes it: its maps as objects. */
export function plainFrame(frame: Frame): unknown {
  return {
    ...frame,
    nodes: Object.fromEntries(frame.nodes),
    leaves: Object.fromEntries(frame.leaves),
    tensors: Object.fromEntries(frame.tensors),
  };
}

/** What a quiz asks about a trace by itself, as Python hands it over. */
export function goldenQuestions(name: string): readonly unknown[] {
  const { questions } = JSON.parse(readFileSync(join(FOLDER, `${name}.questions.json`), "utf8")) as { questions: readonly unknown[] };
  return questions;
}
