"""One Desk asked from several threads at once: the answers of one thread, and models kept busy."""

import re
import shutil
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from rag import Desk
from rag.settings import Settings
from rag.types import Answer
from tests.fake_openai import server as fake
from tests.fake_openai.server import Body, Exchange, FakeOpenAI

THREADS = 8
QUESTIONS = (
    "防汛应急周转资金用在哪里？",
    "霁澜大桥全长多少公里？",
    "县委常委会作出了哪些决定？",
    "谁主持了县委常委会会议？",
    "What did the county party standing committee decide?",
    "比较5月21日和5月22日的新闻",
    "霜坪枇杷预计总产量多少吨？霁澜大桥什么时候通车？",
    "火星探测器何时着陆？",
)

_T = TypeVar("_T")


def open_desk(home: Path) -> Desk:
    settings = Settings(home=home, response_cache=0)
    return Desk.open(settings=settings, today=lambda: date(2024, 6, 20))


def bare(answer: Answer) -> Answer:
    """Without what differs from one time to the next."""
    return replace(answer, id=None, timings_ms={})


def at_once(calls: Sequence[Callable[[], _T]]) -> list[_T]:
    """What each call gives, begun together in a thread of its own."""
    begin = threading.Barrier(len(calls))

    def started(call: Callable[[], _T]) -> _T:
        begin.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(started, calls))


def turned(by: int) -> tuple[str, ...]:
    return QUESTIONS[by:] + QUESTIONS[:by]


@pytest.mark.slow
def test_threads_get_the_answers_of_one(home: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(home, tmp_path / "other"))
    with open_desk(home) as desk:
        alone = {question: bare(desk.ask(question)) for question in QUESTIONS}
    assert sum(not answer.refused for answer in alone.values()) >= 6
    # Nothing is loaded or remembered here yet: all threads come upon the first use at once.
    with open_desk(other) as desk:

        def ask(questions: Sequence[str]) -> list[Answer]:
            return [desk.ask(question) for question in questions]

        calls = [partial(ask, turned(by)[:3]) for by in range(THREADS)]
        answers = [answer for found in at_once(calls) for answer in found]
        assert len(answers) == 3 * THREADS
        for answer in answers:
            assert bare(answer) == alone[answer.question]
        ids = {answer.id for answer in answers}
        assert ids == {summary.id for summary in desk.traces(limit=100)}
        assert len(ids) == len(answers)
        assert desk.verify().ok


class Together:
    """Quotes the first sentence that it is shown, once so many requests are open."""

    def __init__(self, count: int) -> None:
        self.most = 0
        self._count = count
        self._open = 0
        self._lock = threading.Lock()
        self._there = threading.Event()

    def __call__(self, exchange: Exchange) -> None:
        with self._lock:
            self._open += 1
            self.most = max(self.most, self._open)
            if self._open == self._count:
                self._there.set()
        # Where the others don't come, none of them waits so long again.
        self._there.wait(30)
        self._there.set()
        fake.says(first_sentence)(exchange)
        with self._lock:
            self._open -= 1


def first_sentence(body: Body) -> str:
    source = re.search(r"^(S\d+\.\d+) (.+)$", body["messages"][-1]["content"], re.MULTILINE)
    assert source is not None
    return fake.answer_json((source[2], source[1]))


@pytest.mark.slow
def test_a_language_model_is_asked_by_all_threads_at_once(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Others ask a model for a translation first, or for several sides.
    single = QUESTIONS[:4]
    asked = [single[at % len(single)] for at in range(THREADS)]
    one, all_of_them = Together(1), Together(THREADS)
    with FakeOpenAI(one) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        with open_desk(home) as desk:
            alone = {question: bare(desk.ask(question)) for question in single}
            assert {answer.mode for answer in alone.values()} == {"llm"}
            assert one.most == 1
            server.plays(all_of_them)
            answers = at_once([partial(desk.ask, question) for question in asked])
    assert [bare(answer) for answer in answers] == [alone[question] for question in asked]
    assert all_of_them.most == THREADS


def test_all_threads_wait_for_a_lost_lexical_index(home: Path) -> None:
    with open_desk(home) as desk:
        found = [hit.chunk.id for hit in desk.search(QUESTIONS[0])]
    (words,) = home.glob("archives/*/lexical-*")
    shutil.rmtree(words)
    with open_desk(home) as desk:
        search = [lambda: desk.search(QUESTIONS[0]) for _ in range(THREADS)]
        for hits in at_once(search):
            assert [hit.chunk.id for hit in hits] == found
