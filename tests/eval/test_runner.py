"""A whole measurement on the golden pages, through the Desk, without a key."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from eval.datasets import golden_pages, golden_questions
from eval.errors import DatasetError, EvalError
from eval.records import EvalRun
from eval.report import as_json, print_table
from eval.runner import run_dataset
from rag import __version__
from rag.errors import UsageError
from rag.settings import Settings
from tests.indexing.embedding_server import serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def golden_run(tmp_path_factory: pytest.TempPathFactory) -> EvalRun:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home, mode="extractive")
    run = run_dataset(golden_questions(), golden_pages(), settings)
    assert not list(home.iterdir()), "the temporary archive must not touch the user's own"
    return run


def printed(run: EvalRun) -> str:
    console = Console(file=StringIO(), width=160)
    with console.capture() as capture:
        print_table(run, console)
    return capture.get()


def test_every_question_is_asked_once_and_in_order(golden_run: EvalRun) -> None:
    lines = golden_questions().read_text(encoding="utf-8").splitlines()
    assert [record.id for record in golden_run.records] == [
        json.loads(line)["id"] for line in lines
    ]
    assert golden_run.scores.questions == len(lines)
    assert golden_run.scores.failed == 0
    assert set(golden_run.by_language) == {"zh", "en"}


def test_no_quote_is_fabricated_and_answers_reach_the_floor(golden_run: EvalRun) -> None:
    scores = golden_run.scores
    assert scores.bad_citations == 0
    assert scores.fact_recall is not None
    assert scores.fact_recall >= 0.85
    assert scores.right_source is not None
    assert scores.right_source >= 0.9
    assert scores.refusal_recall is not None
    assert scores.refusal_recall >= 0.6
    assert scores.false_refusal_rate is not None
    assert scores.false_refusal_rate <= 0.1


def test_a_question_about_something_else_is_refused(golden_run: EvalRun) -> None:
    far = [record for record in golden_run.records if "far" in record.tags]
    assert {record.lang for record in far} == {"zh", "en"}
    assert all(record.refused for record in far)


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
        page = golden_pages() / "headline-last.txt"
        run = run_dataset(golden_questions(), page, settings, limit=3, progress=break_the_second)
    assert [bool(record.failure) for record in run.records] == [False, True, False]
    assert run.scores.failed == 1
    assert not run.records[1].refused
    assert "failed: openai:any: the server at" in printed(run)
    assert run.manifest.embedding["embedding"] == "openai:any"


def test_the_manifest_says_what_decided_the_result(golden_run: EvalRun) -> None:
    manifest = golden_run.manifest
    assert manifest.articles == 11
    assert len(manifest.dataset_sha256) == len(manifest.archive_sha256) == 64
    assert manifest.embedding["embedding"]
    assert manifest.embedding["revision"]
    assert manifest.settings["chunk_characters"] == 240
    assert "home" not in manifest.settings
    assert manifest.packages["newsdesk"] == __version__
    assert manifest.models == ()
    assert manifest.prompts == {}


def test_json_holds_the_whole_run(golden_run: EvalRun) -> None:
    shape = json.loads(json.dumps(as_json(golden_run), ensure_ascii=False))
    assert set(shape) == {"manifest", "scores", "by_language", "records"}
    assert shape["scores"]["questions"] == len(shape["records"])
    assert shape["manifest"]["dataset_sha256"] == golden_run.manifest.dataset_sha256


def test_the_table_shows_each_language_and_every_question_that_went_wrong(
    golden_run: EvalRun,
) -> None:
    text = printed(golden_run)
    header = text.splitlines()[0].split()
    assert header == ["measure", "all", "zh", "en"]
    for record in golden_run.records:
        assert (record.id in text) is not record.right


def test_a_limit_asks_only_the_first_questions_and_progress_counts_them(
    tmp_path: Path, golden_run: EvalRun
) -> None:
    seen: list[tuple[int, int | None]] = []

    def note(stage: str, done: int, total: int | None) -> None:
        if stage == "questions":
            seen.append((done, total))

    page = golden_pages() / "headline-first.txt"
    settings = Settings(home=tmp_path, mode="extractive")
    run = run_dataset(golden_questions(), page, settings, limit=2, progress=note)
    assert [record.id for record in run.records] == [r.id for r in golden_run.records[:2]]
    assert seen == [(1, 2), (2, 2)]
    assert run.manifest.limit == 2
    assert run.manifest.articles == 4
    assert run.manifest.archive_sha256 != golden_run.manifest.archive_sha256


def test_the_archive_of_the_settings_is_asked_where_no_pages_are_named(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, mode="extractive")
    with pytest.raises(EvalError, match="the archive is empty"):
        run_dataset(golden_questions(), None, settings)


def test_a_page_that_cannot_be_read_stops_the_measurement(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "empty.txt").write_bytes(b"")
    good = "公交票价下月调整\n□记者 闻晓笛\n本报讯 5 月 15 日，县交通运输局发布通告。"
    (pages / "good.txt").write_text(good, encoding="utf-8")
    settings = Settings(home=tmp_path / "home", mode="extractive")
    with pytest.raises(EvalError, match=r"empty\.txt"):
        run_dataset(golden_questions(), pages, settings)


def test_wrong_requests_end_before_anything_is_opened(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    with pytest.raises(UsageError, match="limit 0"):
        run_dataset(golden_questions(), golden_pages(), settings, limit=0)
    with pytest.raises(DatasetError):
        run_dataset(tmp_path / "absent.jsonl", golden_pages(), settings)
    assert not (tmp_path / "home").exists()
