import { describe, expect, it } from "vitest";
import { parse } from "../src/model/parse";
import { goldenText } from "./golden";

type Json = { [key: string]: unknown };

function handmade(): Json {
  return JSON.parse(goldenText("handmade")) as Json;
}

function changed(path: readonly (string | number)[], value: unknown): Json {
  const trace = handmade();
  let at: Json = trace;
  for (const key of path.slice(0, -1)) at = at[key] as Json;
  at[path[path.length - 1] ?? ""] = value;
  return trace;
}

describe("parse", () => {
  it("reads a trace from text and from data", () => {
    expect(parse(goldenText("handmade"))).toEqual(parse(handmade()));
  });

  it("says so when a file was cut short", () => {
    expect(() => parse(goldenText("handmade").slice(0, 400))).toThrow(/not complete JSON \(was the file cut short\?\)/);
  });

  it("asks for a newer player when the trace is of a newer version", () => {
    expect(() => parse(changed(["version"], 2))).toThrow(/version 2; this player reads version 1.*Update/);
  });

  it.each([
    ["something else entirely", 3, /expected an object, got 3/],
    ["another format", changed(["format"], "x"), /format: expected "autograd-viz\/trace".*got "x"/],
    ["a missing table", changed(["ops"], undefined), /^ops: expected a list, got nothing/],
    ["a word for a number", changed(["tensors", 0, "id"], "x"), /^tensors\[0\].id: expected a whole number, got "x"/],
    ["an unknown event", changed(["events", 0, "kind"], "explode"), /^events\[0\].kind: .*"explode"/],
    ["an event's inherited name", changed(["events", 0, "kind"], "toString"), /^events\[0\].kind/],
    ["a value that is not there", changed(["tensors", 0, "value"], 9999), /^tensors\[0\].value: .*9999/],
    ["a node that is not there", changed(["nodes", 0, "next", 0, "node"], 77), /^nodes\[0\].next: .*77/],
    ["too few numbers", changed(["values", 0, "shape"], [3, 3]), /^values\[0\].data: expected 9 numbers/],
    ["two nodes of one id", changed(["nodes", 1, "id"], 0), /^nodes\[1\].id: expected an id of its own/],
  ])("refuses %s and says where", (_, input, message) => {
    expect(() => parse(input)).toThrow(message);
  });

  it("refuses a graph with a cycle", () => {
    const trace = handmade();
    const nodes = trace["nodes"] as { id: number; next: unknown[] }[];
    const [first] = nodes;
    first?.next.splice(0, first.next.length, { node: first.id, index: 0 });
    expect(() => parse(trace)).toThrow(/without cycles/);
  });

  const layout = (change: Json): Json => {
    const item = { id: "n0", kind: "op", x: 1, y: 1, w: 10, h: 10 };
    const edge = { id: "e", from: "n0", to: "n0", kind: "tracked", input: 0, path: [[0, 0], [1, 1], [2, 2], [3, 3]] };
    return changed(["layout"], { version: 1, width: 9, height: 9, items: [item], edges: [edge], ...change });
  };
  const item = (change: Json): Json => layout({ items: [{ id: "n0", kind: "op", x: 1, y: 1, w: 10, h: 10, ...change }] });
  const edge = (change: Json): Json =>
    layout({ edges: [{ id: "e", from: "n0", to: "n0", kind: "tracked", input: 0, path: [[0, 0], [1, 1], [2, 2], [3, 3]], ...change }] });

  it.each([
    ["of another version", layout({ version: 2 }), /^layout.version/],
    ["without a width", layout({ width: "NaN" }), /^layout.width: expected a number from 0 to 100000000, got "NaN"/],
    ["that is no number wide", layout({ width: NaN }), /^layout.width/],
    ["of endless height", layout({ height: 1e300 }), /^layout.height/],
    ["with markup for a place", item({ x: "<script>" }), /^layout.items\[0\].x: .*"<script>"/],
    ["with a mark as large as the moon", item({ w: 1e12 }), /^layout.items\[0\].w/],
    ["with an unknown mark", item({ kind: "evil" }), /^layout.items\[0\].kind/],
    ["with an edge from nowhere", edge({ from: "zz" }), /^layout.edges\[0\].from: expected the id of an item, got "zz"/],
    ["with an edge without points", edge({ path: [] }), /^layout.edges\[0\].path: expected one point and three/],
    ["with an edge of a million points", edge({ path: Array(1_000_000).fill([0, 0]) }), /at most 3001 entries/],
    ["with a million marks", layout({ items: Array(1_000_000).fill({}) }), /at most 600000 entries/],
    ["with two marks of one id", layout({ items: [0, 1].map(() => ({ id: "n0", kind: "op", x: 1, y: 1, w: 10, h: 10 })) }), /id of its own/],
  ])("refuses a layout %s", (_, input, message) => {
    expect(() => parse(layout({}))).not.toThrow();
    expect(() => parse(input)).toThrow(message);
  });

  it("refuses a million nodes before it walks them", () => {
    const start = performance.now();
    expect(() => parse(changed(["nodes"], Array(1_000_000).fill(null)))).toThrow(/^nodes: expected at most 300000 entries, got 1000000/);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it("refuses what is nested deeper than any option", () => {
    const deep = JSON.parse("[".repeat(5000) + "]".repeat(5000)) as unknown;
    expect(() => parse(changed(["ops", 0, "options"], { dim: deep }))).toThrow(/expected plain data/);
    expect(() => parse(changed(["layout"], deep))).toThrow(/^layout: expected an object, got a list/);
  });

  it("refuses numbers that JavaScript cannot hold", () => {
    expect(() => parse(JSON.stringify(changed(["tensors", 0, "id"], 0)).replace('"tensors":[{"id":0', '"tensors":[{"id":1e400'))).toThrow(/a whole number/);
    expect(() => parse(changed(["values", 0, "shape"], [2 ** 60, 2 ** 60]))).toThrow(/whole number/);
  });

  it("reads a trace that has grown without reading its old records again", () => {
    const data = handmade();
    const before = parse(data);
    (data["events"] as unknown[]).pop();
    const after = parse(data);
    expect(after.events).toHaveLength(before.events.length - 1);
    expect(after.events[0]).toBe(before.events[0]);
    expect(after.nodes[0]).toBe(before.nodes[0]);
  });

  it("reads a text that begins with a byte order mark", () => {
    expect(parse(`\uFEFF${goldenText("handmade")}`)).toEqual(parse(handmade()));
  });

  it("keeps hostile names as the text they are", () => {
    const name = "<img src=x onerror=alert(1)>";
    expect(parse(changed(["tensors", 0, "name"], name)).tensors[0]?.name).toBe(name);
  });

  it("does not let a key reach the prototype", () => {
    const options = JSON.parse('{"__proto__": 1}') as unknown;
    const trace = parse(changed(["ops", 0, "options"], options));
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    expect(Object.keys(trace.ops[0]?.options ?? {})).toEqual(["__proto__"]);
  });
});
