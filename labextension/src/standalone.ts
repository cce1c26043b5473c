/**
 * The player in a page of its own: the trace and the state it opens in are JSON inside the page. Answers outlive a
 * reload: the tab keeps them under a digest of the trace and the questions, wherever the page lies.
 */

import { showLater } from "./host";
import { memoryLink, type PlayerState } from "./link";
import { isPacked, unpacked } from "./payload";
import type { PlayerLink } from "./player";
import { showProblem } from "./problem";

function start(): void {
  const el = document.getElementById("player");
  if (el === null) return;
  try {
    const trace = readText("trace");
    const link = memoryLink(JSON.parse(readText("state")) as PlayerState);
    quietly(() => keepAnswers(link, `autograd-viz ${el.dataset["digest"]}`));
    const loaded = isPacked(trace) ? unpacked(trace) : Promise.resolve(JSON.parse(trace));
    showLater(el, loaded, link);
    void loaded.then(() => takeKeys(el), () => undefined);
  } catch (error) {
    showProblem(el, "This page is damaged: its trace cannot be read.", error);
  }
}

/** The page's only player has the keys from the start, unless it is in a frame of another page or the reader is elsewhere. */
function takeKeys(el: HTMLElement): void {
  if (window === window.top && (document.activeElement ?? document.body) === document.body) {
    el.querySelector<HTMLElement>(".av-player")?.focus({ preventScroll: true });
  }
}

function keepAnswers(link: PlayerLink, key: string): void {
  const kept = sessionStorage.getItem(key);
  link.on("answers", () => quietly(() => sessionStorage.setItem(key, JSON.stringify(link.get("answers")))));
  if (kept !== null) link.set("answers", JSON.parse(kept));
}

/** Where storage is barred, full or edited, nothing is kept. */
function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // the player needs none of it
  }
}

function readText(id: string): string {
  return document.getElementById(id)?.textContent ?? "";
}

start();
