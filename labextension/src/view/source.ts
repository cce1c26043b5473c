/** The user's code, with the line that the step belongs to and the call that is running. */
import { causeOf } from "../model/culprit";
import type { Event, Line, Trace } from "../model/trace";
import { h, set } from "./dom";
import type { Scene, View } from "./scene";

/** Lines that are made around the one wanted, and each time the listing is scrolled to their end. */
const PART = 200;

export function sourceView(el: HTMLElement, scene: Scene): View {
  const title = h("h3", { class: "av-heading" }, "Code");
  const listing = h("div", { class: "av-code", role: "group", "aria-label": "Code", tabindex: 0 });
  const section = h("section", { class: "av-source" }, title, listing);
  el.append(section);
  const lines = listedLines(listing);
  let source = -1;
  let last: HTMLElement | undefined;
  const update = (next: Scene): void => {
    const { sources } = next.lookup.trace;
    section.hidden = sources.length === 0;
    const now = currentLine(next);
    const call = callLine(next);
    const wanted = now?.source ?? call?.source ?? Math.max(source, 0);
    if (wanted !== source) {
      source = wanted;
      title.textContent = sources.length > 1 ? (sources[source]?.name ?? "Code") : "Code";
      lines.open(sources[source]?.text ?? "");
    }
    const cause = causeOf(next.lookup.trace, next.event, next.frame.k)?.line ?? null;
    const line = lines.at(now?.line ?? call?.line ?? 1);
    lines.mark((element, n) => {
      const isNow = isAt(now, source, n);
      set(element, {
        "data-line": isNow ? "now" : isAt(call, source, n) ? "call" : isAt(cause, source, n) ? "cause" : null,
        "aria-current": isNow ? "step" : null,
      });
    });
    if (line !== last) requestAnimationFrame(() => scrollTo(listing, line)); // no layout in mid-update
    last = line;
  };
  update(scene);
  return { update, dispose: () => section.remove() };
}

/** The line whose operation the step is about. */
function currentLine({ event, lookup, frame }: Scene): Line | null {
  const own = ownLine(event);
  if (own) return own;
  const op = lookup.op(frame.current.op);
  if (op) return op.line;
  const node = lookup.node(frame.current.node);
  return node?.line ?? null;
}

function ownLine(event: Event | null): Line | null {
  if (!event) return null;
  return "line" in event ? event.line : null;
}

/** The line of the `backward` call that is running. */
function callLine({ lookup, frame }: Scene): Line | null {
  return frame.pass === null ? null : callOf(lookup.trace, frame.pass);
}

function callOf(trace: Trace, pass: number): Line | null {
  const begin = trace.events.find((event) => event.kind === "begin" && event.pass === pass);
  return begin?.kind === "begin" ? begin.line : null;
}

function isAt(line: Line | null, source: number, n: number): boolean {
  return line !== null && line.source === source && n >= line.line && n <= (line.end_line ?? line.line);
}

function scrollTo(listing: HTMLElement, line: HTMLElement | undefined): void {
  if (!line || !listing.clientHeight) return;
  const top = line.offsetTop - listing.offsetTop;
  const isIn = top >= listing.scrollTop && top + line.offsetHeight <= listing.scrollTop + listing.clientHeight;
  if (!isIn) listing.scrollTop = top - listing.clientHeight / 2;
}

interface ListedLines {
  open(text: string): void;
  /** The element of a line, counted from 1. */
  at(line: number): HTMLElement | undefined;
  /** Do something to every line that is listed, and to those that will be when the listing is scrolled. */
  mark(how: (element: HTMLElement, line: number) => void): void;
}

/** Lists the lines of a text: of a long one a stretch, which goes on when it is scrolled to its end. */
function listedLines(listing: HTMLElement): ListedLines {
  let all: readonly string[] = [];
  let first = 0; // counted from 0
  let listed: HTMLElement[] = [];
  let how: (element: HTMLElement, line: number) => void = () => undefined;
  const made = (from: number, to: number): HTMLElement[] => all.slice(Math.max(from, 0), to).map((text, i) => codeLine(text, Math.max(from, 0) + i + 1));
  const goOn = (): void => {
    const { scrollTop, scrollHeight, clientHeight } = listing;
    const above = scrollTop < clientHeight ? made(first - PART, first) : [];
    const below = scrollTop > scrollHeight - 2 * clientHeight ? made(first + listed.length, first + listed.length + PART) : [];
    if (!above.length && !below.length) return;
    listing.prepend(...above);
    if (above.length) listing.scrollTop = scrollTop + listing.scrollHeight - scrollHeight;
    listing.append(...below);
    first -= above.length;
    listed = [...above, ...listed, ...below];
    listed.forEach((element, i) => how(element, first + i + 1));
  };
  listing.style.overflowAnchor = "none"; // what is put above moves the listing by itself
  listing.addEventListener("scroll", goOn, { passive: true });
  return {
    open(text) {
      all = text.replace(/\n+$/, "").split("\n");
      listed = [];
    },
    at(line) {
      if (!listed[line - 1 - first]) {
        first = Math.max(0, Math.min(line, all.length) - PART);
        listed = made(first, line + PART);
        listing.replaceChildren(...listed);
      }
      return listed[line - 1 - first];
    },
    mark(next) {
      how = next;
      listed.forEach((element, i) => how(element, first + i + 1));
    },
  };
}

function codeLine(text: string, n: number): HTMLElement {
  const inset = text.search(/\S|$/) + 2; // what a long line goes on with stands further in
  const style = `padding-left:${inset}ch;text-indent:-${inset}ch`;
  return h("div", { class: "av-line" }, h("span", { class: "av-line-number", "aria-hidden": "true" }, String(n)), h("code", { style }, ...coloured(text)));
}

const TOKENS =
  /(?<comment>#.*$)|(?<string>[fFrRbB]{0,2}(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))|(?<keyword>\b(?:and|as|assert|class|def|del|elif|else|except|False|finally|for|from|if|import|in|is|lambda|None|not|or|pass|raise|return|True|try|while|with|yield)\b)|(?<number>\b\d+(?:\.\d*)?(?:e[+-]?\d+)?\b)/g;

/** Python's comments, strings, keywords and numbers in spans of their own. */
function coloured(line: string): (Node | string)[] {
  const parts: (Node | string)[] = [];
  let at = 0;
  for (const match of line.matchAll(TOKENS)) {
    parts.push(...breakable(line.slice(at, match.index)));
    const kind = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined)?.[0] ?? "plain";
    parts.push(h("span", { class: `av-code-${kind}` }, match[0]));
    at = match.index + match[0].length;
  }
  parts.push(...breakable(line.slice(at)));
  return parts;
}

/** Code that may wrap after a point, an opening bracket or an equals sign, before it does within a word. */
function breakable(code: string): (Node | string)[] {
  return code.split(/(?<=[.([=])(?=\w)/).flatMap((part, i) => (i ? [h("wbr"), part] : [part]));
}
