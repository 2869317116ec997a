// What the archive holds, asked for once: issue dates and papers, each with a count of articles.
import { get } from "./api.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";

let held = null;
const listeners = new Set();

/** {days: [{date, articles}] in order, papers: [{publication, articles}], total, first, last}. */
export function archive() {
  held ??= fetched().catch((failure) => {
    held = null;
    throw failure;
  });
  return held;
}

/** Ask anew, and tell those who show it. */
export function archiveChanged() {
  held = null;
  for (const listen of listeners) listen();
}

export const onArchive = (listen) => listeners.add(listen);

/** The way to an archive's first pages. */
export const addPages = () =>
  h(
    "p",
    {},
    h("a", { class: "button first", href: "#view=upload" }, () => t("archive_fill")),
  );

async function fetched() {
  const [dates, publications] = await Promise.all([get("issue-dates"), get("publications")]);
  const days = [...dates.items].sort((a, b) => a.date.localeCompare(b.date));
  const papers = publications.items.filter((one) => one.publication);
  const total = days.reduce((sum, one) => sum + one.articles, 0);
  return { days, papers, total, first: days[0]?.date ?? null, last: days.at(-1)?.date ?? null };
}
