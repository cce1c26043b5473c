/** What shapes, lines, marks and colours of the picture mean, each shown as the picture draws it. */
import { leafShape, octagon } from "./card";
import { h, s } from "./dom";
import { CHIP_MARKS } from "./opcard";
import { causeMark } from "./placed";

interface Sign {
  readonly drawn: readonly SVGElement[];
  readonly says: string;
}

const [W, H] = [64, 30];

const face = (rx: number): SVGElement => s("rect", { class: "av-face", width: W - 2, height: H - 4, rx, x: 1, y: 2 });

function card(kind: string, says: string, shape: SVGElement, attributes: { readonly [name: string]: string } = {}): Sign {
  return { drawn: [s("g", { class: `av-card ${kind}`, ...attributes }, shape)], says };
}

function line(kind: string, says: string, state: string, points: "up" | "down" | "cut" = "down"): Sign {
  const [tip, tail] = [W - 4, 4];
  const arrow = points === "up" ? `M${tail} 15l9 -4.2l-2 4.2l2 4.2z` : `M${tip} 15l-9 -4.2l2 4.2l-2 4.2z`;
  const marks = [
    s("path", { class: "av-edge-line", d: `M${tail} 15H${tip}` }),
    s("path", { class: points === "up" ? "av-arrow av-arrow-backward" : "av-arrow av-arrow-forward", d: arrow }),
  ];
  const cut = s("g", { transform: "translate(30 15)" }, s("rect", { class: "av-cut-gap", x: -5, y: -7, width: 10, height: 14 }), s("path", { class: "av-cut-strokes", d: "M-5 7L-1 -7M1 7L5 -7" }));
  const flow = points === "up" ? { "data-flow": "" } : {};
  return { drawn: [s("g", { class: `av-edge av-edge-${kind}`, "data-state": state, ...flow }, ...marks, points === "cut" ? cut : null)], says };
}

function tag(state: string, words: string, says: string): Sign {
  const wide = words.length * 6 + 14;
  const pill = s(
    "g",
    { class: "av-card", "data-state": state },
    s("rect", { class: "av-tag-face", x: (W - wide) / 2, y: 6, width: wide, height: 18, rx: 9 }),
    s("text", { class: "av-tag-text", x: W / 2, y: 18.8, "text-anchor": "middle" }, words),
  );
  return { drawn: [pill], says };
}

function chip(state: keyof typeof CHIP_MARKS, words: string, says: string): Sign {
  const drawn = s(
    "g",
    { class: "av-chip", "data-saved": state, transform: "translate(1 6)" },
    s("rect", { class: "av-chip-face", width: 20 + words.length * 6.7, height: 18, rx: 4 }),
    s("path", { class: "av-chip-mark", d: CHIP_MARKS[state] }),
    s("text", { class: "av-chip-text", x: 15, y: 12.5 }, words),
  );
  return { drawn: [drawn], says };
}

function cells(says: string, fill: string, stroke: string): Sign {
  const drawn = [s("rect", { x: 22, y: 5, width: 20, height: 20, fill, class: "av-map-frame-sample" }), s("path", { class: "av-odd", d: stroke })];
  return { drawn, says };
}

function scale(): Sign {
  const paints = ["--av-negative", "--av-zero", "--av-positive"];
  return { drawn: paints.map((name, i) => s("rect", { x: 2 + i * 20, y: 6, width: 19, height: 18, fill: `var(${name})` })), says: "Below, at and above zero; each array by its own largest magnitude" };
}

/** In the order in which a reader meets them. */
function signs(): readonly { readonly name: string; readonly signs: readonly Sign[] }[] {
  return [
    {
      name: "Cards",
      signs: [
        card("av-leaf", "Leaf: requires grad; its .grad stands below the line", s("path", { class: "av-face", d: leafShape(W - 2, H - 4), transform: "translate(1 2)" })),
        card("av-op", "Operation that autograd recorded, with its node", face(7)),
        card("av-constant", "Constant: no gradient reaches it", s("path", { class: "av-face", d: octagon(W - 2, H - 4, 7), transform: "translate(1 2)" })),
        card("av-ghost", "Operation that was not recorded", face(7)),
        card("av-refused", "Operation that raised an error", face(7)),
        card("av-root", "Seed: where a backward pass starts", face(13)),
        card("av-op", "Where the error lies", face(7), { "data-current": "fault" }),
        { drawn: [s("g", { class: "av-card av-op", "data-current": "fault", "data-cause": "" }, face(7), s("g", { class: "av-fault" }, causeMark(W / 2, 15)))], says: "What caused it, elsewhere" },
      ],
    },
    {
      name: "Lines",
      signs: [
        line("tracked", "Data, from what it is computed from to the result", "idle"),
        line("tracked", "A gradient has gone back along it", "sent", "up"),
        line("untracked", "Used, but no gradient goes back", "idle"),
        line("cut", "Tracking was cut here", "idle", "cut"),
      ],
    },
    {
      name: "States of a node",
      signs: [
        tag("waiting", "1 of 2", "Waits for more gradients"),
        tag("ready", "ready", "Has all of them, stands in the queue"),
        tag("running", "▸ running", "Runs now"),
        tag("done", "✓ done", "Has run"),
        tag("freed", "✓ freed", "Has run and let go of what it saved"),
        tag("error", "✕ error", "Stopped here"),
      ],
    },
    {
      name: "Saved tensors",
      signs: [
        chip("held", "x @0", "Saved at version 0"),
        chip("retained", "x @0", "Kept: retain_graph or create_graph"),
        chip("freed", "x @0", "Freed"),
        chip("stale", "x @0≠1", "Changed in place since it was saved"),
      ],
    },
    {
      name: "Arrays",
      signs: [
        scale(),
        cells("NaN: crossed out", "var(--av-nan)", "M22 5l20 20M42 5l-20 20"),
        cells("Infinite: struck through", "var(--av-positive)", "M22 25l20 -20"),
      ],
    },
  ];
}

export function legend(): readonly HTMLElement[] {
  return signs().map((group) =>
    h(
      "section",
      {},
      h("h4", { class: "av-heading" }, group.name),
      h("dl", { class: "av-legend" }, ...group.signs.map(({ drawn, says }) => h("div", {}, h("dt", { "aria-hidden": "true" }, s("svg", { class: "av-drawing", width: W, height: H, viewBox: `0 0 ${W} ${H}` }, ...drawn)), h("dd", {}, says)))),
    ),
  );
}
