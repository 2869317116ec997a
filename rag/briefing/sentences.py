"""The sentences of an article as a briefing may quote them, each with what it tells."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import rjieba

from rag.answering.briefing_selection import DECIDED, DONE, LED, after_dateline, is_reported
from rag.answering.verification_names import people
from rag.answering.verification_numbers import is_date, quantities
from rag.answering.verification_text import fold, letters
from rag.briefing.amounts import amounts
from rag.briefing.formula import is_formula, is_speech
from rag.briefing_types import PointKind
from rag.indexing.sentences import split_sentences
from rag.types import Article, Span
from store.segmentation import simplified

SHORTEST = 18  # characters of a sentence that is cut short
LONGEST = 1000  # characters; what runs on further is no sentence

# What a page of the web prints before the news: the time, 正文：, 原标题：.
_WEB_HEAD = re.compile(
    r"\s*(?:[\[(（]?\s*\d{0,4}[-/年. ]{0,2}\d{1,2}[-/月.]\d{1,2}日?\s*"
    r"(?:\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"
    r"\s*[\])）]?\s*[，,]?\s*)?正文[：:]\s*(?:原标题[：:]\s*)?"
)
# Where the news was learned, which the citation shows.
_LEARNED = re.compile(
    r"(?:据(?:了解|悉|介绍|统计|报道|记者了解)|[^，。；“”]{0,40}(?:获悉|了解到)|记者[^，。；“”]{0,30}看到)[，：,:]\s*"
)
_CLAUSE_END = re.compile("[，；]")
# A clause that leans on the next one (由于…，), by how it begins or ends.
_LEANS = re.compile(
    r"^(?:由于|因|如果|虽然|尽管|当|为|随着|在|自|从|经|根据|按照|针对|作为|据|若|只要|只有|除|对|向|围绕|通过|除非)"
    r"|作为|(?:后|时|来|前|之际|中|下|上|期间|的话)$"
)
# What takes back or narrows what stands before it, or counts, which must not be cut off.
_NARROWS = re.compile(
    r"但|却|不过|然而|除非|否则|如果|前提|除外|未|没|不|暂|仍|尚|才|只|仅|其中|分别|均|都|共|\d|or|but|not|unless"
)
_TO_KEEP = (_NARROWS, DECIDED, DONE, re.compile("《"))
_PAIRS = ("“”", "（）", "《》", "「」", "()")
_QUOTED = re.compile(r"^[“「]|[说道][：，]?[“「]|[”」][^，。]{1,12}[说道]")
_QUESTION = re.compile(r"[？?][”」]?$")
_TITLE = re.compile(r"《[^《》]{2,}》")
# 决定 and 批准 where nobody decides: 未经批准, 等待…决定, 政府决定的….
_NO_DECISION = re.compile(
    r"(?:未|需|等待|尊重|推翻|服从|挑战)[^，。；]{0,16}(?:决定|批准|通过)|决定的|审定(?:品种|的)"
)
_MEETING = re.compile(r"(?:会议|大会|全会|会上)(?!室|厅)")
# Only who said what stands before, and what can't be understood without it.
_SAYS = re.compile(r"^[^，。；]{2,24}[说道讲称][。！]?$")
_GOES_ON = re.compile(
    r"^(?:[他她它](?!国|乡|人)|这|那(?!曲)|此(?!次)|其|对此|因此|但|不过|而|同时|此外|随后|另外|另一|于是|之后|当时)"
)
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article, or its beginning where it is `cut`. ordinal: its place among the
    article's sentences.
    words: of two characters or more, and numbers. quoted: somebody's own words. led: it says who
    led. formal: it is what a meeting decided. leans: it needs what stands before it."""

    article: Article
    span: Span
    ordinal: int
    cut: bool
    words: frozenset[str]
    kind: PointKind
    formula: bool
    quoted: bool
    question: bool
    led: bool
    formal: bool
    leans: bool

    @property
    def quote(self) -> str:
        return self.article.text[self.span.start : self.span.end]


