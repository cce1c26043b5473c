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
