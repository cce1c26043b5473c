/** The player: a trace shown in an element, its state shared with whoever holds the link. */
import { liveRun, type Kernel } from "./live";
import { culprits } from "./model/culprit";
import { Explainer } from "./model/explain";
import { Expander } from "./model/expansion";
import { Replay } from "./model/frame";
import { toggled } from "./model/grouped";
import { actionOf } from "./model/command";
import type { Command } from "./model/keys";
import { Lookup } from "./model/lookup";
import { opsBegun } from "./model/loops";
import { parse } from "./model/parse";
import { wishOf } from "./model/live";
import { FASTEST, limited, pause, rangeOf, reduce, SLOWEST, type Action, type Playback, type Range, type Stops } from "./model/playback";
import { held, quizOf } from "./model/quiz";
import { sizeOf } from "./model/size";
import { stops } from "./model/timeline";
import { tellingSteps } from "./model/turn";
import type { Trace } from "./model/trace";
import css from "./style/player.css";
import { controlsView } from "./view/controls";
import { h, set } from "./view/dom";
import { graphView } from "./view/graph";
import { groupInfo } from "./view/groupinfo";
import { helpView } from "./view/help";
import { commandOfKey } from "./view/keys";
import { ledgerView } from "./view/ledger";
import { liveView } from "./view/live";
import { panelView } from "./view/panel";
import { focusQuestion, quizView } from "./view/quiz";
import type { Scene, View } from "./view/scene";
import { sourceView } from "./view/source";
import { transcriptView } from "./view/transcript";
import { themeOf, watchTheme } from "./view/theme";

/** Named state kept elsewhere: by a widget's model, or in memory. */
export interface PlayerLink {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  on(name: string, listener: () => void): () => void;
  /** Where the engine of a live run listens. */
  readonly kernel?: Kernel;
}

/** What is put on a page: `update` shows another trace, `dispose` takes it away. */
export interface MountedPlayer {
  update(trace: unknown): void;
  dispose(): void;
}

/** Show a trace in `el`. Throws a `TraceError` that says what is wrong if it is not one. */
export function mount(el: HTMLElement, trace: unknown, link: PlayerLink): MountedPlayer {
  let player = open(el, trace, link);
  return {
    update(next) {
      const opened = open(el, next, link);
      player();
      player = opened;
    },
    dispose: () => player(),
  };
}

const TRAITS = ["step", "playing", "selected", "speed", "grain"] as const;

