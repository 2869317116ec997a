// Keys that do something wherever the reader is, and the dialog that lists them.
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { forget, keep, kept } from "./kept.js";

const OFF = "newsdesk.shortcuts"; // kept as "off" where the reader wants none
const TYPING = "input:not([type=checkbox]), textarea, select";
const LISTED = [
  [["1", "2", "3", "4"], "keys_views"],
  [["/"], "keys_focus"],
  [["n"], "keys_new"],
  [["[", "]"], "keys_quotes"],
  [["Esc"], "keys_escape"],
  [["?"], "keys_help"],
  [["↑", "↓", "←", "→"], "keys_calendar"],
];

const on = h(
  "input",
  {
    type: "checkbox",
    id: "keys-on",
    onchange: () => (on.checked ? forget(OFF) : keep(OFF, "off")),
  },
);
const dialog = h(
  "dialog",
  { class: "dialog", "aria-labelledby": "keys-head" },
  h(
    "div",
    { class: "stack" },
    h("h2", { id: "keys-head" }, () => t("shortcuts")),
    h(
      "dl",
      { class: "keys" },
      LISTED.map(
        ([keys, words]) => [
          h("dt", {}, keys.flatMap((one) => [h("kbd", {}, one), " "])),
          h("dd", {}, () => t(words)),
        ],
      ),
    ),
    h("p", { class: "small soft" }, () => t("keys_about")),
    h("label", { class: "check", for: "keys-on" }, on, h("span", {}, () => t("keys_on"))),
    h(
      "div",
      { class: "row" },
      h(
        "button",
        { type: "button", class: "button", onclick: () => dialog.close() },
        icon("close"),
        () => t("close"),
      ),
    ),
  ),
);

/** actions: what a key does, by the key. `escape()` is for Escape, and works while typing. */
export function installShortcuts(actions, escape) {
  document.body.append(dialog);
  const all = { ...actions, "?": showShortcuts };
  addEventListener("keydown", (event) => {
    const composed = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
    if (composed || document.querySelector("dialog.dialog[open]")) return;
    if (event.key === "Escape") return escape();
    if (!(event.key in all) || kept(OFF) || event.target.closest?.(TYPING)) return;
    event.preventDefault();
    all[event.key]();
  });
}

export function showShortcuts() {
  on.checked = !kept(OFF);
  dialog.showModal();
}
