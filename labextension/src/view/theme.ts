/** Light or dark: what the reader asked for, else what the host shows. */

type Theme = "light" | "dark";

/** Resolve "auto" by the host's own marks, then the page's colour, then the system's wish. */
export function themeOf(el: HTMLElement, wish: unknown): Theme {
  if (wish === "light" || wish === "dark") return wish;
  const jupyter = document.querySelector("[data-jp-theme-light]")?.getAttribute("data-jp-theme-light");
  if (jupyter) return jupyter === "true" ? "light" : "dark";
  const code = document.body.getAttribute("data-vscode-theme-kind");
  if (code) return code.includes("dark") || code === "vscode-high-contrast" ? "dark" : "light";
  const named = document.documentElement.getAttribute("theme");
  if (named === "dark" || named === "light") return named;
  return pageTheme(el) ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

/** The theme of the first ancestor with a colour of its own. */
function pageTheme(el: HTMLElement): Theme | null {
  for (let each: HTMLElement | null = el.parentElement; each; each = each.parentElement) {
    const parts = getComputedStyle(each).backgroundColor.match(/[\d.]+/g)?.map(Number) ?? [];
    const [red = 0, green = 0, blue = 0, alpha = 1] = parts;
    if (parts.length < 3 || alpha < 0.5) continue;
    return red * 0.299 + green * 0.587 + blue * 0.114 > 128 ? "light" : "dark";
  }
  return null;
}

/** Call `changed` when the host or the system may have changed its theme. */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  const attributes = ["data-jp-theme-light", "data-jp-theme-name", "data-vscode-theme-kind", "theme", "class"];
  for (const el of [document.body, document.documentElement]) observer.observe(el, { attributes: true, attributeFilter: attributes });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    system.removeEventListener("change", changed);
  };
}
