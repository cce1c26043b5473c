// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { s } from "../src/view/dom";
import type { Box, Shown } from "../src/model/viewport";
import { EAGER, lazily } from "../src/view/lazy";
import type { Scene } from "../src/view/scene";

const SCENE = {} as Scene;
const view = (y: number): Shown => ({ x: 0, y, w: 500, h: 500, scale: 1 });

function column(count: number) {
  const made: number[] = [];
  const make = (n: number) => {
    made.push(n);
    return { element: s("g", { id: `c${n}` }), update: () => undefined };
  };
  const group = lazily(Array.from({ length: count }, (_, n) => n), make, (n): Box => ({ x: 0, y: n * 100, w: 50, h: 50 }));
  return { group, made, ids: () => [...group.element.children].map((each) => Number(each.id.slice(1))) };
}

describe("a group drawn lazily", () => {
  it("draws all of a small graph, wherever the stage is", () => {
    const { group, ids } = column(EAGER);
    group.update(SCENE, view(0));
    expect(ids()).toHaveLength(EAGER);
  });

  it("draws of a large graph what is in sight or near it", () => {
    const { group, ids } = column(5000);
    group.update(SCENE, view(100_000));
    expect(ids()[0]).toBeGreaterThan(990);
    expect(ids()).toHaveLength(group.drawn().length);
    expect(ids().length).toBeLessThan(20);
  });

  it("keeps the order of things, makes each once and takes away what is out of sight", () => {
    const { group, made, ids } = column(1000);
    for (const y of [600, 0, 600]) group.update(SCENE, view(y));
    expect(ids()).toEqual([...ids()].sort((a, b) => a - b));
    expect(new Set(made).size).toBe(made.length);
    expect(ids()).not.toContain(900);
  });
});
