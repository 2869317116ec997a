"""The load on a server: its sums, its tables and plot, and a real one for a moment."""

import json
import random
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from eval.bench.figures import read_service
from eval.bench.plots import service_plot
from eval.bench.service_figures import (
    Asked,
    Ingested,
    ServiceLoad,
    level_of,
    markdown,
    memory_of,
)
from eval.bench.service_process import serving
from eval.errors import EvalError
from rag.desk import Desk
from rag.settings import Settings
from tests.eval.bench.samples import measured, run
from tests.store.samples import sentence

ASKED = [
    *(Asked("ask", milliseconds / 1000, "200") for milliseconds in range(1, 101)),
    *(Asked("ask", 9.0, outcome) for outcome in ("429", "429", "ConnectionResetError")),
    Asked("search", 0.5, "200"),
]


def found() -> ServiceLoad:
    return ServiceLoad(
        articles=5,
        chunks=9,
        seconds=60.0,
        levels=(level_of("ask", 8, 50.0, ASKED), level_of("search", 8, 50.0, ASKED)),
        memory=memory_of([(float(at), 400.0 + at / 60) for at in range(300)]),
        ingested=Ingested(3, 60, 60, 60.0, ()),
        cpu_seconds=90.0,
        busy=0.25,
        problems=(),
    )


def test_a_level_sums_up_what_was_answered_and_counts_what_was_not() -> None:
    level = level_of("ask", 8, 50.0, ASKED)
    assert (level.requests, level.per_second) == (103, 2.0)
    assert (level.p50, level.p95, level.p99) == pytest.approx((50.5, 95.05, 99.01))
    assert level.failures == {"429": 2, "ConnectionResetError": 1}
    assert level_of("search", 8, 50.0, ASKED).failures == {}


def test_memory_is_judged_once_it_is_warm() -> None:
    chance = random.Random(1)
    warming = [(float(at), 100.0 + 5 * at) for at in range(120)]
    flat = [(120.0 + at, 700 + chance.gauss(0, 5)) for at in range(480)]
    memory = memory_of([*warming, *flat])
    assert memory.slope_low < 0 < memory.slope_high
    assert abs(memory.slope) < 1
    growing = memory_of([*warming, *((at, mib + at / 10) for at, mib in flat)])
    assert growing.slope_low < 6 < growing.slope_high
    assert growing.slope_low > 0


@pytest.mark.parametrize(
    "bad",
    [
        {"problems": ("vectors: 1 live chunks are missing",)},
        {"ingested": Ingested(3, 60, 59, 60.0, ())},
        {"ingested": Ingested(3, 60, 60, 60.0, ("job 2: failed, full",))},
    ],
)
def test_whatever_is_lost_counts_as_a_failure(bad: dict[str, object]) -> None:
    fine = replace(found(), levels=found().levels[1:])
    assert fine.failures == 0
    assert found().failures == 3
    assert replace(fine, **bad).failures == 1  # type: ignore[arg-type]


def test_the_figures_are_read_back_told_and_drawn(tmp_path: Path) -> None:
    path = tmp_path / "service.json"
    path.write_text(json.dumps(measured(found())), encoding="utf-8")
    again = read_service(path).figures
    assert asdict(again) == asdict(found())
    table = markdown(again)
    assert "| ask | 8 | 103 | 2.0 | 50 | 95 | 99 | 2 × 429, 1 × ConnectionResetError |" in table
    assert "| processors the server kept busy | 1.50 |" in table
    assert "| MiB a minute, after the first two | +1.00 (" in table
    ask, search, rate, memory = service_plot(again).axes
    assert [axes.get_title() for axes in (ask, search)] == ["ask", "search"]
    assert [line.get_label() for line in ask.get_lines()] == ["p50", "p95", "p99"]
    assert [float(line.get_ydata()[0]) for line in rate.get_lines()] == [2.0, 0.02]  # type: ignore[index, arg-type]
    assert len(memory.get_lines()[0].get_xdata()) == 300  # type: ignore[arg-type]


def test_a_server_that_cannot_start_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("no folder")
    with (
        pytest.raises(EvalError, match=r"the server didn't start: .*is a file"),
        serving(tmp_path / "home", tmp_path, ()),
    ):
        pass


@pytest.mark.slow
def test_a_real_server_bears_a_moment_of_it(tmp_path: Path) -> None:
    home, questions, texts = (tmp_path / name for name in ("home", "questions", "texts"))
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps({"text": sentence(at)}) + "\n" for at in range(8)))
    with Desk.open(settings=Settings(home=home, mode="extractive")) as desk:
        desk.ingest([rows])
    questions.write_text(json.dumps({"question": "松岭县的水库投入多少万元？"}) + "\n")
    texts.write_text("".join(json.dumps({"text": sentence(at)}) + "\n" for at in range(50, 80)))
    output = tmp_path / "service.json"
    done = run(
        "service_load",
        *map(str, (home, questions, texts)),
        *("--minutes", "0.05", "--clients", "1", "4", "--rounds", "1", "--json", str(output)),
        *("--serve", "--rate", "0", "--waiting", "8"),
    )
    assert done.returncode == 0, done.stderr
    figures = read_service(output).figures
    assert figures.failures == 0
    assert [(level.kind, level.clients) for level in figures.levels] == [
        *(("ask", 1), ("ask", 4), ("search", 1), ("search", 4))
    ]
    assert all(level.requests for level in figures.levels)
    assert figures.ingested.found == figures.ingested.sent >= 20
    # The archive itself was left alone.
    with Desk.open(settings=Settings(home=home, mode="extractive")) as desk:
        assert len(desk.articles()) == 8
