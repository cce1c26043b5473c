/** JupyterLab's plugin: opens `*.autograd.json` files and shows a saved notebook's players, without a kernel. */

import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin,
} from "@jupyterlab/application";
import { WidgetTracker } from "@jupyterlab/apputils";
import type { IDocumentWidget } from "@jupyterlab/docregistry";
import { IRenderMimeRegistry } from "@jupyterlab/rendermime";

import { FACTORY_NAME, TRACE_FILE_TYPE, TraceDocumentFactory, TraceView } from "./lab/document";
import { traceRendererFactory } from "./lab/output";

const documents: JupyterFrontEndPlugin<void> = {
  id: "autograd-viz:documents",
  description: "Opens *.autograd.json files in the player.",
  autoStart: true,
  optional: [ILayoutRestorer],
  activate(app: JupyterFrontEnd, restorer: ILayoutRestorer | null) {
    const tracker = new WidgetTracker<IDocumentWidget<TraceView>>({ namespace: "autograd-viz" });
    void restorer?.restore(tracker, {
      command: "docmanager:open",
      args: (widget) => ({ path: widget.context.path, factory: FACTORY_NAME }),
      name: (widget) => widget.context.path,
    });
    app.docRegistry.addFileType(TRACE_FILE_TYPE);
    const factory = new TraceDocumentFactory();
    factory.widgetCreated.connect((_, widget) => {
      widget.context.pathChanged.connect(() => void tracker.save(widget));
      void tracker.add(widget);
    });
    app.docRegistry.addWidgetFactory(factory);
  },
};

const outputs: JupyterFrontEndPlugin<void> = {
  id: "autograd-viz:outputs",
  description: "Shows the players of a saved notebook when no kernel answers.",
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate(_app: JupyterFrontEnd, rendermime: IRenderMimeRegistry) {
    rendermime.addFactory(traceRendererFactory(rendermime));
  },
};

export default [documents, outputs];
