import { describe, expect, it } from "vitest";
import { Accessible } from "../src/model/accessible";
import { Expander } from "../src/model/expansion";
import { frame } from "../src/model/frame";
import { Lookup } from "../src/model/lookup";
import { Neighbours } from "../src/model/neighbours";
import { parse } from "../src/model/parse";
import { goldenText } from "./golden";

const trace = parse(goldenText("lesson_15_fan_in"));
const lookup = new Lookup(trace);
const { layout } = new Expander(lookup).expand(null);
const neighbours = new Neighbours(layout.items, layout.edges);
const accessible = new Accessible(lookup, neighbours);

function nameAt(id: string, k: number): string {
  const item = layout.items.find((each) => each.id === id);
  const subject = lookup.subject(id);
  if (!item || !subject) throw new Error(`no ${id}`);
  return accessible.name(subject, item.kind, frame(trace, k));
}

describe("what a card is called", () => {
  const leaf = layout.items.find((item) => item.kind === "leaf")?.id ?? "";
  const node = trace.nodes.find((each) => each.kind === "op" && trace.events.some((event) => event.kind === "send" && event.to === each.id && event.expected === 2));
  const half = trace.events.findIndex((event) => event.kind === "send" && event.to === node?.id && event.arrived === 1) + 1;

  it("says how many of the gradients a node waits for have arrived, and the way they take", () => {
    const name = nameAt(`n${node?.id}`, half);
    expect(name).toContain(", waiting 1 of 2, from ");
    expect(name).toContain(`${node?.name}`);
    expect(name).toMatch(/, to AccumulateGrad of \w+$/);
  });

  it("says what is in a leaf's .grad", () => {
    expect(nameAt(leaf, 0)).toContain(".grad None");
    expect(nameAt(leaf, trace.events.length)).not.toContain(".grad None");
  });

  it("says that an operation has not been computed yet", () => {
    expect(nameAt(`n${node?.id}`, 0)).toContain("not yet computed");
  });
});

describe("where the arrow keys lead", () => {
  it("goes up to what an item is computed from, and down again", () => {
    for (const edge of layout.edges) {
      expect(neighbours.from(edge.to)).toContain(edge.from);
      expect(neighbours.from(edge.to)).toContain(neighbours.next(edge.to, "up"));
      expect(neighbours.to(edge.from)).toContain(neighbours.next(edge.from, "down"));
    }
  });

  it("goes to the sides in the graph's order, and stays at its ends", () => {
    const ids = layout.items.map((item) => item.id);
    const walk = ids.map((_, i) => neighbours.next(ids[i] ?? "", "right"));
    expect(walk).toEqual([...ids.slice(1), null]);
    expect(neighbours.next(ids[0] ?? "", "left")).toBeNull();
    expect(neighbours.next("n999", "left")).toBeNull();
  });
});
