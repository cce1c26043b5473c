/**
 * A player in a notebook's output. The output carries two forms of it: the live widget, which needs its
 * kernel, and the trace itself, which needs nothing.
 *
 * Note [Live or still]. JupyterLab picks one form by rank and keeps to it, and the widget's renderer answers
 * 'model not found' when the kernel is gone. So this renderer ranks first, hands the output on to the
 * widget's renderer out of sight, and watches: once a live player appears there it is shown; until then, and
 * whenever it goes away, the trace is shown by a player of our own.
 */

import type { NotebookPanel } from "@jupyterlab/notebook";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import type { Message } from "@lumino/messaging";
import { Panel, Widget } from "@lumino/widgets";

import { LIVE_ATTRIBUTE, show } from "../host";
import { memoryLink, type PlayerState } from "../link";
import { TRACE_MIME_TYPE } from "./document";

const WIDGET_MIME_TYPE = "application/vnd.jupyter.widget-view+json";
const RANK_BEFORE_WIDGETS = -20; // the widgets' own renderer has -10
const GRACE_WITH_KERNEL = 1500; // milliseconds a connected kernel has to bring its widget up

type PanelOf = (node: Node) => NotebookPanel | undefined;

export function traceRendererFactory(panelOf: PanelOf): IRenderMime.IRendererFactory {
  return {
    safe: true, // drawn by our own code from validated data: nothing of the output is run or parsed as HTML
    mimeTypes: [TRACE_MIME_TYPE],
    defaultRank: RANK_BEFORE_WIDGETS,
    createRenderer: () => new TraceOutput(panelOf),
  };
}

class TraceOutput extends Panel implements IRenderMime.IRenderer {
  private model: IRenderMime.IMimeModel | null = null;
  private live: Widget | null = null;
  private readonly still = new Widget();
  private readonly observer = new MutationObserver(() => this.choose());
  private hideStill: (() => void) | null = null;
  private started = false;
  private graceOver = false;
  private timer = 0;

  constructor(private readonly panelOf: PanelOf) {
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
    this.started = true;
    const panel = this.panelOf(this.node);
    this.live = this.model === null ? null : createLive(this.model, panel);
    if (this.live !== null) {
      this.insertWidget(0, this.live);
      this.observer.observe(this.live.node, {
        subtree: true,
        childList: true,
        attributes: true,
        attributeFilter: [LIVE_ATTRIBUTE],
      });
    }
    const connected = panel?.sessionContext.session?.kernel != null;
    this.graceOver = this.live === null || !connected;
    if (!this.graceOver) this.timer = window.setTimeout(() => this.endGrace(), GRACE_WITH_KERNEL);
    this.choose();
  }

  private stop(): void {
    window.clearTimeout(this.timer);
    this.observer.disconnect();
    this.live?.dispose();
    this.live = null;
    this.hideStill?.();
    this.hideStill = null;
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

/** Render the output's widget form with the notebook's own widget manager; null where there is none. */
function createLive(model: IRenderMime.IMimeModel, panel: NotebookPanel | undefined): Widget | null {
  // A widget runs code, so only a trusted output may bring one up, as JupyterLab itself has it.
  if (panel === undefined || !model.trusted || !(WIDGET_MIME_TYPE in model.data)) return null;
  const registry = panel.content.rendermime;
  if (registry.getFactory(WIDGET_MIME_TYPE) === undefined) return null;
  const renderer = registry.createRenderer(WIDGET_MIME_TYPE);
  void renderer.renderModel(model).catch(() => undefined); // its failure is what `choose` sees: nothing live
  return renderer;
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
