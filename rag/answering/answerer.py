"""From a question to a cited answer: a language model's, verified, or the archive's own words."""

import logging
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answering.composing import Composed, compose
from rag.answering.generative import GenerativeAnswer, Kept, stream_answer
from rag.answering.generative import answer as generate
from rag.answering.passage_choice import passages_for
from rag.answering.passages import Passage
from rag.answering.prices import together
from rag.answering.response_cache import CachedModel, ModelCall, ModelUse
from rag.answering.verification import Bilingual
from rag.answering.whole_answer import assembled, last_settled, settled, whole_answer
from rag.errors import LanguageModelError
from rag.indexing.embedding.base import Embedder
from rag.retrieval.hybrid import Retrieved, Retriever
from rag.settings import Settings
from rag.types import Answer, Filters, Found, Hit, Settled
from rag.usage import Usage
from store.library import Library

REFUSED_NOTE = "the language model found no answer; the archive's own words stand for it"
BROKEN_OFF_NOTE = "broken off: whoever asked left before the answer was whole"
EMPTY_NOTE = "no article matches: ingest pages first, or widen the dates and the publication"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with everything that led to it. `generated` is None where no language model wrote
    it; `sent` is what one was shown, and `call` how it was asked and what came."""

    answer: Answer
    retrieved: Retrieved
    composed: Composed
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
            yield from settled(answered.answer, len(generated.drafts) if generated else 0)
        except (GeneratorExit, KeyboardInterrupt):
            left(answered.left if answered else asked.broken_off(kept))
            raise
        yield answered

    def related(self, topic: str, filters: Filters) -> frozenset[str]:
        """The ids of the articles that a topic's best chunks stand in."""
        retrieved = self._retriever.retrieve(topic, self._settings.candidates, filters)
        if retrieved.translation.problem:
            _log.warning("%s", retrieved.translation.problem)
        return frozenset(_on_topic(retrieved.hits, self._settings.retriever))

    def _asked(self, question: str, filters: Filters) -> "_Asked":
        started = time.perf_counter()
        retrieved = self._retriever.retrieve(question, self._settings.candidates, filters)
        found = time.perf_counter()
        bar = self._settings.refusal_bar
        composed = compose(retrieved, self._library, self._embedder, bar)
        sent: tuple[Passage, ...] = ()
        if self._model is not None:
            room = self._settings.context_characters
            sent = passages_for(retrieved, self._library, room)
        use = self._model.use() if self._model is not None else None
        return _Asked(retrieved, composed, sent, use, started, found)

    def _generated(self, asked: "_Asked") -> tuple[GenerativeAnswer | None, tuple[str, ...]]:
        if not asked.retrieved.hits:
            return None, (() if asked.composed.sides else (EMPTY_NOTE,))
        if asked.use is None:
            return None, ()
        query, use, sides = asked.retrieved.query, asked.use, asked.sides
        try:
            with use:
                generated = generate(
                    query.text, query.language, asked.sent, use, self._bilingual, sides
                )
                if not generated.whole:
                    use.doubt()
        except LanguageModelError as error:
            return None, (_instead(error),)
        return asked.kept(generated)

    def _streamed(
        self, asked: "_Asked", kept: list[Kept]
    ) -> Generator[Settled, None, tuple[GenerativeAnswer | None, tuple[str, ...]]]:
        """`_generated`, with its sentences as they are kept. kept: takes those."""
        if not asked.retrieved.hits or asked.use is None:
            return self._generated(asked)
        query, use = asked.retrieved.query, asked.use
        parts = stream_answer(
            query.text, query.language, asked.sent, use, self._bilingual, asked.sides
        )
        try:
            with use:
                for part in parts:
                    if isinstance(part, GenerativeAnswer):
                        if not part.whole:
                            use.doubt()
                        return asked.kept(part)
                    kept.append(part)
                    yield last_settled(kept, asked.retrieved)
        except LanguageModelError as error:
            return None, (_instead(error),)
        raise AssertionError("a language model's answer ends with the whole of it")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with all that an answer is made from, and when that began and was found. use: the
    language model, for this question."""

    retrieved: Retrieved
    composed: Composed
    sent: tuple[Passage, ...]
    use: ModelUse | None
    started: float
    found: float

    @property
    def sides(self) -> str:
        """What the question tells apart, for a language model; empty where it asks one thing."""
        names = dict.fromkeys(passage.side for passage in self.sent if passage.side)
        named = [one.side.name for one in self.retrieved.sides]
        if not names:
            return ""
        return " | ".join(" ".join(name.split()) for name in named)

    def kept(self, generated: GenerativeAnswer) -> tuple[GenerativeAnswer | None, tuple[str, ...]]:
        """A language model's answer; where it finds none of what a question tells apart, but the
        archive's sentences do, those answer."""
        if generated.refused and self.sides and self.composed.selection.drafts:
            return None, (REFUSED_NOTE,)
        return generated, ()

    def answered(self, generated: GenerativeAnswer | None, notes: tuple[str, ...]) -> Answered:
        answer = whole_answer(
            self.retrieved,
            self.composed,
            self.sent,
            generated,
            notes,
            self._timings(),
            self._usage(),
        )
        sent = generated.sent if generated else self.sent
        return Answered(answer, self.retrieved, self.composed, sent, generated, self._call())

    def broken_off(self, kept: Sequence[Kept]) -> Answered:
        """What there is of an answer that nobody waits for: the sentences of a language model that
        were kept so far."""
        query, problem = self.retrieved.query, self.retrieved.translation.problem
        assembly = assembled(kept, self.retrieved)
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
            confidence=self.composed.selection.confidence,
        )
        return Answered(answer, self.retrieved, self.composed, self.sent, None, self._call())

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


def _on_topic(hits: Sequence[Hit], retriever: str) -> Iterable[str]:
    """Articles that every search found, with at least half of the best score."""
    best = hits[0].score if hits else 0.0
    for hit in hits:
        ranks = {"dense": hit.dense_rank, "lexical": hit.lexical_rank}
        asked = ranks.values() if retriever == "hybrid" else [ranks[retriever]]
        if None not in asked and hit.score >= best / 2:
            yield hit.article_id
