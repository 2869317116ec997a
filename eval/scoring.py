"""Holds one answer against its question."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from eval.datasets import Question
from eval.metrics import (
    answer_f1,
    citation_scores,
    cited_sentences,
    entails,
    exact_match,
    fact_recall,
    fold,
    is_valid,
    is_whole,
    ranking_scores,
    rouge_l,
    unsupported_rate,
)
from eval.records import CitedQuote, QuestionRecord, SaidSentence
from rag.answering.explanation import Explanation
from rag.summary_types import Summary
from rag.types import Answer, AnswerSentence, Article, Citation

FOUND_KEPT = 50  # articles of a ranking, in a record
_NAME = 16  # hexadecimal digits of an article's id that name it


class ArchiveIndex:
    """The articles of an archive, as questions name them."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self.articles = articles
        self.texts: Mapping[str, str] = {article.id: article.text for article in articles}
        self._names = {article.id: named(article) for article in articles}
        self._known = set(self._names.values())
        self._by_source = {article.source_id: article.id for article in articles}
        self._by_headline: dict[str, list[str]] = {}
        for article in articles:
            self._by_headline.setdefault(fold(article.headline), []).append(article.id)
        self._folded: dict[str, str] = {}

    def name(self, article_id: str) -> str:
        """How an article is named in records."""
        return self._names.get(article_id, article_id[:_NAME])

    def article(self, source_id: str) -> str | None:
        """The id of the article that a row with this id became."""
        return self._by_source.get(source_id)

    def gold(self, question: Question) -> tuple[str, ...]:
        """The names of the articles that answer a question; one that the archive lacks is named as
        the question names it."""
        names: list[str] = []
        for source_id in question.gold:
            found = self._by_source.get(source_id)
            names.append(self._names[found] if found else source_id)
        for headline in question.headlines:
            found_ids = self._by_headline.get(fold(headline), [])
            names += [self._names[one] for one in found_ids] or [headline]
        if not names:
            for quote in question.quotes:
                names += self._quoting(quote) or [quote]
        return tuple(dict.fromkeys(names))

    def lacks(self, question: Question) -> bool:
        """Whether none of the articles that answer a question is here, though it names some."""
        named_ones = self.gold(question)
        return bool(named_ones) and not self._known.intersection(named_ones)

    def _quoting(self, quote: str) -> list[str]:
        if not self._folded:
            self._folded = {name: fold(text) for name, text in self.texts.items()}
        wanted = fold(quote)
        return [self._names[name] for name, text in self._folded.items() if wanted in text]


