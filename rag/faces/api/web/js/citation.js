// A citation number: a button with its quote on hover and focus, the article on click.
import { h, fill } from "./dom.js";
import { languageOf, t } from "./i18n.js";
import { place } from "./format.js";
import { openArticle } from "./route.js";

const known = new Map(); // of answers and briefings that were shown: their quotes, by origin and id
const GAP = 8; // pixels between a number and its quote, and to the window's edge

/** Keep an answer's quotes, to light all of an article's when one of them is opened. */
export function remember(origin, citations) {
  if (origin.id) known.set(`${origin.kind}:${origin.id}`, citations);
}

export const remembered = (kind, id) => known.get(`${kind}:${id}`) ?? null;

/** Open a quote's article with its words lit. origin: {kind: "answer" or "briefing", id}. */
export function openCitation(citation, origin) {
  const { article_id: id, start, end } = citation;
  openArticle({ id, start, end, [origin.kind]: origin.id });
}

/** The number of a citation, as a button. */
export function citationButton(citation, origin) {
  const label = () => t(
    "cite_label",
    citation.number,
    citation.headline || t("no_headline"),
    place(citation).join(" "),
  );
  const button = h(
    "button",
    { type: "button", class: "cite", "aria-label": label },
    `${citation.number}`,
  );
  button.addEventListener("click", () => {
    hide();
    openCitation(citation, origin);
  });
  button.addEventListener(
    "pointerenter",
    (event) => event.pointerType === "mouse" && show(button, citation),
  );
  button.addEventListener("pointerleave", hideSoon);
  button.addEventListener(
    "focus",
    () => button.matches(":focus-visible") && show(button, citation),
  );
  button.addEventListener("blur", hide);
  return button;
}

/** Numbers as buttons, in order; those without a citation are left out. */
export const citationButtons = (numbers, citations, origin) =>
  numbers
    .map((number) => citations.find((one) => one.number === number))
    .filter(Boolean)
    .map((citation) => citationButton(citation, origin));

const popover = h(
  "div",
  { class: "quote-popover", id: "quote-popover", role: "tooltip", hidden: true },
);
let shownBy = null;
let leaving = 0;

export function installPopover() {
  document.body.append(popover);
  popover.addEventListener("pointerenter", () => clearTimeout(leaving));
  popover.addEventListener("pointerleave", hideSoon);
  addEventListener("scroll", () => shownBy && placeBy(shownBy), { capture: true, passive: true });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !shownBy) return;
    hide();
    event.stopImmediatePropagation(); // this Escape is spent: what is below stays open
  }, { capture: true });
}

function show(button, citation) {
  clearTimeout(leaving);
  shownBy?.removeAttribute("aria-describedby");
  shownBy = button;
  fill(
    popover,
    h(
      "p",
      { class: "popover-headline serif", lang: languageOf(citation.headline) },
      citation.headline || t("no_headline"),
    ),
    h("p", { class: "meta" }, place(citation).map((part) => h("span", {}, part))),
    h("blockquote", { lang: languageOf(citation.quote) }, citation.quote),
  );
  // A modal dialog makes all that is outside it inert.
  (button.closest("dialog") ?? document.body).append(popover);
  popover.hidden = false;
  button.setAttribute("aria-describedby", popover.id);
  placeBy(button);
}

/** Below its number, or above where there is more room; what doesn't fit is scrolled in it. */
function placeBy(button) {
  const at = button.getBoundingClientRect();
  const [above, under] = [at.top - 2 * GAP, innerHeight - at.bottom - 2 * GAP];
  popover.style.maxHeight = "";
  const below = popover.offsetHeight <= under || under >= above;
  popover.style.maxHeight = `${Math.max(0, below ? under : above)}px`;
  const { width, height } = popover.getBoundingClientRect();
  const left = Math.max(
    GAP,
    Math.min(
      at.left + at.width / 2 - width / 2,
      document.documentElement.clientWidth - width - GAP,
    ),
  );
  popover.style.left = `${left}px`;
  popover.style.top = `${below ? at.bottom + GAP : at.top - height - GAP}px`;
}

/** With time to move onto the quote; a number that has the focus keeps its own. */
function hideSoon() {
  if (!shownBy?.matches(":focus-visible")) leaving = setTimeout(hide, 150);
}

function hide() {
  clearTimeout(leaving);
  shownBy?.removeAttribute("aria-describedby");
  shownBy = null;
  popover.hidden = true;
}
