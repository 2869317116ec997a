// What failed, in the reader's language, and below it what the server says of it, in English.
import { h } from "./dom.js";
import { t } from "./i18n.js";

// What the reasons of pages that could not be read have in common.
const REASONS = [
  [/\bis empty\b|holds no (row|file|HTML)\b/, "why_empty"],
  [/no article is found/, "why_no_article"],
  [/(is|are) (larger|longer) than|has more than/, "why_too_large"],
  [/without a text layer/, "why_scan"],
  [/no public address/, "why_private"],
  [/\baddress (is no URL|can't be read|names|holds)|only http and https/, "why_address"],
  [/can't be (fetched|reached)|isn't found|no whole reply/, "why_unreachable"],
  [/can't be read as|looks like a binary file|it is no /, "why_broken"],
];

/** A failed request as nodes: one line, then the server's own words and the request's number. */
export function failureLines(failure) {
  const { message, id } = failure;
  return [
    h("p", {}, () => failure.line),
    (message || id) && h(
      "p",
      { class: "meta detail" },
      message && h("span", { lang: "en" }, message),
      id && h("span", {}, () => t("fail_number", id)),
    ),
  ];
}

/** Why a page could not be read, as nodes. */
export function reasonLines(reason) {
  const [, key] = REASONS.find(([pattern]) => pattern.test(reason)) ?? [];
  return [
    key && h("p", {}, () => t(key)),
    h("p", { class: "small soft detail", lang: "en" }, reason),
  ];
}
