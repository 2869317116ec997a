"""Ingest with reading, embedding and storing side by side: real threads, a real store."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import EmbeddingError, StoreError
from rag.indexing import embedding_threads, pipeline
from rag.indexing.pipeline import batches_ahead, ingest
from rag.intake_types import IngestFailure, IngestReport
from rag.settings import Settings
from rag.types import Page, PassageEmbedding
from tests.store.samples import HashingEmbedder, open_library, page_of, sentence, settings_for

PATIENCE = 20.0  # seconds that a test waits for another thread before it fails


class WatchedEmbedder(HashingEmbedder):
    """Calls `before` with the number of each call (from 0) and its texts, in the call's thread."""

    def __init__(self, before: Callable[[int, Sequence[str]], None], name: str = "hashing") -> None:
        super().__init__(name)
        self._before = before
        self._mutex = threading.Lock()
        self.calls = 0

    def embed_chunks(self, texts: Sequence[str]) -> list[PassageEmbedding]:
        with self._mutex:
            number, self.calls = self.calls, self.calls + 1
        self._before(number, texts)
        return super().embed_chunks(texts)


class NumberlessEmbedder(HashingEmbedder):
    """From its third call on, vectors that no store takes."""

    calls = 0

    def embed_chunks(self, texts: Sequence[str]) -> list[PassageEmbedding]:
        self.calls += 1
        given = super().embed_chunks(texts)
        if self.calls < 3:
            return given
        return [PassageEmbedding(np.full_like(each.vector, np.nan)) for each in given]


class ShortEmbedder(HashingEmbedder):
    """Gives a vector too few."""

    def embed_chunks(self, texts: Sequence[str]) -> list[PassageEmbedding]:
        return super().embed_chunks(texts)[1:]


def pages_of(count: int) -> list[Page]:
    return [page_of(f"/{n}.txt", sentence(n), headline=f"第{n}号") for n in range(count)]


def stored_and_sound(settings: Settings, embedder: HashingEmbedder) -> int:
    """The number of pages in an archive that verifies."""
    with open_library(settings, embedder) as library:
        report = library.verify()
    assert report.ok, report.problems
    assert report.vectors == report.chunks
    return report.pages


def embedding_threads_alive() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("embedding-")]


