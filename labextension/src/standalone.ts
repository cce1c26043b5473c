/** The player in a page of its own: the trace and the state it opens in are JSON inside the page. */

import { show } from "./host";
import { memoryLink, type PlayerState } from "./link";
import { showProblem } from "./problem";

function start(): void {
  const el = document.getElementById("player");
  if (el === null) return;
  try {
    show(el, readJson("trace"), memoryLink(readJson("state") as PlayerState));
  } catch (error) {
    showProblem(el, "This page is damaged: its trace cannot be read.", error);
  }
}

function readJson(id: string): unknown {
  return JSON.parse(document.getElementById(id)?.textContent ?? "");
}

start();
