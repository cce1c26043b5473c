/** A `*.autograd.json` file as a document of JupyterLab. */

import { ABCWidgetFactory, type DocumentRegistry, DocumentWidget } from "@jupyterlab/docregistry";
import type { Message } from "@lumino/messaging";
import { Widget } from "@lumino/widgets";

import { show } from "../host";
import { memoryLink } from "../link";
import { showProblem } from "../problem";
import { traceIcon } from "./icon";

export const TRACE_MIME_TYPE = "application/vnd.autograd-viz.trace+json";
export const FACTORY_NAME = "Autograd player";

export const TRACE_FILE_TYPE: Partial<DocumentRegistry.IFileType> & { name: string } = {
  name: "autograd-trace",
  displayName: "Autograd trace",
  extensions: [".autograd.json"],
  mimeTypes: [TRACE_MIME_TYPE],
  contentType: "file",
  fileFormat: "text",
  icon: traceIcon,
};

export class TraceDocumentFactory extends ABCWidgetFactory<DocumentWidget<TraceView>> {
  constructor() {
    super({
      name: FACTORY_NAME,
      modelName: "text",
      fileTypes: [TRACE_FILE_TYPE.name],
      defaultFor: [TRACE_FILE_TYPE.name],
      readOnly: true,
    });
  }

  protected createNewWidget(context: DocumentRegistry.Context): DocumentWidget<TraceView> {
    return new DocumentWidget({ content: new TraceView(context), context });
  }
}

/** The player on a file's text; drawn again when the file changes on disk. */
export class TraceView extends Widget {
  private readonly state = memoryLink();
  private takeDown: () => void = () => undefined;

  constructor(private readonly context: DocumentRegistry.Context) {
    super();
    // The panel's size becomes that of its container units, and so the height the player may take.
    this.node.style.cssText = "overflow:auto;container-type:size;background:var(--jp-layout-color0)";
    void context.ready.then(() => {
      if (this.isDisposed) return;
      this.update();
      context.model.contentChanged.connect(this.update, this);
    });
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.context.model.contentChanged.disconnect(this.update, this);
    this.takeDown();
    super.dispose();
  }

  protected override onUpdateRequest(_message: Message): void {
    this.takeDown();
    const host = document.createElement("div");
    host.style.cssText = "--av-height:max(420px,calc(100cqh - 62px))"; // less the controls
    this.node.replaceChildren(host);
    try {
      this.takeDown = show(host, parseText(this.context.model.toString()), this.state);
    } catch (error) {
      this.takeDown = showProblem(host, `${this.context.path} is not an autograd trace.`, error);
    }
  }
}

function parseText(text: string): unknown {
  if (text.trim() === "") throw new Error("The file is empty.");
  try {
    return JSON.parse(text.replace(/^\uFEFF/, "")); // some editors put a byte order mark first
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`It is not valid JSON, perhaps cut off: ${reason}`);
  }
}
