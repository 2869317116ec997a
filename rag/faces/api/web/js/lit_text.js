// An article's text as paragraphs, with quoted words lit. Offsets count code points, as everywhere.
import { h } from "./dom.js";
import { points } from "./format.js";

/**
 * The paragraphs. spans: [{start, end, main}]; the main one is lit strongly, others faintly. Where
 * they overlap the main one wins.
 */
export function litParagraphs(text, spans) {
  const characters = points(text);
  const paragraphs = [];
  let start = 0;
  for (let place = 0; place <= characters.length; place++) {
    if (place < characters.length && characters[place] !== "\n") continue;
    if (place > start) paragraphs.push(paragraph(characters, start, place, spans));
    start = place + 1;
  }
  return paragraphs;
}

function paragraph(characters, start, end, spans) {
  const cuts = new Set([start, end]);
  for (const span of spans) {
    for (const cut of [span.start, span.end]) if (cut > start && cut < end) cuts.add(cut);
  }
  const edges = [...cuts].sort((a, b) => a - b);
  const pieces = edges.slice(1).map((until, place) => {
    const from = edges[place];
    const words = characters.slice(from, until).join("");
    const covering = spans.filter((span) => span.start <= from && until <= span.end);
    if (!covering.length) return words;
    const main = covering.some((span) => span.main);
    return h(
      "mark",
      {
        class: main ? "main" : "faint",
        "data-start": String(Math.min(...covering.map((span) => span.start))),
      },
      words,
    );
  });
  return h("p", {}, pieces);
}
