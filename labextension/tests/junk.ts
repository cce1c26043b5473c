/** Documents with junk somewhere in them, from a seed, so that a failure comes again. */

type Json = { [key: string]: unknown } | unknown[];
const JUNK: readonly unknown[] = [
  null, true, -1, 0, 1, 7, 1e12, 1.5, "", "x", "NaN", [], [null], [0, 1], {}, { a: 1 }, 2 ** 53 - 1, -(2 ** 53), "<script>", "__proto__", [[[[[[[]]]]]]],
];

/** The places inside a document, as paths. */
function places(found: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  const inner = Array.isArray(found) ? found.map((each, i) => [i, each] as const) : typeof found === "object" && found !== null ? Object.entries(found) : [];
  return [...(path.length ? [path] : []), ...inner.flatMap(([key, each]) => places(each, [...path, key]))];
}

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Read JSON text and put something else in one of its places. */
export function withJunk(text: string, seed: number): unknown {
  const document = JSON.parse(text) as Json;
  const draw = random(seed);
  draw();
  const everywhere = places(document);
  const path = everywhere[Math.floor(draw() * everywhere.length)] ?? [];
  let at = document as { [key: string]: unknown };
  for (const key of path.slice(0, -1)) at = at[key] as { [key: string]: unknown };
  at[path[path.length - 1] ?? ""] = structuredClone(JUNK[Math.floor(draw() * JUNK.length)]);
  return document;
}
