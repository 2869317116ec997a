"""What stands beside an article's own sentences: dates resolved, offices, and the short answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from rag.answering.citations import Assembly, cite, render
from rag.answering.extractive import Selection
from rag.answering.offices import introductions
from rag.answering.resolved_dates import counts_from_issue, resolved_dates
from rag.answering.short_answers import agreed
from rag.retrieval import periods
from rag.retrieval.query import Query
from rag.types import (
    AnswerSentence,
    Article,
    Citation,
    Introduction,
    Language,
    ResolvedDate,
    ShortAnswer,
    Span,
)

LONGEST_READ = 1000
"""A quote of more characters is no sentence; nothing is put beside it."""
_INFERRED: Mapping[Language, str] = {
    "zh": "，据推定的出版日期",
    "en": ", by an inferred issue date",
}


class Annotated(NamedTuple):
    """An assembly with what stands beside its sentences, and its short answer where it has one."""

    assembly: Assembly
    short: ShortAnswer | None


def annotated(
    assembly: Assembly,
    articles: Mapping[str, Article],
    query: Query,
    selection: Selection,
) -> Annotated:
    """Puts beside each sentence of an answer in the archive's own words the dates that it leaves
    open and, where it is asked who, the offices of those it names. Quotes of offices are numbered
    after all others. articles: by id."""
    numbers = {_span(citation): citation.number for citation in assembly.citations}
    sentences = [
        _sentence(sentence, assembly.citations, articles, query, numbers)
        for sentence in assembly.sentences
    ]
    added = [
        cite(number, span, articles)
        for span, number in numbers.items()
        if number > len(assembly.citations)
    ]
    short = _short(assembly.citations, sentences, query, selection)
    return Annotated(
        Assembly(tuple(sentences), (*assembly.citations, *added), render(sentences)), short
    )


def _sentence(
    sentence: AnswerSentence,
    citations: Sequence[Citation],
    articles: Mapping[str, Article],
    query: Query,
    numbers: dict[Span, int],
) -> AnswerSentence:
    """A sentence with what stands beside it; `numbers` takes up the spans that this cites anew."""
    spans = [
        _span(one)
        for one in citations
        if one.number in sentence.citations and len(one.quote) <= LONGEST_READ
    ]
    dates = tuple(
        found for span in spans for found in resolved_dates(articles[span.article_id], span)
    )
    introduced = []
    for span in spans if "who" in query.kinds else ():
        article = articles[span.article_id]
        for name, words in introductions(article, span).items():
            number = _number(words, numbers)
            office = article.text[words.start : words.end].removesuffix(name)
            introduced.append(Introduction(name, office, number))
    return replace(
        sentence,
        dates=dates,
        introductions=tuple(introduced),
        remark=_remark(dates, introduced, query.language),
    )


def _number(words: Span, numbers: dict[Span, int]) -> int:
    """The number of the quote that holds these words; a new one where none does."""
    for span, number in numbers.items():
        same = span.article_id == words.article_id
        if same and span.start <= words.start and words.end <= span.end:
            return number
    return numbers.setdefault(words, len(numbers) + 1)


def _short(
    citations: Sequence[Citation],
    sentences: Sequence[AnswerSentence],
    query: Query,
    selection: Selection,
) -> ShortAnswer | None:
    """The short answer, where the sentence that answers best is quoted and has one."""
    read = [one for one in selection.evidence if len(one.text) <= LONGEST_READ]
    if not read or read[0] is not selection.evidence[0]:
        return None
    found = agreed(query, read)
    if found is None:
        return None
    for citation in citations:
        start, end = found.span.start, found.span.end
        inside = citation.article_id == found.span.article_id and citation.start <= start
        if inside and end <= citation.end:
            text = citation.quote[start - citation.start : end - citation.start]
            cited = next(one for one in sentences if citation.number in one.citations)
            dates = [one for one in cited.dates if start <= one.start and one.end <= end]
            if found.kind == "when" and counts_from_issue(text) and not dates:
                return None
            people = [one for one in cited.introductions if one.name in text]
            remark = _remark(dates, people, query.language)
            return ShortAnswer(found.kind, text, start, end, citation.number, remark)
    return None


def _span(citation: Citation) -> Span:
    return Span(citation.article_id, citation.start, citation.end)


def _remark(
    dates: Sequence[ResolvedDate], introduced: Sequence[Introduction], language: Language
) -> str:
    """〔昨天：2020年12月22日；李某某：县长[2]〕"""
    colon, semicolon = ("：", "；") if language == "zh" else (": ", "; ")
    parts = [f"{one.text}{colon}{_days(one, language)}" for one in dates]
    parts += [f"{one.name}{colon}{one.office}[{one.citation}]" for one in introduced]
    if not parts:
        return ""
    inferred = _INFERRED[language] if any(one.inferred for one in dates) else ""
    return f"〔{semicolon.join(parts)}{inferred}〕"


def _days(one: ResolvedDate, language: Language) -> str:
    """The days of a date, as years or months where they are whole ones: 2020年1月至2020年11月."""
    whole_months = one.first.day == 1 and periods.after(one.last, 1).day == 1
    whole_years = whole_months and one.first.month == 1 and one.last.month == 12
    parts = 1 if whole_years else 2 if whole_months else 3
    first, last = (_day(day, parts, language) for day in (one.first, one.last))
    if first == last:
        return first
    return f"{first}至{last}" if language == "zh" else f"{first} to {last}"


def _day(day: date, parts: int, language: Language) -> str:
    """So many of a day's year, month and day."""
    if language == "en":
        return "-".join(day.isoformat().split("-")[:parts])
    named = (f"{day.year}年", f"{day.month}月", f"{day.day}日")
    return "".join(named[:parts])
