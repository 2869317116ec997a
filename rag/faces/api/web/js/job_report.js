// What an ingest came to: counts, what failed, and of each page its articles and what is in doubt.
import { percent } from "./article_head.js";
import { h } from "./dom.js";
import { reasonLines } from "./failing.js";
import { day, last } from "./format.js";
import { languageOf, t } from "./i18n.js";
import { openArticle } from "./route.js";
import { splitReason } from "./split_reasons.js";

const PAGES = 200; // of a large ingest the first files are told one by one

/** report: the ingest's; articles: those that it read, the first of very many. */
export function jobReport({ report, articles }) {
  const pages = pagesOf(report, articles);
  const nothing = !articles.length && (report.new + report.updated > 0 || !report.failed.length);
  const { doubtful } = report;
  return [
    h("p", { class: "small soft" }, () => t("job_counts", report)),
    report.failed.length > 0 && failed(report.failed),
    doubtful.length > 0 && h(
      "p",
      { class: "note small" },
      () => t("pages_doubtful", doubtful.length),
    ),
    nothing && h("p", { class: "small soft" }, () => t("nothing_read")),
    pages.slice(0, PAGES).map(pageRead),
    pages.length > PAGES && h(
      "p",
      { class: "small soft" },
      () => t("pages_more", pages.length - PAGES),
    ),
  ];
}

const failed = (list) =>
  h(
    "div",
    { class: "note bad small" },
    h("h3", { class: "small-head" }, () => t("failed_n", list.length)),
    h(
      "ul",
      {},
      list.map((one) => h("li", {}, h("strong", {}, last(one.source)), reasonLines(one.reason))),
    ),
  );

/** Each file that there is something to tell of: {source, articles, doubts, kinds}. */
function pagesOf({ doubtful, left_out: left }, articles) {
  const byFile = (list) => Map.groupBy(list, (one) => last(one.source)); // some name their folder
  const [doubts, kinds, read] = [doubtful, left, articles].map(byFile);
  const sources = [...doubts.keys(), ...read.keys(), ...kinds.keys()]; // what needs a look is first
  return [...new Set(sources)].map((source) => ({
    source,
    articles: read.get(source) ?? [],
    doubts: doubts.get(source) ?? [],
    kinds: kinds.get(source) ?? [],
  }));
}

function pageRead({ source, articles, doubts, kinds }) {
  const noted = articles.filter((one) => one.notes.length).length;
  return h(
    "section",
    { class: "read" },
    h(
      "h3",
      { class: "small-head" },
      () => t("read_from", source, articles.length),
      doubts.length > 0 && h("span", { class: "tag" }, () => t("split_doubt")),
      noted > 0 && h("span", { class: "tag" }, () => t("doubt_n", noted)),
    ),
    doubts.map(doubtLines),
    h("ul", {}, articles.map(articleRow)),
    kinds.map((one) =>
      h("p", { class: "small soft left-kinds" }, () => t("left_out_of", kindWords(one.kinds))),
    ),
  );
}

const doubtLines = ({ confidence, reasons }) =>
  h(
    "div",
    { class: "small soft page-doubt" },
    h("p", {}, () => t("split_sure", percent(confidence))),
    h("ul", { class: "doubts" }, reasons.map((line) => h("li", {}, splitReason(line)))),
  );

const kindWords = (kinds) =>
  t("list", Object.entries(kinds).map(([kind, n]) => t("left_kind", kind, n)));

const articleRow = (one) =>
  h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: "plain link",
        lang: languageOf(one.headline),
        onclick: () => openArticle({ id: one.id }),
      },
      one.headline || (() => t("no_headline")),
    ),
    h(
      "span",
      { class: "meta" },
      one.issue_date && h("span", {}, () => day(one.issue_date)),
      one.page && h("span", {}, () => t("page", one.page)),
    ),
    one.notes.length > 0 && h(
      "ul",
      { class: "doubts small" },
      one.notes.map((line) => h("li", { lang: languageOf(line) }, line)),
    ),
  );
