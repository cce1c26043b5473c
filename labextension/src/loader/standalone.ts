/**
 * What a saved page carries: the viewer packed. It is run as an inline script, which the page's
 * Content-Security-Policy knows by its hash: a page opened from disk has no origin to load a module from.
 */

import viewer from "packed:standalone";
import { fromBase85 } from "../base85";
import { gunzip } from "../gunzip";
import { showProblem } from "../problem";

async function start(): Promise<void> {
  try {
    const script = document.createElement("script");
    script.textContent = await gunzip(fromBase85(viewer.base85, viewer.size));
    document.head.append(script);
  } catch (error) {
    const el = document.getElementById("player");
    if (el !== null) showProblem(el, "The player cannot start.", error);
  }
}

void start();
