// The language of the page; every word of it stands in strings_zh.js and strings_en.js.
import { refresh } from "./dom.js";
import { en } from "./strings_en.js";
import { zh } from "./strings_zh.js";
import { keep } from "./kept.js";

const TABLES = { zh, en };
const root = document.documentElement;

/** "zh" or "en". */
export const language = () => (root.lang.startsWith("zh") ? "zh" : "en");

/** The words for a key, with its values put in. */
export function t(key, ...values) {
  const words = TABLES[language()][key];
  if (words === undefined) throw new Error(`no words for ${key}`);
  return typeof words === "function" ? words(...values) : words;
}

/** Whether there are words for a key. */
export const has = (key) => key in TABLES[language()];

export function speak(chosen) {
  root.lang = chosen === "zh" ? "zh-Hans" : "en";
  keep("newsdesk.language", chosen);
  refresh();
}

/** What language a text of the archive is in, for its type and for screen readers. */
export const languageOf = (text) => (/[\u3400-\u9fff]/.test(text ?? "") ? "zh-Hans" : "en");
