// One question and its answer: sentences as they come, then all that stands beside them.
import { foot, notes, sides, sources } from "./answer_parts.js";
import { addPages } from "./archive.js";
import { citationButtons, remember } from "./citation.js";
import { fill, h, icon, put } from "./dom.js";
import { failureLines } from "./failing.js";
import { day, period } from "./format.js";
import { languageOf, t } from "./i18n.js";
import { openArticle } from "./route.js";

/** What of a filter is set, in words; "" for none. */
export function filterWords({ from, to, publication }) {
  let span = "";
  if (from && to) span = period(from, to);
  else if (from) span = t("span_from", day(from));
  else if (to) span = t("span_until", day(to));
  return [span, publication].filter(Boolean).join(" · ");
}

/**
 * A turn of the conversation, waiting: {element, understood, found, sentence, finish, fail, stop}.
 * again(filter): asks it once more.
 */
export function turn(asked, filter, { again }) {
  const origin = { kind: "answer", id: null };
  const heading = h("h2", { class: "asked", tabindex: "-1", lang: languageOf(asked) }, asked);
  const above = h(
    "div",
    { class: "turn-above" },
    filtered(filter) && h("p", { class: "meta" }, () => t("under_filter", filterWords(filter))),
  );
  const status = h("div", { class: "status waiting", role: "status" }, () => t("searching"));
  const said = h(
    "div",
    { class: "sentences", role: "log", "aria-live": "polite", "aria-label": () => t("answer") },
  );
  const after = h("div", { class: "turn-after" });
  const element = h(
    "article",
    { class: "turn", "data-busy": true },
    heading,
    above,
    said,
    status,
    after,
  );
  const streamed = [];
  let nearest = [];

  const settle = (...children) => {
    delete element.dataset.busy;
    status.classList.remove("waiting");
    fill(status, ...children);
    status.hidden = !children.length;
  };

  return {
    element,
    understood({ asked: typed, understood }) {
      if (understood && understood !== typed) {
        put(above, h("p", { class: "understood" }, () => t("understood", understood)));
      }
    },
    found({ hits, articles }) {
      nearest = articles;
      fill(status, () => (hits ? t("found", hits, articles.length) : t("found_nothing")));
    },
    sentence(event) {
      if (!streamed.length) put(said, opening(event, event.citations, origin));
      streamed.push(event.sentence.text);
      put(said, sentenceLine(event.sentence, event.citations, origin));
    },
    finish(answer, { empty }) {
      origin.id = answer.id;
      remember(origin, answer.citations);
      if (answer.refused) {
        settle();
        status.hidden = true;
        said.classList.add("refusal");
        fill(said, empty ? nothingYet() : refusal(answer, filter, again));
        if (!empty) put(after, nearestList(nearest), notes(answer.notes));
        return;
      }
      const whole = answer.sentences.map((one) => one.text);
      if (JSON.stringify(whole) !== JSON.stringify(streamed)) {
        const lines = answer.sentences.map((one) => sentenceLine(one, answer.citations, origin));
        fill(said, opening(answer, answer.citations, origin), lines);
      }
      put(said, answer.gaps.map((gap) => h("p", { class: "gap" }, gap)));
      settle(
        h(
          "span",
          { class: "hidden" },
          () => t("answer_done", answer.sentences.length, answer.citations.length),
        ),
      );
      put(
        after,
        sides(answer, origin),
        sources(answer, origin),
        notes(answer.notes),
        foot(asked, filter, answer),
      );
    },
    fail(failure) {
      settle(
        h("div", { class: "failed" }, failureLines(failure)),
        h(
          "button",
          { type: "button", class: "quiet", onclick: () => again(filter) },
          icon("again"),
          () => t("try_again"),
        ),
      );
    },
    stop() {
      settle(() => t(streamed.length ? "stopped" : "stopped_bare"));
    },
  };
}

const filtered = (filter) => Boolean(filter.from || filter.to || filter.publication);

/** What goes before the first sentence: the lead, and the answer in the fewest words. */
function opening({ lead, short_answer: short }, citations, origin) {
  return [
    lead && h("p", { class: "lead", lang: languageOf(lead) }, lead),
    short && h(
      "p",
      { class: "short serif", lang: languageOf(short.text) },
      short.text,
      citationButtons([short.citation], citations, origin),
      short.remark && h("span", { class: "remark" }, short.remark),
    ),
  ];
}

function sentenceLine(sentence, citations, origin) {
  return h(
    "p",
    { class: "sentence", lang: languageOf(sentence.text) },
    sentence.label && h("strong", { class: "label" }, sentence.label),
    sentence.text,
    citationButtons(sentence.citations, citations, origin),
    sentence.remark && h("span", { class: "remark" }, sentence.remark),
    !sentence.supported && h(
      "span",
      { class: "tag", title: sentence.problem },
      () => t("unsupported"),
    ),
  );
}

const nothingYet = () => [h("h3", {}, () => t("archive_empty")), addPages()];

function refusal(answer, filter, again) {
  const narrow = filtered(filter);
  return [
    h("h3", {}, () => t("refused_heading")),
    h("p", { lang: languageOf(answer.answer) }, answer.answer),
    narrow && h("p", { class: "soft" }, () => t("refused_filter")),
    narrow && h(
      "p",
      {},
      h(
        "button",
        { type: "button", class: "button", onclick: () => again({}) },
        () => t("ask_unfiltered"),
      ),
    ),
  ];
}

function nearestList(articles) {
  if (!articles.length) return null;
  const rows = articles.slice(0, 5).map(({ id, headline, issue_date: date }) =>
    h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "plain link",
          onclick: () => openArticle({ id }),
          lang: languageOf(headline),
        },
        headline || (() => t("no_headline")),
      ),
      h("span", { class: "meta" }, h("span", {}, () => day(date))),
    ),
  );
  return h(
    "section",
    { class: "aside" },
    h("h3", { class: "small-head" }, () => t("nearest")),
    h("ul", { class: "sources" }, rows),
  );
}
