"""What follow-up questions are understood as, by rules and by a language model."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.answering.conversation import MOST_TURNS, Conversation, Understood, resolve
from rag.answering.follow_ups import FollowUps
from rag.answering.response_cache import CachedModel
from rag.retrieval.glossary import Glossary
from rag.types import Answer, AnswerMode, Citation
from tests.fake_openai import server as fake
from tests.fake_openai.server import Body, Reply, Serve

TODAY = date(2024, 6, 1)
GOLDEN = Path(__file__).parents[2] / "eval" / "golden" / "questions.jsonl"
MEETING = "5月15日，县委常委会召开会议，研究防汛工作。县委书记桑禾川主持会议并讲话。"
DECIDED = "县委常委会作出了哪些决定？"
DATED = "5月15日谁出席了城市更新座谈会？"
FORUM = "the urban renewal forum"
DATED_IN_ENGLISH = f"What was decided at {FORUM} on May 15, 2024?"
DECIDED_IN_ENGLISH = "What did the county party standing committee decide?"


def answered(question: str, quote: str = MEETING, event: date | None = None) -> Answer:
    """An answer that cites one quote, or a refusal where that is empty."""
    mode: AnswerMode = "extractive"
    citation = Citation(
        number=1,
        article_id="a",
        headline="守牢防汛底线 办好民生实事",
        publication="霁川日报",
        issue_date=date(2024, 5, 16),
        event_date=event,
        page="1",
        source="page.txt",
        source_id=None,
        start=0,
        end=len(quote),
        quote=quote,
    )
    cited = (citation,) if quote else ()
    return Answer(question, "zh", not quote, mode, None, quote, (), cited)


def asked_after(last: str, question: str, glossary: Glossary | None = None) -> str:
    talk = Conversation().after(last, answered(last, event=date(2024, 5, 15)))
    return resolve(question, talk, TODAY, glossary).question


@pytest.fixture(scope="module")
def glossary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Glossary]:
    glossary = Glossary(tmp_path_factory.mktemp("glossary") / "glossary.sqlite")
    yield glossary
    glossary.close()


@pytest.mark.parametrize(
    ("last", "question", "understood"),
    [
        (DECIDED, "他还说了什么？", "桑禾川还说了什么？"),
        (DECIDED, "他们决定了什么？", "县委常委会决定了什么？"),
        (DECIDED, "这次会议谁主持？", "县委常委会会议谁主持？"),
        (DECIDED, "该会议在哪里召开？", "县委常委会会议在哪里召开？"),
        (DECIDED, "这位书记强调了什么？", "桑禾川强调了什么？"),
        (DECIDED, "那天还发生了什么？", "2024年5月15日还发生了什么？"),
        (DECIDED, "还作出了什么决定？", "县委常委会还作出了什么决定？"),
        ("防汛资金用在哪里？", "为什么？", "防汛资金用，为什么？"),
        (DECIDED, "为什么？", "县委常委会作出了决定，为什么？"),
        (DECIDED, "还有呢？", "县委常委会作出了哪些决定，还有呢？"),
        (DECIDED, "那县政府呢？", "县政府作出了哪些决定？"),
        ("谁出席了城市更新座谈会？", "什么时候开的？", "城市更新座谈会什么时候开的？"),
        ("谁出席了城市更新座谈会？", "为什么要开这个会？", "为什么要开城市更新座谈会？"),
        ("粮食总产量是多少？", "那油菜呢？", "油菜，粮食总产量是多少？"),
        ("霁澜大桥全长多少公里？", "它什么时候通车？", "霁澜大桥什么时候通车？"),
        ("霁澜大桥全长多少公里？", "其总投资是多少？", "霁澜大桥的总投资是多少？"),
        ("霁澜大桥全长多少公里？", "这座大桥投资多少？", "霁澜大桥投资多少？"),
        ("北京2022年的粮食产量是多少？", "那上海呢？", "上海2022年的粮食产量是多少？"),
        ("北京2022年的粮食产量是多少？", "2019年呢？", "北京2019年的粮食产量是多少？"),
        ("北京2022年的粮食产量是多少？", "那年谁当市长？", "2022年谁当市长？"),
        ("桑禾川强调了什么？", "那陆青禾呢？", "陆青禾强调了什么？"),
        (DECIDED, "会上还有谁发言？", "县委常委会上还有谁发言？"),
        (DECIDED, "会议还研究了什么？", "县委常委会会议还研究了什么？"),
        ("谁主持了会议？", "会上还有谁发言？", "县委常委会上还有谁发言？"),
        ("霁澜大桥全长多少公里？", "桥上限速多少？", "霁澜大桥上限速多少？"),
        ("县委书记桑禾川强调了什么？", "会上还有谁发言？", "县委常委会上还有谁发言？"),
        ("县委书记桑禾川强调了什么？", "还强调了什么？", "桑禾川还强调了什么？"),
        (DATED, "会上还有谁发言？", "5月15日城市更新座谈会上还有谁发言？"),
        (DATED, "会后他去了哪里？", "5月15日城市更新座谈会后桑禾川去了哪里？"),
        (DATED, "还有谁出席？", "5月15日城市更新座谈会还有谁出席？"),
        (DATED, "5月16日还有谁出席？", "城市更新座谈会5月16日还有谁出席？"),
    ],
)
def test_a_chinese_question_takes_over_what_it_leaves_out(
    last: str, question: str, understood: str
) -> None:
    assert asked_after(last, question) == understood


@pytest.mark.parametrize(
    ("last", "question", "understood"),
    [
        (DECIDED_IN_ENGLISH, "What did he say?", "What did 桑禾川 say?"),
        (DECIDED_IN_ENGLISH, "What happened that day?", "What happened on May 15, 2024?"),
        (DECIDED_IN_ENGLISH, "Why?", "Why did the county party standing committee decide?"),
        (DECIDED_IN_ENGLISH, "What else?", f"{DECIDED_IN_ENGLISH} What else?"),
        (
            DECIDED_IN_ENGLISH,
            "What else did they decide?",
            "What else did the county party standing committee decide?",
        ),
        (
            DECIDED_IN_ENGLISH,
            "Who chaired that meeting?",
            "Who chaired the county party standing committee meeting?",
        ),
        (
            DECIDED_IN_ENGLISH,
            "And the county government?",
            "What did the county government decide?",
        ),
        (
            "What was the output of Beijing in 2018?",
            "and in 2019?",
            "What was the output of Beijing in 2019?",
        ),
        (
            "What was the output of Beijing in 2018?",
            "What about Shanghai?",
            "What was the output of Shanghai in 2018?",
        ),
        ("What did Sang Hechuan say?", "What is his job?", "What is Sang Hechuan's job?"),
        ("How long is the Jilan bridge?", "When will it open?", "When will the Jilan bridge open?"),
        (DATED_IN_ENGLISH, "Who spoke?", f"Who spoke at {FORUM} on May 15, 2024?"),
        (DATED_IN_ENGLISH, "Who else attended?", f"Who else attended {FORUM} on May 15, 2024?"),
        (
            DATED_IN_ENGLISH,
            "What else was discussed at the forum?",
            f"What else was discussed at {FORUM} on May 15, 2024?",
        ),
        (
            DECIDED_IN_ENGLISH,
            "Who else spoke at the meeting?",
            "Who else spoke at the county party standing committee meeting?",
        ),
    ],
)
def test_an_english_question_takes_over_what_it_leaves_out(
    last: str, question: str, understood: str, glossary: Glossary
) -> None:
    assert asked_after(last, question, glossary) == understood


@pytest.mark.parametrize(
    "question",
    [
        "陆青禾说他什么时候上任？",
        "霁澜大桥和它的引桥有多长？",
        "吉他比赛有多少人参加？",
        "其他乡镇完成检修了吗？",
        "那座灯塔是谁设计的？",
        "Where did Lu Qinghe say he was born?",
        "How long does it take for the water to rise?",
        "Is it true that the bridge is closed?",
        "What may a school require that its teachers do?",
        "Who designed that lighthouse?",
        "晚上还有公交车吗？",
        "现场来了多少人？",
        "Who discovered the river?",
        "Who else attended the school?",
    ],
)
def test_a_pronoun_that_the_question_itself_explains_is_left(
    question: str, glossary: Glossary
) -> None:
    assert asked_after(DECIDED, question, glossary) == question
    assert asked_after(DECIDED_IN_ENGLISH, question, glossary) == question


@pytest.mark.parametrize("last", ["听雨桥夜市首批有多少个摊位？", DECIDED, DECIDED_IN_ENGLISH])
def test_questions_that_stand_alone_are_left_as_they_are(last: str, glossary: Glossary) -> None:
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    assert len(questions) > 30
    assert [asked_after(last, question, glossary) for question in questions] == questions


def test_what_was_understood_carries_on() -> None:
    first = Conversation().after("谁主持了会议？", answered("谁主持了会议？"))
    second = resolve("他还说了什么？", first, TODAY)
    assert second.carried == ("桑禾川",)
    talk = first.after("他还说了什么？", answered(second.question, quote=""))
    assert resolve("她什么时候上任？", talk, TODAY).question == "桑禾川什么时候上任？"
    assert [turn.asked for turn in talk.turns] == ["谁主持了会议？", "他还说了什么？"]


def test_a_person_may_have_been_named_before_the_last_turn() -> None:
    talk = Conversation().after("谁主持了会议？", answered("谁主持了会议？"))
    talk = talk.after("摊位有多少？", answered("摊位有多少？", quote="夜市有64个摊位。"))
    assert resolve("他还说了什么？", talk, TODAY).question == "桑禾川还说了什么？"


def conversation(*questions: str, glossary: Glossary | None = None) -> Conversation:
    """Questions one after the other, each understood in its place."""
    talk = Conversation()
    for question in questions:
        understood = resolve(question, talk, TODAY, glossary).question
        talk = talk.after(question, answered(understood, event=date(2024, 5, 15)))
    return talk


@pytest.mark.parametrize(
    ("questions", "question", "understood"),
    [
        ([DATED, "桑禾川说了什么？"], "会上还有谁发言？", "5月15日城市更新座谈会上还有谁发言？"),
        ([DATED, "桑禾川说了什么？"], "这次座谈会在哪里开？", "5月15日城市更新座谈会在哪里开？"),
        ([DATED, "桑禾川说了什么？"], "还有谁出席？", "城市更新座谈会还有谁出席？"),
        (
            [DATED, "桑禾川说了什么？", "他几点发言？"],
            "会后他去了哪里？",
            f"{DATED[:5]}城市更新座谈会后桑禾川去了哪里？",
        ),
        (
            ["谁主持了会议？", "他还说了什么？"],
            "这个会议在哪里召开？",
            "县委常委会会议在哪里召开？",
        ),
        (
            ["霁澜大桥全长多少公里？", "桑禾川说了什么？"],
            "它什么时候通车？",
            "霁澜大桥什么时候通车？",
        ),
        (
            [DATED_IN_ENGLISH, "What did Sang Hechuan say?"],
            "Who else spoke?",
            f"Who else spoke at {FORUM}?",
        ),
        (
            [DATED_IN_ENGLISH, "What did Sang Hechuan say?"],
            "Where was that forum held?",
            f"Where was {FORUM} held on May 15, 2024?",
        ),
    ],
)
def test_what_the_last_question_does_not_name_an_earlier_one_does(
    questions: list[str], question: str, understood: str, glossary: Glossary
) -> None:
    talk = conversation(*questions, glossary=glossary)
    assert resolve(question, talk, TODAY, glossary).question == understood


def test_the_evening_is_no_part_of_a_show() -> None:
    question = "晚上还有什么活动？"
    assert asked_after("谁主持了今年的春晚？", question) == question


def test_what_was_named_long_before_is_no_longer_meant() -> None:
    others = [f"{name}有多少人？" for name in ("图书馆", "博物馆", "体育馆", "文化馆", "展览馆")]
    talk = conversation(DATED, *others)
    assert resolve("这次座谈会在哪里开？", talk, TODAY).question == "这次座谈会在哪里开？"


def test_nothing_is_taken_over_where_there_is_nothing() -> None:
    assert resolve("他还说了什么？", Conversation(), TODAY) == Understood("他还说了什么？")
    refused = Conversation().after("灯笼有多少？", answered("灯笼有多少？", quote=""))
    for question in ("他还说了什么？", "What did he say?", "那天发生了什么？", "会上谁发言？"):
        assert resolve(question, refused, TODAY) == Understood(question)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1), st.sampled_from(["他", "Why?"]))
def test_any_question_after_any_other_is_changed_only_where_something_is_carried(
    text: str, start: str
) -> None:
    talk = Conversation().after(text, answered(text))
    for question in (text, f"{start}{text}"):
        understood = resolve(question, talk, TODAY)
        assert understood.question.strip() or not question.strip()
        assert (understood.question == question) or understood.carried
        assert resolve(question, Conversation(), TODAY).question == question


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=3 * MOST_TURNS))
def test_a_conversation_remembers_its_latest_turns(count: int) -> None:
    talk = Conversation()
    for number in range(count):
        talk = talk.after(f"问题{number}", answered(f"问题{number}", quote=""))
    remembered = [turn.asked for turn in talk.turns]
    assert remembered == [f"问题{number}" for number in range(count)][-MOST_TURNS:]


def by_model(serve: Serve, glossary: Glossary, question: str, *script: Reply) -> Understood:
    _, model = serve(*script)
    follow_ups = FollowUps(glossary, CachedModel(model), lambda: TODAY)
    return follow_ups.understood(question, Conversation().after(DECIDED, answered(DECIDED)))


def test_a_language_model_writes_the_question(serve: Serve, glossary: Glossary) -> None:
    server, model = serve(fake.says("“县委书记桑禾川在县委常委会会议上还说了什么？”"))
    follow_ups = FollowUps(glossary, CachedModel(model), lambda: TODAY)
    talk = Conversation().after(DECIDED, answered(DECIDED))
    understood = follow_ups.understood("他还说了什么？", talk)
    assert understood.question == "县委书记桑禾川在县委常委会会议上还说了什么？"
    assert (understood.note, understood.usage.calls) == ("", 1)
    sent: Body = server.received[0]
    assert DECIDED in sent["messages"][-1]["content"]
    assert "Next question: 他还说了什么？" in sent["messages"][-1]["content"]


def test_a_first_question_is_sent_to_no_model(serve: Serve, glossary: Glossary) -> None:
    server, model = serve(fake.says("别的问题？"))
    follow_ups = FollowUps(glossary, CachedModel(model), lambda: TODAY)
    assert follow_ups.understood(DECIDED, Conversation()) == Understood(DECIDED)
    assert server.received == []


def test_a_question_that_the_model_repeats_is_unchanged(serve: Serve, glossary: Glossary) -> None:
    question = "夜市有多少个摊位？"
    understood = by_model(serve, glossary, question, fake.says(question))
    assert (understood.question, understood.carried) == (question, ())


@pytest.mark.parametrize(
    "reply",
    [
        fake.says("桑禾川还说了什么？\n这是改写后的问题。"),
        fake.says("桑禾川" + "还说了什么" * 40 + "？"),
        fake.says("陆青禾还说了什么？"),
        fake.says("桑禾川在2019年还说了什么？"),
        fake.says(DECIDED),
        fake.says("他还说了什么？"),
        fake.says("这个人还说了什么？"),
        fake.says("What else did 桑禾川 say at the meeting of the standing committee?"),
        fake.says("<think>他是谁"),
        fake.says("桑禾川还说了", "length"),
        fake.fails(500, "out of order"),
    ],
    ids=[
        *("two lines", "long", "name", "number", "asked before", "unchanged", "nothing put in"),
        *("language", "thought", "cut off", "failure"),
    ],
)
def test_what_may_not_be_the_question_is_turned_down_with_a_note(
    serve: Serve, glossary: Glossary, reply: Reply
) -> None:
    understood = by_model(serve, glossary, "他还说了什么？", reply)
    assert understood.question == "桑禾川还说了什么？"
    assert understood.note.startswith(("understood without the", "understood by rules: "))
    assert "language model" in understood.note
    assert "\n" not in understood.note


def test_a_date_that_the_model_puts_in_is_taken(serve: Serve, glossary: Glossary) -> None:
    text = "2024年5月16日还发生了什么？"
    understood = by_model(serve, glossary, "那天还发生了什么？", fake.says(f"Complete: {text}"))
    assert (understood.question, understood.note) == (text, "")


def test_a_model_may_not_ask_something_else(serve: Serve, glossary: Glossary) -> None:
    understood = by_model(serve, glossary, "会上还有谁发言？", fake.says("县委常委会谁主持？"))
    assert understood.question == "县委常委会上还有谁发言？"
    assert "left out what is asked" in understood.note


def test_a_model_may_not_drop_what_the_question_names(serve: Serve, glossary: Glossary) -> None:
    question = "2021年陆青禾说了什么？"
    understood = by_model(serve, glossary, question, fake.says("桑禾川说了什么？"))
    assert understood.question == question
    assert "left out" in understood.note
