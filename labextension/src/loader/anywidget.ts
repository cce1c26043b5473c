/**
 * What each widget is sent: the viewer packed, and how to start it.
 *
 * The players of a page share one unpacked viewer, under a symbol that names its text: twenty players parse
 * it once. Where each output is a frame of its own, each unpacks its own.
 */

import viewer from "packed:anywidget";
import { fromBase85 } from "../base85";
import { gunzip } from "../gunzip";
import { showProblem } from "../problem";

interface Context {
  readonly el: HTMLElement;
}

interface Viewer {
  readonly default: { render(context: Context): () => void };
}

async function render(context: Context): Promise<() => void> {
  try {
    return (await shared()).default.render(context);
  } catch (error) {
    return showProblem(context.el, "The player cannot start.", error);
  }
}

function shared(): Promise<Viewer> {
  const page = globalThis as { [key: symbol]: Promise<Viewer> | undefined };
  const key = Symbol.for(`autograd-viz ${viewer.digest}`);
  return (page[key] ??= start().catch((error: unknown) => {
    delete page[key]; // the next player tries again
    throw error;
  }));
}

async function start(): Promise<Viewer> {
  const url = URL.createObjectURL(new Blob([await gunzip(fromBase85(viewer.base85, viewer.size))], { type: "text/javascript" }));
  try {
    return (await import(url)) as Viewer;
  } finally {
    URL.revokeObjectURL(url);
  }
}

export default { render };
