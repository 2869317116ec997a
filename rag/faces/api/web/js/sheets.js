// The images of an article's pages, with boxes over its lines and stronger ones over quoted lines.
import { Failure, file, path } from "./api.js";
import { fill, h } from "./dom.js";
import { t } from "./i18n.js";

const WIDTH = 1400; // pixels: enough to read a broadsheet's column on a sharp screen

/** Whether an article can be shown as it was printed. */
export const hasSheets = (article) => article.boxes.length > 0 && article.sheets?.length > 0;

/** The pages that the article stands on. spans: as for litParagraphs. */
export function sheetFigures(article, spans, signal) {
  const numbers = [...new Set(article.boxes.map((box) => box.sheet))].filter((number) => article.sheets.includes(number));
  return numbers.map((number) => figure(article, number, spans, signal));
}

function figure(article, number, spans, signal) {
  const boxes = article.boxes.filter((box) => box.sheet === number).map((box) => ({ ...box, kind: kindOf(box, spans) }));
  const quoted = boxes.filter((box) => box.kind === "main").length;
  const image = h("img", { alt: () => (quoted ? t("sheet_lit", number, quoted) : t("sheet", number)), hidden: true });
  const over = h("div", { class: "boxes", "aria-hidden": "true", hidden: true }, boxes.map(drawn));
  const said = h("p", { class: "waiting" }, () => t("sheet_reading"));
  draw(article, number, image, signal).then(
    () => {
      said.hidden = true;
      image.hidden = over.hidden = false;
      over.querySelector(".main")?.scrollIntoView({ block: "center" });
    },
    (failure) => {
      if (signal.aborted) return;
      if (!(failure instanceof Failure)) throw failure;
      said.classList.remove("waiting");
      fill(said, () => (failure.status === 404 ? t("sheet_missing") : failure.line));
    },
  );
  return h("figure", { class: "sheet" }, said, h("div", { class: "sheet-page" }, image, over));
}

const overlaps = (box, span) => box.start < span.end && span.start < box.end;

function kindOf(box, spans) {
  const covering = spans.filter((span) => overlaps(box, span));
  return covering.length ? (covering.some((span) => span.main) ? "main" : "faint") : "line";
}

function drawn({ left, top, right, bottom, kind }) {
  const box = h("div", { class: `box ${kind}` });
  Object.assign(box.style, { left: share(left), top: share(top), width: share(right - left), height: share(bottom - top) });
  return box;
}

const share = (part) => `${part * 100}%`;

async function draw(article, number, image, signal) {
  const blob = await file(path(`articles/${encodeURIComponent(article.id)}/sheets/${number}.png`, { width: WIDTH }), signal);
  const url = URL.createObjectURL(blob);
  try {
    image.src = url;
    await image.decode();
  } finally {
    URL.revokeObjectURL(url);
  }
}
