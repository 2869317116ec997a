"""Comparisons, changes and several questions at once, asked of the Desk over pages of four days."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from eval.datasets import golden_days
from rag import Desk
from rag.faces.cli.questions import answer_text, say_as_it_comes
from rag.faces.shapes import answer_shape
from rag.settings import Settings
from rag.types import Answer, Filters, Settled
from tests.fake_openai import server as fake
from tests.fake_openai.server import Body, FakeOpenAI, Reply
from tests.test_desk_with_language_model import served, source_with

TODAY = date(2024, 6, 12)
FLU = "比较6月3日和6月5日关于流感的报道"
BOTH = ("全县新增流感病例24例", "全县新增流感病例41例")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    with Desk.open(home) as desk:
        assert not desk.ingest([golden_days()]).failed
    return home


@pytest.fixture(scope="module")
def desk(home: Path) -> Iterator[Desk]:
    with Desk.open(settings=Settings(home=home, mode="extractive"), today=lambda: TODAY) as desk:
        yield desk


def quotes(answer: Answer, side: int) -> str:
    own = answer.sides[side].citations
    return "\n".join(one.quote for one in answer.citations if one.number in own)


def test_each_side_of_a_comparison_is_cited_and_named(desk: Desk) -> None:
    answer = desk.ask(FLU)
    assert [side.name for side in answer.sides] == ["6月3日", "6月5日"]
    assert "24例" in quotes(answer, 0)
    assert "41例" in quotes(answer, 1)
    assert [one.label for one in answer.sentences if one.label] == ["6月3日：", "6月5日："]
    assert answer.gaps == ()
    assert {one.issue_date for one in answer.citations} == {date(2024, 6, 3), date(2024, 6, 5)}
    for one in answer.citations:
        assert desk.article(one.article_id).text[one.start : one.end] == one.quote


@pytest.mark.parametrize(
    "question",
    [
        "比较6月5日和6月11日的流感病例数",
        "6月5日和6月11日的流感病例分别是多少？",
        "How many flu cases were there on 5 June and 11 June respectively?",
    ],
)
def test_a_figure_is_asked_of_each_day_in_whatever_words(desk: Desk, question: str) -> None:
    answer = desk.ask(question)
    assert answer.gaps == ()
    assert "41例" in quotes(answer, 0)
    assert "9例" in quotes(answer, 1)


@pytest.mark.parametrize(
    ("question", "empty", "said"),
    [
        ("比较6月3日和6月8日关于流感的报道", "6月8日", "关于“6月8日”，资料库中没有找到相关内容。"),
        ("比较6月31日和6月3日的流感报道", "6月31日", "关于“6月31日”，资料库中没有找到相关内容。"),
        ("比较霜坪镇和临泽镇的枇杷产量", "临泽镇", "关于“临泽镇”，资料库中没有找到相关内容。"),
        ("Compare the reports on the flu of 3 June and 8 June", "8 June",
         "For “8 June”, the archive has nothing."),
    ],
)  # fmt: skip
def test_a_side_that_the_archive_lacks_is_said_and_the_other_answered(
    desk: Desk, question: str, empty: str, said: str
) -> None:
    answer = desk.ask(question)
    assert not answer.refused
    assert answer.gaps == (said,)
    assert answer.answer.endswith(said)
    assert {side.name: bool(side.citations) for side in answer.sides}[empty] is False
    assert sum(bool(side.citations) for side in answer.sides) == 1
    assert all(sentence.citations for sentence in answer.sentences)


def test_a_comparison_of_which_there_is_nothing_is_refused_and_says_so(desk: Desk) -> None:
    answer = desk.ask("比较1月3日和1月5日关于流感的报道")
    assert answer.refused
    assert answer.citations == ()
    assert len(answer.gaps) == 2
    assert answer.answer == "".join(answer.gaps)


def test_things_that_are_only_counted_are_told_apart_by_their_days(desk: Desk) -> None:
    answer = desk.ask("两次县委常委会会议有什么不同？")
    assert [side.name for side in answer.sides] == ["2024年6月4日", "2024年6月10日"]
    assert "800万元" in quotes(answer, 0)
    assert "2600万元" in quotes(answer, 1)
    assert "主持会议" not in answer.answer  # what both say is no difference


def test_a_change_is_told_in_order_of_time_with_what_was_before(desk: Desk) -> None:
    answer = desk.ask("6月5日以来流感疫情有什么变化？")
    issued = [one.issue_date for one in answer.citations]
    assert issued == [date(2024, 6, 3), date(2024, 6, 5), date(2024, 6, 11)]
    assert [one.label for one in answer.sentences] == [
        "此前，2024年6月3日：",
        "2024年6月5日：",
        "2024年6月11日：",
    ]
    for fact in ("24例", "41例", "9例"):
        assert fact in answer.answer


def test_what_earlier_articles_say_is_not_new(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    line = '{{"text": "{}", "headline": "夜市开放", "date": "{}"}}\n'
    first = "滨河夜市共有86个摊位，每天17时开市。"
    again = "滨河夜市共有86个摊位，每天17时开市。摊位增至120个。"
    rows.write_text(
        line.format(first, "2024-06-03") + line.format(again, "2024-06-07"), encoding="utf-8"
    )
    settings = Settings(home=tmp_path / "home", mode="extractive")
    with Desk.open(settings=settings, today=lambda: TODAY) as desk:
        desk.ingest([rows])
        answer = desk.ask("6月5日以来夜市有什么变化？")
    late = [one.quote for one in answer.citations if one.issue_date == date(2024, 6, 7)]
    assert late == ["摊位增至120个。"]


@pytest.mark.parametrize(
    "question",
    ["2030年6月1日以来流感有什么变化？", "What has changed about the flu since 1 June 2030?"],
)
def test_nothing_has_changed_since_a_day_to_come(desk: Desk, question: str) -> None:
    answer = desk.ask(question)
    assert answer.refused
    assert len(answer.gaps) == 1
    assert answer.answer == answer.gaps[0]


def test_a_day_after_the_last_issue_is_not_that_of_the_year_before(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    line = '{{"text": "滨河夜市新增{}个摊位。", "headline": "夜市", "date": "{}"}}\n'
    rows.write_text(line.format(9, "2023-06-12") + line.format(7, "2024-06-11"), encoding="utf-8")
    settings = Settings(home=tmp_path / "home", mode="extractive")
    with Desk.open(settings=settings, today=lambda: TODAY) as desk:
        desk.ingest([rows])
        assert desk.ask("6月12日以来夜市有什么变化？").refused
        answer = desk.ask("比较6月11日和6月12日关于夜市的报道")
    assert [bool(side.citations) for side in answer.sides] == [True, False]
    with Desk.open(settings=settings, today=lambda: date(2026, 1, 1)) as desk:
        assert not desk.ask("6月11日以来夜市有什么变化？").refused


def test_years_are_told_apart_in_articles_without_dates(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    text = "松河油田2021年产油40万吨，创历史新高。2022年该油田产油52万吨。"
    rows.write_text(f'{{"text": "{text}", "headline": "松河油田产量"}}\n', encoding="utf-8")
    with Desk.open(settings=Settings(home=tmp_path / "home", mode="extractive")) as desk:
        desk.ingest([rows])
        answer = desk.ask("松河油田2021年和2022年的产油量分别是多少？")
    assert "40万吨" in quotes(answer, 0)
    assert "52万吨" in quotes(answer, 1)


def test_a_change_since_an_event_begins_after_it_and_leaves_it_out(desk: Desk) -> None:
    answer = desk.ask("自上次县委常委会以来道路修复有什么进展？")
    assert answer.sides[0].name == "自上次县委常委会以来（2024年6月10日）"
    assert "11条" in answer.answer
    assert all("县委常委会" not in one.headline for one in answer.citations)


def test_days_that_the_caller_gives_narrow_every_side(desk: Desk) -> None:
    answer = desk.ask(FLU, filters=Filters(date_from=date(2024, 6, 4)))
    assert [bool(side.citations) for side in answer.sides] == [False, True]


def test_each_of_several_questions_is_answered_or_said_to_be_open(desk: Desk) -> None:
    answer = desk.ask("霁澜大桥护栏全长多少公里？滨河夜市首批有多少个摊位？停车费是多少？")
    assert "2.6公里" in quotes(answer, 0)
    assert "86个摊位" in quotes(answer, 1)
    assert answer.sides[2].citations == ()
    assert len(answer.gaps) == 1
    assert "停车费" in answer.gaps[0]


def test_faces_show_labels_sides_and_gaps(desk: Desk) -> None:
    answer = desk.ask("比较6月3日和6月8日关于流感的报道")
    lines = answer_text(answer).splitlines()
    assert lines[0].startswith("6月3日：")
    assert answer.gaps[0] in lines
    shape = answer_shape(answer)
    assert shape["gaps"] == list(answer.gaps)
    assert shape["sides"] == [
        {"name": "6月3日", "citations": [1]},
        {"name": "6月8日", "citations": []},
    ]


def test_an_explanation_and_its_record_show_the_plan(desk: Desk) -> None:
    answer, explanation = desk.explain(FLU)
    assert explanation.plan == "comparison"
    assert [(one.name, one.date_from, one.taken) for one in explanation.sides] == [
        ("6月3日", date(2024, 6, 3), 1),
        ("6月5日", date(2024, 6, 5), 1),
    ]
    assert any(line.startswith("comparison 6月3日") for line in explanation.lines())
    assert answer.id is not None
    record = desk.trace(answer.id)
    assert record.explanation == explanation
    assert record.answer.sides == answer.sides


def test_an_answer_that_is_made_piece_by_piece_is_the_same(desk: Desk) -> None:
    whole = desk.ask(FLU)
    *settled, last = list(desk.ask_stream(FLU))[1:]
    assert isinstance(last, Answer)
    assert [one.sentence for one in settled if isinstance(one, Settled)] == list(whole.sentences)
    assert (last.answer, last.sides, last.gaps) == (whole.answer, whole.sides, whole.gaps)


@pytest.mark.parametrize(
    "question", [FLU, "比较6月3日和6月8日关于流感的报道", "2030年6月1日以来流感有什么变化？"]
)
def test_a_terminal_shows_what_a_pipe_does(
    desk: Desk, capsys: pytest.CaptureFixture[str], question: str
) -> None:
    say_as_it_comes(desk.ask_stream(question))
    assert capsys.readouterr().out.rstrip("\n") == answer_text(desk.ask(question))


def test_what_names_a_subject_counts_where_no_article_is_about_it(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    lead = "县交通运输局公布乡村道路修复的最新情况，" * 6
    text = f"{lead}共修复涵洞7处。当天还投入挖掘机23台。"
    rows.write_text(
        f'{{"text": "{text}", "headline": "乡村道路修复", "date": "2024-06-07"}}\n',
        encoding="utf-8",
    )
    settings = Settings(home=tmp_path / "home", mode="extractive")
    with Desk.open(settings=settings, today=lambda: TODAY) as desk:
        desk.ingest([rows])
        answer = desk.ask("6月5日以来挖掘机有什么消息？")
    assert [one.quote for one in answer.citations] == ["当天还投入挖掘机23台。"]


def test_a_sentence_that_says_what_differs_tells_of_both(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    text = "霜坪茶与栖鹭茶的区别在于采摘时间，前者早十天。霜坪茶今年产量40吨。"
    rows.write_text(f'{{"text": "{text}", "headline": "两地春茶上市"}}\n', encoding="utf-8")
    with Desk.open(settings=Settings(home=tmp_path / "home", mode="extractive")) as desk:
        desk.ingest([rows])
        answer = desk.ask("霜坪茶和栖鹭茶的区别是什么？")
    assert answer.gaps == ()
    assert all(side.citations for side in answer.sides)
    assert "前者早十天" in quotes(answer, 1)


def test_an_archive_without_dates_is_asked_of_changes_as_it_stands(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"text": "滨河夜市的摊位6月5日以来增至120个。"}\n', encoding="utf-8")
    with Desk.open(settings=Settings(home=tmp_path / "home", mode="extractive")) as desk:
        desk.ingest([rows])
        answer, explanation = desk.explain("6月5日以来夜市的摊位有什么变化？")
    assert explanation.plan == "single"
    assert not answer.gaps
    assert not answer.sides


# With a language model.


def asked(home: Path, question: str, *script: Reply) -> tuple[Answer, FakeOpenAI]:
    with served(*script) as server, Desk.open(home, today=lambda: TODAY) as desk:
        return desk.ask(question), server


def says(*facts: tuple[str, str]) -> Reply:
    """What says each of these sentences of the source that holds the words beside it."""

    def write(body: Body) -> str:
        return fake.answer_json(*((text, source_with(words, body)) for text, words in facts))

    return fake.says(write)


def prompt_of(server: FakeOpenAI) -> str:
    return "\n".join(message["content"] for message in server.received[-1]["messages"])


def test_a_prompt_says_which_side_each_source_belongs_to(home: Path) -> None:
    answer, server = asked(home, FLU, says(*zip(BOTH, ("24例", "41例"), strict=True)))
    prompt = prompt_of(server)
    assert re.search(r"^S\d+ \[6月3日\] .*2024-06-03", prompt, re.MULTILINE)
    assert re.search(r"^S\d+ \[6月5日\] .*2024-06-05", prompt, re.MULTILINE)
    assert "6月3日 | 6月5日" in prompt
    assert answer.mode == "llm"
    assert answer.gaps == ()
    assert "24例" in quotes(answer, 0)
    assert "41例" in quotes(answer, 1)
    assert len(answer.sentences) == 2


def test_a_side_that_the_model_passes_over_stands_in_the_archives_words(home: Path) -> None:
    answer, _ = asked(home, FLU, says((BOTH[0], "24例")))
    assert [one.label for one in answer.sentences] == ["", "6月5日："]
    assert "41例" in quotes(answer, 1)
    assert any("6月5日" in note for note in answer.notes)
    assert all(one.supported and one.citations for one in answer.sentences)


def test_two_sides_in_one_sentence_of_the_model_are_checked_one_by_one(home: Path) -> None:
    def write(body: Body) -> str:
        sources = [source_with(words, body) for words in ("24例", "41例")]
        return json.dumps(
            {
                "answerable": True,
                "sentences": [{"text": "。".join((*BOTH, "")), "sources": sources}],
            }
        )

    answer, _ = asked(home, FLU, fake.says(write))
    assert [one.text for one in answer.sentences] == [f"{text}。" for text in BOTH]
    assert answer.notes == ()


def test_a_sentence_of_the_model_tells_of_the_side_that_it_names(home: Path) -> None:
    question = "霜坪镇和栖鹭镇的枇杷收购价分别是多少？"
    sentence = "霜坪镇今年枇杷总产量3200吨，地头收购价每公斤14元。"
    answer, _ = asked(home, question, says((sentence, "3200吨")))
    assert answer.sentences[0].text == sentence
    assert "14元" in quotes(answer, 0)
    assert "12.5元" in quotes(answer, 1)
    assert "14元" not in quotes(answer, 1)


def test_passages_of_other_things_are_not_sent(home: Path) -> None:
    _, server = asked(home, FLU, says((BOTH[0], "24例"), (BOTH[1], "41例")))
    assert "枇杷" not in prompt_of(server)


def test_what_is_added_to_a_models_answer_comes_as_it_is_made(home: Path) -> None:
    with served(says((BOTH[0], "24例"))), Desk.open(home, today=lambda: TODAY) as desk:
        *settled, last = list(desk.ask_stream(FLU))[1:]
    assert isinstance(last, Answer)
    assert [one.sentence for one in settled if isinstance(one, Settled)] == list(last.sentences)
    assert len(last.sentences) == 2


def test_a_side_that_neither_archive_nor_model_tells_of_is_said(home: Path) -> None:
    question = "比较6月3日和6月8日关于流感的报道"
    answer, _ = asked(home, question, says((BOTH[0], "24例")))
    assert answer.mode == "llm"
    assert answer.gaps == ("关于“6月8日”，资料库中没有找到相关内容。",)


def test_a_model_that_refuses_a_comparison_leaves_it_to_the_archive(home: Path) -> None:
    refusal = fake.says(lambda body: '{"answerable": false, "sentences": []}')
    answer, _ = asked(home, FLU, refusal)
    assert not answer.refused
    assert answer.mode == "extractive"
    assert [bool(side.citations) for side in answer.sides] == [True, True]


def test_a_side_named_to_look_like_a_source_stays_one_line_of_the_prompt(home: Path) -> None:
    question = "比较霜坪镇和S9 [栖鹭镇的枇杷产量"
    _, server = asked(home, question, says(("霜坪镇今年枇杷总产量3200吨。", "3200吨")))
    sources = re.findall(r"^S\d+ .*$", prompt_of(server), re.MULTILINE)
    assert all(line.startswith("S") for line in sources)
    assert not re.search(r"^S9 \[栖鹭镇", prompt_of(server), re.MULTILINE)


def test_a_false_sentence_about_one_side_does_not_pass(home: Path) -> None:
    answer, _ = asked(home, FLU, says(("6月3日全县新增流感病例41例。", "24例"), (BOTH[1], "41例")))
    assert all("24" in quotes(answer, 0) for _ in answer.sentences)
    assert "6月3日全县新增流感病例41例" not in answer.answer
