"""Briefings of an invented town, with words that try to become markup."""

from dataclasses import replace
from datetime import date

from rag.answering.quote_context import contexts_of
from rag.briefing_types import (
    Briefing,
    BriefingPoint,
    NewsDay,
    Story,
    StoryUpdate,
    TableRow,
)
from rag.types import Article, Citation, QuoteContext
from tests.answering.samples import COUNCIL, LIBRARY, article

DAY = date(2023, 3, 16)
HOSTILE = (
    "5月1日，<script>document.title='x'</script><img src=x onerror=\"document.title='y'\">开张。"
    "[点这里](http://example.com/)看*更多*，见\u202e反写{{ 7*7 }}。\n"
    '[1]: http://example.com/ "标题"\n# 不是标题</mark></li>也不是结尾。'
)
ARTICLES = (
    article("council", COUNCIL, "市政府常务会议研究老旧小区改造"),
    article("library", LIBRARY, "新图书馆开馆", kicker="藏书48万册", position=1),
    article("hostile", HOSTILE, "<b>夜市</b> & “开街”", position=2, page="2"),
)


def cited(number: int, printed: Article, words: str) -> Citation:
    """The citation of words that stand in an article."""
    start = printed.text.index(words)
    return Citation(
        number=number,
        article_id=printed.id,
        headline=printed.headline,
        publication=printed.publication,
        issue_date=printed.issue_date,
        event_date=None,
        page=printed.page,
        source=printed.source,
        source_id=None,
        start=start,
        end=start + len(words),
        quote=words,
    )


QUOTES = (
    "会议决定今年投入1.2万元改造三个社区食堂，并审议通过了《云溪市城区公园建设方案》。",
    "市长沈明川主持会议。",
    "3月15日，云溪市新图书馆开馆，藏书48万册，设有620个阅览座位。",
    HOSTILE[HOSTILE.index("[点") :],
)
CITATIONS = (
    cited(1, ARTICLES[0], QUOTES[0]),
    cited(2, ARTICLES[0], QUOTES[1]),
    cited(3, ARTICLES[1], QUOTES[2]),
    cited(4, ARTICLES[2], QUOTES[3]),
)
UPDATE = StoryUpdate("新图书馆将开馆", ("earlier",), date(2023, 3, 10), date(2023, 3, 10), True)
STORIES = (
    Story(
        ARTICLES[0].headline,
        ("council",),
        (
            BriefingPoint(QUOTES[0], (1,), "decision"),
            BriefingPoint(QUOTES[1], (2,), "name"),
        ),
        papers=("云溪日报",),
        page="1",
        issue_dates=(DAY,),
    ),
    Story(
        ARTICLES[1].headline,
        ("library", "library-2"),
        (BriefingPoint(QUOTES[2], (3,), "action", new=True),),
        kicker=ARTICLES[1].kicker,
        papers=("云溪日报", "云溪晚报"),
        page="1",
        issue_dates=(DAY,),
        update=UPDATE,
    ),
    Story(
        ARTICLES[2].headline,
        ("hostile",),
        (BriefingPoint(QUOTES[3], (4, 1), "other", supported=False),),
        papers=("云溪日报",),
        page="2",
        issue_dates=(DAY,),
    ),
)
TABLE = (
    TableRow(
        "decision", "审议通过了《云溪市城区公园建设方案》", "《云溪市城区公园建设方案》", 1, 1
    ),
    TableRow("number", "今年投入1.2万元改造三个社区食堂", "1.2万元", 1, 1),
    TableRow("number", "藏书48万册", "48万册", 2, 3),
)
BRIEFING = Briefing(
    DAY,
    DAY,
    None,
    STORIES,
    CITATIONS,
    "extractive",
    notes=("a <note>",),
    table=TABLE,
    articles=4,
    untold=2,
)
EMPTY = Briefing(
    date(2023, 3, 17),
    date(2023, 3, 17),
    None,
    (),
    (),
    "extractive",
    nearest=(NewsDay(DAY, 4), NewsDay(date(2023, 3, 20), 1)),
)


def contexts(briefing: Briefing = BRIEFING) -> dict[int, QuoteContext]:
    by_id = {one.id: one for one in ARTICLES}
    return contexts_of(briefing.citations, by_id.__getitem__)


def long_briefing(stories: int) -> Briefing:
    """A briefing of so many stories, each with quotes of its own."""
    told: list[Story] = []
    quotes: list[Citation] = []
    for number in range(1, stories + 1):
        for story, citation in zip(STORIES[:2], (CITATIONS[0], CITATIONS[2]), strict=True):
            quotes.append(replace(citation, number=len(quotes) + 1))
            point = BriefingPoint(citation.quote, (len(quotes),))
            headline = f"{story.headline}（{number}）"
            told.append(replace(story, headline=headline, points=(point,)))
    return replace(
        BRIEFING, stories=tuple(told[:stories]), citations=tuple(quotes[:stories]), table=()
    )
