// The head of the page: its name, the views, language, theme, key, shortcuts.
import { bind, h, icon } from "./dom.js";
import { language, speak, t } from "./i18n.js";
import { changeKey } from "./key_dialog.js";
import { forget, keep, key, onKey } from "./kept.js";
import { onRoute } from "./route.js";
import { showShortcuts } from "./shortcuts.js";
import { tool } from "./tool.js";

const DARK = window.matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

export const VIEWS = [
  ["ask", "#"],
  ["briefing", "#view=briefing"],
  ["library", "#view=library"],
  ["upload", "#view=upload"],
];

/** `keyChanged()` is called when the reader gave another key. */
export function masthead(keyChanged) {
  const links = new Map(
    VIEWS.map(([view, to]) => [view, h("a", { href: to }, () => t(`title_${view}`))]),
  );
  let shown = "ask";
  const title = () => (document.title = `${t(`title_${shown}`)} · newsdesk`);
  bind(root, title);
  onRoute(({ view }) => {
    for (const [one, link] of links) {
      if (one === view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    shown = view;
    title();
  });
  const speech = h(
    "button",
    {
      type: "button",
      class: "quiet",
      lang: () => (language() === "zh" ? "en" : "zh-Hans"),
      "aria-label": () => t("to_english_label"),
      onclick: () => speak(language() === "zh" ? "en" : "zh"),
    },
    () => t("to_english"),
  );
  const keyButton = tool("key", "key", async () => (await changeKey()) && keyChanged());
  keyButton.hidden = !key();
  onKey(() => (keyButton.hidden = false));
  const help = tool("shortcuts", h("span", { "aria-hidden": "true" }, "?"), showShortcuts);
  help.classList.add("only-desk");
  return h(
    "header",
    { class: "masthead" },
    h(
      "div",
      { class: "masthead-row" },
      h("a", { class: "name", href: "#" }, "newsdesk"),
      h("nav", { class: "views", "aria-label": () => t("views") }, [...links.values()]),
      h("div", { class: "tools" }, speech, themeButton(), keyButton, help),
    ),
  );
}

const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : DARK.matches);

function themeButton() {
  const words = () => t(dark() ? "theme_light" : "theme_dark");
  const button = h("button", { type: "button", class: "quiet", "aria-label": words, title: words });
  const draw = () => {
    button.replaceChildren(icon(dark() ? "sun" : "moon"));
    for (const name of ["aria-label", "title"]) button.setAttribute(name, words());
  };
  button.addEventListener("click", () => {
    const wanted = dark() ? "light" : "dark";
    // The browser's own preference is followed again once it is what is wanted.
    if ((wanted === "dark") === DARK.matches) {
      delete root.dataset.theme;
      forget("newsdesk.theme");
    } else {
      root.dataset.theme = wanted;
      keep("newsdesk.theme", wanted);
    }
    draw();
  });
  DARK.addEventListener("change", draw);
  draw();
  return button;
}
