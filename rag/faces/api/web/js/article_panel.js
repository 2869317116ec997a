// The article beside what is read: its text with the quotes lit, its printed page, its raw lines.
import { Failure, get } from "./api.js";
import { copies, notes } from "./answer_parts.js";
import { articleHead, partHeading } from "./article_head.js";
import { remember, remembered } from "./citation.js";
import { copyText } from "./clipboard.js";
import { fill, h } from "./dom.js";
import { failureLines } from "./failing.js";
import { languageOf, t } from "./i18n.js";
import { litParagraphs } from "./lit_text.js";
import { rawTable } from "./raw_lines.js";
import { address, closeArticle, go, hash, route } from "./route.js";
import { quoteSteps } from "./quote_steps.js";
import { hasSheets, sheetFigures } from "./sheets.js";
import { tabs } from "./tabs.js";
import { tool } from "./tool.js";

const WIDE = window.matchMedia("(min-width: 56rem)"); // as in frame.css

export function articlePanel() {
  const body = h("div", { class: "side-body", tabindex: "-1" });
  const title = h("p", { class: "small-head", id: "side-title" }, () => t("article"));
  const steps = quoteSteps((by) => step(by));
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
        steps.element,
        tool("copy_link", "link", () => copyText(address(location.hash))),
        tool("broaden", "wide", () => element.classList.toggle("broad"), "only-desk"),
        tool("close", "close", closeArticle),
      ),
    ),
    body,
  );
  let shown = null; // what of the address is shown
  let held = null; // the parts of the open article, in order; {article, raw} each
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
      steps.show([]);
      fill(body, h("div", { class: "note bad", role: "alert" }, failureLines(failure)));
    }
  }

  async function fetchArticle(wanted, signal) {
    if (!held?.some(({ article }) => article.id === wanted.id)) {
      held = null;
      steps.show([]);
      fill(body, h("p", { class: "waiting", role: "status" }, () => t("article_reading")));
      const articles = await partsOf(wanted.id, signal);
      held = articles.map((article) => ({ article, raw: null }));
    }
    const citations = await citationsOf(wanted, signal);
    if (shown === wanted) draw(spansOf(wanted, citations, held), signal);
  }

  function draw(spans, signal) {
    const articles = held.map(({ article }) => article);
    const offered = [["text", "tab_text"], ["page", "tab_page"], ["raw", "tab_raw"]];
    if (!articles.some(hasSheets)) offered.splice(1, 1);
    if (!offered.some(([name]) => name === form)) form = "text";
    const shownAs = h(
      "div",
      { class: "shown-as", id: "shown-as", role: "tabpanel", tabindex: "0" },
    );
    const choice = tabs("forms", offered, shownAs.id, (name) => {
      form = name;
      shownAs.setAttribute("aria-labelledby", choice.id(name));
      drawForm(name, shownAs, spans, signal);
    });
    fill(
      body,
      articleHead(articles),
      h("div", { class: "side-tabs" }, choice.element),
      shownAs,
      copies(articles.flatMap((one) => one.also_in)),
      notes([...new Set(articles.flatMap((one) => one.notes))], "doubts"),
    );
    steps.show(spans);
    choice.choose(form);
    const main = body.querySelector("mark.main");
    if (!main) body.scrollTop = 0;
    if (!steps.element.contains(document.activeElement)) body.focus({ preventScroll: true });
  }

  function drawForm(name, shownAs, spans, signal) {
    const under = (article, shown) => [held.length > 1 && partHeading(article), shown];
    const lit = (article) => spans.filter((span) => span.id === article.id);
    if (name === "text") {
      fill(shownAs, held.map(({ article }) => under(article, textOf(article, lit(article)))));
      shownAs.querySelector("mark.main")?.scrollIntoView({ block: "center" });
    } else if (name === "page") {
      const printed = held.map(({ article }) => article).filter(hasSheets);
      const leading = printed.find((one) => lit(one).some((span) => span.main)) ?? printed[0];
      fill(
        shownAs,
        printed.map(
          (one) => under(one, sheetFigures(one, lit(one), signal, { leads: one === leading })),
        ),
      );
    } else {
      const boxes = held.map(() => h("div"));
      fill(shownAs, held.map(({ article }, n) => under(article, boxes[n])));
      held.forEach((part, n) => rawTable(part, lit(part.article), boxes[n], signal));
    }
  }

  /** To the quote before or after; whether there is one. */
  function step(by) {
    if (!held || !shown) return false;
    const spans = spansOf(
      shown,
      remembered("answer", shown.answer) ?? remembered("briefing", shown.briefing) ?? [],
      held,
    );
    if (spans.length < 2) return false;
    const at = spans.findIndex((span) => span.main);
    const next = (Math.max(at, by > 0 ? -1 : 0) + by + spans.length) % spans.length;
    const { id, start, end } = spans[next];
    const { view, values } = route();
    go(hash(view, values, { ...shown, id, start, end }), { replace: true });
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

const textOf = ({ text }, spans) =>
  h("div", { class: "article-text serif", lang: languageOf(text) }, litParagraphs(text, spans));

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
function spansOf({ id: opened, start, end }, citations, held) {
  const order = held.map(({ article }) => article.id);
  const spans = new Map();
  const add = (id, from, to, main) => spans.set(
    `${id}:${from}-${to}`,
    { id, start: from, end: to, main },
  );
  for (const one of citations) {
    if (order.includes(one.article_id)) add(one.article_id, one.start, one.end, false);
  }
  if (start !== null && end !== null && start < end) add(opened, start, end, true);
  return [...spans.values()].sort(
    (a, b) => order.indexOf(a.id) - order.indexOf(b.id) || a.start - b.start || a.end - b.end,
  );
}

/** The article with an id, as all the parts of one that goes on on another page, in order. */
async function partsOf(id, signal) {
  const one = (which) => get(`articles/${encodeURIComponent(which)}`, signal);
  const article = await one(id);
  const ids = article.parts.map((part) => part.id);
  if (ids.length < 2) return [article];
  return Promise.all(ids.map((part) => (part === article.id ? article : one(part))));
}
