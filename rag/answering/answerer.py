"""From a question to a cited answer: a language model's, verified, or the archive's own words."""

import logging
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answering.annotations import annotated
from rag.answering.citations import Assembly, assemble
from rag.answering.extractive import Selection, select
from rag.answering.generative import GenerativeAnswer, Kept, stream_answer
from rag.answering.generative import answer as generate
from rag.answering.passages import Passage, stretches
from rag.answering.prices import together
from rag.answering.response_cache import CachedModel, ModelCall, ModelUse
from rag.answering.verification import Bilingual
from rag.answering.verification_text import is_chinese
from rag.errors import LanguageModelError
from rag.indexing.embedding.base import Embedder
from rag.retrieval.hybrid import Retrieved, Retriever
from rag.settings import Settings
from rag.types import (
    Answer,
    AnswerSentence,
    Article,
    Chunk,
    Citation,
    Draft,
    Filters,
    Found,
    Hit,
    Language,
    Settled,
    ShortAnswer,
    Usage,
)
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
BROKEN_OFF_NOTE = "broken off: whoever asked left before the answer was whole"
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

    @property
    def left(self) -> "Answered":
        """The same, where nobody waited until all of it was told."""
        notes = (*self.answer.notes, BROKEN_OFF_NOTE)
        return replace(self, answer=replace(self.answer, notes=notes, broken_off=True))


