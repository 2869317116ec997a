// What stands above an article's text: headline, place, what is known of it, what is in doubt.
import { placeLine } from "./answer_parts.js";
import { h } from "./dom.js";
import { day, last } from "./format.js";
import { languageOf, t } from "./i18n.js";

const DOUBTFUL_BELOW = 0.8; // as in rag/intake_types.py

/** Whether an article may be more or less than one: the page's split into articles is in doubt. */
export const doubtfulSplit = ({ split_confidence: sure }) => sure !== null && sure < DOUBTFUL_BELOW;

/** That its page may be split wrongly, as a tag; nothing where it isn't in doubt. */
export const splitDoubt = (article) =>
  doubtfulSplit(article) && h("span", { class: "tag" }, () => t("split_doubt"));

/** 0.34 as 34%. */
export const percent = (share) => `${Math.round(100 * share)}%`;

/** The head of an article that goes on in these parts, or of the one that is whole. */
export function articleHead(parts) {
  const [first] = parts;
  const doubtful = parts.find(doubtfulSplit);
  const known = [
    first.event_date && (() => t("event_date", day(first.event_date))),
    first.date_inferred && (() => t("inferred")),
    first.dateline && (() => first.dateline),
    first.byline.length > 0 && (() => first.byline.join(" ")),
  ].filter(Boolean);
  const lost = [
    first.jump_from && (() => t("begins_elsewhere", first.jump_from)),
    parts.at(-1).jump_to && (() => t("goes_on_elsewhere", parts.at(-1).jump_to)),
  ].filter(Boolean);
  const sources = [...new Map(parts.map((one) => [one.source, one])).values()];
  return h(
    "header",
    { class: "article-head" },
    first.kicker && h("p", { class: "kicker", lang: languageOf(first.kicker) }, first.kicker),
    h("h2", { lang: languageOf(first.headline) }, first.headline || (() => t("no_headline"))),
    placeLine(first),
    known.length > 0 && h("p", { class: "meta" }, known.map((one) => h("span", {}, one))),
    h(
      "p",
      { class: "meta" },
      sources.map((one) => [h("span", { title: one.source }, last(one.source)), webPage(one.url)]),
    ),
    lost.length > 0 && h("p", { class: "meta" }, lost.map((one) => h("span", {}, one))),
    doubtful && h(
      "p",
      { class: "small soft" },
      splitDoubt(doubtful),
      " ",
      () => t("split_sure", percent(doubtful.split_confidence)),
    ),
  );
}

/** Above each of several parts: the page that it is printed on, and where it comes from or goes. */
export function partHeading({ page, parts, id }) {
  const at = parts.findIndex((one) => one.id === id);
  const [before, after] = [parts[at - 1]?.page, parts[at + 1]?.page];
  const words = [
    page ? () => t("page", page) : () => t("part_of", at + 1, parts.length),
    before && (() => t("part_comes_from", before)),
    after && (() => t("part_goes_on", after)),
  ].filter(Boolean);
  return h("h3", { class: "part meta" }, words.map((said) => h("span", {}, said)));
}

/** A link to the page on the web that it was read from; other kinds of address are no links. */
function webPage(url) {
  if (!/^https?:\/\//i.test(url ?? "")) return null;
  const outside = { href: url, target: "_blank", rel: "noopener noreferrer" };
  return h("span", {}, h("a", outside, () => t("web_page")));
}
