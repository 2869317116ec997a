// What speaks against the split of a page into articles, in the reader's language.
import { h } from "./dom.js";
import { language } from "./i18n.js";

// By what the server's line says, which is in English; n: the share or number in it.
const CHINESE = [
  ["articles have no headline", (n) => `${n}的报道没有标题`],
  ["have no byline and no lead", (n) => `${n}的报道既无署名也无电头，与其他报道不同`],
  ["have hardly any text", (n) => `${n}的报道几乎没有正文`],
  ["begin within a sentence", (n) => `${n}的报道从半句话开始`],
  ["end within a sentence", (n) => `${n}的报道在半句话处结束`],
  ["without its other half", (n) => `${n}的报道引号或括号不成对`],
  ["don't look like headlines", (n) => `${n}的标题不像标题`],
  ["fit another article's text better", (n) => `${n}的标题更像别篇报道的标题`],
  ["share hardly a word with their text", (n) => `${n}的标题与正文几乎没有共同的词`],
  ["begin inside others", (n) => `报道中间像是又起了别的报道（平均每篇${n}处）`],
  ["stand inside texts", (n) => `正文中间夹有像标题的行（平均每篇${n}处）`],
  ["far longer than the others", () => "有一篇报道比其他的长得多"],
  ["of its text is in no article", (n) => `${n}的文字不属于任何报道`],
  ["break off early", (n) => `正文里${n}的行断得过早`],
  ["don't go on in the next ones", (n) => `上下行接不上（少接了${n}）`],
  ["recognised with", (n) => `文字识别有${n}的疑问`],
];

/** One reason as nodes: in Chinese where the page is, and as the server says it. */
export function splitReason(reason) {
  const [, words] = CHINESE.find(([phrase]) => reason.includes(phrase)) ?? [];
  const [number] = reason.match(/\d[\d.]*%?/) ?? [""];
  return [
    words && h("p", { lang: "zh-Hans" }, () => (language() === "zh" ? words(number) : "")),
    h("p", { class: "small soft", lang: "en" }, reason),
  ];
}
