"""The Python door, end to end, on the sample pages: real SQLite, real Chroma, the bundled model."""

import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag import Desk
from rag.answering.conversation import Conversation
from rag.errors import ArticleNotFoundError, UsageError
from rag.types import Filters

PAGES = Path(__file__).parents[1] / "eval" / "golden" / "pages"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Desk.open(tmp_path_factory.mktemp("home")) as desk:
        report = desk.ingest([PAGES])
        assert report.new == len(list(PAGES.glob("*.txt")))
        yield desk


@pytest.mark.parametrize(
    "question", ["县委常委会作出了哪些决定？", "What did the county committee decide?"]
)
def test_every_sentence_is_cited_with_the_articles_own_words(desk: Desk, question: str) -> None:
    answer = desk.ask(question)
    assert not answer.refused
    numbers = {citation.number for citation in answer.citations}
    for sentence in answer.sentences:
        assert sentence.supported
        assert sentence.citations
        assert set(sentence.citations) <= numbers
    for citation in answer.citations:
        text = desk.article(citation.article_id).text
        assert text[citation.start : citation.end] == citation.quote
        assert f"[{citation.number}]" in answer.answer


def test_an_english_question_is_introduced_in_english(desk: Desk) -> None:
    answer = desk.ask("What did the county party standing committee decide?")
    assert answer.language == "en"
    assert answer.answer.startswith("The archive says, in Chinese:")


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("縣委常委會作出了哪些決定？", "县委常委会作出了哪些决定？"),
        ("防汛應急周轉資金用在哪裡？", "防汛应急周转资金用在哪里？"),
    ],
)
def test_traditional_characters_ask_the_same(desk: Desk, traditional: str, simplified: str) -> None:
    asked, same = desk.ask(traditional), desk.ask(simplified)
    assert asked.question == traditional
    assert (asked.answer, asked.citations) == (same.answer, same.citations)
    assert not asked.refused
    found = [hit.chunk.id for hit in desk.search(traditional)]
    assert found == [hit.chunk.id for hit in desk.search(simplified)]


@pytest.mark.parametrize(
    "question", ["？！……", "😀", "的了吗", "what is the of it", "Qwyxz blorf?"]
)
def test_a_question_that_names_nothing_is_refused(desk: Desk, question: str) -> None:
    answer = desk.ask(question)
    assert answer.refused
    assert answer.citations == ()


def test_a_very_long_question_is_taken(desk: Desk) -> None:
    question = ("县委常委会作出了哪些决定？" * 1000)[:10_000]
    answer = desk.ask(question)
    assert answer.question == question
    assert not answer.refused


def test_an_english_article_is_not_introduced_as_chinese(tmp_path: Path) -> None:
    page = tmp_path / "articles.jsonl"
    text = "Yunxi's new hospital opened on 14 March 2023 with 800 beds. It cost 560 million yuan."
    page.write_text(json.dumps({"headline": "New hospital opens", "text": text}), encoding="utf-8")
    with Desk.open(tmp_path / "home") as desk:
        desk.ingest([page])
        answer = desk.ask("How many beds does the new hospital in Yunxi have?")
    assert not answer.refused
    assert answer.lead == ""
    assert "800 beds" in answer.answer


def test_what_the_archive_does_not_hold_is_refused(desk: Desk) -> None:
    answer = desk.ask("Who won the national chess championship?")
    assert answer.refused
    assert answer.citations == ()
    assert answer.sentences == ()


def test_a_filter_that_matches_nothing_finds_nothing(desk: Desk) -> None:
    filters = Filters(date_from=date(1999, 1, 1), date_until=date(1999, 1, 2))
    assert desk.search("常委会", filters=filters) == []
    answer = desk.ask("县委常委会作出了哪些决定？", filters=filters)
    assert answer.refused
    assert answer.notes


def test_filters_keep_to_the_issue_dates_named(desk: Desk) -> None:
    day = desk.issue_dates()[0][0]
    filters = Filters(date_from=day, date_until=day.replace(day=day.day + 1))
    hits = desk.search("会议", filters=filters, limit=50)
    assert hits
    assert {hit.article.issue_date for hit in hits} == {day}


