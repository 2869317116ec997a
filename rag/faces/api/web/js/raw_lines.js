// The lines of the page that an article was read from, beside what was read of each.
import { Failure, get } from "./api.js";
import { fill, h, put } from "./dom.js";
import { points } from "./format.js";
import { languageOf, t } from "./i18n.js";
import { litPieces } from "./lit_text.js";

/**
 * Fill a box with the table, and what the page prints in no article. held: {article, raw}, where
 * the lines are kept once fetched.
 */
export async function rawTable(held, spans, box, signal) {
  fill(box, h("p", { class: "waiting", role: "status" }, () => t("raw_reading")));
  try {
    held.raw ??= await get(`articles/${encodeURIComponent(held.article.id)}/raw`, signal);
  } catch (failure) {
    if (signal.aborted) return;
    if (!(failure instanceof Failure)) throw failure;
    fill(box, h("p", { class: "note bad", role: "alert" }, () => failure.line));
    return;
  }
  const { lines, left_out: left } = held.raw;
  const language = languageOf(held.article.text);
  const rows = lines.map((line) => row(line, spans));
  fill(box, table("tab_raw", ["raw_line", "raw_there", "raw_here"], rows, language));
  if (left.length) put(box, leftOut(left, language));
  box.querySelector("mark.main")?.scrollIntoView({ block: "center" });
}

function table(label, columns, rows, lang) {
  const heads = columns.map((key) => h("th", { scope: "col" }, () => t(key)));
  return h(
    "table",
    { class: "raw", "aria-label": () => t(label) },
    h("thead", {}, h("tr", {}, heads)),
    h("tbody", { lang }, rows),
  );
}

/** What the page prints in no article, folded away. */
function leftOut(left, language) {
  const rows = left.map(({ kind, line, raw }) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, `${line}`),
      h("td", { class: "there" }, raw.trim()),
      h("td", { lang: () => document.documentElement.lang }, () => t(`left_${kind}`)),
    ),
  );
  return h(
    "details",
    { class: "left-out" },
    h("summary", {}, () => t("left_out_n", left.length)),
    h("p", { class: "small soft" }, () => t("left_out_about")),
    table("left_out", ["raw_line", "raw_there", "kind"], rows, language),
  );
}

function row(line, spans) {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, `${line.line}`),
    h("td", { class: "there" }, line.raw),
    h("td", {}, line.text ? lit(line, spans) : h("span", { class: "soft" }, () => t("raw_none"))),
  );
}

function lit({ text, start }, spans) {
  const characters = points(text);
  const here = spans.map((one) => ({ ...one, start: one.start - start, end: one.end - start }));
  return litPieces(characters, 0, characters.length, here);
}
