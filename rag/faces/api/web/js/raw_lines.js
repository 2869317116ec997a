// The lines of the page that an article was read from, beside what was read of each.
import { Failure, get } from "./api.js";
import { fill, h } from "./dom.js";
import { points } from "./format.js";
import { languageOf, t } from "./i18n.js";
import { litPieces } from "./lit_text.js";

/** Fill a box with the table. held: {article, raw}, where the lines are kept once fetched. */
export async function rawTable(held, spans, box, signal) {
  fill(box, h("p", { class: "waiting", role: "status" }, () => t("raw_reading")));
  try {
    held.raw ??= (await get(`articles/${encodeURIComponent(held.article.id)}/raw`, signal)).lines;
  } catch (failure) {
    if (signal.aborted) return;
    if (!(failure instanceof Failure)) throw failure;
    fill(box, h("p", { class: "note bad", role: "alert" }, () => failure.line));
    return;
  }
  const rows = held.raw.map((line) => row(line, spans));
  fill(
    box,
    h(
      "table",
      { class: "raw" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["raw_line", "raw_there", "raw_here"].map(
            (key) => h("th", { scope: "col" }, () => t(key)),
          ),
        ),
      ),
      h("tbody", { lang: languageOf(held.article.text) }, rows),
    ),
  );
  box.querySelector("mark.main")?.scrollIntoView({ block: "center" });
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