def test_search_is_ranked_and_names_its_ranks(desk: Desk) -> None:
    hits = desk.search("老旧小区改造", limit=5)
    assert len(hits) == 5
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert "老旧小区" in hits[0].chunk.text
    assert hits[0].lexical_rank is not None


def test_ingesting_again_changes_nothing(desk: Desk) -> None:
    before = desk.verify()
    report = desk.ingest([PAGES])
    assert (report.new, report.updated, report.failed) == (0, 0, ())
    assert desk.verify() == before


def test_explain_shows_what_was_searched_and_weighed(desk: Desk) -> None:
    answer, explanation = desk.explain("谁主持了县委常委会会议？")
    assert not answer.refused
    assert explanation.hits
    assert explanation.evidence[0].probability >= explanation.bar
    assert any("主持" in line for line in explanation.lines())


def test_explain_shows_the_parts_of_a_question_and_what_lifts(desk: Desk) -> None:
    _, explanation = desk.explain("12月23日谁主持了会议？会议通过了什么？")
    assert len(explanation.parts) == 2
    assert explanation.lifts
    lines = explanation.lines()
    assert sum(line.startswith("part ") for line in lines) == 2
    assert any(line.startswith("lifted ") and explanation.lifts[0] in line for line in lines)


def test_a_blank_question_is_wrong_usage(desk: Desk) -> None:
    with pytest.raises(UsageError, match="blank"):
        desk.ask(" 　\n")
    with pytest.raises(UsageError, match="blank"):
        desk.follow_up(" 　\n", Conversation())


def test_a_follow_up_is_asked_as_it_stands_alone(desk: Desk) -> None:
    question = "霁澜大桥全长多少公里？"
    talk = Conversation().after(question, desk.ask(question))
    understood = desk.follow_up("它什么时候通车？", talk)
    assert understood.question == "霁澜大桥什么时候通车？"
    assert desk.follow_up(question, talk).question == question


def test_an_unknown_article_is_said_to_be_unknown(desk: Desk) -> None:
    with pytest.raises(ArticleNotFoundError, match="nothing-like-it"):
        desk.summarize("nothing-like-it")


def test_a_briefing_cites_every_point(desk: Desk) -> None:
    day = desk.issue_dates()[0][0]
    briefing = desk.brief(day)
    assert briefing.stories
    numbers = {citation.number for citation in briefing.citations}
    for story in briefing.stories:
        assert story.points
        for point in story.points:
            assert set(point.citations) <= numbers


def test_a_briefing_range_that_ends_before_it_begins_is_wrong_usage(desk: Desk) -> None:
    with pytest.raises(UsageError, match="before"):
        desk.brief(date_from=date(2024, 5, 2), date_to=date(2024, 5, 1))


def test_an_empty_archive_refuses_and_says_what_to_do(tmp_path: Path) -> None:
    with Desk.open(tmp_path / "empty") as desk:
        answer = desk.ask("发生了什么？")
    assert answer.refused
    assert any("ingest" in note for note in answer.notes)


class _Failing(Desk):
    """A door whose own set-up fails, after the archive is open."""

    def __init__(self, *values: Any) -> None:
        super().__init__(*values)
        raise ValueError("no")


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no list of open files here")
def test_a_door_that_does_not_open_leaves_no_file_open(tmp_path: Path) -> None:
    def open_files() -> list[str]:
        links = Path("/proc/self/fd").iterdir()
        targets = [os.readlink(link) for link in links if link.is_symlink()]
        return [target for target in targets if target.startswith(str(tmp_path))]

    with Desk.open(tmp_path):
        assert open_files()
    assert not open_files()
    # Held, as a caller's traceback holds what failed: nothing is closed by being forgotten.
    with pytest.raises(ValueError, match="no") as held:
        _Failing.open(tmp_path)
    assert held.value.__traceback__ is not None
    assert not open_files()
