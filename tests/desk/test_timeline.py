"""Timelines: dated events in order, each told once and cited, or a refusal."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from rag import Desk
from rag.errors import UsageError
from rag.timeline_types import Timeline
from rag.types import Filters
from tests.cli.conftest import Newsdesk, run

pytestmark = pytest.mark.slow

ROWS = (
    ("2024-05-15", "听雨大桥合龙",
     "5月14日，听雨大桥合龙。大桥2021年立项，2022年9月开工。"),
    ("2024-05-16", "听雨大桥顺利合龙", "听雨大桥5月14日合龙，大桥长1.2公里。"),
    ("2024-06-11", "听雨大桥装护栏",
     "6月9日，听雨大桥开始安装护栏。护栏长2.6公里。听雨大桥将于10月8日通车。"),
    ("2024-06-20", "茶叶丰收", "6月18日，白榆县春茶收完，产量320吨。"),
    (None, "听雨大桥命名", "听雨大桥的名字由县里征集选定。"),
)  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("timeline")
    rows = [
        {"headline": headline, "text": text, "date": day, "publication": "白榆日报"}
        for day, headline, text in ROWS
    ]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "rows.jsonl").write_text(lines, encoding="utf-8")
    with Desk.open(folder / "home") as desk:
        assert desk.ingest([folder / "rows.jsonl"]).new == len(ROWS)
    return folder / "home"


@pytest.fixture(scope="module")
def desk(archive: Path) -> Iterator[Desk]:
    with Desk.open(archive) as opened:
        yield opened


@pytest.fixture
def newsdesk(archive: Path, monkeypatch: pytest.MonkeyPatch) -> Newsdesk:
    monkeypatch.setenv("NEWSDESK_HOME", str(archive))
    return run


def events(timeline: Timeline) -> list[tuple[str, str]]:
    return [(event.when.first.isoformat(), event.text) for event in timeline.events]


def test_events_stand_in_order_of_time_and_verbatim(desk: Desk) -> None:
    told = desk.timeline("听雨大桥的来龙去脉")
    days = [day for day, _ in events(told)]
    assert days == ["2022-09-01", "2024-05-14", "2024-06-09", "2024-10-08"]
    assert not any("春茶" in text for _, text in events(told))
    cited = {citation.number: citation for citation in told.citations}
    for event in told.events:
        first = cited[event.citations[0]]
        assert event.text in first.quote
        for number in event.citations:
            text = desk.article(cited[number].article_id).text
            assert cited[number].quote == text[cited[number].start : cited[number].end]


def test_what_two_articles_tell_of_one_day_is_one_event(desk: Desk) -> None:
    told = desk.timeline("听雨大桥")
    joined = [event for event in told.events if event.when.first == date(2024, 5, 14)]
    assert len(joined) == 1
    assert joined[0].when.dated_by == "sentence"
    papers = {one.headline for one in told.citations if one.number in joined[0].citations}
    assert papers == {"听雨大桥合龙", "听雨大桥顺利合龙"}


def test_a_day_that_the_words_lack_is_inferred_and_one_to_come_planned(desk: Desk) -> None:
    told = {event.text: event.when for event in desk.timeline("听雨大桥").events}
    assert told["听雨大桥将于10月8日通车。"].planned
    assert not told["6月9日，听雨大桥开始安装护栏。"].inferred


def test_limits_and_filters_hold(desk: Desk) -> None:
    short = desk.timeline("听雨大桥", limit=2)
    assert (len(short.events), short.more) == (2, len(desk.timeline("听雨大桥").events) - 2)
    june = desk.timeline("听雨大桥", filters=Filters(date_from=date(2024, 6, 1)))
    assert {day[:7] for day, _ in events(june)} == {"2024-06", "2024-10"}
    assert desk.timeline("听雨大桥", filters=Filters(date_from=date(2030, 1, 1))).refused


def test_what_the_archive_lacks_is_refused(desk: Desk) -> None:
    told = desk.timeline("火星探测器着陆")
    assert (told.refused, told.events, told.citations) == (True, (), ())
    with pytest.raises(UsageError):
        desk.timeline("  ")
    with pytest.raises(UsageError):
        desk.timeline("听雨大桥", limit=0)


def test_sentences_without_any_date_are_counted(desk: Desk) -> None:
    told = desk.timeline("听雨大桥")
    assert told.notes == ("1 sentence tells of it without a date that can be told",)


def test_the_command_prints_days_events_and_quotes(newsdesk: Newsdesk) -> None:
    outcome = newsdesk("timeline", "听雨大桥")
    assert outcome.status == 0
    lines = outcome.output.splitlines()
    assert any(line.startswith("2022-09  ") for line in lines)
    assert "2024-10-08（计划）  听雨大桥将于10月8日通车。" in outcome.output
    assert any(line.startswith("2024-06-09  6月9日，听雨大桥开始安装护栏。[") for line in lines)
    assert "    6月9日，听雨大桥开始安装护栏。" in lines
    value = newsdesk("timeline", "听雨大桥", "--json").value
    assert not value["refused"]
    assert value["events"][0]["when"]["first"] <= value["events"][-1]["when"]["first"]
    assert {one["number"] for one in value["citations"]} == {
        number for event in value["events"] for number in event["citations"]
    }


def test_the_command_refuses_plainly(newsdesk: Newsdesk) -> None:
    outcome = newsdesk("timeline", "火星探测器着陆")
    assert (outcome.status, outcome.output) == (0, "资料库中没有找到这件事的记录。\n")
    outcome = newsdesk("timeline", "bridge", "--from", "2024-06-02", "--to", "2024-06-01")
    assert (outcome.status, outcome.output) == (2, "")
