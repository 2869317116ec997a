"""An answer as it is shown: its sentences with their quotes, what stands beside them, and what of a
question the archive has nothing for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answering.annotations import annotated
from rag.answering.citations import Assembly, assemble
from rag.answering.completing import completion, told_by
from rag.answering.composing import Composed
from rag.answering.generative import GenerativeAnswer, Kept
from rag.answering.passages import Passage
from rag.answering.side_words import gaps, with_gaps
from rag.answering.verification import Verdict
from rag.answering.verification_text import is_chinese
from rag.retrieval.hybrid import Retrieved
from rag.types import (
    Answer,
    AnswerSentence,
    AnswerSide,
    Citation,
    Draft,
    Language,
    Settled,
    ShortAnswer,
)
from rag.usage import Usage

REFUSAL: Mapping[Language, str] = {
    "zh": "资料库中没有找到能回答这个问题的内容。",
    "en": "The archive does not hold an answer to this question.",
}
# Goes before sentences in the other language, by the question's.
FOREIGN_LEAD: Mapping[Language, str] = {
    "zh": "资料库的英文原文：",
    "en": "The archive says, in Chinese:",
}


def last_settled(kept: Sequence[Kept], retrieved: Retrieved) -> Settled:
    """The last of the sentences kept so far. Its numbers stay as they are: they are given in order
    of first use."""
    assembly = assembled(kept, retrieved)
    return _with_citations(assembly.sentences[-1], assembly.citations)


def assembled(kept: Sequence[Kept], retrieved: Retrieved) -> Assembly:
    """The sentences of a language model that were kept so far, with their quotes."""
    articles = {article.id: article for article in retrieved.articles}
    return assemble([one.draft for one in kept], articles, [one.verdict for one in kept])


def settled(answer: Answer, given: int) -> Iterator[Settled]:
    """The sentences of a whole answer, after those that were given."""
    for place, sentence in enumerate(answer.sentences[given:], start=given):
        event = _with_citations(sentence, answer.citations)
        if place:
            yield event
        else:
            yield replace(event, lead=answer.lead, short_answer=answer.short_answer)


def _with_citations(sentence: AnswerSentence, citations: Sequence[Citation]) -> Settled:
    numbers = {*sentence.citations, *(one.citation for one in sentence.introductions)}
    return Settled(sentence, tuple(one for one in citations if one.number in numbers))


def whole_answer(
    retrieved: Retrieved,
    composed: Composed,
    sent: Sequence[Passage],
    generated: GenerativeAnswer | None,
    notes: tuple[str, ...],
    timings: Mapping[str, int],
    usage: Usage,
) -> Answer:
    """All of an answer: a language model's sentences, completed by the archive's own where they
    pass over a part of the question, or the archive's alone. sent: what the model was shown."""
    query, translation = retrieved.query, retrieved.translation
    sent = sent if generated else ()
    told = _told(retrieved, composed, sent, generated)
    articles = {article.id: article for article in retrieved.articles}
    assembly = assemble(told.drafts, articles, told.verdicts)
    written, short = len(generated.drafts) if generated else 0, None
    if generated is None:
        assembly, short = annotated(assembly, articles, query, composed.selection)
        # A question of several sides asks more than one thing.
        short = None if composed.sides else short
    text = assembly.text
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
        answer=" ".join(
            part for part in (lead, _shortly(short), with_gaps(text, told.gaps)) if part
        ),
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
        short_answer=short,
        sides=_answer_sides(retrieved, composed, sent, written, told.drafts, assembly.sentences),
        gaps=told.gaps,
        confidence=composed.selection.confidence,
    )


def _shortly(short: ShortAnswer | None) -> str:
    return f"{short.text}[{short.citation}]{short.remark}" if short else ""


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
