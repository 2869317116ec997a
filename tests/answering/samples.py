"""Self-written news of an invented town."""

from dataclasses import replace
from datetime import date
from typing import Any

from rag.types import Article, SourceMap

COUNCIL = (
    "本报讯 3月14日上午，云溪市政府召开常务会议，研究老旧小区改造工作。市长沈明川主持会议。"
    "会议决定今年投入1.2万元改造三个社区食堂，并审议通过了《云溪市城区公园建设方案》。"
    "会议没有通过停车收费办法。会议强调，要深入贯彻落实上级有关精神，具有十分重要的意义。"
)
LIBRARY = (
    "本报讯 3月15日，云溪市新图书馆开馆，藏书48万册，设有620个阅览座位。"
    "馆长顾晓岚介绍，图书馆每周二闭馆。开馆当天，共有2300多人到馆。"
)


def article(identity: str, text: str, headline: str, **changes: Any) -> Article:
    made = Article(
        id=identity,
        page_id="page",
        position=0,
        headline=headline,
        kicker="",
        byline=(),
        dateline="本报讯",
        text=text,
        source_map=SourceMap(((0, 0, len(text)),)),
        issue_date=date(2023, 3, 16),
        event_date=None,
        date_inferred=False,
        publication="云溪日报",
        page="1",
        source="page.txt",
    )
    return replace(made, **changes)
