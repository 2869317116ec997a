"""One article in a few cited sentences, by a language model or in the article's own words."""

from collections.abc import Sequence

from prompts import load
from rag.answering.citations import assemble
from rag.answering.generative import GenerativeAnswer, write
from rag.answering.passages import Passage
from rag.answering.response_cache import CachedModel, ModelUse
from rag.answering.verification import NOTHING_BILINGUAL, Bilingual
from rag.answering.verification_text import is_chinese
from rag.briefing.lengths import SUMMARY
from rag.briefing.points import choose, point_of
from rag.errors import LanguageModelError
from rag.indexing.chunking import split_sentences
from rag.summary_types import Summary
from rag.types import Article, Draft, Language

SHOWN_CHARACTERS = 6000  # of an article that a language model is sent; news comes first


def summarize(
    parts: Sequence[Article],
    model: CachedModel | None,
    language: Language | None = None,
    bilingual: Bilingual = NOTHING_BILINGUAL,
) -> Summary:
    """An article's news in a few sentences, in its order. parts: of one that goes on on another
    page, in order; one where it is whole. language: what a language model writes; the article's own
    by default. Without a model, or where it fails, the article's own sentences, and the reason in
    the notes. An article without text has no sentences."""
    first = parts[0]
    by_id = {part.id: part for part in parts}
    notes: tuple[str, ...] = ()
    if model is not None and any(part.text.strip() for part in parts):
        try:
            with model.use() as use:
                written = _written(parts, use, language or language_of(first), bilingual)
            if not written.refused:
                assembly = assemble(written.drafts, by_id, written.verdicts)
                return Summary(
                    article_id=first.id,
                    headline=first.headline,
                    sentences=assembly.sentences,
                    citations=assembly.citations,
                    mode="llm",
                    model=written.model,
                    notes=written.notes,
                )
            notes = ("summed up without the language model: it found no news in the text",)
        except LanguageModelError as error:
            notes = (f"summed up without the language model: {error}",)
    order = list(by_id)
    chosen = sorted(
        (one.sentence for one in choose(parts, SUMMARY)),
        key=lambda one: (order.index(one.span.article_id), one.span.start),
    )
    drafts = [Draft(point_of(one), (one.span,)) for one in chosen]
    assembly = assemble(drafts, by_id)
    return Summary(
        article_id=first.id,
        headline=first.headline,
        sentences=assembly.sentences,
        citations=assembly.citations,
        mode="extractive",
        notes=notes,
    )


def language_of(article: Article) -> Language:
    """The language that an article is written in."""
    return "zh" if is_chinese(article.text) else "en"


def whole_article(article: Article) -> Passage:
    """As much of an article as a language model is sent, to the end of a sentence."""
    return _beginning(article, "S1", SHOWN_CHARACTERS)


def _beginning(article: Article, name: str, most: int) -> Passage:
    ends = [end for _, end in split_sentences(article.text) if end <= most]
    return Passage(name, article, 0, ends[-1] if ends else min(len(article.text), most))


def _whole(parts: Sequence[Article]) -> list[Passage]:
    """As much of an article in parts as a language model is sent."""
    passages: list[Passage] = []
    room = SHOWN_CHARACTERS
    for number, part in enumerate(parts, start=1):
        if room > 0 and part.text.strip():
            passages.append(_beginning(part, f"S{number}", room))
            room -= len(part.text)
    return passages


def _written(
    parts: Sequence[Article], use: ModelUse, language: Language, bilingual: Bilingual
) -> GenerativeAnswer:
    written = write(load("summary"), language, _whole(parts), use, bilingual)
    if not written.whole:
        use.doubt()
    return written
