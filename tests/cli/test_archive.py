"""Commands on an archive that was really made: what is in it, what it answers, what it refuses."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Newsdesk

pytestmark = pytest.mark.slow

ARTICLE_KEYS = {
    "id",
    "headline",
    "kicker",
    "byline",
    "dateline",
    "issue_date",
    "event_date",
    "date_inferred",
    "publication",
    "page",
    "source",
    "characters",
}
CITATION_KEYS = {
    "number",
    "article_id",
    "headline",
    "publication",
    "issue_date",
    "event_date",
    "page",
    "source",
    "source_id",
    "start",
    "end",
    "quote",
}
CANALS = "疏浚水渠十二条 保障夏灌用水"


def test_articles_lists_what_was_read(newsdesk: "Newsdesk") -> None:
    listed = newsdesk("articles", "--json").value
    assert len(listed) == 5
    assert all(article.keys() >= ARTICLE_KEYS for article in listed)
    canals = next(article for article in listed if article["headline"] == CANALS)
    assert canals["kicker"] == "县政府研究夏季灌溉用水"
    assert canals["byline"] == ["云霁"]
    assert canals["issue_date"] == "2024-05-21"
    assert canals["event_date"] == "2024-05-20"
    assert canals["publication"] == "白榆日报"
    assert canals["source"] == "page-1.txt"


def test_a_range_of_dates_includes_both_its_days(newsdesk: "Newsdesk") -> None:
    found = newsdesk("articles", "--from", "2024-05-21", "--to", "20240523", "--json").value
    assert {article["issue_date"] for article in found} == {"2024-05-21", "2024-05-23"}
    assert len(found) == 3


def test_a_range_and_a_paper_that_match_nothing_give_nothing(newsdesk: "Newsdesk") -> None:
    for words in (["--from", "2030-01-01"], ["--publication", "没有此报"]):
        outcome = newsdesk("articles", *words)
        assert (outcome.status, outcome.output) == (0, "no articles match\n")
        assert newsdesk("search", "水渠", *words, "--json").value == []
        answer = newsdesk("ask", "疏浚多少条水渠？", *words, "--json").value
        assert answer["refused"] is True
        assert answer["citations"] == []


def test_the_list_for_people_has_a_line_an_article(newsdesk: "Newsdesk") -> None:
    header, *lines = newsdesk("articles", "--publication", "白榆晚报").output.splitlines()
    assert header.split()[:2] == ["ID", "Issue"]
    assert len(lines) == 1
    assert lines[0].endswith("村卫生室添置心电图机")


def test_show_takes_an_id_or_how_it_begins(newsdesk: "Newsdesk") -> None:
    listed = newsdesk("articles", "--json").value
    article = next(article for article in listed if article["headline"] == CANALS)
    shown = newsdesk("show", article["id"], "--json").value
    assert shown["text"].startswith("本报讯5月20日上午，县政府召开常务会议")
    assert shown["characters"] == len(shown["text"])
    assert newsdesk("show", article["id"][:12], "--json").value == shown
    readable = newsdesk("show", article["id"]).output
    assert readable.startswith(CANALS)
    assert shown["text"] in readable


@pytest.mark.parametrize("command", ["show", "summarize"])
def test_an_unknown_id_fails_in_one_line(command: str, newsdesk: "Newsdesk") -> None:
    outcome = newsdesk(command, "no-such-article")
    assert outcome.status == 1
    assert outcome.output == ""
    assert outcome.complaint.startswith("newsdesk: ")
    assert "no-such-article" in outcome.complaint
    assert outcome.complaint.count("\n") == 1


@pytest.mark.parametrize("command", ["articles", "search"])
def test_a_limit_beyond_all_counting_gives_all_there_is(command: str, newsdesk: "Newsdesk") -> None:
    words = ("水渠",) if command == "search" else ()
    outcome = newsdesk(command, *words, "--limit", "9" * 30, "--json")
    assert outcome.status == 0
    assert {hit["headline"] for hit in outcome.value} >= {CANALS}


def test_too_short_a_beginning_of_an_id_is_explained(newsdesk: "Newsdesk") -> None:
    known = newsdesk("articles", "--json").value[0]["id"]
    outcome = newsdesk("show", known[:5])
    assert outcome.status == 1
    assert "a beginning needs 6 characters" in outcome.complaint


def test_search_finds_the_passage_and_says_where_it_stands(newsdesk: "Newsdesk") -> None:
    hits = newsdesk("search", "流动图书车", "--limit", "2", "--json").value
    assert 1 <= len(hits) <= 2
    assert hits[0]["source_id"] == "library-1"
    text = newsdesk("show", hits[0]["article_id"], "--json").value["text"]
    assert text[hits[0]["start"] : hits[0]["end"]] == hits[0]["text"]
    assert "流动图书车下乡" in newsdesk("search", "流动图书车").output


@pytest.mark.parametrize(
    ("question", "language", "fact"),
    [
        ("县政府决定疏浚多少条水渠？", "zh", "十二条"),
        ("How many combine harvesters were used for the wheat harvest?", "en", "380台"),
    ],
)
def test_an_answer_quotes_the_article_verbatim(
    question: str, language: str, fact: str, newsdesk: "Newsdesk"
) -> None:
    outcome = newsdesk("ask", question, "--json")
    answer = outcome.value
    assert outcome.status == 0
    assert answer["refused"] is False
    assert answer["language"] == language
    assert answer["mode"] == "extractive"
    assert answer["citations"]
    for citation in answer["citations"]:
        assert citation.keys() >= CITATION_KEYS
        text = newsdesk("show", citation["article_id"], "--json").value["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert any(fact in citation["quote"] for citation in answer["citations"])
    numbers = {citation["number"] for citation in answer["citations"]}
    assert all(set(sentence["citations"]) <= numbers for sentence in answer["sentences"])


def test_the_answer_for_people_shows_number_place_and_quote(newsdesk: "Newsdesk") -> None:
    output = newsdesk("ask", "夜市首批有多少个摊位？").output
    assert "64个摊位" in output
    assert "[1] 老桥换新颜 夜市添烟火 · 白榆日报 · 2024-05-21" in output


def test_explain_shows_the_way_to_the_answer(newsdesk: "Newsdesk") -> None:
    question = "夜市首批有多少个摊位？"
    plain = newsdesk("ask", question).output
    explained = newsdesk("ask", question, "--explain").output
    assert explained.startswith(plain.rstrip("\n"))
    assert len(explained) > len(plain)
    assert newsdesk("ask", question, "--explain", "--json").value["explanation"]


def test_a_question_the_archive_cannot_answer_is_refused_and_done(newsdesk: "Newsdesk") -> None:
    outcome = newsdesk("ask", "火星车在哪一天着陆？", "--json")
    assert outcome.status == 0
    assert outcome.value["refused"] is True
    assert outcome.value["citations"] == []
    readable = newsdesk("ask", "火星车在哪一天着陆？")
    assert readable.status == 0
    assert readable.output.strip()


def test_a_dead_language_model_costs_the_reader_nothing(
    newsdesk: "Newsdesk", monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nothing listens on the discard port of this machine.
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("NEWSDESK_MODEL_TIMEOUT", "5")
    outcome = newsdesk("ask", "夜市首批有多少个摊位？", "--json")
    assert outcome.status == 0
    assert outcome.value["mode"] == "extractive"
    assert outcome.value["notes"]
    assert "note: " in newsdesk("ask", "夜市首批有多少个摊位？").output


def test_summarize_cites_its_article(newsdesk: "Newsdesk") -> None:
    wheat = newsdesk("search", "小麦收割", "--limit", "1", "--json").value[0]
    summary = newsdesk("summarize", wheat["article_id"], "--json").value
    assert summary["sentences"]
    assert {citation["article_id"] for citation in summary["citations"]} == {wheat["article_id"]}
    assert summary["headline"] in newsdesk("summarize", wheat["article_id"]).output


def test_verify_finds_the_archive_whole(newsdesk: "Newsdesk") -> None:
    report = newsdesk("verify", "--json").value
    assert report["ok"] is True
    assert report["articles"] == 5
    assert report["chunks"] == report["vectors"] > 0
    assert newsdesk("verify").output.startswith("ok: 4 pages, 5 articles")


def test_doctor_finds_nothing_wrong_and_prints_no_key(
    newsdesk: "Newsdesk", archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-of-the-user")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://user:password@127.0.0.1:9/v1")
    outcome = newsdesk("doctor")
    assert outcome.status == 0
    assert str(archive) in outcome.output
    assert "http://127.0.0.1:9/v1, with a key" in outcome.output
    assert "5 articles" in outcome.output
    assert "secret" not in outcome.output
    assert "password" not in outcome.output


def test_doctor_says_what_to_do_about_an_address_that_is_none(
    newsdesk: "Newsdesk", archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://[::1")
    outcome = newsdesk("doctor", "--json")
    assert outcome.status == 1
    advice = [finding["advice"] for finding in outcome.value["findings"] if finding["advice"]]
    assert len(advice) == 1
    assert advice[0].endswith("check OPENAI_BASE_URL")


def test_doctor_says_what_to_do_about_a_folder_that_is_a_file(
    newsdesk: "Newsdesk", tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    outcome = newsdesk("doctor", "--home", str(file / "home"), "--json")
    assert outcome.status == 1
    advice = [finding["advice"] for finding in outcome.value["findings"] if finding["advice"]]
    assert advice == [f"{file} is a file: name another with --home"]


def test_eval_run_scores_the_archive(newsdesk: "Newsdesk", tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    row = {
        "id": "q1",
        "question": "流动图书车多久来一次？",
        "lang": "zh",
        "answerable": True,
        "facts": [["每两周"]],
        "headlines": ["流动图书车下乡"],
    }
    questions.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    outcome = newsdesk("eval", "run", str(questions), "--json")
    assert outcome.status == 0
    assert outcome.value["questions"] == 1
    assert outcome.value["figures"]["all"]["fact_recall"]["value"] == 1.0
    assert "fact recall" in newsdesk("eval", "run", str(questions)).output
    missing = newsdesk("eval", "run", str(tmp_path / "missing.jsonl"))
    assert missing.status == 1
    assert "missing.jsonl" in missing.complaint


def test_an_article_is_shown_beside_its_raw_lines(newsdesk: "Newsdesk") -> None:
    article = next(
        article
        for article in newsdesk("articles", "--json").value
        if article["source"] == "page-1.txt"
    )
    shown = newsdesk("show", article["id"], "--raw")
    assert "| 常务会议，研究夏季灌溉用水工作。" in shown.output
    value = newsdesk("show", article["id"], "--raw", "--json").value
    assert "".join(line["text"] for line in value["raw_lines"]) == value["text"]
    assert sum(length for _, _, length in value["map"]) == len(value["text"])
    assert "raw_lines" not in newsdesk("show", article["id"], "--json").value
