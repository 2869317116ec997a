"""What a language model is shown: numbered sentences of articles, as many as its window holds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from rag.answering.token_estimate import most_tokens
from rag.indexing.chunking import split_sentences
from rag.types import Article, Language, Span

JOINS_SIDES = " / "
"""Between the names of sides that a passage belongs to together."""
BEFORE: Mapping[Language, str] = {"zh": "此前", "en": "before"}
"""What a passage from before a change belongs to."""
NO_SIDES = frozenset(BEFORE.values())
LONGEST_SENTENCE = 1_000  # characters; what runs on further is no sentence to keep whole


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of an article that a language model is shown. source_key: its opaque id, `S1`; its
    sentences are `S1.1`, `S1.2` and so on. side: what it belongs to of what a question tells apart,
    empty where it tells nothing apart."""

    source_key: str
    article: Article
    start: int
    end: int
    side: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One sentence of a passage, by its id."""

    id: str
    article: Article
    span: Span

    @property
    def quote(self) -> str:
        return self.article.text[self.span.start : self.span.end]


def stretches(taken: Iterable[tuple[Article, int, int]]) -> list[tuple[Article, int, int]]:
    """Pieces of articles widened to whole sentences, best article first; those that touch are
    joined. A sentence over LONGEST_SENTENCE stays cut."""
    grouped: dict[str, list[tuple[Article, int, int]]] = {}
    for article, start, end in taken:
        grouped.setdefault(article.id, []).append((article, start, end))
    joined: list[tuple[Article, int, int]] = []
    for group in grouped.values():
        article = group[0][0]
        sentences = [
            span for span in split_sentences(article.text) if span[1] - span[0] <= LONGEST_SENTENCE
        ]
        last: tuple[Article, int, int] | None = None
        for start, end in sorted(_widened(start, end, sentences) for _, start, end in group):
            if last is not None and not article.text[last[2] : start].strip():
                last = (article, last[1], max(last[2], end))
                joined[-1] = last
            else:
                last = (article, start, end)
                joined.append(last)
    return joined


def _widened(start: int, end: int, sentences: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """A stretch with the whole of the sentences that it begins and ends in."""
    for first, last in sentences:
        if first < start < last:
            start = first
        if first < end < last:
            end = last
    return start, end


def sources_of(passages: Sequence[Passage]) -> tuple[Source, ...]:
    """The sentences of the passages, in their order. Raises ValueError for a passage outside its
    article."""
    return tuple(source for passage in passages for source in _sentences(passage))


def fitting(passages: Sequence[Passage], tokens: int) -> tuple[Passage, ...]:
    """As much of the passages, from the first, as the tokens hold as `shown` prints them. It ends
    with a sentence; the first sentence stays, however long. Raises as `sources_of`."""
    kept: list[Passage] = []
    for passage in passages:
        tokens -= most_tokens(f"{_heading(passage)}\n\n")
        end = passage.start
        for source in _sentences(passage):
            tokens -= most_tokens(f"{_printed(source)}\n")
            if tokens < 0 and (kept or end > passage.start):
                break
            end = source.span.end
        if end > passage.start:
            kept.append(replace(passage, end=end))
        if tokens < 0:
            break
    return tuple(kept)


def half(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The first half of the passages, by the tokens they take; one sentence at least."""
    return fitting(passages, most_tokens(shown(passages)) // 2)


def shown(passages: Sequence[Passage]) -> str:
    """The passages as a prompt prints them: a line about the article, then a line a sentence. Line
    breaks inside a sentence become spaces, so that no article can print an id at a line's start."""
    return "\n\n".join(
        "\n".join([_heading(passage), *map(_printed, _sentences(passage))]) for passage in passages
    )


def mark_of(text: str) -> str:
    """A mark to print around a text: nobody who writes a part of it can know or print the mark."""
    return sha256(text.encode("utf-8", errors="replace")).hexdigest()[:12]


def _sentences(passage: Passage) -> Iterator[Source]:
    article = passage.article
    if not 0 <= passage.start < passage.end <= len(article.text):
        raise ValueError(
            f"passage {passage.source_key} {passage.start}:{passage.end} is outside its article"
        )
    spans = split_sentences(article.text[passage.start : passage.end])
    for number, (start, end) in enumerate(spans, 1):
        span = Span(article.id, passage.start + start, passage.start + end)
        yield Source(f"{passage.source_key}.{number}", article, span)


def _heading(passage: Passage) -> str:
    article = passage.article
    dates = [
        f"{label} {day.isoformat()}"
        for label, day in (("issue", article.issue_date), ("event", article.event_date))
        if day is not None
    ]
    side = f"[{_line(passage.side)}] " if passage.side else ""
    about = [article.headline, article.kicker, article.publication, *dates]
    return f"{passage.source_key} {side}{_line(' | '.join(part for part in about if part))}"


def _printed(source: Source) -> str:
    return f"{source.id} {_line(source.quote)}"


def _line(text: str) -> str:
    return " ".join(text.split())
