/** First, back, play, forward, last; the slider over all events with its passes; speed and grain. */
import { paces, type Range } from "../model/playback";
import { horizon } from "../model/quiz";
import { segments, type Grain, type Segment } from "../model/timeline";
import type { Trace } from "../model/trace";
import { h, listen, set, write } from "./dom";
import { iconButton, ICONS } from "./icons";
import type { Dispatch, Scene, View } from "./scene";

export function controlsView(el: HTMLElement, scene: Scene, dispatch: Dispatch): View {
  let trace: Trace | null = null;
  let limits: Range | null = null;
  const first = iconButton("First step", "Home", ICONS.first, () => dispatch({ kind: "first" }));
  const back = iconButton("Step back", "←", ICONS.back, () => dispatch({ kind: "back" }));
  const play = iconButton("Play", "Space", ICONS.play, () => dispatch({ kind: "toggle" }));
  const forward = iconButton("Step forward", "→", ICONS.forward, () => dispatch({ kind: "forward" }));
  const last = iconButton("Last step", "End", ICONS.last, () => dispatch({ kind: "last" }));
  play.element.classList.add("av-button-play");
  const timeline = timelineView(dispatch);
  const counter = h("span", { class: "av-counter" });
  const speed = choice("Speed", paces(scene.lookup.trace.events.length).map((each) => [String(each), `${each} / s`]), (value) =>
    dispatch({ kind: "speed", speed: Number(value) }),
  );
  const grain = choice("Step by", [["event", "event"], ["node", "node"]], (value) =>
    dispatch({ kind: "grain", grain: value as Grain }),
  );
  const buttons = [first, back, play, forward, last].map((each) => each.element);
  const bar = h(
    "div",
    { class: "av-controls", role: "group", "aria-label": "Playback" },
    h("div", { class: "av-buttons" }, ...buttons),
    timeline.element,
    h("div", { class: "av-settings" }, counter, grain.element, speed.element),
  );
  el.append(bar);
  const update = ({ playback, lookup, quiz, live, range }: Scene): void => {
    const { step, playing } = playback;
    const { start, stop } = range;
    if (lookup.trace !== trace || range !== limits) timeline.show((trace = lookup.trace), (limits = range));
    const goesOn = live?.state === "paused" && live.listens;
    const isEnd = step === Math.min(stop, horizon(quiz)) && !goesOn;
    for (const each of [first, back]) set(each.element, { "aria-disabled": step === start ? "true" : null });
    for (const each of [forward, last]) set(each.element, { "aria-disabled": isEnd ? "true" : null });
    play.show(playing ? "Pause" : "Play", playing ? ICONS.pause : ICONS.play);
    write(counter, `${step} / ${stop}`);
    timeline.update(step, horizon(quiz));
    speed.show(String(playback.speed), `${playback.speed} / s`);
    grain.show(playback.grain, playback.grain);
  };
  update(scene);
  return { update, dispose: () => bar.remove() };
}

interface Choice {
  readonly element: HTMLElement;
  show(value: string, text: string): void;
}

function choice(name: string, options: readonly (readonly [string, string])[], act: (value: string) => void): Choice {
  const select = h("select", { "aria-label": name, class: "av-select" });
  const add = (value: string, text: string): void => select.append(h("option", { value }, text));
  options.forEach(([value, text]) => add(value, text));
  select.addEventListener("change", () => act(select.value));
  return {
    element: h("label", { class: "av-choice" }, h("span", { class: "av-choice-name", "aria-hidden": "true" }, name), select),
    show(value, text) {
      if (![...select.options].some((option) => option.value === value)) add(value, text);
      select.value = value;
    },
  };
}

interface Timeline {
  readonly element: HTMLElement;
  /** Show a trace, or what it has grown to. */
  show(trace: Trace, limits: Range): void;
  /** Show a step; of stretches from `horizon` on nothing is said yet. */
  update(step: number, horizon: number): void;
}

/** Pixels of a letter of the present stretch's name, which may reach over its neighbour: that makes room or goes. */
const LETTER = 6.8;

/** The slider with the stretches of the run marked along it. */
function timelineView(dispatch: Dispatch): Timeline {
  let range: Range = { start: 0, stop: 0 };
  let stretches: readonly Segment[] = [];
  let marks: readonly HTMLElement[] = [];
  const slider = h("input", { type: "range", class: "av-slider", "aria-label": "Step", min: 0, max: 0, step: 1, value: 0 });
  const seek = oncePerFrame((step) => dispatch({ kind: "seek", step }));
  listen(slider, "input", () => seek(Number(slider.value)));
  const track = h("div", { class: "av-stretches", "aria-hidden": "true" });
  return {
    element: h("div", { class: "av-timeline" }, slider, track),
    show(trace, limits) {
      range = limits;
      stretches = segments(trace)
        .map((each, i, all) => (each.kind === "error" && all[i - 1]?.kind === "backward" ? { ...each, label: `error in ${all[i - 1]?.label}` } : each))
        .flatMap((each) => inRange(each, range));
      marks = stretches.map((stretch) => stretchView(stretch, range, dispatch));
      stretches.forEach((stretch, i) => {
        const over = `calc(${stretch.label.length * LETTER + 6}px - ${share(stretch.to - stretch.from + range.start, range).replace("%", "cqw")})`;
        marks[i + 1]?.style.setProperty("--av-before", over);
        marks[i - 1]?.style.setProperty("--av-after", over);
      });
      set(slider, { min: range.start, max: range.stop });
      track.replaceChildren(...marks);
    },
    update(step, horizon) {
      slider.value = String(step);
      slider.style.setProperty("--av-progress", share(step, range));
      const at = stretches.find((stretch) => step > stretch.from && step <= stretch.to);
      set(slider, { "aria-valuetext": `step ${step} of ${range.stop}${at ? `, ${at.label}` : ""}` });
      stretches.forEach((stretch, i) => {
        const mark = marks[i];
        if (mark) set(mark, { "data-now": stretch === at, hidden: stretch.from >= horizon });
      });
    },
  };
}

/** Act at once, then once a frame at most: of what is asked for between two frames, only the last is done. */
function oncePerFrame(act: (step: number) => void): (step: number) => void {
  let isDone = false;
  let wanted: number | null = null;
  const ask = (step: number): void => {
    wanted = step;
    if (isDone) return;
    isDone = true;
    wanted = null;
    act(step);
    requestAnimationFrame(() => {
      isDone = false;
      if (wanted !== null) ask(wanted);
    });
  };
  return ask;
}

/** The part of a stretch that can be shown, if there is one. */
function inRange(stretch: Segment, { start, stop }: Range): readonly Segment[] {
  const [from, to] = [Math.max(stretch.from, start), Math.min(stretch.to, stop)];
  return from < to ? [{ ...stretch, from, to }] : [];
}

/** How far along the slider a step is. */
function share(step: number, { start, stop }: Range): string {
  return `${((step - start) / Math.max(1, stop - start)) * 100}%`;
}

function stretchView(stretch: Segment, range: Range, dispatch: Dispatch): HTMLElement {
  const { from, to } = stretch;
  const isLate = from - range.start > (range.stop - range.start) * 0.8;
  const width = share(to - from + range.start, range);
  const mark = h(
    "div",
    { class: `av-stretch av-stretch-${stretch.kind}${isLate ? " av-stretch-late" : ""}`, title: stretch.label, style: `left:${share(from, range)};width:${width}` },
    h("span", {}, h("i", {}, stretch.label)),
  );
  listen(mark, "click", () => dispatch({ kind: "seek", step: from + 1 }));
  return mark;
}
