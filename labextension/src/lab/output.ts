/**
 * A player in a notebook's output. The output carries two forms of it: the live widget, which needs its
 * kernel, and the trace itself, which needs nothing.
 *
 * Note [Live or still]. JupyterLab picks one form by rank and keeps to it, and the widget's renderer answers
 * 'model not found' when the kernel is gone. So this renderer ranks first, hands the output on to the
 * widget's renderer out of sight, and watches: once a live player appears there it is shown; until then, and
 * whenever it goes away, the trace is shown by a player of our own.
 */

import type { ISessionContext } from "@jupyterlab/apputils";
import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import type { Message } from "@lumino/messaging";
import { Panel, Widget } from "@lumino/widgets";

import { LIVE_ATTRIBUTE, show } from "../host";
import { memoryLink, type PlayerState } from "../link";
import { TRACE_MIME_TYPE } from "./document";

const WIDGET_MIME_TYPE = "application/vnd.jupyter.widget-view+json";
const RANK_BEFORE_WIDGETS = -20; // the widgets' own renderer has -10
const GRACE = 1500; // milliseconds a connected kernel has to bring its widget up
const SEARCH_PERIOD = 100; // milliseconds
const SEARCHES = 100;

export function traceRendererFactory(shared: IRenderMimeRegistry): IRenderMime.IRendererFactory {
  return {
    safe: true, // drawn by our own code from validated data: nothing of the output is run or parsed as HTML
    mimeTypes: [TRACE_MIME_TYPE],
    defaultRank: RANK_BEFORE_WIDGETS,
    createRenderer: () => new TraceOutput(shared),
  };
}

class TraceOutput extends Panel implements IRenderMime.IRenderer {
  private model: IRenderMime.IMimeModel | null = null;
  private started = false;
  private live: Widget | null = null;
  private readonly still = new Widget();
  private hideStill: (() => void) | null = null;
  private graceOver = false;
  private readonly observer = new MutationObserver(() => this.choose());
  private readonly timers: number[] = [];

  constructor(private readonly shared: IRenderMimeRegistry) {
    super();
    this.addClass("autograd-viz-output");
    this.addWidget(this.still);
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.model = model;
    this.started = false;
    if (this.isAttached) this.start();
    return Promise.resolve();
  }

  override dispose(): void {
    this.stop();
    super.dispose();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    if (!this.started) this.start(); // a windowed notebook detaches and attaches an output as it scrolls
  }

  private start(): void {
    this.stop();
    if (this.model === null) return;
    this.started = true;
    // A widget runs code, so only a trusted output may bring one up, as JupyterLab itself has it.
    const mayLive = this.model.trusted && WIDGET_MIME_TYPE in this.model.data;
    const kernel = sessionOf(this)?.session?.kernel;
    this.graceOver = !(mayLive && kernel);
    if (mayLive) this.searchLive(this.model, SEARCHES);
    if (!this.graceOver) this.timers.push(window.setTimeout(() => this.endGrace(), GRACE));
    this.choose();
  }

  private stop(): void {
    for (const timer of this.timers.splice(0)) window.clearTimeout(timer);
    this.observer.disconnect();
    this.live?.dispose();
    this.live = null;
    this.hideStill?.();
    this.hideStill = null;
  }

  /** Hand the output on to the notebook's own widget renderer, which a notebook gets soon after it opens. */
  private searchLive(model: IRenderMime.IMimeModel, tries: number): void {
    const registry = registryOf(this);
    const factory = registry?.getFactory(WIDGET_MIME_TYPE);
    if (registry === undefined || factory === undefined || factory === this.shared.getFactory(WIDGET_MIME_TYPE)) {
      if (tries > 0) {
        this.timers.push(window.setTimeout(() => this.searchLive(model, tries - 1), SEARCH_PERIOD));
      }
      return;
    }
    const renderer = registry.createRenderer(WIDGET_MIME_TYPE);
    this.live = renderer;
    this.insertWidget(0, renderer);
    this.observer.observe(renderer.node, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: [LIVE_ATTRIBUTE],
    });
    void renderer.renderModel(model).catch(() => undefined); // its failure is what `choose` sees: nothing live
    this.choose();
  }

  private endGrace(): void {
    this.graceOver = true;
    this.choose();
  }

  private choose(): void {
    const isLive = this.live?.node.querySelector(`[${LIVE_ATTRIBUTE}]`) != null;
    if (this.live !== null) conceal(this.live.node, !isLive);
    if (isLive) {
      this.graceOver = true; // when the live player goes away, ours takes its place at once
      this.hideStill?.();
      this.hideStill = null;
    } else if (this.graceOver && this.hideStill === null && this.model !== null) {
      this.hideStill = showStill(this.still.node, this.model);
    }
  }
}

/** The registry of the notebook or console that an output stands in: the nearest parent's that has one. */
function registryOf(output: Widget): IRenderMimeRegistry | undefined {
  return nearest(output, "rendermime") as IRenderMimeRegistry | undefined;
}

function sessionOf(output: Widget): ISessionContext | undefined {
  return nearest(output, "sessionContext") as ISessionContext | undefined;
}

function nearest(output: Widget, property: string): unknown {
  for (let widget = output.parent; widget !== null; widget = widget.parent) {
    const found: unknown = Reflect.get(widget, property);
    if (found !== undefined) return found;
  }
  return undefined;
}

function showStill(el: HTMLElement, model: IRenderMime.IMimeModel): () => void {
  const state = model.metadata[TRACE_MIME_TYPE] as PlayerState | undefined;
  const host = el.appendChild(document.createElement("div"));
  const hide = show(host, model.data[TRACE_MIME_TYPE], memoryLink(state));
  return () => {
    hide();
    host.remove();
  };
}

/** Take an element out of sight but keep its width, so that what is drawn in it is drawn at its real size. */
function conceal(node: HTMLElement, hidden: boolean): void {
  node.style.cssText = hidden ? "visibility:hidden;height:0;overflow:hidden" : "";
}
