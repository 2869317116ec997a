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
LEAST = 6  # letters of a sentence that tells anything
LONGEST = 1000  # characters; what runs on further is no sentence

# What a page of the web prints before the news: the time, 来源：, 作者：, 正文：, 原标题：.
_WEB_HEAD = re.compile(r"[^。！？；“”]{0,60}?正文[：:]\s*(?:原标题[：:]\s*)?")
# Who sent or gathered the news, as a line of the web or of an agency has it: 【某网报道 记者 …】,
# 某某客户端7月28日消息, (甲乙丙) behind such a line.
_SENT = re.compile(
    r"\s*(?:【[^【】]{0,40}(?:记者|通讯员|报道|讯|电|消息)[^【】]{0,40}】"
    r"|[\u4e00-\u9fffA-Za-z·、]{1,24}[社网报端][\u4e00-\u9fff]{0,8}\d{1,2}月\d{1,2}日(?:电|讯|消息|报道(?![，：,:]))"
    r"|(?<=[电讯息])[（(][\u4e00-\u9fff·\s]{2,16}[）)]"
    r"|[（(](?:[\u4e00-\u9fff·]{2,4}\s+)+[\u4e00-\u9fff·]{2,4}[）)]"
    r"|(?:本网讯)?(?:实习|首席)?记者\s*[\u4e00-\u9fff·]{2,4}报道(?![说称，：,:])"
    r"|[\u4e00-\u9fff]{1,8}[社网报端]消息[：:]"
    r"|综合[^，。；]{0,8}报道[，,])\s*"
)
# A picture's credit, or the paper that a comment is on, run into a sentence.
_CREDIT = re.compile(
    r"(?:[\u4e00-\u9fff·]{2,6}\s+摄(?![影像制])|[^，。；：“”]{1,10}供图|[^，。；：“”]{1,14}(?<!地)图(?=据)|[^，。；：“”]{1,20}资料图(?!片|[：:])"
    r"|[（(][^（()）]{0,24}《[^《》]{2,16}》[^（()）]{0,10}[）)](?=.))\s*"
)
# What tells of a picture or of who made the page, not of the news.
_CAPTION = re.compile(
    r"\s*[（(【]?(?:图为|图[一二三四五六]为|图片(?:来源|说明)|资料图|(?:责任|值班|网络)?(?:编辑|责编|编译|校对|审核)[：:]|来源[：:]|发[稿布]时间)"
    r"|[^，。；]{0,20}(?:合照|合影)。?$"
)
# Where the news was learned, which the citation shows.
_LEARNED = re.compile(
    r"(?:据(?:了解|悉|介绍|统计|报道|记者了解)|[^，。；“”]{0,40}(?:获悉|了解到)|记者[^，。；“”]{0,30}看到)[，：,:]\s*"
)
_CLAUSE_END = re.compile("[，；]")
# How a clause begins that says of what stands before it what it is or becomes, or goes on with a
# list: without it that is no sentence, or says something else.
_SAYS_OF_IT = re.compile(
    r"\s*(?:以及|和|与|及|或|等|是|将|即|系|乃|属|被|也|还|又|会|能|可|应|须|必|需|成为|意味|导致|造成|使|令|让|有|由|围绕)"
)
# A clause that leans on the next one (由于…，), by how it begins or ends.
_LEANS = re.compile(
    r"^(?:由于|因|如果|虽然|尽管|当|为|随着|在|自|从|经|根据|按照|针对|作为|据|若|只要|只有|除|对|向|围绕|通过|除非)"
    r"|作为|(?:后|时|来|前|之际|中|下|上|期间|的话|为由|来看|规定|显示|表明|指出|认为|发现|透露|介绍|[^名]称|说)$"
)
# What takes back or narrows what stands before it, or counts, which must not be cut off.
_NARROWS = re.compile(
    r"但|却|不过|然而|除非|否则|如果|前提|除外|未|没|不|暂|仍|尚|才|只|仅|其中|分别|均|都|共|\d|or|but|not|unless"
)
_TO_KEEP = (_NARROWS, DECIDED, DONE, re.compile("《"))
_SPEECH = 400  # characters on either side in which a quotation's marks are looked for
_OPENERS = "“‘「『（(《〈【["
_PAIRS = ("“”", "（）", "《》", "「」", "()")
_QUOTED = re.compile(r"^[“「]|[说道][：，]?[“「]|[”」][^，。]{1,12}[说道]")
_QUESTION = re.compile(r"[？?][”」]?$")
_TITLE = re.compile(r"《[^《》]{2,}》")
# 决定 and 批准 where nobody decides: 未经批准, 等待…决定, 政府决定的….
_NO_DECISION = re.compile(
    r"(?:未|需|等待|尊重|推翻|服从|挑战)[^，。；]{0,16}(?:决定|批准|通过)|决定的|审定(?:品种|的)"
    r"|[自各]主决定|自行决定|决定是否|(?:不是|可能[^，。；]{0,4}|无法|无权|能否)决定|决定(?=说明|意味|表明|经过|显示|反映|引发)"
    r"|(?:^|[，。；])(?![^，。；]*(?:[作做]出|通过|审议|批准|宣布))[^，。；]*[的一][^，。；]{0,6}决定(?=$|[，。；、”])"
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
    repeat the headline, or tell of a picture, are left out, unless the article has no others."""
    head = letters(fold(article.headline + article.kicker))
    found: list[tuple[int, int, int, bool]] = []
    for ordinal, (start, end) in enumerate(split_sentences(article.text)):
        if end - start > LONGEST:
            continue
        start = _after_head(article, start, end, ordinal)
        said = letters(fold(article.text[start:end]))
        if said:
            aside = (
                said in head
                or len(said) < LEAST
                or _CAPTION.match(article.text, start, end) is not None
            )
            found.append((ordinal, start, end, aside))
    fresh = [one for one in found if not one[-1]] or found
    read: list[tuple[Sentence, ...]] = []
    spoken = False
    for ordinal, start, end, _ in fresh:
        variants = tuple(
            _sentence(article, Span(article.id, start, last), ordinal, last < end, spoken)
            for last in _ends(article.text, start, end)
        )
        read.append(variants)
        # What somebody says goes on until a quotation is closed, or something else is told.
        quote = variants[0].quote
        going_on = is_speech(_plain(quote)) or (spoken and variants[0].formula)
        spoken = going_on and not quote.endswith("”")
    return read


def without_head(article: Article, span: Span) -> Span:
    """A sentence of an article without what stands before the news in it."""
    first = not article.text[: span.start].strip()
    start = _after_head(article, span.start, span.end, 0 if first else 1)
    return Span(article.id, start, span.end)


def _plain(text: str) -> str:
    return "".join(simplified(text).split())


def _after_head(article: Article, start: int, end: int, ordinal: int) -> int:
    """Where the news begins in a sentence."""
    text = article.text
    if ordinal == 0:
        start = _behind(_WEB_HEAD, text, start, end)
        begun = -1
        while begun != start:  # an agency's line may stand behind the paper's own
            begun = start
            start = after_dateline(text, _after_headline(article, start, end), end)
            start = _behind(_SENT, text, start, end)
    return _behind(_LEARNED, text, _behind(_CREDIT, text, start, end), end)


def _behind(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    """Where a sentence goes on that begins so; at its start where nothing else is in it."""
    found = pattern.match(text, start, end)
    return found.end() if found and found.end() < end else start


def _after_headline(article: Article, start: int, end: int) -> int:
    """Where a sentence goes on that begins with the headline, as a page read without its layout
    has it."""
    head = [character for character in article.headline if character.isalnum()]
    at, met = start, 0
    while at < end and (met < len(head) or not _begins(article.text[at])):
        if article.text[at].isalnum():
            if article.text[at] != head[met]:
                return start
            met += 1
        at += 1
    return at if head and met == len(head) and at < end else start


def _begins(character: str) -> bool:
    """Whether a sentence may begin so: with no mark that only closes."""
    return character.isalnum() or character in _OPENERS


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
        or (kind != "decision" and is_formula(plain, spoken))
        or _without_speaker(article.text, span),
        quoted=is_speech(plain) or _QUOTED.search(plain) is not None,
        question=_QUESTION.search(plain) is not None,
        led=LED.search(plain) is not None,
        formal=kind == "decision" and _MEETING.match(plain) is not None,
        leans=_GOES_ON.search(plain) is not None,
    )


def _without_speaker(text: str, span: Span) -> bool:
    """Whether a sentence is nothing but words of a quotation: who says them stands elsewhere."""
    begin = max(span.start - _SPEECH, 0)
    opened = text.rfind("“", begin, span.start) > text.rfind("”", begin, span.start)
    rest = text[span.start : span.end + _SPEECH]
    words, closed, _ = rest.removeprefix("“").partition("”")
    if not closed or "“" in words:  # one that nothing closes is a slip
        return False
    return (opened or rest.startswith("“")) and len(words) + 2 >= span.end - span.start


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


def decides(plain: str) -> bool:
    """Whether words, in simplified characters, say that something was decided."""
    return DECIDED.search(_NO_DECISION.sub("", plain)) is not None


def _doing(plain: str) -> PointKind | None:
    if is_reported(plain):
        return None
    if decides(plain):
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
            and not _SAYS_OF_IT.match(whole, last + 1)
            and not any(one.search(whole, last) for one in _TO_KEEP)
        ):
            yield start + last


def _clauses(whole: str) -> list[tuple[int, int]]:
    """The clauses of a sentence, each without the mark that ends it."""
    ends = [mark.start() for mark in _CLAUSE_END.finditer(whole)]
    starts = [0, *(end + 1 for end in ends)]
    return list(zip(starts, [*ends, len(whole)], strict=True))
