/** The card of a closed group: its name, how far it is, and what crosses its border. Its plus, or two clicks, open it. */
import { isQueued, type Accessible } from "../model/accessible";
import { headingOf } from "../model/grouping";
import { GroupContent, type GroupState } from "../model/groupstate";
import { groupTitle, OPENER } from "../model/groupsize";
import { clip, type Lookup } from "../model/lookup";
import { asksForNode } from "../model/quiz";
import type { LayoutItem } from "../model/trace";
import { label, PAD, SMALL_CHAR, TITLE_CHAR, TITLE_ROW } from "./card";
import { s, set, write } from "./dom";
import { currentPart } from "./part";
import { faultMark, isCause, type PlacedCard } from "./placed";
import type { Scene } from "./scene";
import { stateWord } from "./stateword";

const BAR = 5;

/** Null if there is no such group. */
export function groupCard(item: LayoutItem, scene: Scene, accessible: Accessible): PlacedCard | null {
  const { grouping } = scene.expansion;
  const group = grouping.groups.get(item.id.slice(1));
  if (!group) return null;
  const content = new GroupContent(grouping, scene.lookup, group.path, scene.expansion.crossing(item.id));
  const first = firstOp(group.path, scene);
  const { name, module } = groupTitle(group);
  const inside = `${content.operations} ${content.operations === 1 ? "operation" : "operations"}`;
  const bar = { x: PAD, y: PAD / 2 + TITLE_ROW + 22, w: item.w - 2 * PAD };
  const filled = s("rect", { class: "av-group-done", x: bar.x, y: bar.y, height: BAR, rx: BAR / 2, width: 0 });
  const tag = { face: s("rect", { class: "av-tag-face", height: 18, rx: 9, y: 8 }), text: s("text", { class: "av-tag-text", y: 20.8, "text-anchor": "middle" }) };
  const [nameEnd, times] = [PAD + OPENER + name.length * TITLE_CHAR, group.times ? `×${group.times}` : ""];
  const timesAt = nameEnd + (module ? (module.length + 1) * SMALL_CHAR : 0) + 8;
  const titleEnd = times ? timesAt + times.length * TITLE_CHAR : timesAt - 8;
  const ways = label("", { x: PAD, y: item.h - 12 }, "av-small");
  const words = s("title", {}, group.path);
  const element = s(
    "g",
    { class: "av-card av-group", transform: `translate(${item.x - item.w / 2} ${item.y - item.h / 2})`, role: "button", "data-item": item.id, tabindex: -1, "aria-expanded": "false" },
    words,
    ...behind(item, group.times),
    s("rect", { class: "av-face", width: item.w, height: item.h, rx: 9 }),
    s(
      "g",
      { class: "av-body" },
      opener(PAD + 7, PAD / 2 + 11, false),
      label(name, { x: PAD + OPENER, y: PAD / 2 + 15.5 }, "av-name"),
      module ? label(module, { x: nameEnd + SMALL_CHAR, y: PAD / 2 + 15.5 }, "av-small") : null,
      times ? label(times, { x: timesAt, y: PAD / 2 + 15.5 }, "av-name av-times") : null,
      label(inside, { x: PAD, y: PAD / 2 + TITLE_ROW + 12 }, "av-small"),
      s("rect", { class: "av-group-all", x: bar.x, y: bar.y, width: bar.w, height: BAR, rx: BAR / 2 }),
      filled,
      ways,
    ),
    s("g", { class: "av-tag" }, tag.face, tag.text),
    faultMark(item.w),
  );
  const update = (next: Scene): void => {
    const state = content.state(next.frame);
    const isComing = next.frame.ops_done < first;
    const room = item.w - 14 - titleEnd;
    const said = wideAs(tagWords(state)) <= room ? tagWords(state) : tagWords(state, true);
    const wide = wideAs(said);
    write(tag.text, said);
    set(tag.face, { width: wide, x: item.w - 8 - wide, visibility: said ? null : "hidden" });
    set(tag.text, { x: item.w - 8 - wide / 2 });
    set(filled, { width: state.expected ? (bar.w * state.done) / state.expected : 0 });
    write(ways, clip(wayWords(state), Math.floor((item.w - 2 * PAD) / SMALL_CHAR)));
    set(element, {
      "data-state": state.state,
      "data-future": isComing,
      "data-current": currentPart(item.id, next),
      "data-cause": isCause(item.id, next),
      "aria-pressed": String(next.playback.selected === item.id),
      "aria-label": accessibleName(headingOf(group), group.times, inside, isComing, state, accessible.ways(item.id), asksForNode(next.quiz, next.frame.k)),
    });
  };
  update(scene);
  return { item, element: () => element, draw: () => undefined, update };
}

