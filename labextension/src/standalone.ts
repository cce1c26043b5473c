/**
 * The player in a page of its own: the trace and the state it opens in are JSON inside the page. Answers outlive a
 * reload: the tab keeps them under a digest of the trace and the questions, wherever the page lies.
 */

import { show } from "./host";
import { memoryLink, type PlayerState } from "./link";
import { isPacked } from "./payload";
import type { PlayerLink } from "./player";
import { showProblem } from "./problem";

function start(): void {
  const el = document.getElementById("player");
  if (el === null) return;
  try {
    const trace = readText("trace");
    const link = memoryLink(JSON.parse(readText("state")) as PlayerState);
    quietly(() => keepAnswers(link, `autograd-viz ${el.dataset["digest"]}`));
    show(el, isPacked(trace) ? trace : JSON.parse(trace), link);
  } catch (error) {
    showProblem(el, "This page is damaged: its trace cannot be read.", error);
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
