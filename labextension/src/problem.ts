/** Words where a player should be. */

/** Say in `el` that something is wrong and why; return what takes the words away. */
export function showProblem(el: HTMLElement, summary: string, error: unknown): () => void {
  const box = document.createElement("div");
  box.setAttribute("role", "alert");
  box.style.cssText =
    "padding:12px 16px;font:14px/1.5 var(--jp-ui-font-family,system-ui,sans-serif);color:var(--jp-ui-font-color1,inherit)";
  const heading = document.createElement("strong");
  heading.textContent = summary;
  const reason = document.createElement("p");
  reason.style.cssText = "margin:4px 0 0;overflow-wrap:anywhere";
  reason.textContent = error instanceof Error ? error.message : String(error);
  box.append(heading, reason);
  el.replaceChildren(box);
  return () => box.remove();
}
