// The images of an article's pages, with boxes over its lines and stronger ones over quoted lines.
import { Failure, file, path } from "./api.js";
import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { tool } from "./tool.js";

const WIDTH = 2000; // pixels that are fetched: a broadsheet's column can be read
const LEGIBLE = 720; // CSS pixels: a page is shown no narrower at first
const [LARGEST, STEP] = [4, 1.5];

/** Whether an article can be shown as it was printed. */
export const hasSheets = (article) => article.boxes.length > 0 && article.sheets?.length > 0;

/**
 * The pages that the article stands on. spans: as for litParagraphs. leads: whether its quoted
 * lines are what is scrolled to.
 */
export function sheetFigures(article, spans, signal, { leads = true } = {}) {
  const numbers = [
    ...new Set(article.boxes.map((box) => box.sheet)),
  ].filter((number) => article.sheets.includes(number));
  const quoted = article.boxes.find((box) => kindOf(box, spans) === "main")?.sheet;
  const leading = leads ? (quoted ?? numbers[0]) : null;
  return numbers.map((number) => figure(article, number, spans, signal, number === leading));
}

function figure(article, number, spans, signal, leads) {
  const boxes = article.boxes.filter((box) => box.sheet === number).map(
    (box) => ({ ...box, kind: kindOf(box, spans) }),
  );
  const quoted = boxes.filter((box) => box.kind === "main").length;
  const image = h(
    "img",
    { alt: () => (quoted ? t("sheet_lit", number, quoted) : t("sheet", number)), hidden: true },
  );
  const page = h("div", { class: "sheet-page" });
  const over = h("div", { class: "boxes", "aria-hidden": "true", hidden: true }, boxes.map(drawn));
  const said = h("p", { class: "waiting" }, () => t("sheet_reading"));
  draw(article, number, image, signal).then(
    () => {
      said.hidden = true;
      image.hidden = over.hidden = false;
      zoom(Math.min(LARGEST, Math.max(1, LEGIBLE / page.parentElement.clientWidth)), leads);
    },
    (failure) => {
      if (signal.aborted) return;
      if (!(failure instanceof Failure)) throw failure;
      said.classList.remove("waiting");
      fill(said, () => (failure.status === 404 ? t("sheet_missing") : failure.line));
    },
  );

  let scale = 1;
  const buttons = [
    tool("zoom_out", "smaller", () => zoom(scale / STEP)),
    tool("zoom_in", "larger", () => zoom(scale * STEP)),
  ];

  /** So many times as wide as the panel; the quoted lines stay in the middle. */
  function zoom(wanted, follow = true) {
    scale = Math.min(LARGEST, Math.max(1, wanted));
    page.style.width = `${scale * 100}%`;
    buttons[0].disabled = scale === 1;
    buttons[1].disabled = scale === LARGEST;
    if (follow) (over.querySelector(".main") ?? over.querySelector(".box"))?.scrollIntoView(
      { block: "center", inline: "center" },
    );
  }

  page.append(image, over);
  const scrolled = { role: "group", tabindex: "0", "aria-label": () => t("sheet", number) };
  return h(
    "figure",
    { class: "sheet" },
    said,
    h("div", { class: "zooms" }, buttons),
    h("div", { class: "sheet-window", ...scrolled }, page),
  );
}

const overlaps = (box, span) => box.start < span.end && span.start < box.end;

function kindOf(box, spans) {
  const covering = spans.filter((span) => overlaps(box, span));
  return covering.length ? (covering.some((span) => span.main) ? "main" : "faint") : "line";
}

function drawn({ left, top, right, bottom, kind }) {
  const box = h("div", { class: `box ${kind}` });
  Object.assign(
    box.style,
    { left: share(left), top: share(top), width: share(right - left), height: share(bottom - top) },
  );
  return box;
}

const share = (part) => `${part * 100}%`;

async function draw(article, number, image, signal) {
  const blob = await file(
    path(`articles/${encodeURIComponent(article.id)}/sheets/${number}.png`, { width: WIDTH }),
    signal,
  );
  const url = URL.createObjectURL(blob);
  try {
    image.src = url;
    await image.decode();
  } finally {
    URL.revokeObjectURL(url);
  }
}