def test_pages_are_read_while_the_embedder_works(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home", embedding_batch=2)
    read_on = threading.Event()
    embedder = WatchedEmbedder(lambda number, texts: wait_for(read_on))

    def pages() -> Iterator[Page]:
        for number, page in enumerate(pages_of(8)):
            if number == 5:
                read_on.set()
            yield page

    with open_library(settings, embedder) as library:
        assert ingest(pages(), library, embedder, settings).new == 8


def test_the_embedder_works_while_pages_are_stored(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home", embedding_batch=2)
    embedder = WatchedEmbedder(lambda number, texts: None)
    seen: list[int] = []

    def wait_for_more(stage: str, done: int, total: int | None) -> None:
        # The storing thread is held up here after its first step, until more is embedded.
        if stage == "pages" and not seen:
            seen.append(embedder.calls)
            deadline = time.monotonic() + PATIENCE
            while embedder.calls * 2 <= done and time.monotonic() < deadline:
                time.sleep(0.005)
            seen.append(embedder.calls * 2 - done)

    with open_library(settings, embedder) as library:
        ingest(pages_of(60), library, embedder, settings, wait_for_more)
    assert seen[1] > 0


@pytest.mark.parametrize("batch", [1, 3])
def test_the_embedder_never_runs_far_ahead_of_a_slow_store(tmp_path: Path, batch: int) -> None:
    settings = settings_for(tmp_path / "home", embedding_batch=batch)
    embedder = WatchedEmbedder(lambda number, texts: None)
    stored = [0]
    ahead: list[int] = []

    def slowly(stage: str, done: int, total: int | None) -> None:
        if stage == "pages":
            time.sleep(0.02)
            ahead.append(embedder.calls * batch - stored[0])
            stored[0] = done

    with open_library(settings, embedder) as library:
        report = ingest(pages_of(60), library, embedder, settings, slowly)
    assert report.new == 60
    assert max(ahead) <= batches_ahead(embedder, settings) * batch + 1


def test_few_pages_are_read_ahead_of_a_slow_embedder(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home", embedding_batch=2)
    embedder = WatchedEmbedder(lambda number, texts: time.sleep(0.02))
    stored, ahead = [0], [0]

    def pages() -> Iterator[Page]:
        for number, page in enumerate(pages_of(60)):
            ahead.append(number - stored[0])
            yield page

    def note(stage: str, done: int, total: int | None) -> None:
        if stage == "pages":
            stored[0] = done

    with open_library(settings, embedder) as library:
        assert ingest(pages(), library, embedder, settings, note).new == 60
    assert max(ahead) <= batches_ahead(embedder, settings) * 2 + 1


@pytest.mark.parametrize("batch", [1, 32])
def test_a_page_is_stored_soon_though_no_batch_is_full(
    tmp_path: Path, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "STORED_WITHIN", 0.2)
    settings = settings_for(tmp_path / "home", embedding_batch=batch)

    with open_library(settings) as library:

        def pages() -> Iterator[Page | IngestFailure]:
            yield from pages_of(1)
            deadline = time.monotonic() + PATIENCE
            while library.page_of("/0.txt") is None and time.monotonic() < deadline:
                time.sleep(0.02)
                yield IngestFailure("/bad.txt", "is empty")
            stored.append(library.page_of("/0.txt"))

        stored: list[str | None] = []
        report = ingest(pages(), library, HashingEmbedder(), settings)
    assert report.new == 1
    assert stored == [pages_of(1)[0].id]


def test_a_text_that_is_on_its_way_is_embedded_once(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home", embedding_batch=2)
    embedder = HashingEmbedder()
    papers = [
        page_of(f"/{name}.txt", sentence(1), sentence(n), publication=name)
        for n, name in enumerate(("青禾日报", "白鹭晚报", "松岭时报", "石桥周刊"), start=2)
    ]
    with open_library(settings, embedder) as library:
        report = ingest(papers, library, embedder, settings)
    assert report.chunks == 8
    assert sorted(embedder.embedded) == sorted(map(sentence, range(1, 6)))
    assert stored_and_sound(settings, embedder) == 4


@pytest.mark.parametrize("error", [EmbeddingError("gone"), RuntimeError("out of memory")])
@pytest.mark.parametrize("failing", [0, 1, 7])
def test_whatever_the_model_raises_comes_once_and_the_pages_before_stay(
    tmp_path: Path, error: Exception, failing: int
) -> None:
    settings = settings_for(tmp_path / "home", embedding_batch=3)

    def fail(number: int, texts: Sequence[str]) -> None:
        if number == failing:
            raise error

    embedder = WatchedEmbedder(fail)
    with open_library(settings, embedder) as library, pytest.raises(type(error)) as raised:
        ingest(pages_of(60), library, embedder, settings)
    if isinstance(error, EmbeddingError):
        assert f"stored before that: {3 * failing};" in str(raised.value)
    assert embedder.calls == failing + 1
    assert not embedding_threads_alive()
    assert stored_and_sound(settings, embedder) == 3 * failing
    with open_library(settings, embedder) as library:
        report = ingest(pages_of(60), library, embedder, settings)
    assert (report.new, report.unchanged) == (60 - 3 * failing, 3 * failing)


def test_of_calls_side_by_side_those_before_a_failing_one_count(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home", embedding_batch=2, embedding_requests=4)
    failed = threading.Event()

    def fail_third_first(number: int, texts: Sequence[str]) -> None:
        if f"第4号\n{sentence(4)}" in texts:
            failed.set()
            raise EmbeddingError("refused")
        wait_for(failed)

    embedder = WatchedEmbedder(fail_third_first, name="openai:some-model")
    with (
        open_library(settings, embedder) as library,
        pytest.raises(EmbeddingError, match=r"refused\. Pages stored before that: 4;"),
    ):
        ingest(pages_of(40), library, embedder, settings)
    assert not embedding_threads_alive()
    assert stored_and_sound(settings, embedder) == 4


def test_a_server_is_asked_for_several_batches_at_a_time(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home", embedding_batch=2, embedding_requests=3)
    together = threading.Barrier(3)

    def meet(number: int, texts: Sequence[str]) -> None:
        together.wait(PATIENCE)

    embedder = WatchedEmbedder(meet, name="openai:some-model")
    with open_library(settings, embedder) as library:
        assert ingest(pages_of(12), library, embedder, settings).new == 12
    assert embedder.calls == 6
    assert stored_and_sound(settings, embedder) == 12


def test_a_model_that_gives_too_few_vectors_is_an_error(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home")
    with (
        open_library(settings) as library,
        pytest.raises(EmbeddingError, match="hashing: gave 2 vectors for 3 texts"),
    ):
        ingest(pages_of(3), library, ShortEmbedder(), settings)
    assert stored_and_sound(settings, HashingEmbedder()) == 0


def test_what_the_store_refuses_comes_once_and_the_pages_before_stay(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home", embedding_batch=4)
    told: list[int] = []

    def note(stage: str, done: int, total: int | None) -> None:
        if stage == "pages":
            told.append(done)

    with (
        open_library(settings) as library,
        pytest.raises(StoreError, match="finite numbers"),
    ):
        ingest(pages_of(200), library, NumberlessEmbedder(), settings, note)
    assert not embedding_threads_alive()
    stored = stored_and_sound(settings, HashingEmbedder())
    assert stored == (told[-1] if told else 0)
    assert stored <= 8


def test_an_interrupt_stops_at_once_and_keeps_what_is_stored(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home", embedding_batch=2)
    stored = [0]

    def interrupt(number: int, texts: Sequence[str]) -> None:
        # From the embedder's thread, while the storing one waits for it, as Ctrl-C comes.
        if number == 20:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.2)

    def note(stage: str, done: int, total: int | None) -> None:
        if stage == "pages":
            stored[0] = done

    embedder = WatchedEmbedder(interrupt)
    with open_library(settings, embedder) as library, pytest.raises(KeyboardInterrupt):
        ingest(pages_of(120), library, embedder, settings, note)
    assert not embedding_threads_alive()
    assert embedder.calls <= 20 + batches_ahead(embedder, settings)
    assert stored_and_sound(settings, embedder) >= stored[0] > 0
    with open_library(settings, embedder) as library:
        report = ingest(pages_of(120), library, embedder, settings)
    assert report.new + report.unchanged == 120


def test_a_call_that_hangs_does_not_hold_up_an_interrupt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding_threads, "STOPPING_SECONDS", 0.2)
    settings = settings_for(tmp_path / "home", embedding_batch=2)
    answered = threading.Event()

    def hang(number: int, texts: Sequence[str]) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        wait_for(answered)

    embedder = WatchedEmbedder(hang)
    with open_library(settings, embedder) as library:
        started = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            ingest(pages_of(40), library, embedder, settings)
        assert time.monotonic() - started < PATIENCE / 2
        [left] = embedding_threads_alive()
        assert left.daemon
        answered.set()
        left.join(PATIENCE)
        assert not left.is_alive()
        assert embedder.calls == 1
        assert ingest(pages_of(40), library, HashingEmbedder(), settings).new == 40


def test_nothing_to_embed_starts_no_thread(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home", embedding_batch=2)
    seen: list[threading.Thread] = []
    with open_library(settings) as library:
        ingest(pages_of(10), library, HashingEmbedder(), settings)
        moved = [page_of(f"/moved/{n}.txt", sentence(n), headline=f"第{n}号") for n in range(10)]
        report = ingest(
            [*pages_of(10), *moved],
            library,
            HashingEmbedder(),
            settings,
            lambda *step: seen.extend(embedding_threads_alive()),
        )
    assert report == IngestReport(10, 0, 10, articles=0, chunks=0, failed=())
    assert not seen


Arrival = tuple[int, int]  # an origin and a content
ARRIVALS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=14)


def page_that_arrives(arrival: Arrival) -> Page:
    origin, content = arrival
    return page_of(f"/{origin}.txt", *(sentence(content * 5 + n) for n in range(content + 1)))


def one_by_one(arrivals: Sequence[Arrival], held: dict[int, int]) -> IngestReport:
    """What a run says that takes each page when the one before is stored; `held` is changed."""
    counts = {"new": 0, "updated": 0, "unchanged": 0, "articles": 0, "chunks": 0}
    for origin, content in arrivals:
        before = held.get(origin)
        if before == content:
            counts["unchanged"] += 1
            continue
        counts["new" if before is None else "updated"] += 1
        if content not in held.values():
            counts["articles"] += content + 1
            counts["chunks"] += content + 1
        held[origin] = content
    return IngestReport(**counts, failed=(), doubtful=(), left_out=())


@settings(max_examples=15, deadline=None)
@given(first=ARRIVALS, second=ARRIVALS, batch=st.integers(1, 6))
def test_pages_side_by_side_end_as_one_by_one(
    tmp_path_factory: pytest.TempPathFactory,
    first: Sequence[Arrival],
    second: Sequence[Arrival],
    batch: int,
) -> None:
    chosen = settings_for(tmp_path_factory.mktemp("home"), embedding_batch=batch)
    embedder = HashingEmbedder()
    held: dict[int, int] = {}
    with open_library(chosen, embedder) as library:
        for arrivals in (first, second):
            report = ingest(map(page_that_arrives, arrivals), library, embedder, chosen)
            assert report == one_by_one(arrivals, held)
            assert dict(library.origins()) == {
                page.origin: page.id for page in map(page_that_arrives, held.items())
            }
        embedded = len(embedder.embedded)
        again = ingest(map(page_that_arrives, held.items()), library, embedder, chosen)
        assert again.unchanged == len(held) == again.unchanged + again.new + again.updated
        assert len(embedder.embedded) == embedded
        verified = library.verify()
        assert verified.ok, verified.problems
        assert verified.pages == len(set(held.values()))


def wait_for(event: threading.Event) -> None:
    assert event.wait(PATIENCE), "the other thread never came so far"