def named(article: Article) -> str:
    """How an article is named in records: by its row's `id`, or else by the beginning of its id."""
    return article.source_id or article.id[:_NAME]


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking one question. seconds: wall time."""

    answer: Answer
    explanation: Explanation
    seconds: float


def score(question: Question, asked: Asked, index: ArchiveIndex) -> QuestionRecord:
    """An answer held against its question, by every measure that applies to it."""
    answer, gold = asked.answer, index.gold(question)
    citations = _cited(answer.citations, gold, index)
    hits = (index.name(hit.article_id) for hit in asked.explanation.hits)
    found = tuple(dict.fromkeys(hits))[:FOUND_KEPT]
    return replace(
        _unanswered(question, gold, asked.seconds),
        refused=answer.refused,
        mode=answer.mode,
        model=answer.model,
        answer=answer.answer,
        found=found,
        sentences=_said(answer.sentences),
        citations=citations,
        confidence=answer.confidence,
        scores={
            **(_answer_scores(question, answer) if question.answerable else {}),
            **(_source_scores(citations) if gold else {}),
            **_citation_scores(answer, index),
            **(ranking_scores(found, gold) if gold else {}),
        },
        timings_ms=dict(answer.timings_ms),
        prompt_tokens=answer.usage.prompt_tokens,
        completion_tokens=answer.usage.completion_tokens,
        cost_usd=answer.usage.cost_usd,
        notes=answer.notes,
    )


def score_summary(
    question: Question, summary: Summary, seconds: float, index: ArchiveIndex
) -> QuestionRecord:
    """A summary held against its reference."""
    text = "".join(sentence.text for sentence in summary.sentences)
    gold = index.gold(question)
    return replace(
        _unanswered(question, gold, seconds),
        mode=summary.mode,
        model=summary.model,
        answer=text,
        sentences=_said(summary.sentences),
        citations=_cited(summary.citations, gold, index),
        scores={
            "rouge_l": rouge_l(text, question.reference, question.lang).f1,
            **_citation_scores(summary, index),
        },
        notes=summary.notes,
    )


def failed(question: Question, reason: str, seconds: float, index: ArchiveIndex) -> QuestionRecord:
    """The record of a question that got no answer: it counts as neither refused nor right."""
    gold = index.gold(question)
    nothing: dict[str, float] = {}
    if question.answerable and question.task == "ask":
        names = (
            *(("fact_recall",) if question.facts or question.answers else ()),
            *(("exact_match", "f1") if question.answers else ()),
            *(("right_source",) if gold else ()),
        )
        nothing = dict.fromkeys(names, 0.0)
        if gold:
            nothing |= ranking_scores((), gold)
    if question.reference:
        nothing["rouge_l"] = 0.0
    return replace(_unanswered(question, gold, seconds), scores=nothing, failure=reason)


def _unanswered(question: Question, gold: tuple[str, ...], seconds: float) -> QuestionRecord:
    """What a record holds of its question, before anything is known of an answer."""
    return QuestionRecord(
        id=question.id,
        question=question.question,
        lang=question.lang,
        answerable=question.answerable,
        tags=question.tags,
        task=question.task,
        archive=question.archive,
        confirmed=question.confirmed,
        refused=False,
        answer="",
        expected=_expected(question),
        gold=gold,
        seconds=seconds,
    )


def prediction(answer: Answer) -> str:
    """What exact match and F1 compare: the short answer where there is one, else the sentences."""
    if answer.refused:
        return ""
    if answer.short_answer is not None:
        return answer.short_answer.text
    return "".join(sentence.text for sentence in answer.sentences)


def _answer_scores(question: Question, answer: Answer) -> dict[str, float]:
    scores: dict[str, float] = {}
    if facts := question.facts or ((question.answers,) if question.answers else ()):
        quotes = [citation.quote for citation in answer.citations]
        scores["fact_recall"] = 0.0 if answer.refused else fact_recall(answer.answer, quotes, facts)
    said = prediction(answer)
    if question.answers:
        scores["exact_match"] = exact_match(said, question.answers, question.lang)
        scores["f1"] = answer_f1(said, question.answers, question.lang)
    if question.reference:
        scores["rouge_l"] = rouge_l(said, question.reference, question.lang).f1
    return scores


def _source_scores(citations: Sequence[CitedQuote]) -> dict[str, float]:
    return {"right_source": float(bool(citations) and citations[0].right is True)}


def _citation_scores(answer: Answer | Summary, index: ArchiveIndex) -> dict[str, float]:
    """What an independent look at words says of the citations; what it can't judge is missing."""
    if not answer.sentences:
        return {}
    counts = citation_scores(cited_sentences(answer.sentences, answer.citations), entails)
    unsupported = unsupported_rate(answer.sentences, answer.citations, index.texts, entails)
    values = {
        "citation_recall": counts.recall,
        "citation_precision": counts.precision,
        "unsupported": unsupported,
    }
    return {name: value for name, value in values.items() if value is not None}


def _cited(
    citations: Sequence[Citation], gold: Collection[str], index: ArchiveIndex
) -> tuple[CitedQuote, ...]:
    return tuple(
        CitedQuote(
            number=citation.number,
            article=(name := index.name(citation.article_id)),
            headline=citation.headline,
            quote=citation.quote,
            valid=is_valid(citation, index.texts.get(citation.article_id)),
            whole=is_whole(citation, index.texts.get(citation.article_id)),
            right=name in gold if gold else None,
        )
        for citation in citations
    )


def _said(sentences: Sequence[AnswerSentence]) -> tuple[SaidSentence, ...]:
    return tuple(
        SaidSentence(sentence.text, sentence.citations, sentence.supported)
        for sentence in sentences
    )


def _expected(question: Question) -> tuple[tuple[str, ...], ...]:
    if question.facts:
        return question.facts
    if question.answers:
        return (question.answers,)
    return ((question.reference,),) if question.reference else ()
