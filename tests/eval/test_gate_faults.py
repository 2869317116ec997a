"""Faults seeded into newsdesk, each of which the gate must catch on the golden set."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from eval.comparison import compare
from eval.datasets import golden_pages, golden_questions, load_dataset
from eval.gate import Verdict, gate
from eval.records import EvalRun
from eval.runner import ARCHIVES, RunOptions, run_dataset
from rag.answering import citations
from rag.settings import Settings
from rag.types import Article, Citation, Span
from store.inverted import IndexWriter
from tests.indexing.embedding_server import serving

pytestmark = pytest.mark.slow

KEPT = RunOptions(pages=golden_pages(), keep=True)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("home"), mode="extractive")


def asked(settings: Settings, options: RunOptions = KEPT) -> EvalRun:
    return run_dataset(load_dataset(golden_questions()), settings, options)


@pytest.fixture(scope="module")
def baseline(settings: Settings) -> EvalRun:
    return asked(settings)


def fallen(verdict: Verdict) -> set[str]:
    """The measures that dropped too far."""
    return {drop.difference.measure for drop in verdict.drops if drop.failed}


def test_the_same_again_passes_with_equal_measures(settings: Settings, baseline: EvalRun) -> None:
    comparison = compare(baseline, asked(settings))
    assert comparison.same
    assert comparison.settings == {}
    assert [one.change for one in comparison.changed] == []
    assert gate(comparison).passed


def test_refusing_nothing_is_caught(settings: Settings, baseline: EvalRun) -> None:
    run = asked(settings.model_copy(update={"refusal_bar": 0.0}))
    verdict = gate(compare(baseline, run))
    assert "refusal_recall" in fallen(verdict)


def test_an_emptied_lexical_index_is_caught(settings: Settings, baseline: EvalRun) -> None:
    (archive,) = [one for one in (settings.home / ARCHIVES).iterdir() if one.is_dir()]
    catalogue = empty_lexical_index(archive)
    try:
        verdict = gate(compare(baseline, asked(settings)))
    finally:
        catalogue()
    assert fallen(verdict) & {"recall@1", "ndcg@10", "fact_recall", "right"}
    assert compare(baseline, asked(settings)).same


def empty_lexical_index(home: Path) -> Callable[[], None]:
    """Puts an index of no chunk in place of an archive's; what is given back undoes it."""
    database = next(home.rglob("catalogue.sqlite"))
    folder = database.parent / "lexical-emptied"
    writer = IndexWriter(folder)
    stamp = writer.commit()
    writer.close()

    def note(name: str, at: int) -> tuple[str, int]:
        with closing(sqlite3.connect(database)) as opened, opened:
            before: tuple[str, int] = opened.execute(
                "SELECT folder, stamp FROM lexical_index"
            ).fetchone()
            opened.execute("UPDATE lexical_index SET folder = ?, stamp = ?", (name, at))
        return before

    before = note(folder.name, stamp)
    return lambda: (note(*before), None)[1]


Cite = Callable[[int, Span, dict[str, Article]], Citation]


def offsets_without_their_quote(cite: Cite) -> Cite:
    def shifted(number: int, span: Span, articles: dict[str, Article]) -> Citation:
        cited = cite(number, span, articles)
        return replace(cited, start=cited.start + 1, end=cited.end + 1)

    return shifted


def spans_with_their_quote(cite: Cite) -> Cite:
    def shifted(number: int, span: Span, articles: dict[str, Article]) -> Citation:
        end = min(span.end + 1, len(articles[span.article_id].text))
        return cite(number, replace(span, start=span.start + 1, end=end), articles)

    return shifted


@pytest.mark.parametrize(
    ("shift", "measure"),
    [
        (offsets_without_their_quote, "citation_validity"),
        (spans_with_their_quote, "whole_quotes"),
    ],
)
def test_citations_shifted_by_one_character_are_caught(
    settings: Settings,
    baseline: EvalRun,
    monkeypatch: pytest.MonkeyPatch,
    shift: Callable[[Cite], Cite],
    measure: str,
) -> None:
    monkeypatch.setattr(citations, "cite", shift(citations.cite))
    verdict = gate(compare(baseline, asked(settings)))
    assert measure in fallen(verdict)


def test_citations_that_name_the_next_sentence_are_caught(
    settings: Settings, baseline: EvalRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shifted(number: int, span: Span, articles: dict[str, Article]) -> Citation:
        text = articles[span.article_id].text
        start = span.end if span.end < len(text) else 0
        end = text.find("。", start) + 1 or len(text)
        return whole(number, replace(span, start=start, end=end), articles)

    whole = citations.cite
    monkeypatch.setattr(citations, "cite", shifted)
    verdict = gate(compare(baseline, asked(settings)))
    assert {"citation_recall", "unsupported"} <= fallen(verdict)


def test_another_embedding_model_is_caught(
    settings: Settings, baseline: EvalRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as (_, url):
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        monkeypatch.setenv("OPENAI_API_KEY", "key-of-a-test")
        comparison = compare(
            baseline, asked(settings.model_copy(update={"embedding": "openai:any"}))
        )
    assert fallen(gate(comparison)) & {"recall@1", "ndcg@10", "fact_recall", "right"}
    assert comparison.settings["index embedding"] == ("bundled", "openai:any")
