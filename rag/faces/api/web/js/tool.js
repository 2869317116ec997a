// Buttons that show a sign and say a word.
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";

/** key: of the word. drawing: an icon's name, or an element. kind: further classes. */
export const tool = (key, drawing, action, kind = "") =>
  h(
    "button",
    {
      type: "button",
      class: `quiet ${kind}`.trim(),
      "aria-label": () => t(key),
      title: () => t(key),
      onclick: action,
    },
    typeof drawing === "string" ? icon(drawing) : drawing,
  );
