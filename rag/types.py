"""The data that flows through newsdesk: frozen, typed, without behaviour beyond itself."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from rag.article_links import Copy as Copy
from rag.article_links import Part as Part
from rag.page_types import LeftOut as LeftOut
from rag.page_types import LeftOutKind as LeftOutKind
from rag.page_types import Split as Split
from rag.usage import NO_USAGE, Usage

if TYPE_CHECKING:  # heavy: only its types are needed here
    import numpy as np
    from numpy.typing import NDArray

Language = Literal["zh", "en"]
AnswerMode = Literal["extractive", "llm"]


@dataclass(frozen=True, slots=True)
class SourceMap:
    """Where each character of a clean text stands in its raw source.

    runs: (clean_start, raw_start, length) triples, ascending in clean_start, covering the clean
    text from 0 without gaps. Every clean character equals its raw character, except that a
    paragraph break or a joining space may stand on any raw white-space character.
    """

    runs: tuple[tuple[int, int, int], ...]

    def raw_offset(self, clean_offset: int) -> int:
        """The raw position of one clean character; IndexError outside the clean text."""
        index = bisect_right(self.runs, clean_offset, key=lambda run: run[0]) - 1
        if index < 0 or clean_offset >= self.runs[index][0] + self.runs[index][2]:
            raise IndexError(f"no character {clean_offset} in this text")
        clean_start, raw_start, _ = self.runs[index]
        return raw_start + clean_offset - clean_start

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The raw half-open span that encloses clean[start:end]; the span must not be empty."""
        return self.raw_offset(start), self.raw_offset(end - 1) + 1


@dataclass(frozen=True, slots=True)
class LineBox:
    """Where a printed line stands on its page, for a face to show it there.

    start, end: the half-open stretch of the article's clean text that the line prints. sheet: the
    page's number in its file, from 1. left, top, right, bottom: shares of the page's width and
    height, 0 to 1, from the top left corner of the page as it is shown. confidence: 0 to 1, how
    sure character recognition is of the line; None where the file itself holds the text.
    """

    start: int
    end: int
    sheet: int
    left: float
    top: float
    right: float
    bottom: float
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One news article: `text` is the clean body that every offset refers to. also_in: its copies,
    as the archive knows them; none for an article that isn't read from it. boxes: of its lines, in
    order; none where the page has no layout. notes: what reading it left in doubt, a line each.
    split_confidence: its page's, as `Split` says.

    jump_to, jump_from: the labels of the pages that it says it goes on on and comes from; empty
    where it says none. parts: all parts of the article that it is one part of, in order, itself
    among them, as the archive knows them; none for an article that is whole. A later part without
    a headline, or with a shortened one, has that of the first."""

    id: str
    page_id: str
    position: int
    headline: str
    kicker: str
    byline: tuple[str, ...]
    dateline: str
    text: str
    source_map: SourceMap
    issue_date: date | None
    event_date: date | None
    date_inferred: bool
    publication: str
    page: str
    source: str
    source_id: str | None = None
    url: str | None = None
    also_in: tuple[Copy, ...] = ()
    boxes: tuple[LineBox, ...] = ()
    notes: tuple[str, ...] = ()
    split_confidence: float | None = None
    jump_to: str = ""
    jump_from: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def whole_id(self) -> str:
        """The id of its first part; its own where it is whole."""
        return self.parts[0].article_id if self.parts else self.id

    @property
    def characters(self) -> int:
        """Of the text of all its parts."""
        return sum(part.characters for part in self.parts) or len(self.text)


@dataclass(frozen=True, slots=True)
class Page:
    """One unit of ingest: a newspaper page, or one row of a JSONL file.

    id: hash of the raw bytes, the hints given with them and the reader's version; of a page that
    has a layout, a hash of its lines and their boxes. origin: the absolute path or URL it came from
    (a JSONL row adds `#` and its id, a page of a PDF file `#page=` and its number); two origins may
    hold the same page. raw: the text that source maps point into: the file's own, decoded; for Word
    files and web pages, whose bytes can't be pointed into, the text extracted from them; of a page
    that has a layout, its printed lines in reading order.
    left_out: what of it is in no article, in order; none where the file marks its articles.
    """

    id: str
    origin: str
    source: str
    raw: str
    encoding: str
    issue_date: date | None
    publication: str
    page: str
    articles: tuple[Article, ...]
    left_out: tuple[LeftOut, ...] = ()
    split: Split = field(default_factory=Split)


@dataclass(frozen=True, slots=True)
class RawLine:
    """One line of a page's raw text and the part of an article's text that comes from it, which is
    article.text[start:end]. number: from 1. raw_start: of the line in the raw text."""

    number: int
    raw_start: int
    raw: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of an article: article.text[start:end] == text. `context` (headline and kicker;
    empty in an index made without) is indexed with the text and counts in no offset."""

    id: str
    article_id: str
    ordinal: int
    start: int
    end: int
    text: str
    context: str


@dataclass(frozen=True, slots=True)
class PassageEmbedding:
    """What an embedding model makes of a passage. vector: float32 of length 1, (dimension,).
    tokens: the vectors of its tokens, packed for late interaction; empty where the model gives
    none."""

    vector: "NDArray[np.float32]"
    tokens: bytes = b""


