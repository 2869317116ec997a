// All articles: searched, kept to dates and a paper, a page of them at a time.
import { Failure, get, path } from "./api.js";
import { addPages, archive, onArchive } from "./archive.js";
import { copies, placeLine } from "./answer_parts.js";
import { splitDoubt } from "./article_head.js";
import { fill, h, icon } from "./dom.js";
import { failureLines } from "./failing.js";
import { filters } from "./filters.js";
import { count } from "./format.js";
import { languageOf, t } from "./i18n.js";
import { go, hash, openArticle, route } from "./route.js";

const SIZE = 30; // articles a page

export function libraryView() {
  const box = h(
    "input",
    {
      class: "input",
      type: "search",
      id: "library-search",
      maxlength: "500",
      "aria-label": () => t("search"),
      placeholder: () => t("search_hint"),
    },
  );
  const filter = filters("library", (value) => to({ ...value, page: "" }));
  const form = h(
    "form",
    { class: "library-search", role: "search" },
    box,
    h("button", { type: "submit", class: "button" }, () => t("search")),
    filter.button,
  );
  const total = h("p", { class: "meta", role: "status" });
  const list = h("ul", { class: "articles" });
  const pages = h("nav", { class: "pages", "aria-label": () => t("pages"), hidden: true });
  const element = h(
    "div",
    { class: "view library" },
    h("header", { class: "view-head" }, h("h1", { tabindex: "-1" }, () => t("library_heading"))),
    form,
    filter.form,
    h("div", { class: "library-line" }, total, filter.chips),
    list,
    pages,
  );
  let shown = null;
  let loading = new AbortController();

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    to({ q: box.value.trim(), page: "" });
  });
  // The cross in a search box empties it without a submit.
  box.addEventListener("search", () => box.value || to({ q: "", page: "" }));

  function to(change) {
    go(hash("library", { ...shown, ...change }, route().article));
  }

  async function load({ q, from, to: until, publication, page }) {
    loading.abort();
    loading = new AbortController();
    const { signal } = loading;
    const offset = (Math.max(1, Number(page) || 1) - 1) * SIZE;
    list.setAttribute("aria-busy", "true");
    if (!list.children.length) fill(total, h("span", { class: "waiting" }, () => t("loading")));
    try {
      const found = await get(
        path("articles", { q, from, to: until, publication, limit: SIZE, offset }),
        signal,
      );
      draw(found, q, offset);
      if (!found.total && !(await archive()).total) fill(list, nothingYet());
    } catch (failure) {
      if (signal.aborted) return;
      if (!(failure instanceof Failure)) throw failure;
      fill(total);
      pages.hidden = true;
      fill(
        list,
        h(
          "li",
          { class: "note bad", role: "alert" },
          failureLines(failure),
          h(
            "button",
            {
              type: "button",
              class: "button",
              onclick: () => load({ q, from, to: until, publication, page }),
            },
            () => t("try_again"),
          ),
        ),
      );
    } finally {
      if (!signal.aborted) list.removeAttribute("aria-busy");
    }
  }

  function draw({ items, total: all }, q, offset) {
    fill(total, () => (q ? t("library_found", q, count(all)) : t("library_total", count(all))));
    fill(
      list,
      items.length ? items.map(row) : h("li", { class: "empty" }, () => t("library_empty")),
    );
    const [now, most] = [offset / SIZE + 1, Math.ceil(all / SIZE)];
    pages.hidden = most <= 1;
    const leaf = (key, name, step, off) => h(
      "button",
      { type: "button", class: "button", disabled: off, onclick: () => leafTo(now + step) },
      name === "left" && icon(name),
      () => t(key),
      name === "right" && icon(name),
    );
    fill(
      pages,
      leaf("page_before", "left", -1, now <= 1),
      h("span", { class: "meta" }, () => t("page_of", now, most)),
      leaf("page_after", "right", 1, now >= most),
    );
  }

  const nothingYet = () =>
    h("li", { class: "empty" }, h("p", {}, () => t("archive_empty")), addPages());

  function leafTo(page) {
    to({ page: page > 1 ? page : "" });
    element.scrollIntoView({ block: "start" });
  }

  function row(article) {
    const open = () => openArticle({ id: article.id });
    return h(
      "li",
      {},
      article.kicker && h(
        "p",
        { class: "kicker small", lang: languageOf(article.kicker) },
        article.kicker,
      ),
      h(
        "h2",
        { lang: languageOf(article.headline) },
        h(
          "button",
          { type: "button", class: "plain headline", onclick: open },
          article.headline || (() => t("no_headline")),
        ),
      ),
      placeLine(article, () => t("characters_n", count(article.characters))),
      copies(article.also_in),
      splitDoubt(article) && h("p", {}, splitDoubt(article)),
      article.notes.length > 0 && h("p", { class: "small doubt" }, () => t("doubts")),
    );
  }

  onArchive(() => shown && load(shown));

  return {
    element,
    /** values: q, from, to, publication, page. */
    show(values) {
      if (JSON.stringify(values) === JSON.stringify(shown)) return;
      shown = values;
      box.value = values.q ?? "";
      filter.set(values);
      load(values);
    },
    focus: () => element.querySelector("h1").focus({ preventScroll: true }),
    seek: () => box.focus(),
  };
}
