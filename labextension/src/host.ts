/** What every host does around `mount`: never throw into the page, and keep the player's keys. */

import { isPacked, unpacked } from "./payload";
import { mount, type PlayerLink } from "./player";
import { showProblem } from "./problem";

/** Marks a player that a kernel answers: the plugin hides its own copy beside it (see lab/output.ts). */
export const LIVE_ATTRIBUTE = "data-autograd-viz-live";

const PROBLEM = "The player cannot show this trace.";

/** Show the player in `el`, or say in words why it cannot be shown; return what takes it away. */
export function show(el: HTMLElement, trace: unknown, link: PlayerLink): () => void {
  if (isPacked(trace)) return showLater(el, unpacked(trace), link);
  try {
    const player = mount(el, trace, link);
    const releaseKeys = keepKeys(el);
    return () => {
      releaseKeys();
      player.dispose();
    };
  } catch (error) {
    return showProblem(el, PROBLEM, error);
  }
}

/** Show the player once its trace is there; return what takes it away, and until then calls it off. */
export function showLater(el: HTMLElement, trace: Promise<unknown>, link: PlayerLink): () => void {
  let isHidden = false;
  let hide = (): void => undefined;
  const shown = (act: () => () => void): void => {
    if (!isHidden) hide = act();
  };
  trace.then(
    (found) => shown(() => show(el, found, link)),
    (error: unknown) => shown(() => showProblem(el, PROBLEM, error)),
  );
  return () => {
    isHidden = true;
    hide();
  };
}

/**
 * Stop JupyterLab and Notebook from taking keys while the player has the focus: their shortcuts are looked up in the
 * document's capture phase, before any listener of ours, from the focused element upwards. It is that one which must
 * be marked, for some of them are for whatever has the focus. Keys with a modifier (save, say) stay their own.
 */
function keepKeys(el: HTMLElement): () => void {
  const mark = (event: KeyboardEvent): void => {
    const plain = !(event.ctrlKey || event.metaKey || event.altKey);
    const { target } = event;
    if (target instanceof Element && el.contains(target)) target.toggleAttribute("data-lm-suppress-shortcuts", plain);
  };
  window.addEventListener("keydown", mark, true);
  return () => window.removeEventListener("keydown", mark, true);
}
