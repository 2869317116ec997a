// The article beside what is read: its text with the quotes lit, its printed page, its raw lines.
import { Failure, get } from "./api.js";
import { copies, notes, placeLine } from "./answer_parts.js";
import { remember, remembered } from "./citation.js";
import { copyText } from "./clipboard.js";
import { fill, h, icon } from "./dom.js";
import { day } from "./format.js";
import { languageOf, t } from "./i18n.js";
import { litParagraphs } from "./lit_text.js";
import { rawTable } from "./raw_lines.js";
import { address, closeArticle, go, hash, route } from "./route.js";
import { hasSheets, sheetFigures } from "./sheets.js";
import { tabs } from "./tabs.js";

const WIDE = window.matchMedia("(min-width: 56rem)"); // as in frame.css

export function articlePanel() {
  const body = h("div", { class: "side-body", tabindex: "-1" });
  const title = h("p", { class: "small-head", id: "side-title" }, () => t("article"));
  const steps = h("div", { class: "steps" });
  const element = h(
    "dialog",
    { class: "side", "aria-labelledby": "side-title" },
    h(
      "div",
      { class: "side-bar" },
      title,
      h(
        "div",
        {},
        steps,
        tool("copy_link", "link", () => copyText(address(location.hash))),
        tool("broaden", "wide", () => element.classList.toggle("broad"), "only-desk"),
        tool("close", "close", closeArticle),
      ),
    ),
    body,
  );
  let shown = null; // what of the address is shown
  let held = null; // {article, raw}: the article that is open
  let form = "text";
  let loading = new AbortController();
  let before = null; // what had the focus

  element.addEventListener("cancel", (event) => {
    event.preventDefault();
    closeArticle();
  });
  WIDE.addEventListener("change", () => element.open && unfold());

  async function show(wanted) {
    if (JSON.stringify(wanted) === JSON.stringify(shown)) return;
    loading.abort();
    loading = new AbortController();
    shown = wanted;
    if (!wanted) return fold();
    if (!element.open) {
      before = document.activeElement;
      unfold();
    }
    try {
      await fetchArticle(wanted, loading.signal);
    } catch (failure) {
      if (loading.signal.aborted || shown !== wanted) return;
      if (!(failure instanceof Failure)) throw failure;
      held = null;
      fill(steps);
      fill(body, h("p", { class: "note bad", role: "alert" }, () => failure.line));
    }
  }

  async function fetchArticle(wanted, signal) {
    if (held?.article.id !== wanted.id) {
      held = null;
      fill(steps);
      fill(body, h("p", { class: "waiting", role: "status" }, () => t("article_reading")));
      held = { article: await get(`articles/${encodeURIComponent(wanted.id)}`, signal), raw: null };
    }
    const citations = await citationsOf(wanted, signal);
    if (shown === wanted) draw(held, spansOf(wanted, citations, held.article.id), signal);
  }

  function draw({ article }, spans, signal) {
    const offered = [["text", "tab_text"], ["page", "tab_page"], ["raw", "tab_raw"]];
    if (!hasSheets(article)) offered.splice(1, 1);
    if (!offered.some(([name]) => name === form)) form = "text";
    const shownAs = h(
      "div",
      { class: "shown-as", id: "shown-as", role: "tabpanel", tabindex: "0" },
    );
    const choice = tabs("forms", offered, shownAs.id, (name) => {
      form = name;
      shownAs.setAttribute("aria-labelledby", choice.id(name));
      drawForm(name, shownAs, article, spans, signal);
    });
    fill(
      body,
      head(article),
      h("div", { class: "side-tabs" }, choice.element),
      shownAs,
      copies(article.also_in),
      notes(article.notes, "doubts"),
    );
    fill(steps, stepButtons(spans));
    choice.choose(form);
    const main = body.querySelector("mark.main");
    if (!main) body.scrollTop = 0;
    body.focus({ preventScroll: true });
  }

  function drawForm(name, shownAs, article, spans, signal) {
    if (name === "text") {
      fill(
        shownAs,
        h(
          "div",
          { class: "article-text serif", lang: languageOf(article.text) },
          litParagraphs(article.text, spans),
        ),
      );
      shownAs.querySelector("mark.main")?.scrollIntoView({ block: "center" });
    } else if (name === "page") fill(shownAs, sheetFigures(article, spans, signal));
    else rawTable(held, spans, shownAs, signal);
  }

  function stepButtons(spans) {
    if (spans.length < 2) return [];
    const at = spans.findIndex((span) => span.main);
    const said = h(
      "span",
      {
        class: "meta",
        "aria-live": "polite",
        "aria-label": () => t("quote_of", at + 1, spans.length),
      },
      at < 0 ? "" : `${at + 1}/${spans.length}`,
    );
    return [
      tool("quote_before", "left", () => step(-1)),
      said,
      tool("quote_after", "right", () => step(1)),
    ];
  }

  /** To the quote before or after; whether there is one. */
  function step(by) {
    if (!held || !shown) return false;
    const spans = spansOf(
      shown,
      remembered("answer", shown.answer) ?? remembered("briefing", shown.briefing) ?? [],
      held.article.id,
    );
    if (spans.length < 2) return false;
    const at = spans.findIndex((span) => span.main);
    const next = (Math.max(at, by > 0 ? -1 : 0) + by + spans.length) % spans.length;
    const { start, end } = spans[next];
    const { view, values } = route();
    go(hash(view, values, { ...shown, start, end }), { replace: true });
    return true;
  }

  function unfold() {
    if (element.open) element.close();
    if (WIDE.matches) element.show();
    else element.showModal();
    document.body.classList.toggle("beside", WIDE.matches);
  }

  function fold() {
    element.close();
    element.classList.remove("broad");
    document.body.classList.remove("beside");
    held = null;
    if (before?.isConnected) before.focus({ preventScroll: true });
    before = null;
  }

  return { element, show, step };
}

