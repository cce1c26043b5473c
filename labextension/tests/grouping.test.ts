import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Expander } from "../src/model/expansion";
import { frame } from "../src/model/frame";
import { grouped, openedAtFirst, toggled } from "../src/model/grouped";
import { groupHolds } from "../src/model/groupholds";
import { groupSize } from "../src/model/groupsize";
import { groupingOf, headingOf, marksIn, type Grouping } from "../src/model/grouping";
import { Lookup } from "../src/model/lookup";
import { opsBegun } from "../src/model/loops";
import { parse } from "../src/model/parse";
import { picture } from "../src/model/picture";
import type { LayoutBox } from "../src/model/trace";
import { visits } from "../src/model/visits";
import { pointAt } from "../src/model/spline";

const FOLDER = join(import.meta.dirname, "../../tests/golden/grouping");

interface Golden {
  readonly trace: unknown;
  readonly groups: readonly unknown[];
  readonly first: readonly string[];
  readonly turns: readonly (readonly [number, Readonly<Record<string, string>>, readonly string[], readonly string[]])[];
  readonly begun: readonly (readonly [number, number])[];
  readonly pictures: readonly { readonly expanded: readonly string[]; readonly marks: unknown; readonly lines: unknown; readonly frames: unknown; readonly inside: unknown }[];
}

function open(name: string): { readonly golden: Golden; readonly lookup: Lookup; readonly grouping: Grouping } {
  const path = join(FOLDER, `${name}.json`);
  const golden = JSON.parse(readFileSync(path, "utf8")) as Golden;
  const lookup = new Lookup(parse(golden.trace));
  return { golden, lookup, grouping: groupingOf(picture(lookup), lookup) };
}

describe.each(readdirSync(FOLDER).map((file) => file.replace(".json", "")))("the groups of %s", (name) => {
  const { golden, lookup, grouping } = open(name);

  it("are those that Python finds", () => {
    const found = [...grouping.groups.values()].map((group) => [
      group.path, group.name, group.kind, group.scope, group.times, group.module,
      group.children.map((child) => (typeof child === "string" ? child : `g${child.path}`)),
    ]);
    expect(found).toEqual(golden.groups);
    expect(openedAtFirst(grouping)).toEqual(golden.first);
  });

  it.each(golden.turns)("show the turns of loops that Python shows when %i operations have run", (ops, names, lines, headings) => {
    const now = grouping.at(ops);
    expect(Object.fromEntries(now.names)).toEqual(names);
    expect(now.picture.lines.map((line) => line.id)).toEqual(lines);
    expect([...now.groups.values()].map(headingOf)).toEqual(headings);
  });

  it("begin an iteration where Python does", () => {
    expect(golden.begun.map(([k]) => [k, opsBegun(lookup.trace, frame(lookup.trace, k))])).toEqual(golden.begun);
  });

  it.each(golden.pictures.map((each, i) => [i, each] as const))("are shown open and closed as Python shows them (%i)", (_, expected) => {
    const shown = grouped(grouping, new Set(expected.expanded));
    const marks = shown.marks.map(({ id, kind }) => {
      const group = kind === "group" ? grouping.groups.get(id.slice(1)) : undefined;
      return group ? [id, kind, groupSize(group).w, groupSize(group).h] : [id, kind];
    });
    expect(marks).toEqual(expected.marks);
    expect(shown.lines.map(({ id, from, to, kind, input }) => [id, from, to, kind, input])).toEqual(expected.lines);
    expect(shown.frames.map((frame) => frame.path)).toEqual(expected.frames);
    expect(Object.fromEntries(shown.inside)).toEqual(expected.inside);
  });

  it.each(golden.pictures.map(({ expanded }, i) => [i, expanded] as const))("are laid out without overlaps, frames around their own (%i)", (_, expanded) => {
    const { layout } = new Expander(lookup).expand(expanded);
    const { inside } = grouped(grouping, new Set(expanded));
    const boxes = new Map<string, LayoutBox>([...layout.items, ...(layout.frames ?? [])].map((box) => [box.id, box]));
    for (const box of boxes.values()) expect(holds({ id: "", x: layout.width / 2, y: layout.height / 2, w: layout.width, h: layout.height }, box)).toBe(true);
    for (const [id, path] of inside) expect(holds(boxes.get(`g${path}`), boxes.get(id))).toBe(true);
    const siblings = [...boxes.values()];
    siblings.forEach((box, i) => {
      for (const other of siblings.slice(0, i)) {
        if (inside.get(box.id) === inside.get(other.id)) expect([box.id, other.id, overlap(box, other)]).toEqual([box.id, other.id, false]);
      }
    });
    for (const edge of layout.edges) expect(edge.path.length % 3).toBe(1);
  });
});

