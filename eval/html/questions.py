"""One question of a run as the page shows it."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.measures import MEASURES
from eval.records import CitedQuote, QuestionRecord
from eval.report import why_not_right

LONGEST_ANSWER = 6_000  # characters shown
LONGEST_QUOTE = 1_500
LONGEST_NAME = 200
MOST_QUOTES = 20
MOST_ITEMS = 20  # of facts, of alternatives, of articles
FOUND_SHOWN = 10

_MARKUP = 300  # characters of a page around an entry's parts
_MARK = re.compile(r"\[(\d{1,4})\]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an answer. number: of the quote that a mark leads to."""

    kind: Literal["text", "sentence", "unsupported", "mark"]
    text: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Quote:
    number: int
    article: str
    headline: str
    text: str
    valid: bool
    right: bool | None


@dataclass(frozen=True, slots=True)
class Entry:
    """anchor: the id of its element. reason: why it is not right, empty where it is. expected: fact
    by fact, in its alternatives. found: the best articles of the search, each with whether it
    answers the question. facts: other things worth a line, by name. more_quotes: not shown."""

    anchor: str
    id: str
    question: str
    reason: str
    confirmed: bool
    tags: tuple[str, ...]
    expected: tuple[str, ...]
    answerable: bool
    gold: tuple[str, ...]
    found: tuple[tuple[str, bool], ...]
    pieces: tuple[Piece, ...]
    quotes: tuple[Quote, ...]
    more_quotes: int
    notes: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]

    @property
    def characters(self) -> int:
        """How much it adds to a page, about."""
        texts = [self.question, *self.expected, *self.gold, *self.notes]
        texts += [piece.text for piece in self.pieces] + [quote.text for quote in self.quotes]
        return _MARKUP * (4 + len(self.quotes)) + sum(map(len, texts))


def headlines_of(records: Sequence[QuestionRecord]) -> dict[str, str]:
    """The headlines of the articles that a run cites, by how records name them."""
    return {one.article: one.headline for record in records for one in record.citations}


def entry(record: QuestionRecord, number: int, headlines: Mapping[str, str]) -> Entry:
    """A record as an entry of a list. number: its place in the run, from 1. headlines: of articles,
    as far as they are known."""
    quotes = record.citations[:MOST_QUOTES]
    return Entry(
        anchor=f"q{number}",
        id=cut(record.id, LONGEST_NAME),
        question=cut(record.question, LONGEST_QUOTE),
        reason=cut(why_not_right(record), LONGEST_QUOTE),
        confirmed=record.confirmed,
        tags=record.tags[:MOST_ITEMS],
        expected=_items([" / ".join(fact[:MOST_ITEMS]) for fact in record.expected], LONGEST_QUOTE),
        answerable=record.answerable,
        gold=_items([_article(name, headlines) for name in record.gold], LONGEST_NAME),
        found=tuple(
            (cut(_article(name, headlines), LONGEST_NAME), name in record.gold)
            for name in record.found[:FOUND_SHOWN]
        ),
        pieces=tuple(pieces(record, {quote.number for quote in quotes})),
        quotes=tuple(map(_quote, quotes)),
        more_quotes=len(record.citations) - len(quotes),
        notes=_items(record.notes, LONGEST_QUOTE),
        facts=tuple(_facts(record)),
    )


def pieces(record: QuestionRecord, numbers: Collection[int]) -> Iterator[Piece]:
    """The answer as it was given, told apart into its sentences, what stands around them, and the
    marks of the quotes with these numbers. Sentences that the answer doesn't hold word for word
    are given alone, with their marks."""
    if not record.answer.strip():
        return
    found = list(_within(record))
    if len(found) < len(record.sentences):
        for sentence in record.sentences:
            marks = "".join(f"[{number}]" for number in sentence.citations)
            yield Piece("sentence" if sentence.supported else "unsupported", sentence.text)
            yield from _marked(marks, numbers)
        return
    end = 0
    whole = cut(record.answer, LONGEST_ANSWER)
    for start, text, supported in found:
        if start + len(text) > LONGEST_ANSWER:
            break
        yield from _marked(whole[end:start], numbers)
        yield Piece("sentence" if supported else "unsupported", text)
        end = start + len(text)
    yield from _marked(whole[end:], numbers)


def cut(text: str, longest: int) -> str:
    """A text, or its beginning with how much more there is."""
    if len(text) <= longest:
        return text
    return f"{text[:longest]}… ({len(text) - longest:,} characters more)"


def _article(name: str, headlines: Mapping[str, str]) -> str:
    headline = headlines.get(name, "")
    return f"{headline} ({name})" if headline.strip() else name


def _within(record: QuestionRecord) -> Iterator[tuple[int, str, bool]]:
    """Where each sentence stands in the answer, in order, as far as they do."""
    end = 0
    for sentence in record.sentences:
        start = record.answer.find(sentence.text, end)
        if start < 0 or not sentence.text:
            return
        end = start + len(sentence.text)
        yield start, sentence.text, sentence.supported


def _marked(text: str, numbers: Collection[int]) -> Iterator[Piece]:
    end = 0
    for mark in _MARK.finditer(text):
        if int(mark[1]) in numbers:
            if end < mark.start():
                yield Piece("text", text[end : mark.start()])
            yield Piece("mark", mark[0], int(mark[1]))
            end = mark.end()
    if end < len(text):
        yield Piece("text", text[end:])


def _quote(citation: CitedQuote) -> Quote:
    return Quote(
        citation.number,
        cut(citation.article, LONGEST_NAME),
        cut(citation.headline, LONGEST_NAME),
        cut(citation.quote, LONGEST_QUOTE),
        citation.valid,
        citation.right,
    )


def _items(texts: Sequence[str], longest: int) -> tuple[str, ...]:
    shown = [cut(text, longest) for text in texts[:MOST_ITEMS]]
    more = len(texts) - len(shown)
    return (*shown, f"… and {more} more") if more else tuple(shown)


def _facts(record: QuestionRecord) -> Iterator[tuple[str, str]]:
    if record.confidence is not None:
        yield "confidence", f"{record.confidence:.3f}"
    yield "by", record.model or record.mode or "nobody"
    yield "seconds", f"{record.seconds:.2f}"
    if record.prompt_tokens or record.completion_tokens:
        yield "tokens", f"{record.prompt_tokens:,} read, {record.completion_tokens:,} written"
    if record.cost_usd is not None:
        yield "US dollars", f"{record.cost_usd:.6f}"
    for name, value in record.scores.items():
        measure = MEASURES.get(name)
        yield (measure.title if measure else name), f"{value:.3f}"
