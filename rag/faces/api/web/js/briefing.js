// A briefing as a page: stories with cited points, then what was decided and counted.
import { notes } from "./answer_parts.js";
import { citationButtons, remember } from "./citation.js";
import { Failure, file, path } from "./api.js";
import { toast } from "./clipboard.js";
import { h, icon } from "./dom.js";
import { day, moment, paper, period } from "./format.js";
import { languageOf, t } from "./i18n.js";
import { hash, openArticle } from "./route.js";

const FORMS = [["html", "HTML"], ["docx", "Word"], ["md", "Markdown"]];
const CONTENTS_FROM = 5; // stories

/** The page of a briefing. `anew()` makes it again. */
export function briefingPage(briefing, anew) {
  const origin = { kind: "briefing", id: briefing.id };
  remember(origin, briefing.citations);
  const days = () => period(briefing.from, briefing.to);
  const { topic } = briefing;
  const title = () => (topic ? t("of_topic", days(), topic) : t("news_of", days()));
  const heading = h("h2", { class: "briefing-title", tabindex: "-1" }, title);
  if (!briefing.stories.length) {
    const head = h("header", { class: "briefing-head" }, heading);
    return h("article", { class: "briefing" }, head, empty(briefing, days));
  }
  return h(
    "article",
    { class: "briefing" },
    h("header", { class: "briefing-head" }, heading, about(briefing), tools(briefing, anew)),
    contents(briefing),
    briefing.stories.map((story, place) => storySection(story, place + 1, briefing, origin)),
    table(briefing, origin),
    notes(briefing.notes),
  );
}

function empty({ topic, nearest }, days) {
  const links = nearest.map(
    (one) => h(
      "li",
      {},
      h("a", { href: hash("briefing", { date: one.date }) }, () => day(one.date)),
      h("span", { class: "meta" }, h("span", {}, () => t("articles_n", one.articles))),
    ),
  );
  return h(
    "div",
    { class: "note" },
    h("p", {}, () => (topic ? t("no_news_on", days(), topic) : t("no_news", days()))),
    links.length > 0 && h("h3", { class: "small-head" }, () => t("nearest_days")),
    h("ul", { class: "sources" }, links),
  );
}

function about({ stories, articles, untold, publication, mode, model, made_at: made }) {
  const said = [
    () => t("stories_n", stories.length),
    articles > 0 && (() => t("articles_n", articles)),
    untold > 0 && (() => t("untold_n", untold)),
    publication && (() => paper(publication)),
    () => (mode === "llm" ? t("points_llm", model) : t("points_extractive")),
    made && (() => t("made_at", moment(made))),
  ];
  return h("p", { class: "meta" }, said.filter(Boolean).map((one) => h("span", {}, one)));
}

function tools(briefing, anew) {
  const button = (name, action, ...words) => h(
    "button",
    { type: "button", class: "quiet", onclick: action },
    icon(name),
    words,
  );
  return h(
    "div",
    { class: "row briefing-tools" },
    briefing.id && FORMS.map(
      ([form, name]) => h(
        "button",
        {
          type: "button",
          class: "quiet",
          "aria-label": () => `${t("download")} ${name}`,
          onclick: () => download(briefing, form),
        },
        icon("down"),
        name,
      ),
    ),
    button("print", () => print(), () => t("print")),
    button("again", anew, () => t("make_again")),
  );
}

async function download({ id, from, to }, form) {
  try {
    const blob = await file(path(`briefings/${encodeURIComponent(id)}/download`, { form }));
    const url = URL.createObjectURL(blob);
    h(
      "a",
      { href: url, download: `briefing-${from}${to === from ? "" : `-${to}`}.${form}` },
    ).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000); // the browser may still be asking where to
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    toast(failure.line);
  }
}

function contents({ stories }) {
  if (stories.length < CONTENTS_FROM) return null;
  const jump = (place) => {
    const target = document.getElementById(`story-${place}`);
    target.scrollIntoView({ block: "start" });
    target.querySelector("h3").focus({ preventScroll: true });
  };
  const rows = stories.map(
    (story, place) => h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "plain link",
          lang: languageOf(story.headline),
          onclick: () => jump(place + 1),
        },
        story.headline,
      ),
    ),
  );
  return h(
    "nav",
    { class: "contents", "aria-label": () => t("contents") },
    h("h3", { class: "small-head" }, () => t("contents")),
    h("ol", {}, rows),
  );
}

function storySection(story, number, briefing, origin) {
  const points = story.points.map((point) =>
    h(
      "li",
      {},
      point.new && h("span", { class: "tag" }, () => t("new")),
      point.text,
      !point.supported && h("span", { class: "tag" }, () => t("unsupported")),
      citationButtons(point.citations, briefing.citations, origin),
    ),
  );
  return h(
    "section",
    { class: "story", id: `story-${number}` },
    story.kicker && h("p", { class: "kicker", lang: languageOf(story.kicker) }, story.kicker),
    h(
      "h3",
      { lang: languageOf(story.headline), tabindex: "-1" },
      h("span", { class: "story-number" }, `${number}`),
      h(
        "button",
        {
          type: "button",
          class: "plain headline",
          onclick: () => openArticle({ id: story.article_ids[0], briefing: briefing.id }),
        },
        story.headline || (() => t("no_headline")),
      ),
    ),
    storyAbout(story, briefing),
    story.update && h(
      "p",
      { class: "note small" },
      () => t(
        "story_update",
        period(story.update.date_from, story.update.date_to),
        story.update.headline,
        story.update.news,
      ),
    ),
    h("ul", { class: "points", lang: languageOf(story.points[0]?.text) }, points),
  );
}

function storyAbout(story, { from, to }) {
  const said = [
    ...story.papers.map((name) => () => paper(name)),
    from !== to && story.issue_dates.length > 0 && (() => period(
      story.issue_dates[0],
      story.issue_dates.at(-1),
    )),
    story.page && (() => t("page", story.page)),
    story.article_ids.length > 1 && (() => t("articles_n", story.article_ids.length)),
  ].filter(Boolean);
  return said.length ? h("p", { class: "meta" }, said.map((one) => h("span", {}, one))) : null;
}

function table({ table: lines, citations, stories }, origin) {
  if (!lines.length) return null;
  const rows = lines.map((line) =>
    h(
      "tr",
      {},
      h("td", { class: "kind" }, () => t(`kind_${line.kind}`)),
      h("td", { class: "value", lang: languageOf(line.value) }, line.value),
      h("td", { class: "what", lang: languageOf(line.what) }, line.what),
      h(
        "td",
        { class: "where" },
        h(
          "span",
          { class: "small soft", title: stories[line.story - 1]?.headline },
          () => t("nth", line.story),
        ),
        citationButtons([line.citation], citations, origin),
      ),
    ),
  );
  return h(
    "section",
    { class: "decisions" },
    h("h3", {}, () => t("table")),
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["kind", "value", "what", "source"].map(
            (key) => h(
              "th",
              { scope: "col", class: key === "source" ? "where" : key },
              () => t(key),
            ),
          ),
        ),
      ),
      h("tbody", {}, rows),
    ),
  );
}
