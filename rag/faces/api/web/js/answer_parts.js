// What stands beside the sentences of an answer: sources, parts, notes, what can be done with it.
import { citationButton, citationButtons, openCitation } from "./citation.js";
import { copyText } from "./clipboard.js";
import { h, icon } from "./dom.js";
import { place } from "./format.js";
import { languageOf, t } from "./i18n.js";
import { address, hash, openArticle } from "./route.js";

/** The parts or sides of a question, each with the quotes that tell of it. */
export function sides(answer, origin) {
  if (answer.sides.length < 2) return null;
  const rows = answer.sides.map(({ name, citations }) =>
    h(
      "li",
      {},
      h("span", { lang: languageOf(name) }, name),
      h("span", {}, citationButtons(citations, answer.citations, origin)),
      !citations.length && h("span", { class: "soft" }, () => t("side_none")),
    ),
  );
  return h(
    "section",
    { class: "aside" },
    h("h3", { class: "small-head" }, () => t("sides")),
    h("ul", { class: "sides" }, rows),
  );
}

/** What the numbers stand for, an article a row: headline, its quotes, paper, day, page. */
export function sources(answer, origin) {
  if (!answer.citations.length) return null;
  const articles = Map.groupBy(answer.citations, (one) => one.article_id);
  const rows = [...articles.values()].map((quotes) => source(quotes, origin));
  return h(
    "section",
    { class: "aside" },
    h("h3", { class: "small-head" }, () => t("sources")),
    h("ul", { class: "sources cited" }, rows),
  );
}

function source(quotes, origin) {
  const [first] = quotes;
  const headline = {
    type: "button",
    class: "plain source serif",
    lang: languageOf(first.headline),
    onclick: () => openCitation(first, origin),
  };
  return h(
    "li",
    {},
    h(
      "p",
      {},
      h("button", headline, first.headline || (() => t("no_headline"))),
      quotes.map((one) => citationButton(one, origin)),
    ),
    placeLine(first),
    copies(first.also_in),
  );
}

/** Where something was printed, as a line that follows the language; more may be said after it. */
export function placeLine(one, ...more) {
  const parts = place(one).map((_, n) => () => place(one)[n]);
  return h("p", { class: "meta" }, [...parts, ...more].map((words) => h("span", {}, words)));
}

/** The other places that print the same news. */
export function copies(list) {
  if (!list?.length) return null;
  const each = list.map(
    (one) => h(
      "button",
      { type: "button", class: "plain link", onclick: () => openArticle({ id: one.article_id }) },
      () => place(one).join(" ") || one.source,
    ),
  );
  return h("p", { class: "small soft copies" }, h("span", {}, () => t("also_in")), each);
}

/** Remarks, by default on how something came about; nothing where there are none. */
export function notes(lines, key = "notes") {
  if (!lines.length) return null;
  return h(
    "section",
    { class: "note small" },
    h("h3", { class: "small-head" }, () => t(key)),
    lines.map((line) => h("p", { lang: languageOf(line) }, line)),
  );
}

/** How the answer came about, and buttons to hand it on. */
export function foot(asked, filter, answer) {
  const took = answer.timings_ms.total;
  return h(
    "footer",
    { class: "turn-foot" },
    h(
      "p",
      { class: "meta" },
      h(
        "span",
        {},
        () => (answer.mode === "llm" ? t("mode_llm", answer.model) : t("mode_extractive")),
      ),
      took !== undefined && h(
        "span",
        {},
        () => t("took", (took / 1000).toFixed(took < 1000 ? 2 : 1)),
      ),
    ),
    h(
      "div",
      { class: "row" },
      h(
        "button",
        { type: "button", class: "quiet", onclick: () => copyText(asText(asked, answer)) },
        icon("copy"),
        () => t("copy_answer"),
      ),
      h(
        "button",
        {
          type: "button",
          class: "quiet",
          onclick: () => copyText(address(hash("ask", { q: answer.question, ...filter }))),
        },
        icon("link"),
        () => t("copy_link"),
      ),
    ),
  );
}

/** An answer to be pasted elsewhere: question, text with its numbers, what they stand for. */
function asText(asked, answer) {
  const short = answer.short_answer;
  const lines = [
    answer.lead,
    short && `${short.text}[${short.citation}]${short.remark}`,
    ...answer.sentences.map((one) => `${one.label}${one.text}${marks(one)}${one.remark}`),
    ...answer.gaps,
  ];
  const quotes = answer.citations.map((one) => `[${one.number}] ${from(one)}\n    ${one.quote}`);
  return [asked, lines.filter(Boolean).join("\n"), quotes.join("\n")].join("\n\n");
}

const marks = ({ citations }) => citations.map((number) => `[${number}]`).join("");

const from = (one) => [one.headline, ...place(one), one.source].filter(Boolean).join(" · ");