Left = Callable[[Answered], None]
"""Is handed what there is of an answer that nobody waits for."""


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

    def answer(self, question: str, filters: Filters, left: Left) -> Answered:
        """The answer to one question among the articles that match the filters. left: is handed
        what there is where the work is interrupted."""
        asked = self._asked(question, filters)
        try:
            generated, notes = self._generated(asked)
        except KeyboardInterrupt:
            left(asked.broken_off(()))
            raise
        return asked.answered(generated, notes)

    def stream(
        self, question: str, filters: Filters, left: Left
    ) -> Generator[Found | Settled | Answered, None, None]:
        """`answer`, while it is made: what was found, each sentence once it is verified, and last
        the whole. Sentences of the archive's own come where no language model gave one. left: is
        handed what there is where nobody waits for the whole."""
        asked, kept = self._asked(question, filters), list[Kept]()
        answered: Answered | None = None
        try:
            yield Found(asked.retrieved.hits)
            generated, notes = yield from self._streamed(asked, kept)
            answered = asked.answered(generated, notes)
            if generated is None:
                yield from _settled(answered.answer)
        except (GeneratorExit, KeyboardInterrupt):
            left(answered.left if answered else asked.broken_off(kept))
            raise
        yield answered

    def related(self, topic: str, filters: Filters) -> frozenset[str]:
        """The ids of the articles that a topic's best chunks stand in."""
        retrieved = self._retriever.retrieve(topic, self._settings.candidates, filters)
        if retrieved.translation.problem:
            _log.warning("%s", retrieved.translation.problem)
        return frozenset(_on_topic(retrieved.hits))

    def _asked(self, question: str, filters: Filters) -> "_Asked":
        started = time.perf_counter()
        retrieved = self._retriever.retrieve(question, self._settings.candidates, filters)
        found = time.perf_counter()
        selection = select(retrieved, self._library, self._embedder)
        sent = self._passages(retrieved.hits) if self._model is not None else ()
        use = self._model.use() if self._model is not None else None
        return _Asked(retrieved, selection, sent, use, started, found)

    def _generated(self, asked: "_Asked") -> tuple[GenerativeAnswer | None, tuple[str, ...]]:
        if not asked.retrieved.hits:
            return None, (EMPTY_NOTE,)
        if asked.use is None:
            return None, ()
        query, use = asked.retrieved.query, asked.use
        try:
            with use:
                generated = generate(query.text, query.language, asked.sent, use, self._bilingual)
                if not generated.whole:
                    use.doubt()
                return generated, ()
        except LanguageModelError as error:
            return None, (_instead(error),)

    def _streamed(
        self, asked: "_Asked", kept: list[Kept]
    ) -> Generator[Settled, None, tuple[GenerativeAnswer | None, tuple[str, ...]]]:
        """`_generated`, with its sentences as they are kept. kept: takes those."""
        if not asked.retrieved.hits or asked.use is None:
            return self._generated(asked)
        query, use = asked.retrieved.query, asked.use
        parts = stream_answer(query.text, query.language, asked.sent, use, self._bilingual)
        try:
            with use:
                for part in parts:
                    if isinstance(part, GenerativeAnswer):
                        if not part.whole:
                            use.doubt()
                        return part, ()
                    kept.append(part)
                    yield _last_settled(kept, asked.retrieved)
        except LanguageModelError as error:
            return None, (_instead(error),)
        raise AssertionError("a language model's answer ends with the whole of it")

    def _passages(self, hits: Sequence[Hit]) -> tuple[Passage, ...]:
        """The best chunks, as many as the settings allow, in whole sentences, joined where they
        touch; the very best with the chunks before and after them, as an answer may begin where a
        chunk ends. The model's window may hold fewer."""
        taken: dict[str, tuple[Article, int, int]] = {}
        room = self._settings.context_characters
        for place, hit in enumerate(hits):
            for chunk in self._around(hit.chunk) if place < WIDENED else (hit.chunk,):
                if chunk.id in taken:
                    continue
                room -= chunk.end - chunk.start
                if room >= 0 or not taken:
                    taken[chunk.id] = (hit.article, chunk.start, chunk.end)
            if room < 0:
                break
        return tuple(
            Passage(f"S{number}", article, start, end)
            for number, (article, start, end) in enumerate(stretches(taken.values()), start=1)
        )

    def _around(self, chunk: Chunk) -> list[Chunk]:
        """A chunk, then its neighbours in the article."""
        return [chunk, *self._library.neighbours(chunk)]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with all that an answer is made from, and when that began and was found. use: the
    language model, for this question."""

    retrieved: Retrieved
    selection: Selection
    sent: tuple[Passage, ...]
    use: ModelUse | None
    started: float
    found: float

    def answered(self, generated: GenerativeAnswer | None, notes: tuple[str, ...]) -> Answered:
        answer = _answer(
            self.retrieved, self.selection, generated, notes, self._timings(), self._usage()
        )
        sent = generated.sent if generated else self.sent
        return Answered(answer, self.retrieved, self.selection, sent, generated, self._call())

    def broken_off(self, kept: Sequence[Kept]) -> Answered:
        """What there is of an answer that nobody waits for: the sentences of a language model that
        were kept so far."""
        query, problem = self.retrieved.query, self.retrieved.translation.problem
        assembly = _assembled(kept, self.retrieved)
        asked = self.use if self._call() else None
        answer = Answer(
            question=query.text,
            language=query.language,
            refused=False,
            mode="llm" if asked else "extractive",
            model=asked.name if asked else None,
            answer=assembly.text,
            sentences=assembly.sentences,
            citations=assembly.citations,
            notes=(*((problem,) if problem else ()), BROKEN_OFF_NOTE),
            timings_ms=self._timings(),
            usage=self._usage(),
            broken_off=True,
        )
        return Answered(answer, self.retrieved, self.selection, self.sent, None, self._call())

    def _call(self) -> ModelCall | None:
        return self.use.calls[-1] if self.use and self.use.calls else None

    def _usage(self) -> Usage:
        own = [self.use.usage] if self.use else []
        return together([self.retrieved.translation.usage, *own])

    def _timings(self) -> Mapping[str, int]:
        done = time.perf_counter()
        return {
            "retrieve": round((self.found - self.started) * 1000),
            "compose": round((done - self.found) * 1000),
            "total": round((done - self.started) * 1000),
        }


def _instead(error: LanguageModelError) -> str:
    return f"answered without the language model: {error}"


def _last_settled(kept: Sequence[Kept], retrieved: Retrieved) -> Settled:
    """The last of the sentences kept so far. Its numbers stay as they are: they are given in order
    of first use."""
    assembly = _assembled(kept, retrieved)
    return _with_citations(assembly.sentences[-1], assembly.citations)


def _assembled(kept: Sequence[Kept], retrieved: Retrieved) -> Assembly:
    articles = {hit.article_id: hit.article for hit in retrieved.hits}
    return assemble([one.draft for one in kept], articles, [one.verdict for one in kept])


def _settled(answer: Answer) -> Iterator[Settled]:
    """The sentences of a whole answer."""
    for place, sentence in enumerate(answer.sentences):
        settled = _with_citations(sentence, answer.citations)
        if place:
            yield settled
        else:
            yield replace(settled, lead=answer.lead, short_answer=answer.short_answer)


def _with_citations(sentence: AnswerSentence, citations: Sequence[Citation]) -> Settled:
    numbers = {*sentence.citations, *(one.citation for one in sentence.introductions)}
    return Settled(sentence, tuple(one for one in citations if one.number in numbers))


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
    if generated is None:
        assembly, short = annotated(assembly, articles, query, selection)
    else:
        short = None
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
        answer=" ".join(part for part in (lead, _shortly(short), text) if part),
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
        short_answer=short,
    )


def _shortly(short: ShortAnswer | None) -> str:
    return f"{short.text}[{short.citation}]{short.remark}" if short else ""


def _on_topic(hits: Sequence[Hit]) -> Iterable[str]:
    """Articles that both searches found, or that score at least half of the best."""
    best = hits[0].score if hits else 0.0
    for hit in hits:
        both = hit.dense_rank is not None and hit.lexical_rank is not None
        if both and hit.score >= best / 2:
            yield hit.article_id