def sentences_of(article: Article) -> list[tuple[Sentence, ...]]:
    """The sentences of an article, in order, without what stands before the news in them: each
    whole, then as far as it can be cut short without a change of what it says. Those that only
    repeat the headline are left out, unless the article has no others."""
    head = letters(fold(article.headline + article.kicker))
    found = []
    for ordinal, (start, end) in enumerate(split_sentences(article.text)):
        if end - start > LONGEST:
            continue
        start = _after_head(article, start, end, ordinal)
        said = letters(fold(article.text[start:end]))
        if said:
            found.append((ordinal, start, end, said in head))
    fresh = [one for one in found if not one[-1]] or found
    read: list[tuple[Sentence, ...]] = []
    spoken = False
    for ordinal, start, end, _ in fresh:
        variants = tuple(
            _sentence(article, Span(article.id, start, last), ordinal, last < end, spoken)
            for last in _ends(article.text, start, end)
        )
        read.append(variants)
        # What somebody says goes on until something else is told.
        spoken = is_speech(_plain(variants[0].quote)) or (spoken and variants[0].formula)
    return read


def _plain(text: str) -> str:
    return "".join(simplified(text).split())


def _after_head(article: Article, start: int, end: int, ordinal: int) -> int:
    """Where the news begins in a sentence."""
    text = article.text
    if ordinal == 0:
        web = _WEB_HEAD.match(text, start, end)
        start = web.end() if web and web.end() < end else start
        start = _after_headline(article, start, end)
        start = after_dateline(text, start, end)
    learned = _LEARNED.match(text, start, end)
    return learned.end() if learned and learned.end() < end else start


def _after_headline(article: Article, start: int, end: int) -> int:
    """Where a sentence goes on that begins with the headline, as a page read without its layout
    has it."""
    head = [character for character in article.headline if character.isalnum()]
    at, met = start, 0
    while at < end and met < len(head):
        if article.text[at].isalnum():
            if article.text[at] != head[met]:
                return start
            met += 1
        at += 1
    return at if head and met == len(head) and at < end else start


def _sentence(article: Article, span: Span, ordinal: int, cut: bool, spoken: bool) -> Sentence:
    quote = article.text[span.start : span.end]
    folded, plain = fold(quote), _plain(quote)
    kind = kind_of(quote)
    return Sentence(
        article=article,
        span=span,
        ordinal=ordinal,
        cut=cut,
        words=frozenset(
            str(word)
            for word in rjieba.cut(folded)
            if _WORD.search(word) and (len(word) > 1 or word.isdigit())
        ),
        kind=kind,
        formula=_SAYS.search(plain) is not None
        or (kind != "decision" and is_formula(plain, spoken)),
        quoted=is_speech(plain) or _QUOTED.search(plain) is not None,
        question=_QUESTION.search(plain) is not None,
        led=LED.search(plain) is not None,
        formal=kind == "decision" and _MEETING.match(plain) is not None,
        leans=_GOES_ON.search(plain) is not None,
    )


def kind_of(text: str) -> PointKind:
    """What a sentence tells: the first of decision, action, number, date and name."""
    folded, plain = fold(text), _plain(text)
    if doing := _doing(plain):
        return doing
    if amounts(folded):
        return "number"
    if any(map(is_date, quantities(folded))):
        return "date"
    return "name" if people(folded) or _TITLE.search(folded) else "other"


def most_told(article: Article) -> PointKind:
    """Whether any sentence of an article tells what was decided, else what was done; other where
    none does."""
    told = {_doing(_plain(article.text[start:end])) for start, end in split_sentences(article.text)}
    return "decision" if "decision" in told else "action" if "action" in told else "other"


def _doing(plain: str) -> PointKind | None:
    if is_reported(plain):
        return None
    if DECIDED.search(_NO_DECISION.sub("", plain)):
        return "decision"
    return "action" if DONE.search(plain) else None


def _ends(text: str, start: int, end: int) -> Iterator[int]:
    """Where a sentence may end: at its end, or behind a clause after which nothing stands that
    takes back or narrows what stands before, or tells more than it: another decision, a number, a
    title."""
    yield end
    whole = text[start:end]
    for first, last in _clauses(whole)[:-1]:
        kept = whole[:last]
        if (
            last >= SHORTEST
            and not _LEANS.search(whole[first:last])
            and all(kept.count(pair[0]) == kept.count(pair[1]) for pair in _PAIRS)
            and not any(one.search(whole, last) for one in _TO_KEEP)
        ):
            yield start + last


def _clauses(whole: str) -> list[tuple[int, int]]:
    """The clauses of a sentence, each without the mark that ends it."""
    ends = [mark.start() for mark in _CLAUSE_END.finditer(whole)]
    starts = [0, *(end + 1 for end in ends)]
    return list(zip(starts, [*ends, len(whole)], strict=True))
