"""Lists of the archive, page by page, and what they count."""

import json
import zipfile
from collections.abc import Iterator
from datetime import date

import pytest

from rag import Desk
from rag.errors import UsageError
from rag.settings import Settings
from rag.types import Filters

ROWS = tuple(
    {
        "id": f"row-{number}",
        "text": f"第{number}号通知：{number}条水渠已经疏浚。",
        "date": f"2024-05-{number + 1:02}",
        "publication": "白榆晚报" if number % 3 == 0 else "白榆日报",
    }
    for number in range(7)
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("listing")
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    (folder / "rows.jsonl2.txt").write_text("本报讯 夜市开街。", encoding="utf-8")
    with zipfile.ZipFile(folder / "packed.zip", "w") as packed:
        packed.writestr("inner/page.txt", "本报讯 小麦开镰收割。")
    home = folder / "home"
    settings = Settings(home=home, mode="extractive")
    with Desk.open(settings=settings, today=lambda: date(2024, 6, 1)) as desk:
        desk.ingest(sorted(path for path in folder.iterdir() if path.is_file()))
        yield desk


def test_pages_of_a_list_are_the_list(desk: Desk) -> None:
    everything = desk.articles()
    assert desk.count_articles() == len(everything) == 9
    pages = [desk.articles(limit=4, offset=offset) for offset in range(0, 9, 4)]
    assert [one for page in pages for one in page] == everything
    assert desk.articles(limit=4, offset=9) == []


def test_what_is_counted_is_what_is_listed(desk: Desk) -> None:
    for filters in (
        Filters(publication="白榆晚报"),
        Filters(date(2024, 5, 2), date(2024, 5, 5)),
        Filters(date(2024, 5, 2), date(2024, 5, 5), "白榆日报"),
        Filters(publication="no such paper"),
    ):
        assert desk.count_articles(filters=filters) == len(desk.articles(filters=filters))
    assert desk.publications() == [("白榆日报", 4), ("白榆晚报", 3)]
    assert desk.counts()[:2] == (9, 9)


def test_the_articles_of_a_file_are_those_read_from_it_alone(desk: Desk) -> None:
    folder = desk.settings.home.parent
    rows = desk.articles_from(str(folder / "rows.jsonl"), limit=100)
    assert {one.source_id for one in rows} == {row["id"] for row in ROWS}
    assert len(desk.articles_from(str(folder / "rows.jsonl"), limit=3)) == 3
    (inner,) = desk.articles_from(str(folder / "packed.zip"), limit=9)
    assert "小麦" in inner.text
    assert desk.articles_from(str(folder / "rows"), limit=9) == []
    with pytest.raises(UsageError):
        desk.articles_from(str(folder), limit=0)


def test_articles_come_in_the_order_of_their_ids_without_those_that_are_gone(desk: Desk) -> None:
    some = desk.articles(limit=3)
    ids = [some[2].id, "gone", some[0].id]
    assert desk.articles_of_ids(ids) == [some[2], some[0]]


def test_records_and_briefings_are_listed_page_by_page(desk: Desk) -> None:
    assert (desk.count_traces(), desk.briefings.count()) == (0, 0)
    for number in range(3):
        desk.ask(f"第{number}号通知说了什么？")
        desk.briefings.finish(date(2024, 5, number + 1))
    assert (desk.count_traces(), desk.briefings.count()) == (3, 3)
    every = desk.traces()
    assert desk.traces(limit=2) + desk.traces(limit=2, offset=2) == every
    kept = desk.briefings.latest()
    assert desk.briefings.latest(limit=1, offset=1) == kept[1:2]


def test_what_is_read_is_told_as_it_is_read(desk: Desk) -> None:
    path = desk.settings.home.parent / "rows.jsonl2.txt"
    seen: list[str] = []
    desk.ingest([path, "nowhere.txt"], seen=lambda one: seen.append(type(one).__name__))
    assert sorted(seen) == ["IngestFailure", "Unchanged"]
