"""A whole measurement on the golden pages, through the Desk, without a key."""

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from eval.comparison import compare
from eval.datasets import (
    Archive,
    Dataset,
    Document,
    Question,
    golden_pages,
    golden_questions,
    load_dataset,
)
from eval.errors import DatasetError, EvalError
from eval.records import EvalRun
from eval.report import as_json, print_table
from eval.runner import ARCHIVES, RunOptions, run_dataset
from eval.summary import abstention, figures
from rag import __version__
from rag.errors import UsageError
from rag.settings import Settings
from tests.indexing.embedding_server import serving

pytestmark = pytest.mark.slow

GOLDEN = load_dataset(golden_questions())
PAGES = RunOptions(pages=golden_pages())
BRIDGE = "大桥全长1.28公里，桥面宽24.5米，6月3日合龙。"
ROAD = "公路全长40公里，年内通车。"


def small(*questions: Question) -> Dataset:
    """A set with two archives, of which one lacks the bridge."""
    archives = (
        Archive("full", (Document("bridge", BRIDGE, "2024-06-04"), Document("road", ROAD))),
        Archive("negative", (Document("road", ROAD),)),
    )
    return Dataset("small", "0a" * 32, questions, archives)


LONG = Question("q1", "大桥全长多少公里？", "zh", True, (("1.28公里",),), gold=("bridge",))
IN_FULL = Question("q1", LONG.question, "zh", True, LONG.facts, gold=LONG.gold, archive="full")
IN_NEGATIVE = Question("q1-negative", LONG.question, "zh", False, archive="negative")


@pytest.fixture(scope="module")
def golden_run(tmp_path_factory: pytest.TempPathFactory) -> EvalRun:
    home = tmp_path_factory.mktemp("home")
    run = run_dataset(GOLDEN, Settings(home=home, mode="extractive"), PAGES)
    assert [path.name for path in home.iterdir()] == ["eval"], "the user's archive is untouched"
    assert not [path for path in (home / ARCHIVES).iterdir() if path.is_dir()]
    return run


def printed(run: EvalRun) -> str:
    console = Console(file=StringIO(), width=160)
    with console.capture() as capture:
        print_table(run, console)
    return capture.get()


def test_every_question_is_asked_once_and_in_order(golden_run: EvalRun) -> None:
    lines = golden_questions().read_text(encoding="utf-8").splitlines()
    assert [record.id for record in golden_run.records] == [json.loads(one)["id"] for one in lines]
    assert golden_run.finished
    assert not any(record.failure for record in golden_run.records)


def test_no_quote_is_fabricated_and_answers_reach_the_floor(golden_run: EvalRun) -> None:
    found = {name: one.value for name, one in figures(golden_run.records).items()}
    assert found["citation_validity"] == 1.0
    assert found["whole_quotes"] == 1.0
    assert found["fact_recall"] >= 0.85
    assert found["right_source"] >= 0.9
    assert found["refusal_recall"] >= 0.6
    assert found["false_refusals"] <= 0.1
    assert found["recall@10"] >= 0.95
    assert found["unsupported"] == 0.0


def test_a_question_about_something_else_is_refused(golden_run: EvalRun) -> None:
    far = [record for record in golden_run.records if "far" in record.tags]
    assert {record.lang for record in far} == {"zh", "en"}
    assert all(record.refused for record in far)


def test_answers_that_are_sure_are_wrong_less_often_than_all(golden_run: EvalRun) -> None:
    curve = abstention(golden_run.records)["all"]
    assert curve.area <= curve.points[-1].risk
    assert 0 <= curve.excess <= curve.area


