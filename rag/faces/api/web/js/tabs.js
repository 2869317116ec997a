// A row of tabs, by the pattern of the ARIA guide: arrows move between them.
import { h } from "./dom.js";
import { t } from "./i18n.js";

/** names: [[name, key of its words]]; `chosen(name)` is called at each change. */
export function tabs(label, names, panelId, chosen) {
  const buttons = new Map(
    names.map(([name, key]) => [
      name,
      h(
        "button",
        {
          type: "button",
          role: "tab",
          id: `${panelId}-${name}`,
          "aria-controls": panelId,
          onclick: () => choose(name),
          onkeydown: move,
        },
        () => t(key),
      ),
    ]),
  );
  const element = h(
    "div",
    { class: "tabs", role: "tablist", "aria-label": () => t(label) },
    [...buttons.values()],
  );

  function choose(name) {
    for (const [one, button] of buttons) {
      button.setAttribute("aria-selected", String(one === name));
      button.tabIndex = one === name ? 0 : -1;
    }
    chosen(name);
  }

  function move(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const order = [...buttons.keys()];
    const now = [...buttons.values()].indexOf(event.currentTarget);
    const next = order[(now + step + order.length) % order.length];
    choose(next);
    buttons.get(next).focus();
  }

  return { element, choose, id: (name) => `${panelId}-${name}` };
}
