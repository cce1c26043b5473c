/** A player on a page of the test's own, taken away after it. */
import { afterEach } from "vitest";
import { mount, type MountedPlayer, type PlayerLink } from "../src/player";

export interface Opened {
  readonly el: HTMLElement;
  readonly player: MountedPlayer;
  /** The first element of the player that a selector finds; throws if there is none. */
  one(selector: string): HTMLElement;
  /** The button of that name. */
  button(name: string): HTMLElement;
  /** Press a key on the player, or on something in it. */
  press(key: string, on?: HTMLElement): void;
  /** What a screen reader was told last. */
  said(): string | null;
}

let dispose = (): void => undefined;

export function opened(trace: unknown, link: PlayerLink): Opened {
  const el = document.createElement("div");
  document.body.append(el);
  const player = mount(el, trace, link);
  dispose = () => (player.dispose(), el.remove());
  const one = (selector: string): HTMLElement => {
    const found = el.querySelector<HTMLElement>(selector);
    if (!found) throw new Error(`no ${selector}`);
    return found;
  };
  return {
    el,
    player,
    one,
    button: (name) => one(`button[aria-label="${name}"]`),
    press: (key, on = one(".av-player")) => void on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })),
    said: () => one('[aria-live="polite"]').textContent,
  };
}

afterEach(() => {
  dispose();
  dispose = () => undefined;
});
