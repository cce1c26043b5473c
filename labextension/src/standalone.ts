/** The player in a page of its own: the trace and the state it opens in are JSON inside the page. */

import { show } from "./host";
import { memoryLink, type PlayerState } from "./link";
import { isPacked } from "./payload";
import { showProblem } from "./problem";

function start(): void {
  const el = document.getElementById("player");
  if (el === null) return;
  try {
    const trace = readText("trace");
    show(el, isPacked(trace) ? trace : JSON.parse(trace), memoryLink(JSON.parse(readText("state")) as PlayerState));
  } catch (error) {
    showProblem(el, "This page is damaged: its trace cannot be read.", error);
  }
}

function readText(id: string): string {
  return document.getElementById(id)?.textContent ?? "";
}

start();
