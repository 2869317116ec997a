"""From a question to a cited answer: a language model's, verified, or the archive's own words."""

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rag.answering.citations import assemble
from rag.answering.extractive import Selection, select
from rag.answering.generative import GenerativeAnswer, Passage
from rag.answering.generative import answer as generate
from rag.answering.prices import together
from rag.answering.response_cache import CachedModel, ModelCall, ModelUse
from rag.answering.verification import Bilingual
from rag.answering.verification_text import is_chinese
from rag.errors import LanguageModelError
from rag.indexing.embedding.base import Embedder
from rag.retrieval.hybrid import Retrieved, Retriever
from rag.settings import Settings
from rag.types import Answer, Article, Chunk, Draft, Filters, Hit, Language, Usage
from store.library import Library

REFUSAL: Mapping[Language, str] = {
    "zh": "资料库中没有找到能回答这个问题的内容。",
    "en": "The archive does not hold an answer to this question.",
}
# Goes before sentences in the other language, by the question's.
FOREIGN_LEAD: Mapping[Language, str] = {
    "zh": "资料库的英文原文：",
    "en": "The archive says, in Chinese:",
}
WIDENED = 3  # of the best chunks, those shown with their neighbours
EMPTY_NOTE = "no article matches: ingest pages first, or widen the dates and the publication"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with everything that led to it. `generated` is None where no language model wrote
    it; `sent` is what one was shown, and `call` how it was asked and what came."""

    answer: Answer
    retrieved: Retrieved
    selection: Selection
    sent: tuple[Passage, ...]
    generated: GenerativeAnswer | None
    call: ModelCall | None


class Answerer:
    """Answers questions over one archive: with the language model where there is one, else, or
    where it fails, with the archive's own sentences."""

    def __init__(
        self,
        settings: Settings,
        library: Library,
        embedder: Embedder,
        retriever: Retriever,
        model: CachedModel | None,
        bilingual: Bilingual,
    ) -> None:
        self._settings = settings
        self._library = library
        self._embedder = embedder
        self._retriever = retriever
        self._model = model
        self._bilingual = bilingual

    def answer(self, question: str, filters: Filters) -> Answered:
        """The answer to one question among the articles that match the filters."""
        started = time.perf_counter()
        retrieved = self._retriever.retrieve(question, self._settings.candidates, filters)
        found = time.perf_counter()
        selection = select(retrieved, self._library, self._embedder)
        sent = self._passages(retrieved.hits) if self._model is not None else ()
        use = self._model.use() if self._model is not None else None
        generated, notes = self._generated(retrieved, sent, use)
        done = time.perf_counter()
        timings = {
            "retrieve": round((found - started) * 1000),
            "compose": round((done - found) * 1000),
            "total": round((done - started) * 1000),
        }
        usage = together([retrieved.translation.usage, *([use.usage] if use else [])])
        answer = _answer(retrieved, selection, generated, notes, timings, usage)
        call = use.calls[-1] if use and use.calls else None
        return Answered(answer, retrieved, selection, sent, generated, call)

    def related(self, topic: str, filters: Filters) -> frozenset[str]:
        """The ids of the articles that a topic's best chunks stand in."""
        retrieved = self._retriever.retrieve(topic, self._settings.candidates, filters)
        if retrieved.translation.problem:
            _log.warning("%s", retrieved.translation.problem)
        return frozenset(_on_topic(retrieved.hits))

    def _generated(
        self, retrieved: Retrieved, sent: Sequence[Passage], use: ModelUse | None
    ) -> tuple[GenerativeAnswer | None, tuple[str, ...]]:
        if not retrieved.hits:
            return None, (EMPTY_NOTE,)
        if use is None:
            return None, ()
        try:
            query = retrieved.query
            with use:
                return generate(query.text, query.language, sent, use, self._bilingual), ()
        except LanguageModelError as error:
            return None, (f"answered without the language model: {error}",)

    def _passages(self, hits: Sequence[Hit]) -> tuple[Passage, ...]:
        """The best chunks, as many as the settings allow, joined where they touch; the very best
        with the chunks before and after them, as an answer may begin where a chunk ends."""
        taken: dict[str, tuple[Article, Chunk]] = {}
        room = self._settings.context_characters
        for place, hit in enumerate(hits):
            for chunk in self._around(hit.chunk) if place < WIDENED else (hit.chunk,):
                if chunk.id in taken:
                    continue
                room -= chunk.end - chunk.start
                if room >= 0 or not taken:
                    taken[chunk.id] = (hit.article, chunk)
            if room < 0:
                break
        return tuple(
            Passage(f"S{number}", article, start, end)
            for number, (article, start, end) in enumerate(_stretches(taken.values()), start=1)
        )

    def _around(self, chunk: Chunk) -> list[Chunk]:
        """A chunk, then its neighbours in the article."""
        return [chunk, *self._library.neighbours(chunk)]


def _stretches(taken: Iterable[tuple[Article, Chunk]]) -> list[tuple[Article, int, int]]:
    """The stretches of text that chunks cover, best article first; those that touch are joined."""
    grouped: dict[str, list[tuple[Article, Chunk]]] = {}
    for article, chunk in taken:
        grouped.setdefault(article.id, []).append((article, chunk))
    joined: list[tuple[Article, int, int]] = []
    for group in grouped.values():
        last: tuple[Article, int, int] | None = None
        for article, chunk in sorted(group, key=lambda item: item[1].start):
            if last is not None and not article.text[last[2] : chunk.start].strip():
                last = (article, last[1], max(last[2], chunk.end))
                joined[-1] = last
            else:
                last = (article, chunk.start, chunk.end)
                joined.append(last)
    return joined


def _answer(
    retrieved: Retrieved,
    selection: Selection,
    generated: GenerativeAnswer | None,
    notes: tuple[str, ...],
    timings: Mapping[str, int],
    usage: Usage,
) -> Answer:
    query, translation = retrieved.query, retrieved.translation
    drafts: tuple[Draft, ...] = generated.drafts if generated else selection.drafts
    articles = {hit.article_id: hit.article for hit in retrieved.hits}
    assembly = assemble(drafts, articles, generated.verdicts if generated else None)
    text = assembly.text if drafts else REFUSAL[query.language]
    verbatim = drafts if generated is None else ()
    foreign = verbatim and is_chinese(assembly.text) != (query.language == "zh")
    lead = FOREIGN_LEAD[query.language] if foreign else ""
    return Answer(
        question=query.text,
        language=query.language,
        refused=not drafts,
        mode="llm" if generated else "extractive",
        model=generated.model if generated else None,
        answer=f"{lead} {text}".strip(),
        sentences=assembly.sentences,
        citations=assembly.citations,
        lead=lead,
        notes=(
            *((translation.problem,) if translation.problem else ()),
            *notes,
            *(generated.notes if generated else ()),
        ),
        timings_ms=timings,
        usage=usage,
    )


def _on_topic(hits: Sequence[Hit]) -> Iterable[str]:
    """Articles that both searches found, or that score at least half of the best."""
    best = hits[0].score if hits else 0.0
    for hit in hits:
        both = hit.dense_rank is not None and hit.lexical_rank is not None
        if both and hit.score >= best / 2:
            yield hit.article_id
