"""What stands beside an extractive answer's sentences, through the Desk: the short answer, dates
resolved and offices, each with the words it stands on."""

import json
from collections.abc import Iterator

import pytest

from rag import Desk
from rag.faces.shapes import answer_shape
from rag.settings import Settings
from rag.types import Answer, Settled

TEXT = (
    "本报讯 3月14日上午，云溪市政府召开常务会议，研究老旧小区改造工作。"
    "市委副书记、市长沈明川到会。会议由沈明川主持。会议决定今年投入120万元改造三个社区食堂。"
)
LIBRARY = "3月15日，云溪市新图书馆开馆，设有620个阅览座位。"
FIRE = "昨日凌晨2时许，丰泽粮库发生火灾，未造成人员伤亡。"
ROWS = (
    {"id": "council", "headline": "市政府召开常务会议", "text": TEXT, "date": "2023-03-16"},
    {"id": "fire", "headline": "粮库火灾扑灭", "text": FIRE},
    {"id": "library", "headline": "新图书馆开馆", "text": LIBRARY, "date": "2023-03-16"},
)
WHEN = "云溪市政府研究老旧小区改造工作的常务会议是什么时候召开的？"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("home")
    page = folder / "news.jsonl"
    page.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), "utf-8")
    with Desk.open(settings=Settings(home=folder, mode="extractive")) as desk:
        desk.ingest([page])
        yield desk


def check_quotes(desk: Desk, answer: Answer) -> None:
    quotes = {one.number: one for one in answer.citations}
    for citation in answer.citations:
        text = desk.article(citation.article_id).text
        assert text[citation.start : citation.end] == citation.quote
    for sentence in answer.sentences:
        text = desk.article(quotes[sentence.citations[0]].article_id).text
        for date in sentence.dates:
            assert text[date.start : date.end] == date.text
            assert date.text in sentence.text
        for introduction in sentence.introductions:
            quote = quotes[introduction.citation].quote
            assert introduction.office + introduction.name in quote
    if answer.short_answer is not None:
        cited = quotes[answer.short_answer.citation]
        assert cited.start <= answer.short_answer.start < answer.short_answer.end <= cited.end
        text = desk.article(cited.article_id).text
        words = text[answer.short_answer.start : answer.short_answer.end]
        assert words == answer.short_answer.text


def test_when_is_answered_by_the_day_with_its_year(desk: Desk) -> None:
    answer = desk.ask(WHEN)
    check_quotes(desk, answer)
    assert answer.short_answer is not None
    assert answer.short_answer.text == "3月14日上午"
    assert answer.short_answer.remark == "〔3月14日上午：2023年3月14日〕"
    first = answer.sentences[0]
    assert [(str(one.first), one.inferred) for one in first.dates] == [("2023-03-14", False)]
    # What is resolved is beside the quote, never in it.
    assert "2023" not in first.text
    assert answer.answer.startswith("3月14日上午[1]〔3月14日上午：2023年3月14日〕")


def test_yesterday_is_no_answer_where_nobody_knows_of_which_day(desk: Desk) -> None:
    answer = desk.ask("丰泽粮库什么时候发生火灾？")
    check_quotes(desk, answer)
    assert "昨日凌晨2时许" in answer.answer
    assert answer.short_answer is None


def test_who_is_answered_with_the_office_that_the_article_gives_elsewhere(desk: Desk) -> None:
    answer = desk.ask("常务会议由谁主持？")
    check_quotes(desk, answer)
    chaired = next(one for one in answer.sentences if "主持" in one.text)
    (introduction,) = chaired.introductions
    assert (introduction.name, introduction.office) == ("沈明川", "市委副书记、市长")
    assert f"沈明川：市委副书记、市长[{introduction.citation}]" in chaired.remark
    assert chaired.remark in answer.answer


def test_how_many_is_answered_by_the_figure_with_its_unit(desk: Desk) -> None:
    answer = desk.ask("新图书馆设有多少个阅览座位？")
    check_quotes(desk, answer)
    assert answer.short_answer is not None
    assert (answer.short_answer.kind, answer.short_answer.text) == ("number", "620个")


def test_an_english_question_gets_its_remarks_in_english(desk: Desk) -> None:
    answer = desk.ask("What did the executive meeting of the city government decide?")
    check_quotes(desk, answer)
    assert not answer.refused
    assert "〔今年: 2023〕" in answer.answer
    assert answer.short_answer is None


def test_a_refusal_has_nothing_beside_it(desk: Desk) -> None:
    answer = desk.ask("Who won the national chess championship?")
    assert answer.refused
    assert answer.short_answer is None
    assert answer_shape(answer)["short_answer"] is None


def test_json_holds_what_stands_beside_the_sentences(desk: Desk) -> None:
    shape = json.loads(json.dumps(answer_shape(desk.ask(WHEN))))
    assert shape["short_answer"].keys() == {"kind", "text", "start", "end", "citation", "remark"}
    (date,) = shape["sentences"][0]["dates"]
    assert date == {
        "text": "3月14日上午",
        "start": shape["short_answer"]["start"],
        "end": shape["short_answer"]["end"],
        "first": "2023-03-14",
        "last": "2023-03-14",
        "inferred": False,
    }
    assert shape["sentences"][0]["introductions"] == []


def test_events_bring_the_short_answer_before_the_first_sentence(desk: Desk) -> None:
    question = "常务会议由谁主持？"
    settled = [one for one in desk.ask_stream(question) if isinstance(one, Settled)]
    answer = desk.ask(question)
    assert [one.sentence for one in settled] == list(answer.sentences)
    assert settled[0].short_answer == answer.short_answer
    assert all(one.short_answer is None for one in settled[1:])
    for one in settled:
        numbers = {citation.number for citation in one.citations}
        assert {introduction.citation for introduction in one.sentence.introductions} <= numbers


def test_the_record_keeps_what_stood_beside_the_sentences(desk: Desk) -> None:
    answer = desk.ask("常务会议由谁主持？")
    assert answer.id is not None
    kept = desk.trace(answer.id).answer
    assert (kept.short_answer, kept.sentences) == (answer.short_answer, answer.sentences)
