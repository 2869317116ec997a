// Dates, numbers and places as each language writes them.
import { language, t } from "./i18n.js";

const MONTHS = [
  ...["January", "February", "March", "April", "May", "June"],
  ...["July", "August", "September", "October", "November", "December"],
];

/** Year, month, day of an ISO date, as numbers. */
export const parts = (iso) => iso.slice(0, 10).split("-").map(Number);

/** 2024年5月16日, 16 May 2024; "" for none. */
export function day(iso) {
  if (!iso) return "";
  const [year, month, date] = parts(iso);
  if (language() === "zh") return `${year}年${month}月${date}日`;
  return `${date} ${MONTHS[month - 1]} ${year}`;
}

/** 2024年5月, May 2024. */
export const month = (year, number) =>
  language() === "zh" ? `${year}年${number}月` : `${MONTHS[number - 1]} ${year}`;

/** One day, or the first and last of several. */
export function period(first, last) {
  return first === last ? day(first) : t("to", day(first), day(last));
}

export const count = (number) => number.toLocaleString(language() === "zh" ? "zh-CN" : "en-GB");

/** A moment of an ISO time, in the reader's own time zone. */
export const moment = (iso) =>
  new Date(iso).toLocaleString(
    language() === "zh" ? "zh-CN" : "en-GB",
    { dateStyle: "medium", timeStyle: "short" },
  );

export const paper = (name) => (language() === "zh" ? `《${name}》` : name);

/** Where an article or a citation stands: paper, issue date, page; what is known of it. */
export function place(one) {
  const pages = new Set([...(one.parts ?? []).map((part) => part.page), one.page].filter(Boolean));
  const said = [one.publication && paper(one.publication), day(one.issue_date)];
  return [...said, pages.size > 0 && t("list", [...pages].map((page) => t("page", page)))].filter(
    Boolean,
  );
}

/** A text by code points: offsets of the archive count those, not a browser's half characters. */
export const points = (text) => Array.from(text);

export const last = (name) => name.split(/[\\/]/).filter(Boolean).pop() ?? name;
