// Elements from plain data. Text reaches the page as text nodes alone, never as markup.

const SVG = "http://www.w3.org/2000/svg";
const CALM = window.matchMedia("(prefers-reduced-motion: reduce)");
const bound = new Set();
let most = 5000; // bound nodes, before those that are gone are looked for

/** Keep something of a node up to date: `write(node)` runs now and whenever `refresh` is called. */
export function bind(node, write) {
  bound.add({ node: new WeakRef(node), write });
  if (bound.size > most) prune();
  write(node);
  return node;
}

function prune() {
  for (const entry of bound) if (!entry.node.deref()) bound.delete(entry);
  most = Math.max(most, 2 * bound.size);
}

/** How the page moves by itself: at once where the reader wants no motion. */
export const gait = () => (CALM.matches ? "auto" : "smooth");

/** Write anew all that is bound: the language has changed. */
export function refresh() {
  for (const entry of bound) {
    const node = entry.node.deref();
    if (node) entry.write(node);
    else bound.delete(entry);
  }
}

/**
 * An element. Properties: `onclick` and other handlers are listeners, true and false set or leave
 * out an attribute, a function gives a value that follows the language. Children: nodes, text,
 * functions that give text, arrays of these; null and false are left out.
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (typeof value === "function") bind(element, (node) => set(node, name, value()));
    else set(element, name, value);
  }
  put(element, ...children);
  return element;
}

/** Put children at the end of an element. */
export function put(element, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    if (typeof child === "function") {
      element.append(bind(document.createTextNode(""), (node) => (node.data = child())));
    } else element.append(child);
  }
  return element;
}

/** Put children in place of what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren();
  return put(element, ...children);
}

const ICONS = {
  close: ["M6 6l12 12", "M18 6L6 18"],
  sun: [
    "M12 8a4 4 0 100 8 4 4 0 000-8z",
    "M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2",
    "M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4",
    "M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  ],
  moon: ["M20 14.5A8 8 0 019.5 4a8 8 0 1010.5 10.5z"],
  filter: ["M4 6h16", "M7 12h10", "M10 18h4"],
  copy: ["M9 9h10v11H9z", "M5 15V4h10"],
  link: [
    "M10 14a4 4 0 006 .4l2.5-2.5a4 4 0 00-5.7-5.7L11.5 7.5",
    "M14 10a4 4 0 00-6-.4l-2.5 2.5a4 4 0 005.7 5.7l1.3-1.3",
  ],
  stop: ["M7 7h10v10H7z"],
  left: ["M14.5 5l-7 7 7 7"],
  right: ["M9.5 5l7 7-7 7"],
  down: ["M12 4v12", "M6.5 11l5.5 5.5 5.5-5.5", "M5 20h14"],
  up: ["M12 20V8", "M6.5 13L12 7.5l5.5 5.5", "M5 4h14"],
  print: ["M7 9V4h10v5", "M7 17H4v-8h16v8h-3", "M7 14h10v6H7z"],
  larger: [
    "M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13z",
    "M15.3 15.3L20.5 20.5",
    "M7.5 10.5h6M10.5 7.5v6",
  ],
  smaller: ["M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13z", "M15.3 15.3L20.5 20.5", "M7.5 10.5h6"],
  wide: ["M9 5L3 12l6 7", "M15 5l6 7-6 7"],
  plus: ["M12 5v14", "M5 12h14"],
  again: ["M19 12a7 7 0 11-2-4.9", "M19 4v4h-4"],
  key: ["M3.8 12a4.2 4.2 0 108.4 0 4.2 4.2 0 10-8.4 0z", "M12.2 12H21v3.2", "M17 12v2.6"],
};

/** A line drawing, hidden from screen readers: what it is on must say what it does. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  for (const line of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", line);
    svg.append(path);
  }
  return svg;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else if (name === "value" || name === "checked") element[name] = value;
  else element.setAttribute(name, value === true ? "" : value);
}
