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
    if (place > start) paragraphs.push(h("p", {}, litPieces(characters, start, place, spans)));
    start = place + 1;
  }
  return paragraphs;
}

/** characters[start:end] in pieces, lit where spans cover them. */
export function litPieces(characters, start, end, spans) {
  const cuts = spans.flatMap((span) => [span.start, span.end]);
  const inside = cuts.filter((cut) => cut > start && cut < end);
  const edges = [...new Set([start, ...inside, end])].sort((a, b) => a - b);
  return edges.slice(1).map((until, place) => {
    const words = characters.slice(edges[place], until).join("");
    const over = spans.filter((span) => span.start <= edges[place] && until <= span.end);
    if (!over.length) return words;
    const main = over.find((span) => span.main);
    const begins = main?.start === edges[place] && " begins";
    const ends = main?.end === until && " ends";
    return h("mark", { class: `${main ? "main" : "faint"}${begins || ""}${ends || ""}` }, words);
  });
}
