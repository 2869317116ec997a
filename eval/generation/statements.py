"""Sentences of an article that can be asked about alone, without what leads up to them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.answering.resolved_dates import resolved_dates
from rag.indexing.sentences import split_sentences
from rag.types import Article, Span

SHORTEST, LONGEST = 10, 140  # characters of a sentence
_PAIRS = {"“": "”", "‘": "’", "「": "」", "『": "』", "（": "）", "(": ")", "《": "》", "【": "】"}
_CLOSERS = frozenset(_PAIRS.values())
_CLAUSE_MARKS = frozenset("，；：,;:")
# A dateline with its reporters, whoever the news is from, and what only joins sentences.
_LEADS = tuple(
    re.compile(pattern)
    for pattern in (
        r"^.{0,60}?(?:讯|日电|消息|正文|报道)\s*(?:[（(【][^）)】]{0,40}[）)】]|[：:])+\s*",
        r"^[【（(][^】）)]{0,40}[】）)]\s*",
        r"^(?:.{0,30}?\d日电\s*|本报讯\s*|[^\s，]{2,8}讯\s+)",
        r"^(?:\S{0,8}记者[^，]{0,20}(?:获悉|了解到)|据[^，]{2,25}|[^，]{2,16}(?:数据|公告|报告|"
        r"通报|消息)(?:显示|称)|据悉)[，：]\s*",
        r"^(?:此外|另外|同时|与此同时|近日|日前|近期|目前|当前|据此|截至目前|到目前为止)[，,]\s*",
    )
)
# Words of the trade, and lists of what isn't news.
_NO_NEWS = re.compile(
    "责任编辑|编辑[：:]|摄影|[记者]\\S{0,6}摄$|供图|图源|视觉中国|原标题|转载|关注我们|扫码|版权"
)
_YEARS = ("今年", "去年", "前年", "明年", "本年", "上年")


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence at start:end of an article. clauses: what it says, without the marks between its
    clauses and what leads up to it. dates: words for a time that count from the day of issue (昨天,
    今年), with the words for the same time that stand alone."""

    article: Article
    start: int
    end: int
    clauses: tuple[str, ...]
    dates: tuple[tuple[str, str], ...]

    @property
    def quote(self) -> str:
        return self.article.text[self.start : self.end]


def statements(article: Article) -> Iterator[Statement]:
    """The sentences of an article that are news told whole, in order."""
    for start, end in split_sentences(article.text):
        text = article.text[start:end]
        if not SHORTEST <= len(text) <= LONGEST or _NO_NEWS.search(text) or not text.endswith("。"):
            continue
        told = _without_leads(" ".join(text.split()))
        clauses = _clauses(told.rstrip("。"))
        if clauses:
            yield Statement(article, start, end, clauses, _dates(article, start, end))


def _without_leads(text: str) -> str:
    for _ in range(2):  # 新京报讯，记者获悉，
        for lead in _LEADS:
            text = lead.sub("", text, count=1)
    return text.strip()


def _clauses(text: str) -> tuple[str, ...]:
    """The clauses of a sentence; none where brackets or quotation marks don't close. A comma in
    brackets, or in a number, parts nothing."""
    clauses = [""]
    open_marks: list[str] = []
    for at, character in enumerate(text):
        if character in _PAIRS:
            open_marks.append(_PAIRS[character])
        elif character in _CLOSERS and (not open_marks or open_marks.pop() != character):
            return ()
        in_number = text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()
        if character in _CLAUSE_MARKS and not open_marks and not in_number:
            clauses.append("")
        else:
            clauses[-1] += character
    return () if open_marks else tuple(clause.strip() for clause in clauses if clause.strip())


def _dates(article: Article, start: int, end: int) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for one in resolved_dates(article, Span(article.id, start, end)):
        first, last = one.first, one.last
        if first == last:
            found.append((one.text, f"{first.year}年{first.month}月{first.day}日"))
        elif one.text.startswith(_YEARS) and first.year == last.year:
            found.append((one.text, f"{first.year}年{one.text[2:].removeprefix('的')}"))
    return tuple(found)
