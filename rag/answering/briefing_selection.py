"""Which sentences of an article say its news: what was decided or done, not what was exhorted."""

import re
from dataclasses import dataclass

from rag.answering.verification_numbers import quantities
from rag.answering.verification_text import fold
from rag.indexing.chunking import split_sentences
from rag.types import Article, Span

WORTH = 1.0  # a sentence below this score is no news; the best one is kept all the same
LONG = 160  # characters from which a sentence is hard to take in at a glance

# What stands before the news: 本报讯, a paper's or an agency's line, the reporters in brackets.
_DATELINE = re.compile(
    r"\s*(?:本报讯|本报[\u4e00-\u9fff]{0,6}电|[\u4e00-\u9fff]{2,12}讯(?=\s*[（(\s])"
    r"|[\u4e00-\u9fff]{1,8}[社网][^，。：]{0,16}电)?\s*"
    r"(?:[（(][^（()）]{0,80}(?:记者|通讯员)[^（()）]{0,80}[）)])?\s*"
)
DECIDED = re.compile(
    r"决定(?![性权着])|(?:审议|表决|原则|一致|讨论|投票)(?:并)?通过|通过了|获得?通过|审定"
    r"|批准(?!的)|任命|免去|选举产生|当选|decided|approved|adopted|passed|appointed|elected",
    re.IGNORECASE,
)
DONE = re.compile(
    r"(?:召开|举行|举办|开幕|闭幕|成立|启动|开工|动工|竣工|投产|开通|通车|投入使用|投用|建成|完工"
    r"|签约|签订|揭牌|印发|出台|颁布|公布|发布|表彰|授予|荣获|获得|夺得|完成|实施|推出|上线|达到"
    # What is said of a thing (受到表彰的集体) or names one (表彰大会) is not reported as done.
    r"|增长|下降)(?!的|大会|会议|仪式)|held|opened|launched|completed|signed|started|founded"
    r"|awarded|won|rose|fell",
    re.IGNORECASE,
)
LED = re.compile(r"主持|chaired|presided", re.IGNORECASE)
_ATTENDED = re.compile(r"出席|参加|带队|率队|attended", re.IGNORECASE)
# Speech reported, not done: 会议强调, 他说, and sentences in which every clause begins with 要.
_SAID = re.compile(
    r"^[^，。；“]{0,24}?(?:强调|指出|要求|认为|表示|说|希望|号召)[，：,:]|(?<![\u4e00-\u9fff])要"
)
_FORMULA = re.compile(
    r"(?:具有|有着)[^，。]{0,12}意义|深入(?:学习)?贯彻|贯彻落实|精神|重要遵循|行动指南|提高政治站位|高度重视"
    r"|奋力|进一步|不断提升|打下[^，。]{0,6}基础|提供[^，。]{0,8}(?:动力|保障|支撑)"
)


@dataclass(frozen=True, slots=True)
class NewsSentence:
    """A sentence of an article with how much news it holds. decided: it says what was decided."""

    span: Span
    score: float
    decided: bool


def news_sentences(article: Article, most: int) -> tuple[NewsSentence, ...]:
    """The sentences that hold an article's news, at most so many and at least one where there is
    any, in the order of the article. The line before the news (本报讯 …) is left out of a span."""
    ranked = sorted(scored_sentences(article), key=lambda one: (-one.score, one.span.start))
    best = [sentence for sentence in ranked if sentence.score >= WORTH][:most] or ranked[:1]
    return tuple(sorted(best, key=lambda sentence: sentence.span.start))


def scored_sentences(article: Article) -> list[NewsSentence]:
    """Every sentence of an article, in its order, with how much news it holds."""
    found = []
    for ordinal, (start, end) in enumerate(split_sentences(article.text)):
        if ordinal == 0:
            start = after_dateline(article.text, start, end)
        text = fold(article.text[start:end])
        if text:
            decided = DECIDED.search(text) is not None and not is_reported(text)
            span = Span(article.id, start, end)
            found.append(NewsSentence(span, _score(text, ordinal, decided), decided))
    return found


def is_reported(folded: str) -> bool:
    """Whether a folded sentence reports what somebody says, not what is done: 会议强调, 他说."""
    return _SAID.search(folded) is not None


def after_dateline(text: str, start: int, end: int) -> int:
    """Where the first sentence of an article begins behind 本报讯, an agency's line and the
    reporters in brackets; at its start where nothing else is in it."""
    found = _DATELINE.match(text, start, end)
    return found.end() if found and found.end() < end else start


def _score(text: str, ordinal: int, decided: bool) -> float:
    """Adds up what news is made of. The weights were set by hand to rank a decision over the first
    sentence, the first sentence over figures, and figures over speech."""
    score = 2.0 / (1 + ordinal) ** 2
    score += 2.5 if decided else 0.0
    score += 1.0 if DONE.search(text) else 0.0
    score += 1.0 if LED.search(text) else 0.0
    score += 0.25 if _ATTENDED.search(text) else 0.0
    score += 0.25 * min(3, len(quantities(text)))
    score -= 1.5 if is_reported(text) else 0.0
    score -= 0.4 * min(3, len(_FORMULA.findall(text)))
    score -= 0.3 if len(text) > LONG else 0.0
    return score