const tool = (key, name, action, kind = "") =>
  h(
    "button",
    {
      type: "button",
      class: `quiet ${kind}`,
      "aria-label": () => t(key),
      title: () => t(key),
      onclick: action,
    },
    icon(name),
  );

/** The quotes of the answer or briefing that led here, of its record where it isn't at hand. */
async function citationsOf({ answer, briefing }, signal) {
  const [kind, id] = answer ? ["answer", answer] : ["briefing", briefing];
  if (!id) return [];
  const there = remembered(kind, id);
  if (there) return there;
  try {
    const { citations } = await get(`${kind}s/${encodeURIComponent(id)}`, signal);
    remember({ kind, id }, citations);
    return citations;
  } catch (failure) {
    // Its record is gone: the quote that the link names is lit all the same.
    if (failure instanceof Failure) return [];
    throw failure;
  }
}

/** The stretches to light, in order of the text, each once; the one that was opened is `main`. */
function spansOf({ start, end }, citations, id) {
  const spans = new Map();
  for (const one of citations) {
    if (one.article_id === id) spans.set(
      `${one.start}-${one.end}`,
      { start: one.start, end: one.end, main: false },
    );
  }
  if (start !== null && end !== null && start < end) spans.set(
    `${start}-${end}`,
    { start, end, main: true },
  );
  return [...spans.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}

function head(article) {
  const known = [
    article.event_date && (() => t("event_date", day(article.event_date))),
    article.date_inferred && (() => t("inferred")),
    article.dateline && (() => article.dateline),
    article.byline.length > 0 && (() => article.byline.join(" ")),
  ].filter(Boolean);
  return h(
    "header",
    { class: "article-head" },
    article.kicker && h("p", { class: "kicker", lang: languageOf(article.kicker) }, article.kicker),
    h("h2", { lang: languageOf(article.headline) }, article.headline || (() => t("no_headline"))),
    placeLine(article),
    known.length > 0 && h("p", { class: "meta" }, known.map((one) => h("span", {}, one))),
    h("p", { class: "meta" }, h("span", {}, article.source), webPage(article.url)),
  );
}

/** A link to the page on the web that it was read from; other kinds of address are no links. */
function webPage(url) {
  if (!/^https?:\/\//i.test(url ?? "")) return null;
  const outside = { href: url, target: "_blank", rel: "noopener noreferrer" };
  return h("span", {}, h("a", outside, () => t("web_page")));
}