function open(el: HTMLElement, input: unknown, link: PlayerLink): () => void {
  let trace = parse(input);
  const lookup = new Lookup(trace);
  let expander = new Expander(lookup);
  let expansion = expander.expand(paths(link.get("expanded")));
  let { grouping } = expansion; // as it is shown now
  let replay = new Replay(trace);
  let explainer = new Explainer(trace, lookup.names);
  const rangeNow = (): Range => rangeOf(link.get("start"), link.get("stop"), trace.events.length);
  let range = rangeNow();
  let stopsOf = stopsIn(trace, range);
  const live = liveRun(link, () => render(null), () => grow());
  let quiz = quizOf(link.get("_quiz"), link.get("answers"), trace.events.length);
  let playback = held(read(link, range), quiz);

  const root = h("div", { class: "av-player", role: "region", "aria-label": `Autograd player: ${trace.title || "trace"}`, tabindex: 0 });
  const main = h("div", { class: "av-main" });
  const panel = h("div", { class: "av-panel" });
  const sceneOf = (before: Playback | null): Scene => {
    const turn = replay.turn(playback.grain === "node" ? tellingSteps(trace, playback.step) : [playback.step], playback.step);
    const here = expansion.at(opsBegun(trace, turn.frame));
    grouping = here.grouping;
    return {
      lookup,
      layout: here.layout,
      expansion: here,
      layers: numbers(link.get("layers")),
      explainer,
      live: live.now(),
      ...turn,
      event: trace.events[playback.step - 1] ?? null,
      culprits: culprits(lookup, playback.step),
      playback,
      range,
      advances: before !== null && playback.step > before.step && (playback.step === before.step + 1 || before.grain === "node"),
      quiz,
    };
  };
  const dispatch = (action: Action): void => {
    if (action.kind === "group") return expand(toggled(expander.grouping, expansion.open, action.path));
    if (action.kind === "layers") return link.set("layers", action.shown);
    const now = live.now();
    const asks = now?.state === "paused" && now.listens;
    const wish = asks ? wishOf(action, playback, trace.events.length) : null;
    if (wish) live.ask(wish);
    const told = wish ? playback : reduce(playback, action, stopsOf);
    const goesOn = asks && (action.kind === "tick" || (wish !== null && action.kind === "toggle"));
    const wanted = goesOn ? { ...told, playing: action.kind === "toggle" || playback.playing } : told;
    const next = merged(playback, held(wanted, quiz));
    if (next !== playback) return show(next);
    render(null); // a slider that was moved goes back
    if (wanted.step > next.step && action.kind !== "seek") focusQuestion(root);
    schedule();
  };
  const scene = sceneOf(null);
  root.append(h("style", {}, css));
  el.append(root);
  const views: View[] = [
    controlsView(root, scene, dispatch),
    liveView(root, scene, () => (live.ask("abandon"), render(null)), () => dispatch({ kind: "last" })),
  ];
  views.push(helpView(root.querySelector<HTMLElement>(".av-settings") ?? root));
  root.append(main);
  const graph = graphView(main, scene, dispatch);
  main.append(panel);
  views.push(quizView(panel, scene, dispatch, (answers) => link.set("answers", answers)));
  views.push(groupInfo(panel, scene, dispatch), panelView(panel, scene), sourceView(panel, scene), ledgerView(panel, scene, dispatch));
  views.push(transcriptView(panel, scene, (step) => replay.frame(step), dispatch));

  const render = (before: Playback | null): void => {
    const shown = sceneOf(before);
    for (const view of [graph, ...views]) view.update(shown);
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const show = (next: Playback): void => {
    if (next === playback) return;
    const before = playback;
    playback = next;
    write(link, before, next);
    render(before);
    schedule();
  };
  const schedule = (): void => {
    clearTimeout(timer);
    if (playback.playing) timer = setTimeout(() => dispatch({ kind: "tick" }), pause(playback));
  };
  /** Do what the link says, as far as an open question lets it; what does not happen is taken back there too. */
  const follow = (): void => {
    const told = read(link, range);
    const next = merged(playback, held(told, quiz));
    write(link, told, next);
    // A live engine may be steps ahead of what has been heard of it, and keeps to its own bounds.
    if (!link.kernel && link.get("step") !== next.step) link.set("step", next.step);
    show(next);
  };
  const answer = (): void => {
    quiz = quizOf(link.get("_quiz"), link.get("answers"), trace.events.length);
    dispatch({ kind: "seek", step: playback.step });
  };
  const expand = (wanted: readonly string[] | null): void => {
    const next = expander.expand(wanted);
    if (sameSet(expansion.open, next.open)) return;
    expansion = next;
    link.set("expanded", [...next.open]);
    render(null);
  };
  /** The engine has gone on: take in what is new, and draw the graph anew only if it has grown too. */
  const grow = (): void => {
    const before = trace;
    trace = parse(input);
    lookup.follow(trace);
    if (!replay.follow(trace)) replay = new Replay(trace);
    explainer = new Explainer(trace, lookup.names);
    range = rangeNow();
    stopsOf = stopsIn(trace, range);
    if (hasGrown(before, trace)) {
      expander = new Expander(lookup);
      expansion = expander.expand(paths(link.get("expanded")));
    }
    render(null);
    follow();
  };
  /** Other steps can be shown than before. */
  const bound = (): void => {
    range = rangeNow();
    stopsOf = stopsIn(trace, range);
    follow();
    render(null);
  };
  const paint = (): void => {
    set(root, { "data-theme": themeOf(el, link.get("theme")), "data-own": isOwn(link.get("theme")) });
    const { width, height } = sizeOf(link.get("size"));
    root.style.maxWidth = width === null ? "" : `${width}px`;
    if (height === null) root.style.removeProperty("--av-height");
    else root.style.setProperty("--av-height", `${height}px`);
  };
  const perform = (command: Command): void => {
    const action = actionOf(command, lookup, grouping, playback);
    if (action) dispatch(action);
    else for (const view of [graph, ...views]) view.perform?.(command);
  };
  const onKey = (event: KeyboardEvent): void => {
    const command = commandOfKey(event);
    if (!command) return;
    event.preventDefault();
    event.stopPropagation();
    perform(command);
  };
  root.addEventListener("keydown", onKey);
  const offs = [
    ...TRAITS.map((name) => link.on(name, follow)),
    link.on("_quiz", answer),
    link.on("answers", answer),
    link.on("theme", paint),
    link.on("size", paint),
    link.on("layers", () => render(null)),
    link.on("start", bound),
    link.on("stop", bound),
    link.on("expanded", () => expand(paths(link.get("expanded")))),
    watchTheme(paint),
  ];
  paint();
  write(link, read(link, range), playback);
  schedule();
  return () => {
    clearTimeout(timer);
    for (const off of offs) off();
    live.dispose();
    for (const view of [graph, ...views]) view.dispose();
    root.remove();
  };
}

function stopsIn(trace: Trace, range: Range): Stops {
  return { event: limited(stops(trace, "event"), range), node: limited(stops(trace, "node"), range) };
}

/** Whether there is more, or other, to draw than events on the graph as it was. */
function hasGrown(before: Trace, after: Trace): boolean {
  const of = ({ tensors, ops, nodes, layout }: Trace): string =>
    [ops.length, nodes.length, layout?.items.length, ...tensors.map(({ name, role }) => `${role} ${name}`)].join();
  return of(before) !== of(after);
}

/** A theme asked for by name does not follow the host's colours. */
function isOwn(theme: unknown): boolean {
  return theme === "light" || theme === "dark";
}

/** The state as the link has it; what is missing or out of range is replaced by something sensible. */
function read(link: PlayerLink, { start, stop }: Range): Playback {
  const number = (name: string, fallback: number): number => {
    const found = link.get(name);
    return typeof found === "number" && Number.isFinite(found) ? found : fallback;
  };
  const selected = link.get("selected");
  return {
    step: Math.min(Math.max(Math.round(number("step", 0)), start), stop),
    playing: link.get("playing") === true && stop > start,
    selected: typeof selected === "string" ? selected : "",
    speed: Math.min(Math.max(number("speed", 2), SLOWEST), FASTEST),
    grain: link.get("grain") === "node" ? "node" : "event",
  };
}

/** The paths that a link holds; null if it holds none. */
function paths(found: unknown): readonly string[] | null {
  return Array.isArray(found) ? found.filter((each) => typeof each === "string") : null;
}

/** The numbers that a link holds; null if it holds none. */
function numbers(found: unknown): readonly number[] | null {
  return Array.isArray(found) ? found.filter((each) => typeof each === "number") : null;
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((each) => b.has(each));
}

/** The old object if nothing differs, so that echoes of our own changes end here. */
function merged(before: Playback, next: Playback): Playback {
  return TRAITS.every((name) => before[name] === next[name]) ? before : next;
}

function write(link: PlayerLink, before: Playback, next: Playback): void {
  for (const name of TRAITS) if (before[name] !== next[name]) link.set(name, next[name]);
}
