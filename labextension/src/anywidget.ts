/** The player as an anywidget: its state lives in the widget's model, shared with the kernel. */

import { LIVE_ATTRIBUTE, show } from "./host";
import type { PlayerLink } from "./player";

interface WidgetModel {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}

function render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
  const hide = show(el, model.get("_trace"), modelLink(model));
  el.setAttribute(LIVE_ATTRIBUTE, "");
  return () => {
    el.removeAttribute(LIVE_ATTRIBUTE);
    hide();
  };
}

function modelLink(model: WidgetModel): PlayerLink {
  return {
    get: (name) => model.get(name),
    set(name, value) {
      model.set(name, value);
      model.save_changes();
    },
    on(name, listener) {
      model.on(`change:${name}`, listener);
      return () => model.off(`change:${name}`, listener);
    },
  };
}

export default { render };