def test_the_manifest_says_what_decided_the_result(golden_run: EvalRun) -> None:
    manifest = golden_run.manifest
    assert manifest.articles == 11
    assert len(manifest.dataset_sha256) == len(manifest.archive_sha256) == 64
    assert manifest.embedding["embedding"]
    assert manifest.embedding["revision"]
    assert manifest.settings["chunk_characters"] == 240
    assert manifest.settings["retriever"] == "hybrid"
    assert "home" not in manifest.settings
    assert manifest.packages["newsdesk"] == __version__
    assert len(manifest.code) == 12
    assert manifest.today == date.today().isoformat()
    assert manifest.model is None
    assert {"answer", "sides"} <= set(manifest.prompts)


def test_json_holds_the_whole_run(golden_run: EvalRun) -> None:
    shape = json.loads(json.dumps(as_json(golden_run), ensure_ascii=False))
    assert {"manifest", "figures", "records", "risk_coverage", "latency"} <= set(shape)
    assert shape["questions"] == len(shape["records"])
    assert shape["manifest"]["dataset_sha256"] == golden_run.manifest.dataset_sha256


def test_the_table_shows_each_language_and_every_question_that_went_wrong(
    golden_run: EvalRun,
) -> None:
    text = printed(golden_run)
    assert text.splitlines()[0].split() == ["measure", "all", "95", "%", "questions", "zh", "en"]
    for record in golden_run.records:
        assert (record.id in text) is not record.right


def test_a_set_with_archives_is_asked_of_the_one_that_each_question_names(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, mode="extractive")
    run = run_dataset(small(IN_FULL, IN_NEGATIVE), settings)
    full, negative = run.records
    assert full.right
    assert full.found[0] == full.gold[0] == "bridge"
    assert full.scores["recall@1"] == 1.0
    assert "bridge" not in negative.found
    assert run.manifest.articles == 3
    with pytest.raises(EvalError, match="archive ''"):
        run_dataset(small(LONG), settings)
    with pytest.raises(UsageError, match="brings its own documents"):
        run_dataset(small(IN_FULL), settings, PAGES)


def test_a_summary_is_held_against_its_reference(tmp_path: Path) -> None:
    question = Question(
        "s1",
        "大桥合龙",
        "zh",
        True,
        reference="大桥全长1.28公里，桥面宽24.5米。",
        gold=("bridge",),
        task="summarize",
        archive="full",
    )
    run = run_dataset(small(question), Settings(home=tmp_path, mode="extractive"))
    (record,) = run.records
    assert record.scores["rouge_l"] > 0.7
    assert record.citations
    assert record.citations[0].valid


def test_a_run_that_is_broken_off_goes_on_and_asks_each_question_once(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, mode="extractive")
    asked: list[int] = []

    def break_off(stage: str, done: int, total: int | None) -> None:
        if stage == "questions":
            asked.append(done)
            if done == 1:
                raise KeyboardInterrupt

    dataset = small(IN_FULL, IN_NEGATIVE)
    with pytest.raises(KeyboardInterrupt):
        run_dataset(dataset, settings, progress=break_off)
    run = run_dataset(dataset, settings, progress=break_off)
    assert asked == [1, 2]
    assert run.finished
    assert compare(run, run_dataset(dataset, settings)).same


def test_a_run_goes_by_the_day_on_which_it_was_begun(tmp_path: Path) -> None:
    """A "yesterday" means another day tomorrow: a run that goes on past midnight would ask two
    kinds of questions."""
    archives = (Archive("full", (Document("bridge", BRIDGE, "2024-06-03"),)),)
    asked = tuple(
        Question(f"q{n}", "昨天报道的大桥全长多少公里？", "zh", True, LONG.facts, archive="full")
        for n in range(2)
    )
    dataset = Dataset("days", "0b" * 32, asked, archives)
    settings = Settings(home=tmp_path, mode="extractive")

    def break_off(stage: str, done: int, total: int | None) -> None:
        if stage == "questions":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_dataset(dataset, settings, progress=break_off, today=lambda: date(2024, 6, 4))
    gone_on = run_dataset(dataset, settings, today=lambda: date(2024, 6, 5))
    assert [record.found for record in gone_on.records] == [("bridge",), ("bridge",)]
    assert gone_on.manifest.today == "2024-06-04"
    a_day_later = run_dataset(dataset, settings, today=lambda: date(2024, 6, 5))
    assert [record.found for record in a_day_later.records] == [(), ()]
    assert compare(gone_on, a_day_later).settings == {"today": ("2024-06-04", "2024-06-05")}


