/** Making elements: the only two ways this front end puts anything on the page. Text is always a text node. */

type Attributes = { readonly [name: string]: string | number | boolean | null | undefined };
type Child = Node | string | null;

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element; attributes that are null, undefined or false are left out, true ones are empty. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  set(element, attributes);
  for (const child of children) if (child !== null) element.append(child);
  return element;
}

/** Set or remove attributes; touches only those that change. */
export function set(element: Element, attributes: Attributes): void {
  for (const name of Object.keys(attributes)) {
    const value = attributes[name];
    if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else {
      const written = value === true ? "" : String(value);
      if (element.getAttribute(name) !== written) element.setAttribute(name, written);
    }
  }
}

/** Change an element's text if it differs. */
export function write(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Call a listener until disposed of. */
export function listen<K extends keyof HTMLElementEventMap>(
  target: HTMLElement,
  kind: K,
  listener: (event: HTMLElementEventMap[K]) => void,
): () => void {
  target.addEventListener(kind, listener);
  return () => target.removeEventListener(kind, listener);
}
