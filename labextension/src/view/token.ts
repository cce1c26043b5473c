/** The gradient on its way: a token that carries its value against an edge. */
import { number as figure, shapeText, valueText } from "../model/figures";
import { single } from "../model/value";
import type { LayoutEdge, Value } from "../model/trace";
import { s, set, write } from "./dom";
import { pointAt } from "../model/spline";

interface Token {
  readonly element: SVGGElement;
  /** Show a value on an edge, between two places of it; jump to the second unless `moves`. */
  show(edge: LayoutEdge, value: Value, from: number, to: number, moves: number): void;
  hide(): void;
}

/** `reduced` says whether the reader asked for less motion. */
export function token(reduced: () => boolean): Token {
  const face = s("rect", { class: "av-token-face", height: 20, y: -10, rx: 10 });
  const text = s("text", { class: "av-token-text", y: 4, "text-anchor": "middle" });
  const element = s("g", { class: "av-token", "aria-hidden": "true", visibility: "hidden" }, face, text);
  let request = 0;
  const place = (edge: LayoutEdge, t: number): void => {
    const [x, y] = pointAt(edge.path, t);
    element.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
  };
  return {
    element,
    show(edge, value, from, to, moves) {
      cancelAnimationFrame(request);
      const words = tokenText(value);
      const width = Math.max(28, words.length * 6.9 + 14);
      write(text, words);
      set(face, { width, x: -width / 2 });
      set(element, { visibility: null });
      if (moves <= 0 || reduced()) return place(edge, to);
      const start = performance.now();
      const tick = (now: number): void => {
        const part = Math.min(1, (now - start) / moves);
        place(edge, from + (to - from) * ease(part));
        if (part < 1) request = requestAnimationFrame(tick);
      };
      place(edge, from);
      request = requestAnimationFrame(tick);
    },
    hide() {
      cancelAnimationFrame(request);
      set(element, { visibility: "hidden" });
    },
  };
}

/** A vector's numbers are written if they fit, so long. */
const LONGEST = 14;

function ease(t: number): number {
  return t < 0.5 ? 2 * t * t : 1 - (2 - 2 * t) ** 2 / 2;
}

function tokenText(value: Value): string {
  const x = single(value);
  if (x !== null && value.shape.length === 0) return figure(x);
  const short = value.shape.length === 1 ? valueText(value) : null;
  return short !== null && short.length <= LONGEST ? short : shapeText(value.shape);
}