def test_many_workers_find_what_one_finds(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, mode="extractive")
    questions = tuple(
        Question(
            f"q{n}",
            f"{LONG.question}（{n}）",
            "zh",
            True,
            LONG.facts,
            gold=LONG.gold,
            archive="full",
        )
        for n in range(12)
    )
    one = run_dataset(small(*questions), settings)
    many = run_dataset(small(*questions), settings, RunOptions(workers=4))
    assert one.id != many.id
    assert [record.id for record in many.records] == [question.id for question in questions]
    assert compare(one, many).same


def test_a_question_that_fails_is_named_and_costs_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as (server, url):
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        monkeypatch.setenv("OPENAI_API_KEY", "key-of-a-test")

        def break_the_second(stage: str, done: int, total: int | None) -> None:
            if stage == "questions":
                server.change = (lambda reply: "no JSON") if done == 1 else (lambda reply: reply)

        settings = Settings(home=tmp_path, mode="extractive", embedding="openai:any")
        options = RunOptions(pages=golden_pages() / "headline-last.txt", limit=3)
        run = run_dataset(GOLDEN, settings, options, break_the_second)
    assert [bool(record.failure) for record in run.records] == [False, True, False]
    assert not run.records[1].refused
    assert "failed: openai:any: the server at" in printed(run)
    assert run.manifest.embedding["embedding"] == "openai:any"


def test_a_limit_asks_only_the_first_questions_and_progress_counts_them(
    tmp_path: Path, golden_run: EvalRun
) -> None:
    seen: list[tuple[int, int | None]] = []

    def note(stage: str, done: int, total: int | None) -> None:
        if stage == "questions":
            seen.append((done, total))

    options = RunOptions(pages=golden_pages() / "headline-first.txt", limit=2)
    run = run_dataset(GOLDEN, Settings(home=tmp_path, mode="extractive"), options, note)
    assert [record.id for record in run.records] == [r.id for r in golden_run.records[:2]]
    assert seen == [(1, 2), (2, 2)]
    assert run.manifest.limit == 2
    assert run.manifest.articles == 4
    assert run.manifest.archive_sha256 != golden_run.manifest.archive_sha256


def test_the_archive_of_the_settings_is_asked_where_no_pages_are_named(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="the archive is empty"):
        run_dataset(GOLDEN, Settings(home=tmp_path, mode="extractive"))


def test_a_page_that_cannot_be_read_stops_the_measurement(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "empty.txt").write_bytes(b"")
    good = "公交票价下月调整\n□记者 闻晓笛\n本报讯 5 月 15 日，县交通运输局发布通告。"
    (pages / "good.txt").write_text(good, encoding="utf-8")
    settings = Settings(home=tmp_path / "home", mode="extractive")
    with pytest.raises(EvalError, match=r"empty\.txt"):
        run_dataset(GOLDEN, settings, RunOptions(pages=pages))


def test_wrong_requests_end_before_anything_is_opened(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    with pytest.raises(UsageError, match="limit 0"):
        run_dataset(GOLDEN, settings, RunOptions(pages=golden_pages(), limit=0))
    with pytest.raises(UsageError, match="workers 0"):
        run_dataset(GOLDEN, settings, RunOptions(pages=golden_pages(), workers=0))
    with pytest.raises(UsageError, match="no such file or folder"):
        run_dataset(GOLDEN, settings, RunOptions(pages=tmp_path / "absent"))
    with pytest.raises(DatasetError):
        load_dataset(tmp_path / "absent.jsonl")
    assert not (tmp_path / "home").exists()
