import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Expander } from "../src/model/expansion";
import { frame } from "../src/model/frame";
import { Lookup } from "../src/model/lookup";
import { parse } from "../src/model/parse";
import { Finder, type Found } from "../src/model/search";
import type { LayoutItem } from "../src/model/trace";
import { visits } from "../src/model/visits";
import { goldenText } from "./golden";

const trace = parse(goldenText("lesson_14_broadcasting"));
const lookup = new Lookup(trace);
const expander = new Expander(lookup);
const { items } = expander.expand(null).layout;
const finder = new Finder(lookup, items, (id) => id, expander.grouping.groups);
const last = frame(trace, trace.events.length);
const ids = (query: string, at = last): readonly string[] => finder.find(query, at).map((each) => each.id);

describe("search", () => {
  it("finds by name, the whole name first", () => {
    const named = trace.tensors.find((tensor) => tensor.role === "leaf");
    expect(ids(named?.name ?? "")[0]).toBe(`t${named?.id}`);
  });

  it("finds by operation, in the words of the code and of autograd", () => {
    const node = trace.nodes.find((each) => each.kind === "op");
    expect(ids(node?.name.toUpperCase() ?? "")).toContain(`n${node?.id}`);
    expect(ids(trace.ops[node?.op ?? -1]?.name ?? "")).toContain(`n${node?.id}`);
  });

  it("puts what is called so before what only has it inside a word", () => {
    const product = parse(goldenText("handmade"));
    const known = new Lookup(product);
    const search = new Finder(known, new Expander(known).expand(null).layout.items, (id) => id, new Map());
    const found = search.find("mul", frame(product, product.events.length));
    expect(found[0]?.note).toContain("MulBackward0");
    expect(found.some((each) => each.note.includes("AccumulateGrad"))).toBe(true);
    const named = trace.tensors.find((tensor) => tensor.role === "leaf");
    expect(ids(`${named?.name}.grad`)).toEqual([`t${named?.id}`]);
  });

  it("finds a shape however it is written", () => {
    const [rows, columns] = trace.tensors.find((tensor) => tensor.shape.length === 2 && tensor.node !== null)?.shape ?? [];
    const found = ids(`[${rows}, ${columns}]`);
    expect(found.length).toBeGreaterThan(0);
    for (const query of [`${rows}x${columns}`, `(${rows},${columns})`, `[${rows},${columns}]`, `${rows}×${columns}`]) expect(ids(query)).toEqual(found);
    expect(ids("[97, 98]")).toEqual([]);
  });

  it("finds by state, at the step shown", () => {
    const running = trace.events.findIndex((event) => event.kind === "run") + 1;
    const [event] = trace.events.slice(running - 1);
    expect(ids("running", frame(trace, running))).toEqual([lookup.itemOfNode(event?.kind === "run" ? event.node : -1)]);
    expect(ids("running")).toEqual([]);
  });

  it("wants all words, and finds nothing for none", () => {
    expect(ids("leaf running")).toEqual([]);
    expect(ids("   ")).toEqual([]);
  });

  it("does not tell what has not been computed", () => {
    const node = trace.nodes.find((each) => each.kind === "op");
    expect(ids(node?.name ?? "", frame(trace, 0))).toEqual([]);
  });

  it("says in which closed group something is", () => {
    const group: LayoutItem = { id: "gencoder", kind: "group", x: 0, y: 0, w: 1, h: 1 };
    const found = new Finder(lookup, [group], () => "gencoder", new Map()).find("backward0", last);
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map((each) => each.item))).toEqual(new Set(["gencoder"]));
  });
});

describe("search in modules", () => {
  const golden = JSON.parse(readFileSync(join(import.meta.dirname, "../../tests/golden/grouping/blocks.json"), "utf8")) as { readonly trace: unknown };
  const known = new Lookup(parse(golden.trace));
  const shown = new Expander(known).expand(["Stack"]);
  const finder = new Finder(known, shown.layout.items, (id) => shown.standIn(id), shown.grouping.groups);
  const find = (query: string): readonly Found[] => finder.find(query, frame(known.trace, known.trace.events.length));

  it("finds closed groups and operations by the module's class", () => {
    expect(find("group block")[0]).toEqual({ id: "gStack/layers.0-5", item: "gStack/layers.0-5", title: "layers.0-5 · Block", note: "group" });
    const linear = find("linear");
    expect(linear).toHaveLength(24); // of each of 12 layers the transposed weight and the product
    expect(new Set(linear.map(({ item }) => item))).toEqual(new Set(["gStack/layers.0-5"]));
  });
});

describe("the steps a card takes part in", () => {
  it("are those that touch it, in order", () => {
    const leaf = trace.tensors.find((tensor) => tensor.role === "leaf");
    const steps = visits(lookup, expander.grouping, `t${leaf?.id}`);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    const kinds = steps.map((step) => trace.events[step - 1]?.kind);
    expect(kinds).toContain("accumulate");
    expect(kinds).toContain("send");
    expect(visits(lookup, expander.grouping, "n999")).toEqual([]);
  });
});