/** A plus or a minus in a box. */
export function opener(x: number, y: number, isOpen: boolean): SVGGElement {
  return s(
    "g",
    { class: "av-opener" },
    s("title", {}, isOpen ? "Close" : "Open"),
    isOpen ? null : s("rect", { class: "av-opener-room", x: x - 19, y: y - 17, width: 34, height: 34 }), // enough for a finger
    s("rect", { class: "av-opener-face", x: x - 6.5, y: y - 6.5, width: 13, height: 13, rx: 3 }),
    s("path", { d: `M${x - 3.5} ${y}h7${isOpen ? "" : "m-3.5 -3.5v7"}` }),
  );
}

/** The edges of cards behind: one for what is within, two for a repeat. */
function behind({ w, h }: LayoutItem, times: number): readonly SVGElement[] {
  const sheet = (by: number): SVGElement => s("path", { class: "av-behind", d: `M${10 + by} ${h + by}H${w + by - 9}a9 9 0 0 0 9 -9V${10 + by}` });
  return times ? [sheet(8), sheet(4)] : [sheet(4)];
}

/** How many forward operations must have run before any of the group exists. */
function firstOp(path: string, { lookup, expansion }: { readonly lookup: Lookup; readonly expansion: Scene["expansion"] }): number {
  const waiting = [expansion.grouping.groups.get(path)];
  let first = Infinity;
  for (let group = waiting.pop(); group; group = waiting.pop()) {
    for (const child of group.children) {
      if (typeof child === "object") waiting.push(child);
      else if (!child.startsWith("t")) first = Math.min(first, lookup.subject(child)?.since ?? 0);
    }
  }
  return Number.isFinite(first) ? first : 0;
}

function wideAs(words: string): number {
  return words.length * 6 + 14;
}

/** How far it is; beside a long name in percent. */
function tagWords(state: GroupState, isShort = false): string {
  const far = isShort ? `${Math.floor((100 * state.done) / state.expected)} %` : `${state.done} of ${state.expected}`;
  return stateWord(state.state, { waiting: far, ready: far, running: far, worked: state.expected > 0 });
}

function wayWords({ came, went }: GroupState): string {
  if (!came[1] && !went[1]) return "no gradient enters or leaves";
  if (went[0]) return went[0] < went[1] ? `${went[0]} of ${went[1]} gradients came out` : "all gradients came out";
  if (came[0] < came[1]) return came[0] ? `${came[0]} of ${came[1]} gradients went in` : "no gradient went in yet";
  return went[1] ? "no gradient came out yet" : "all gradients went in";
}

function accessibleName(name: string, times: number, inside: string, isComing: boolean, state: GroupState, ways: string, hidesQueue: boolean): string {
  const head = `group ${name}${times ? `, ${times} alike` : ""}, ${inside}`;
  if (isComing) return `${head}: not yet computed`;
  const progress = state.expected ? `${state.done} of ${state.expected} nodes done` : "";
  if (hidesQueue && isQueued(state.state)) return [head, ways].filter(Boolean).join(", ");
  return [head, state.state, progress, wayWords(state), ways].filter(Boolean).join(", ");
}
