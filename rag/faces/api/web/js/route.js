// Where the reader is, kept after the # of the address: back, forward and links work.

const VIEWS = ["ask", "briefing", "library", "upload"];
const PANEL = ["article", "start", "end", "answer", "briefing_id"];
const listeners = new Set();

/** The view, its own values, and the article that is open beside it, if one is. */
export function route() {
  const values = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  const view = VIEWS.includes(values.view) ? values.view : "ask";
  const own = Object.entries(values).filter(([name]) => name !== "view" && !PANEL.includes(name));
  return { view, values: Object.fromEntries(own), article: articleOf(values) };
}

function articleOf({ article, start, end, answer, briefing_id: briefing }) {
  if (!article) return null;
  const [from, until] = [start, end].map((one) => (/^\d+$/.test(one ?? "") ? Number(one) : null));
  return {
    id: article,
    start: from,
    end: until,
    answer: answer ?? null,
    briefing: briefing ?? null,
  };
}

/** The part of an address that stands for a view with these values and, if given, an article. */
export function hash(view, values = {}, article = null) {
  const all = {
    ...(view === "ask" ? {} : { view }),
    ...values,
    ...(article ? panel(article) : {}),
  };
  const said = Object.entries(all).filter(
    ([, value]) => value !== null && value !== undefined && value !== "",
  );
  return `#${new URLSearchParams(said)}`;
}

const panel = ({ id, start, end, answer, briefing }) => ({
  article: id,
  start,
  end,
  answer,
  briefing_id: briefing,
});

/** The full address of a part of this page, to hand on. */
export const address = (part) => location.href.replace(/#.*$/, "") + part;

/** Go to a view; `replace` leaves no step to come back to. */
export function go(part, { replace = false } = {}) {
  if (part === (location.hash || "#")) return;
  history[replace ? "replaceState" : "pushState"](null, "", part);
  tell();
}

/** Open an article beside the view that is shown. */
export function openArticle(article) {
  const { view, values } = route();
  go(hash(view, values, article));
}

/** Close the article; the view stays. */
export function closeArticle() {
  const { view, values, article } = route();
  if (article) go(hash(view, values));
}

/** `listen(route)` is called at every change, and once at `start`. */
export const onRoute = (listen) => listeners.add(listen);

export function start() {
  addEventListener("popstate", tell);
  addEventListener("hashchange", tell);
  tell();
}

let told = null;

function tell() {
  if (told === location.hash) return;
  told = location.hash;
  for (const listen of listeners) listen(route());
}