describe("a training loop", () => {
  const { lookup, golden } = open("training");
  const first = new Expander(lookup).expand(golden.first);
  const ops = lookup.trace.ops.length;

  it("shows every iteration at the same places", () => {
    const last = first.at(ops);
    const places = (layout: { readonly items: readonly LayoutBox[] }): unknown => layout.items.map(({ x, y, w, h }) => [x, y, w, h]);
    expect(places(last.layout)).toEqual(places(first.layout));
    expect(last.layout.items.map(({ id }) => id)).not.toEqual(first.layout.items.map(({ id }) => id));
    expect(last.layout.edges.map(({ path }) => path)).toEqual(first.layout.edges.map(({ path }) => path));
    expect(last.open).toEqual(first.open);
  });

  it("makes each iteration once, and shows the like of what is in another", () => {
    const last = first.at(ops);
    expect(first.at(ops)).toBe(last);
    expect(first.at(0)).toBe(first);
    const [one, other] = [first, last].map(({ layout }) => layout.items.find(({ kind }) => kind === "root")?.id ?? "");
    expect(one).not.toBe(other);
    expect(first.standIn(other ?? "")).toBe(one);
    expect(last.standIn(one ?? "")).toBe(other);
  });

  it("leaves an older layout, which shows all iterations side by side, as it is", () => {
    const all = picture(lookup).marks.map(({ id, kind }, i) => ({ id, kind, x: i, y: 0, w: 1, h: 1 }));
    const old = new Lookup({ ...lookup.trace, layout: { ...first.layout, items: all, edges: [] } });
    const shown = new Expander(old).expand(null);
    expect(shown.at(ops)).toBe(shown);
    expect(all.map(({ id }) => shown.standIn(id))).toEqual(all.map(({ id }) => id));
  });
});

describe("lines that enter, leave or pass open groups", () => {
  it.each(["blocks", "loop", "scopes"])("go behind no card: %s", (name) => {
    const { golden, lookup } = open(name);
    const through = golden.pictures.flatMap(({ expanded }, i) => {
      const { items, edges } = new Expander(lookup).expand(expanded).layout;
      return edges.flatMap(({ id, from, to, path }) => {
        const points = Array.from({ length: 200 }, (_, k) => pointAt(path, k / 200));
        const others = items.filter((item) => item.id !== from && item.id !== to);
        const met = others.find((item) => points.some(([x, y]) => Math.abs(x - item.x) < item.w / 2 - 2 && Math.abs(y - item.y) < item.h / 2 - 2));
        return met ? [`${i}: ${id} goes behind ${met.id}`] : [];
      });
    });
    expect(through).toEqual([]);
  });
});

describe("opening and closing", () => {
  const { grouping } = open("blocks");

  it("opens a group with those around it", () => {
    expect(toggled(grouping, new Set(), "Stack/layers.0-5")).toEqual(["Stack", "Stack/layers.0-5"]);
  });

  it("closes all that is within a group", () => {
    const all = new Set(grouping.groups.keys());
    expect(toggled(grouping, all, "Stack/layers.0-5")).toEqual(["Stack"]);
  });
});

describe("a group that is selected", () => {
  const { lookup, grouping } = open("blocks");
  const group = grouping.groups.get("Stack/layers.0-5/layers.2");
  const end = frame(lookup.trace, lookup.trace.events.length);

  it("says what it holds, what goes in and out, and how far it is", () => {
    if (!group) throw new Error("no such group");
    const told = groupHolds(group, grouping, lookup);
    expect(told.inside).toBe("6 operations, 4 parameters (4 numbers), 2 groups");
    const said = "x [1, 1] (the result of +; others are called x too)";
    expect([told.inputs, told.outputs]).toEqual([said, said]);
  });

  it("takes in what is given, though that stands within it", () => {
    const first = grouping.groups.get("Stack/layers.0-5/layers.0");
    const names = first && groupHolds(first, grouping, lookup).inputs;
    expect(names).toMatch(/^x \[1, 1\] \(given/);
  });

  it("tells parameters from leaves that are given, and in what is no module from neither", () => {
    const holds = (change: object): readonly (string | undefined)[] => {
      const known = new Lookup({ ...lookup.trace, ...change });
      const groups = groupingOf(picture(known), known);
      const found = groups.groups.get("Stack/layers.0-5/layers.2/first");
      const told = found && groupHolds(found, groups, known);
      return [told?.inside, told?.inputs.replace(/x \[1, 1\] \(.*too\)/, "x")];
    };
    const own = lookup.trace.tensors.find(({ name }) => name?.endsWith("layers.2.first.weight"));
    expect(holds({})).toEqual(["2 operations, 2 parameters (2 numbers)", "x"]);
    expect(holds({ parameters: lookup.trace.parameters?.filter((id) => id !== own?.id) })).toEqual(["2 operations, 1 parameter (1 number)", "model.layers.2.first.… [1, 1], x"]);
    expect(holds({ parameters: undefined, modules: undefined })).toEqual(["2 operations, 2 leaves (2 numbers)", "x"]);
  });

  it("says how far it is", () => {
    if (!group) throw new Error("no such group");
    const told = groupHolds(group, grouping, lookup);
    expect(told.state(frame(lookup.trace, 0))).toBe("no backward pass goes through it");
    expect(told.state(end)).toMatch(/^(\d+) of \1 ran, all ran, saved tensors freed$/);
  });

  it("is taken part in whenever anything in it is", () => {
    const each = new Set(marksIn(group ?? grouping.root).flatMap((id) => visits(lookup, grouping, id)));
    const steps = visits(lookup, grouping, "gStack/layers.0-5/layers.2");
    expect(steps.length).toBeGreaterThan(20);
    expect(steps).toEqual([...each].sort((a, b) => a - b));
  });
});

function holds(outer: LayoutBox | undefined, inner: LayoutBox | undefined): boolean {
  if (!outer || !inner) return false;
  const slack = 0.2;
  return Math.abs(outer.x - inner.x) <= (outer.w - inner.w) / 2 + slack && Math.abs(outer.y - inner.y) <= (outer.h - inner.h) / 2 + slack;
}

function overlap(a: LayoutBox, b: LayoutBox): boolean {
  return Math.abs(a.x - b.x) < (a.w + b.w) / 2 && Math.abs(a.y - b.y) < (a.h + b.h) / 2;
}
