// The dialog for an access key, where the server asks for one.
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { holdKey, key } from "./kept.js";

const input = h(
  "input",
  {
    class: "input",
    type: "password",
    id: "key",
    autocomplete: "off",
    spellcheck: "false",
    required: true,
  },
);
const said = h("p", { class: "note bad small", role: "alert", hidden: true }, () => t("key_wrong"));
const forgetButton = h(
  "button",
  { type: "button", class: "quiet", onclick: () => close(null, true) },
  () => t("key_forget"),
);
const form = h(
  "form",
  { method: "dialog" },
  h("h2", { id: "key-head" }, () => t("key_heading")),
  h("p", { class: "soft small" }, () => t("key_about")),
  said,
  h("div", { class: "field" }, h("label", { for: "key" }, () => t("key_label")), input),
  h(
    "div",
    { class: "row" },
    forgetButton,
    h("button", { type: "button", class: "button", onclick: () => close(null) }, () => t("cancel")),
    h("button", { type: "submit", class: "button first" }, () => t("key_use")),
  ),
);
const dialog = h("dialog", { class: "dialog", "aria-labelledby": "key-head" }, form);
let answer = null;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  close(input.value.trim());
});
dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  close(null);
});

export const installKeyDialog = () => document.body.append(dialog);

/** Ask for a key: the key, or null where the reader gives none. wrong: the last one didn't do. */
export function askForKey(wrong) {
  said.hidden = !wrong;
  forgetButton.hidden = !key();
  input.value = "";
  dialog.showModal();
  input.focus();
  return new Promise((resolve) => (answer = resolve));
}

/** Let the reader set another key by hand. */
export async function changeKey() {
  const given = await askForKey(false);
  if (given) holdKey(given);
  return given;
}

function close(given, drop = false) {
  if (drop) holdKey(null);
  dialog.close();
  answer?.(given || null);
  answer = null;
}
