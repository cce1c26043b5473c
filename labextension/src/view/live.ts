/** The strip of a live run: where the engine is, whether one looks at the past, and how it ended. */
import type { Live } from "../model/live";
import { h, set, write } from "./dom";
import type { Scene, View } from "./scene";

export function liveView(el: HTMLElement, scene: Scene, abandon: () => void, goToPresent: () => void): View {
  const badge = h("span", { class: "av-live-badge" });
  const words = h("span", { class: "av-live-words", role: "status" });
  const present = h("button", { type: "button", class: "av-live-button" }, "To the present");
  const giveUp = h("button", { type: "button", class: "av-live-button" }, "Abandon");
  present.addEventListener("click", goToPresent);
  giveUp.addEventListener("click", abandon);
  const strip = h("div", { class: "av-live", role: "group", "aria-label": "Live run" }, badge, words, present, giveUp);
  if (scene.live) el.append(strip);
  const update = ({ live, playback, lookup }: Scene): void => {
    if (!live) return;
    const last = lookup.trace.events.length;
    const isPast = playback.step < last;
    set(strip, { "data-live": live.state, "data-past": isPast });
    write(badge, live.state === "paused" ? "Live" : live.state);
    write(words, said(live, playback.step, last));
    present.hidden = !isPast;
    giveUp.hidden = live.state !== "paused" || !live.listens;
  };
  update(scene);
  return { update, dispose: () => strip.remove() };
}

function said(live: Live, step: number, last: number): string {
  if (live.waits === "long") {
    return "No answer from the kernel: it is busy, or was restarted and the run is gone. What happened can still be replayed.";
  }
  switch (live.state) {
    case "paused":
      if (!live.listens) return `The engine was paused after event ${last} when this was saved.`;
      if (step < last) return `This is the past: the engine is paused after event ${last}. Nothing runs until you go on from there.`;
      return "The engine is paused here. Stepping forward runs its next event, End runs it to the end.";
    case "finished":
      return `The engine has finished: ${last} events.`;
    case "failed":
    case "abandoned":
      return live.report;
  }
}
