/** The player as an anywidget: its state lives in the widget's model, shared with the kernel. */

import { LIVE_ATTRIBUTE, showLater } from "./host";
import type { Kernel } from "./live";
import { grow, liveState } from "./model/live";
import { unpacked } from "./payload";
import type { PlayerLink } from "./player";

interface WidgetModel {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  send(message: unknown): void;
  on(event: string, listener: (message: unknown) => void): void;
  off(event: string, listener: (message: unknown) => void): void;
}

function render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
  const hide = showLater(el, traceOf(model), modelLink(model));
  el.setAttribute(LIVE_ATTRIBUTE, "");
  return () => {
    el.removeAttribute(LIVE_ATTRIBUTE);
    hide();
  };
}

const traces = new WeakMap<WidgetModel, Promise<unknown>>();

/** The trace of a model as data: one for all its views, into which each takes what is new. */
function traceOf(model: WidgetModel): Promise<unknown> {
  const known = traces.get(model) ?? unpacked(model.get("_trace"));
  traces.set(model, known);
  return known;
}

function modelLink(model: WidgetModel): PlayerLink {
  return {
    get: (name) => model.get(name),
    set(name, value) {
      model.set(name, value);
      unlessGone(() => model.save_changes());
    },
    on(name, listener) {
      model.on(`change:${name}`, listener);
      return () => model.off(`change:${name}`, listener);
    },
    ...(liveState(model.get("live")) && { kernel: kernelOf(model) }),
  };
}

/** The engine of a live player: it tells what is new, which goes into the model's trace for all its views. */
function kernelOf(model: WidgetModel): Kernel {
  return {
    ask: (wish) => unlessGone(() => model.send({ kind: wish })),
    onAnswer(listener) {
      const take = async (message: unknown): Promise<void> => {
        const trace = await traceOf(model);
        if (grow(trace, await wholeTrace(message))) listener();
        else unlessGone(() => model.send({ kind: "whole" }));
      };
      let last = Promise.resolve();
      const hear = (message: unknown): void => void (last = last.then(() => take(message))); // in their order
      model.on("msg:custom", hear);
      // It may have gone on before anyone looked.
      void traceOf(model).then((trace) => unlessGone(() => model.send({ kind: "whole", have: eventsIn(trace) })));
      return () => model.off("msg:custom", hear);
    },
  };
}

/** A message in which a whole trace is data. */
async function wholeTrace(message: unknown): Promise<unknown> {
  const isWhole = typeof message === "object" && message !== null && "trace" in message;
  return isWhole ? { ...message, trace: await unpacked(message.trace) } : message;
}

/** A kernel that was shut down makes sending throw; the player goes on without it. */
function unlessGone(send: () => void): void {
  try {
    send();
  } catch {
    // what is awaited does not come, which the strip of a live run says; a replay needs nothing
  }
}

function eventsIn(trace: unknown): number {
  const events: unknown = typeof trace === "object" && trace !== null && "events" in trace ? trace.events : [];
  return Array.isArray(events) ? events.length : 0;
}

export default { render };
