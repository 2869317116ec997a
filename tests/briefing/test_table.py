"""The table of decisions and numbers: what counts something, once, as it is printed."""

from datetime import date

import pytest

from rag.briefing.sentences import kind_of
from rag.briefing.table import rows
from rag.briefing_types import BriefingPoint, TableRow
from rag.types import Citation
from tests.answering.samples import article


def table(quote: str) -> list[TableRow]:
    own = article("x", quote, "标题", issue_date=date(2024, 7, 8))
    citation = Citation(
        number=1,
        article_id=own.id,
        start=0,
        end=len(quote),
        quote=quote,
        headline="标题",
        issue_date=own.issue_date,
        event_date=None,
        publication="",
        page="1",
        source="",
        source_id=None,
    )
    return rows(1, [BriefingPoint(quote, (1,), kind_of(quote))], [citation])


@pytest.mark.parametrize(
    ("quote", "values"),
    [
        ("全县引资5500多亿元。", ["5500多亿元"]),
        ("焚毁价值数千美元的设备。", ["数千美元"]),
        ("最高气温达到34.3℃。", ["34.3℃"]),
        ("全县新增病例9例。", ["9例"]),
        ("两个小时内降雨180毫米。", ["180毫米"]),
        ("夜市每天17时30分至23时开放。", []),
        ("预警从凌晨4点到下午6点有效。", []),
        ("全县PM2.5浓度上升6.2%。", ["6.2%"]),
        ("据白榆社8月1日报道，新桥通车。", []),
        ("8月1日，新桥通车。", []),
        ("新桥将于8月1日建成通车。", ["8月1日"]),
    ],
)
def test_a_value_is_an_amount_or_a_day_as_printed(quote: str, values: list[str]) -> None:
    assert [row.value for row in table(quote)] == values


def test_what_was_decided_on_is_not_counted_again() -> None:
    [row] = table("会议决定拨付救灾资金800万元。")
    assert (row.kind, row.value) == ("decision", "800万元")


def test_what_stands_before_a_decision_is_not_what_was_decided() -> None:
    [row, *_] = table("沿河3个镇当天决定拨付资金800万元。")
    assert (row.kind, row.value) == ("decision", "800万元")
