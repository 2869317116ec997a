// Which of an article's quotes is lit, with buttons to the one before and after.
import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { tool } from "./tool.js";

/** {element, show(spans)}: hidden with fewer than two; `step(by)` goes on by 1 or -1. */
export function quoteSteps(step) {
  const seen = h("span", { class: "meta", "aria-hidden": "true" });
  const aloud = h("span", { class: "hidden", role: "status" });
  const buttons = [
    tool("quote_before", "left", () => step(-1)),
    tool("quote_after", "right", () => step(1)),
  ];
  const element = h("div", { class: "steps", hidden: true }, buttons[0], seen, aloud, buttons[1]);
  return {
    element,
    show(spans) {
      const at = spans.findIndex((span) => span.main) + 1;
      element.hidden = spans.length < 2;
      fill(seen, at > 0 && `${at}/${spans.length}`);
      fill(aloud, at > 0 && (() => t("quote_of", at, spans.length)));
    },
  };
}
