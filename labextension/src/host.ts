/** What every host does around `mount`: never throw into the page, and keep the player's keys. */

import { mount, type PlayerLink } from "./player";
import { showProblem } from "./problem";

/** Marks a player that a kernel answers: the plugin hides its own copy beside it (see lab/output.ts). */
export const LIVE_ATTRIBUTE = "data-autograd-viz-live";

/** Show the player in `el`, or say in words why it cannot be shown; return what takes it away. */
export function show(el: HTMLElement, trace: unknown, link: PlayerLink): () => void {
  try {
    const player = mount(el, trace, link);
    const releaseKeys = keepKeys(el);
    return () => {
      releaseKeys();
      player.dispose();
    };
  } catch (error) {
    return showProblem(el, "The player cannot show this trace.", error);
  }
}

/**
 * Stop JupyterLab from taking the arrow keys while the player has the focus: its shortcuts are looked up in
 * the document's capture phase, before any listener of ours. Keys with a modifier (save, say) stay its own.
 */
function keepKeys(el: HTMLElement): () => void {
  const mark = (event: KeyboardEvent): void => {
    const plain = !(event.ctrlKey || event.metaKey || event.altKey);
    el.toggleAttribute("data-lm-suppress-shortcuts", plain);
  };
  window.addEventListener("keydown", mark, true);
  return () => {
    window.removeEventListener("keydown", mark, true);
    el.removeAttribute("data-lm-suppress-shortcuts");
  };
}
