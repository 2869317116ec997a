"""From a question to a cited answer: a language model's, verified, or the archive's own words."""

import logging
import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.answering.citations import assemble
from rag.answering.completing import completion, told_by
from rag.answering.composing import Composed, compose
from rag.answering.generative import GenerativeAnswer, Kept, stream_answer
from rag.answering.generative import answer as generate
from rag.answering.passage_choice import passages_for
from rag.answering.passages import Passage
from rag.answering.prices import together
from rag.answering.response_cache import CachedModel, ModelCall, ModelUse
from rag.answering.side_words import gaps, with_gaps
from rag.answering.verification import Bilingual, Verdict
from rag.answering.verification_text import is_chinese
from rag.errors import LanguageModelError
from rag.indexing.embedding.base import Embedder
from rag.retrieval.hybrid import Retrieved, Retriever
from rag.settings import Settings
from rag.types import (
    Answer,
    AnswerSentence,
    AnswerSide,
    Citation,
    Draft,
    Filters,
    Found,
    Hit,
    Language,
    Settled,
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
REFUSED_NOTE = "the language model found no answer; the archive's own words stand for it"
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
        asked = self._asked(question, filters)
        generated, notes = self._generated(asked)
        return asked.answered(generated, notes)

    def stream(self, question: str, filters: Filters) -> Iterator[Found | Settled | Answered]:
        """`answer`, while it is made: what was found, each sentence once it is verified, and last
        the whole. Sentences of the archive's own come where no language model gave one."""
        asked = self._asked(question, filters)
        yield Found(asked.retrieved.hits)
        generated, notes = yield from self._streamed(asked)
        answered = asked.answered(generated, notes)
        yield from _settled(answered.answer, len(generated.drafts) if generated else 0)
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
        composed = compose(retrieved, self._library, self._embedder)
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
        except LanguageModelError as error:
            return None, (_instead(error),)
        return asked.kept(generated)

    def _streamed(
        self, asked: "_Asked"
    ) -> Generator[Settled, None, tuple[GenerativeAnswer | None, tuple[str, ...]]]:
        """`_generated`, with its sentences as they are kept."""
        if not asked.retrieved.hits or asked.use is None:
            return self._generated(asked)
        query, use, kept = asked.retrieved.query, asked.use, list[Kept]()
        parts = stream_answer(
            query.text, query.language, asked.sent, use, self._bilingual, asked.sides
        )
        try:
            with use:
                for part in parts:
                    if isinstance(part, GenerativeAnswer):
                        return asked.kept(part)
                    kept.append(part)
                    yield _last_settled(kept, asked.retrieved)
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
        done = time.perf_counter()
        timings = {
            "retrieve": round((self.found - self.started) * 1000),
            "compose": round((done - self.found) * 1000),
            "total": round((done - self.started) * 1000),
        }
        use = self.use
        usage = together([self.retrieved.translation.usage, *([use.usage] if use else [])])
        answer = _answer(self.retrieved, self.composed, self.sent, generated, notes, timings, usage)
        sent = generated.sent if generated else self.sent
        call = use.calls[-1] if use and use.calls else None
        return Answered(answer, self.retrieved, self.composed, sent, generated, call)


def _instead(error: LanguageModelError) -> str:
    return f"answered without the language model: {error}"


def _last_settled(kept: Sequence[Kept], retrieved: Retrieved) -> Settled:
    """The last of the sentences kept so far. Its numbers stay as they are: they are given in order
    of first use."""
    articles = {article.id: article for article in retrieved.articles}
    assembly = assemble([one.draft for one in kept], articles, [one.verdict for one in kept])
    return _with_citations(assembly.sentences[-1], assembly.citations)


def _settled(answer: Answer, given: int) -> Iterator[Settled]:
    """The sentences of a whole answer, after those that were given."""
    for place, sentence in enumerate(answer.sentences[given:], start=given):
        lead = "" if place else answer.lead
        yield _with_citations(sentence, answer.citations, lead)


def _with_citations(
    sentence: AnswerSentence, citations: Sequence[Citation], lead: str = ""
) -> Settled:
    cited = tuple(one for one in citations if one.number in sentence.citations)
    return Settled(sentence, cited, lead)


def _answer(
    retrieved: Retrieved,
    composed: Composed,
    sent: Sequence[Passage],
    generated: GenerativeAnswer | None,
    notes: tuple[str, ...],
    timings: Mapping[str, int],
    usage: Usage,
) -> Answer:
    query, translation = retrieved.query, retrieved.translation
    sent = sent if generated else ()
    told = _told(retrieved, composed, sent, generated)
    articles = {article.id: article for article in retrieved.articles}
    assembly = assemble(told.drafts, articles, told.verdicts)
    text, written = assembly.text, len(generated.drafts) if generated else 0
    if not told.drafts:
        text = "" if told.gaps else REFUSAL[query.language]
    verbatim = told.drafts if generated is None else ()
    foreign = verbatim and is_chinese(assembly.text) != (query.language == "zh")
    lead = FOREIGN_LEAD[query.language] if foreign else ""
    return Answer(
        question=query.text,
        language=query.language,
        refused=not told.drafts,
        mode="llm" if generated else "extractive",
        model=generated.model if generated else None,
        answer=f"{lead} {with_gaps(text, told.gaps)}".strip(),
        sentences=assembly.sentences,
        citations=assembly.citations,
        lead=lead,
        notes=(
            *((translation.problem,) if translation.problem else ()),
            *notes,
            *(generated.notes if generated else ()),
            *told.notes,
        ),
        timings_ms=timings,
        usage=usage,
        sides=_answer_sides(retrieved, composed, sent, written, told.drafts, assembly.sentences),
        gaps=told.gaps,
    )


def _answer_sides(
    retrieved: Retrieved,
    composed: Composed,
    sent: Sequence[Passage],
    written: int,
    drafts: Sequence[Draft],
    sentences: Sequence[AnswerSentence],
) -> tuple[AnswerSide, ...]:
    """The sides with the numbers of the citations that tell of them. written: how many of the
    drafts, the first, a language model wrote."""
    numbers: list[list[int]] = [[] for _ in composed.sides]
    for place, (draft, sentence) in enumerate(zip(drafts, sentences, strict=True)):
        told = told_by(draft, composed.sides, sent, retrieved.plan.kind) if place < written else []
        for side, own in zip(composed.sides, numbers, strict=True):
            if side in told or (place >= written and set(draft.spans) & set(side.spans)):
                own += sentence.citations
    return tuple(
        AnswerSide(side.found.side.name, tuple(dict.fromkeys(own)))
        for side, own in zip(composed.sides, numbers, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """All that an answer says: its drafts, with verdicts on those that a language model wrote."""

    drafts: tuple[Draft, ...]
    verdicts: tuple[Verdict, ...] | None
    notes: tuple[str, ...]
    gaps: tuple[str, ...]


def _told(
    retrieved: Retrieved,
    composed: Composed,
    sent: Sequence[Passage],
    generated: GenerativeAnswer | None,
) -> _Told:
    if generated is None:
        empty = [side.found.side.name for side in composed.sides if not side.spans]
        missing = gaps(retrieved.plan.kind, empty, retrieved.query.language)
        return _Told(composed.selection.drafts, None, (), missing)
    if generated.refused:
        return _Told((), (), (), ())
    added = completion(retrieved, composed, generated.drafts, sent)
    verdicts = (*generated.verdicts, *(Verdict(supported=True) for _ in added.drafts))
    return _Told((*generated.drafts, *added.drafts), verdicts, added.notes, added.gaps)


def _on_topic(hits: Sequence[Hit]) -> Iterable[str]:
    """Articles that both searches found, or that score at least half of the best."""
    best = hits[0].score if hits else 0.0
    for hit in hits:
        both = hit.dense_rank is not None and hit.lexical_rank is not None
        if both and hit.score >= best / 2:
            yield hit.article_id
