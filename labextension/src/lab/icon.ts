/** The icon of trace files: a root and its two leaves. */

import { LabIcon } from "@jupyterlab/ui-components";

const DRAWING = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">
  <g class="jp-icon3" fill="none" stroke="#616161" stroke-width="1.2">
    <path d="M4.6 5.6 6.9 10M11.4 5.6 9.1 10"/><circle cx="8" cy="12" r="2.2"/>
  </g>
  <g class="jp-icon3 jp-icon-selectable" fill="#616161"><circle cx="3.7" cy="3.8" r="2.2"/><circle cx="12.3" cy="3.8" r="2.2"/></g>
</svg>`;

export const traceIcon = new LabIcon({ name: "autograd-viz:trace", svgstr: DRAWING });