@dataclass(frozen=True, slots=True)
class QuestionTokens:
    """A question's tokens for late interaction. vectors: float32, (tokens, size), each of length 1.
    weights: float32, (tokens,), positive: how much each counts."""

    vectors: "NDArray[np.float32]"
    weights: "NDArray[np.float32]"


@dataclass(frozen=True, slots=True)
class QuestionEmbedding:
    """What an embedding model makes of a question. vector: float32 of length 1, (dimension,).
    tokens: None where the model gives none."""

    vector: "NDArray[np.float32]"
    tokens: QuestionTokens | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """What an article must match. Dates are issue dates, the range half-open: from <= d < until."""

    date_from: date | None = None
    date_until: date | None = None
    publication: str | None = None

    @property
    def empty(self) -> bool:
        return self.date_from is None and self.date_until is None and self.publication is None


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that retrieval found, with the article it stands in. Ranks count from 1."""

    article: Article
    chunk: Chunk
    score: float
    dense_rank: int | None
    lexical_rank: int | None
    dense_score: float | None = None
    lexical_score: float | None = None

    @property
    def article_id(self) -> str:
        return self.article.id

    @property
    def source_id(self) -> str | None:
        return self.article.source_id


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of an article's clean text, half-open."""

    article_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Draft:
    """One composed sentence and the spans it claims to stand on, before verification. label: what
    it tells of, shown before it, in a comparison the side; empty where that needn't be said."""

    text: str
    spans: tuple[Span, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote: `quote` is always the article's own text at start:end. also_in: articles
    that print the same news. boxes: of the lines that print it, their offsets those of the
    article."""

    number: int
    article_id: str
    headline: str
    publication: str
    issue_date: date | None
    event_date: date | None
    page: str
    source: str
    source_id: str | None
    start: int
    end: int
    quote: str
    also_in: tuple[Copy, ...] = ()
    boxes: tuple[LineBox, ...] = ()


@dataclass(frozen=True, slots=True)
class QuoteContext:
    """The words of a quote's article before and after it, of its paragraph; … where more stands."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ResolvedDate:
    """A date that a quoted sentence leaves open (12月23日, 去年), with the days it means.

    text is the article's own at start:end. first and last are both included. inferred: counted
    from an issue date that is itself inferred.
    """

    text: str
    start: int
    end: int
    first: date
    last: date
    inferred: bool


@dataclass(frozen=True, slots=True)
class Introduction:
    """The office of somebody whom a quoted sentence names without it. citation: the number of the
    quote, elsewhere in the same article, that introduces them with it."""

    name: str
    office: str
    citation: int


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence of an answer. `citations` are display numbers; `problem` says what verification
    found or changed, empty where there was nothing; `label` is shown before it: the side of a
    comparison that it tells of, the day of a change. Beside a sentence in an article's own words
    stand the dates that it leaves open and the offices that it leaves out; `remark` says both in
    the question's language, empty where there are none."""

    text: str
    citations: tuple[int, ...]
    supported: bool
    problem: str = ""
    label: str = ""
    dates: tuple[ResolvedDate, ...] = ()
    introductions: tuple[Introduction, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """What a question asks for, in the fewest words: `text` is the article's own at start:end,
    inside the quote with the number `citation`. kind: who, when, where or number. `remark` is as a
    sentence's."""

    kind: str
    text: str
    start: int
    end: int
    citation: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class AnswerSide:
    """One part or side of a question. `citations` are those that tell of it; none where the archive
    has nothing of it."""

    name: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in which every sentence shows the words it stands on, or a refusal. `lead`
    introduces sentences in another language than the question's; `answer` begins with it. Then
    comes `short_answer`, where one is near certain. `sides` are the parts of a question that asks
    several things, and `gaps` says, a sentence each, which of them the archive has nothing for;
    `answer` ends with those. `id` names its record; None where none is kept. broken_off: whoever
    asked left before it was whole; it then is on record alone.

    `confidence`, 0 to 1: how probably the best sentence of the archive's own that was weighed
    answers the question, or a part or side of it; of a refusal, too, and the same whether or not a
    language model wrote the answer. None where none was weighed: nothing was found, nothing found
    was about the question, or the news of certain days was told."""

    question: str
    language: Language
    refused: bool
    mode: AnswerMode
    model: str | None
    answer: str
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    lead: str = ""
    notes: tuple[str, ...] = ()
    timings_ms: Mapping[str, int] = field(default_factory=dict)
    usage: Usage = NO_USAGE
    id: str | None = None
    short_answer: ShortAnswer | None = None
    sides: tuple[AnswerSide, ...] = ()
    gaps: tuple[str, ...] = ()
    broken_off: bool = False
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The search for an answer is done: what it found, best first."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """A sentence of an answer, verified, with all that it cites. `lead` and then `short_answer` go
    before it: the answer's own, with its first sentence."""

    sentence: AnswerSentence
    citations: tuple[Citation, ...]
    lead: str = ""
    short_answer: ShortAnswer | None = None


AnswerEvent = Found | Settled | Answer
"""What there is of an answer while it is made; the answer itself comes last."""
