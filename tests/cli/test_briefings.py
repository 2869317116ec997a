"""brief and briefings: forms, files, what is kept and listed, exit statuses."""

import json
import os
import stat
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Newsdesk

pytestmark = pytest.mark.slow

WEEK = ("brief", "--from", "2024-05-21", "--to", "2024-05-24")


@pytest.fixture
def filled(fresh: "Newsdesk", pages: Path) -> "Newsdesk":
    """An archive of the test's own, with pages in it."""
    assert fresh("ingest", pages).status == 0
    return fresh


def test_a_briefing_of_a_day_holds_its_stories_and_no_others(newsdesk: "Newsdesk") -> None:
    briefing = newsdesk("brief", "--date", "2024-05-24", "--json").value
    assert (briefing["from"], briefing["to"]) == ("2024-05-24", "2024-05-24")
    assert {citation["issue_date"] for citation in briefing["citations"]} == {"2024-05-24"}
    assert len(briefing["stories"]) == 2
    for story in briefing["stories"]:
        assert all(point["citations"] for point in story["points"])


def test_the_ending_of_a_file_tells_its_form(filled: "Newsdesk", tmp_path: Path) -> None:
    shown = filled(*WEEK).output
    assert shown.startswith("# 2024年5月21日至24日要闻\n")
    for name in ("week.md", "week.html", "week.json", "week.docx"):
        outcome = filled(*WEEK, "-o", tmp_path / name)
        assert (outcome.status, outcome.output) == (0, "")
        assert f"written to {tmp_path / name}" in outcome.complaint
    assert (tmp_path / "week.md").read_text(encoding="utf-8") == shown
    page = (tmp_path / "week.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert page.count('<article class="story"') == shown.count("\n## ") - shown.count(
        "\n## 引文"
    ) - (shown.count("\n## 决定与数字"))
    value = json.loads((tmp_path / "week.json").read_text(encoding="utf-8"))
    assert value["again"]
    document = docx.Document(BytesIO((tmp_path / "week.docx").read_bytes()))
    assert document.paragraphs[0].text == "2024年5月21日至24日要闻"
    english = filled(*WEEK, "--lang", "en", "--format", "html")
    assert "<title>News of 21 to 24 May 2024</title>" in english.output


def test_an_unknown_form_is_wrong_usage(newsdesk: "Newsdesk", tmp_path: Path) -> None:
    for words, said in (
        (("-o", tmp_path / "week.xyz"), "its ending stands for no form"),
        (("--format", "docx"), "name one with -o"),
        (("--format", "html", "--json"), "--json goes without"),
        (("--format", "pdf"), "pdf"),
        (("--people", " "), "--people is blank"),
    ):
        outcome = newsdesk(*WEEK, *words)
        assert (outcome.status, said in outcome.complaint) == (2, True), outcome.complaint
    assert newsdesk(*WEEK, "-o", tmp_path / "week.xyz", "--format", "markdown").status == 0


def test_a_file_is_replaced_whole_and_keeps_what_it_is(filled: "Newsdesk", tmp_path: Path) -> None:
    file, link = tmp_path / "day.md", tmp_path / "link.md"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o640)
    link.symlink_to(file)
    assert filled("brief", "--date", "2024-05-24", "-o", link).status == 0
    assert link.is_symlink()
    assert file.read_text(encoding="utf-8").startswith("# 2024年5月24日要闻\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert sorted(one.name for one in tmp_path.glob("*day*")) == ["day.md"]
    if os.geteuid():
        tmp_path.chmod(0o555)
        outcome = filled("brief", "--date", "2024-05-24", "-o", file)
        tmp_path.chmod(0o755)
        assert (outcome.status, "can't be written" in outcome.complaint) == (1, True)
    lost = filled("brief", "--date", "2024-05-24", "-o", tmp_path / "missing" / "week.md")
    assert (lost.status, str(tmp_path / "missing" / "week.md") in lost.complaint) == (1, True)


def test_a_day_without_news_is_said_plainly(newsdesk: "Newsdesk", tmp_path: Path) -> None:
    outcome = newsdesk("brief", "--date", "2024-05-25")
    assert (outcome.status, outcome.complaint) == (0, "")
    assert outcome.output == (
        "资料库中没有2024年5月25日的报道。\n"
        "最近有报道的日期：2024年5月21日（2篇）、2024年5月23日（1篇）、2024年5月24日（2篇）。\n"
    )
    assert newsdesk("brief", "--date", "2024-05-25", "--lang", "en").output == (
        "The archive holds no news of 25 May 2024.\n"
        "Nearest days with news: 21 May 2024 (2 articles), 23 May 2024 (1 article),"
        " 24 May 2024 (2 articles).\n"
    )
    briefing = newsdesk("brief", "--date", "2024-05-25", "--json").value
    assert (briefing["stories"], briefing["id"]) == ([], None)
    assert briefing["nearest"][-1] == {"date": "2024-05-24", "articles": 2}
    written = newsdesk("brief", "--date", "2024-05-25", "-o", tmp_path / "day.html")
    assert written.status == 0
    assert "资料库中没有2024年5月25日的报道。" in written.complaint
    assert "资料库中没有2024年5月25日的报道。" in (tmp_path / "day.html").read_text("utf-8")
    assert newsdesk("brief", "--date", "today").status == 0


def test_the_same_is_given_again_and_listed(filled: "Newsdesk", tmp_path: Path) -> None:
    assert filled("briefings").output == "no briefing is kept\n"
    first = filled("brief", "--date", "2024-05-24", "--json")
    again = filled("brief", "--date", "2024-05-24", "--json")
    kept = first.value["id"]
    assert first.complaint == ""
    assert f"nothing has changed since this briefing was made ({kept}," in again.complaint
    assert again.value == {**first.value, "again": True}
    anew = filled("brief", "--date", "2024-05-24", "--anew", "--json").value
    assert (anew["again"], anew["id"] == kept) == (False, False)
    listed = filled("briefings", "--json").value
    assert [one["id"] for one in listed] == [anew["id"], kept]
    assert (listed[1]["from"], listed[1]["to"], listed[1]["stories"]) == (
        *("2024-05-24", "2024-05-24"),
        2,
    )
    header, row = filled("briefings", "--limit", "1").output.splitlines()
    assert header.split() == ["ID", "Made", "Days", "Stories", "Of"]
    assert row.split()[0] == anew["id"]
    assert row.endswith("all news")


def test_a_kept_one_is_shown_in_any_form(filled: "Newsdesk", tmp_path: Path) -> None:
    made = filled("brief", "--date", "2024-05-24")
    (listed,) = filled("briefings", "--json").value
    assert filled("briefings", "show", listed["id"][:11]).output == made.output
    value = filled("briefings", "show", listed["id"], "--json").value
    assert value["id"] == listed["id"]
    assert filled("briefings", "show", listed["id"], "-o", tmp_path / "again.docx").status == 0
    assert (tmp_path / "again.docx").read_bytes().startswith(b"PK")
    lost = filled("briefings", "show", "nothing")
    assert (lost.status, lost.output) == (1, "")
    assert "no kept briefing has the id 'nothing'" in lost.complaint


def test_a_failure_is_exit_status_1(fresh: "Newsdesk", home: Path) -> None:
    home.write_text("no folder", encoding="utf-8")
    outcome = fresh("brief", "--date", "today")
    assert (outcome.status, outcome.output) == (1, "")
    assert outcome.complaint.count("\n") == 1
