import time

import pytest

from rag.answering.response_cache import CachedModel
from rag.answering.translating import SHARE, Translator
from tests.fake_openai import server as fake
from tests.fake_openai.server import Reply, Serve

QUESTION = "How many workers does Brightwell employ?"
CHINESE = "明泉公司有多少员工？"


def test_the_question_alone_is_sent_and_its_chinese_comes_back(serve: Serve) -> None:
    server, model = serve(fake.says(CHINESE))
    found = Translator(CachedModel(model))([QUESTION])
    assert (found.chinese, found.problem) == ((CHINESE,), "")
    assert (found.usage.prompt_tokens, found.usage.completion_tokens) == (11, 7)
    (sent,) = server.received
    assert sent["messages"][-1] == {"role": "user", "content": QUESTION}
    assert sent["max_completion_tokens"] < 400
    assert "response_format" not in sent


def test_a_question_asked_again_is_not_sent_again(serve: Serve) -> None:
    server, model = serve(fake.says(CHINESE), fake.says("青岭公司在哪里？"))
    translate = Translator(CachedModel(model))
    first, again = translate([QUESTION]), translate([f" {QUESTION}\n"])
    other = translate(["Where is Greenridge?"])
    assert first.chinese == again.chinese != other.chinese
    assert again.usage.prompt_tokens == 0
    assert len(server.received) == 2


def test_parts_are_translated_line_by_line_in_one_call(serve: Serve) -> None:
    server, model = serve(fake.says(f"{CHINESE}\n\n青岭公司在哪里？\n"))
    found = Translator(CachedModel(model))([QUESTION, "Where\nis Greenridge?"])
    assert found.chinese == (CHINESE, "青岭公司在哪里？")
    assert server.received[0]["messages"][-1]["content"] == f"{QUESTION}\nWhere is Greenridge?"


@pytest.mark.parametrize(
    "text",
    [f"“{CHINESE}”", f'\n "{CHINESE}" \n', f"<think>\nWorkers?\n好的\n</think>\n\n{CHINESE}"],
)
def test_what_stands_around_a_translation_is_left_out(serve: Serve, text: str) -> None:
    _, model = serve(fake.says(text))
    assert Translator(CachedModel(model))([QUESTION]).chinese == (CHINESE,)


@pytest.mark.parametrize(
    "text",
    [
        "I can't help with that.",
        "12345",
        f"{CHINESE}\n这是译文。",
        f"这个问题问的是一家公司的员工人数，译成中文是：{CHINESE}希望对您有帮助。",
        "“”",
    ],
)
def test_what_is_no_translation_is_turned_down_with_its_cost(serve: Serve, text: str) -> None:
    server, model = serve(fake.says(text), fake.says(CHINESE))
    translate = Translator(CachedModel(model))
    found = translate([QUESTION])
    assert found.chinese == ()
    assert found.problem.startswith("searched without a Chinese translation: ")
    assert "\n" not in found.problem
    assert found.usage.completion_tokens == 7
    assert translate([QUESTION]).chinese == (CHINESE,)
    assert len(server.received) == 2


def test_a_text_cut_off_in_thought_is_turned_down(serve: Serve) -> None:
    _, model = serve(fake.says("<think>让我想想，这个问题问的是员工的人数", "length"))
    found = Translator(CachedModel(model))([QUESTION])
    assert found.chinese == ()
    assert "NEWSDESK_MODEL_TOKENS" in found.problem


@pytest.mark.parametrize(
    "reply",
    [fake.fails(401, "bad key sk-secret"), fake.says(""), fake.sends(b"<html>"), fake.cuts_off],
)
def test_a_failing_server_is_a_problem_in_one_line_without_the_key(
    serve: Serve, reply: Reply
) -> None:
    _, model = serve(reply)
    found = Translator(CachedModel(model))([QUESTION])
    assert found.chinese == ()
    assert "language model" in found.problem
    assert "sk-secret" not in found.problem
    assert "\n" not in found.problem


@pytest.mark.parametrize("reply", [fake.hangs, fake.drips, fake.drips_headers])
def test_a_slow_server_has_a_share_of_the_time_that_an_answer_has(
    serve: Serve, reply: Reply
) -> None:
    seconds = 6.0
    _, model = serve(reply, seconds=seconds)
    started = time.perf_counter()
    found = Translator(CachedModel(model))([QUESTION])
    assert time.perf_counter() - started < seconds / 2
    assert f"{seconds * SHARE:g} s" in found.problem


def test_what_a_server_turns_down_is_not_sent_to_it_again(serve: Serve) -> None:
    server, model = serve(fake.turns_down("temperature", fake.says(CHINESE)))
    assert Translator(CachedModel(model))([QUESTION]).chinese == (CHINESE,)
    assert len(server.received) == 2
    model.complete(())
    assert len(server.received) == 3
