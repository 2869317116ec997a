"""A finished measurement for people (a table) and for programs (JSON values)."""

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.records import EvalRun, QuestionRecord, Scores
from rag.faces.printable import visible_line


def as_json(run: EvalRun) -> dict[str, Any]:
    """The whole run as JSON values: manifest, scores, by_language, records."""
    return {
        "manifest": asdict(run.manifest),
        "scores": asdict(run.scores),
        "by_language": {language: asdict(scores) for language, scores in run.by_language.items()},
        "records": [{**asdict(record), "right": record.right} for record in run.records],
    }


def print_table(run: EvalRun, console: Console | None = None) -> None:
    """The scores, all and by language, then each question that was not answered right and why."""
    console = console or Console()
    console.print(_scores_table(run))
    missed = [record for record in run.records if not record.right]
    if missed:
        console.print()
        console.print(_missed_table(missed))
    embedding = run.manifest.embedding
    models = ", ".join(run.manifest.models) or "none (extractive)"
    console.print()
    console.print(
        Text(
            f"{run.manifest.dataset} {run.manifest.dataset_sha256[:12]} · "
            f"articles: {run.manifest.articles} · embedding {embedding['embedding']} "
            f"{embedding['revision']} · language model: {models}"
        )
    )


def why_not_right(record: QuestionRecord) -> str:
    """What is wrong with an answer, in a few words; empty where it is right."""
    if record.right:
        return ""
    if record.failure:
        return f"failed: {record.failure}"
    if record.bad_citations:
        return f"quotes that are not the article's text: {record.bad_citations}"
    if not record.answerable:
        return "answered, but the pages hold no answer"
    if record.refused:
        return "refused, but the pages hold the answer"
    wrong = []
    if not record.right_source:
        wrong.append("first citation is of another article")
    if record.fact_recall != 1.0:
        wrong.append(f"facts {record.fact_recall:.2f}")
    return ", ".join(wrong)


def _scores_table(run: EvalRun) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("measure", no_wrap=True)
    columns = [("all", run.scores), *run.by_language.items()]
    for name, _ in columns:
        table.add_column(name, justify="right", no_wrap=True)
    rows = [_cells(scores) for _, scores in columns]
    for measure in rows[0]:
        table.add_row(measure, *(cells[measure] for cells in rows))
    return table


def _cells(scores: Scores) -> dict[str, str]:
    return {
        "questions": str(scores.questions),
        "of them unanswerable": str(scores.unanswerable),
        "failed": str(scores.failed),
        "fact recall": _share(scores.fact_recall),
        "right source": _share(scores.right_source),
        "refused when unanswerable": _share(scores.refusal_recall),
        "false refusals": _share(scores.false_refusal_rate),
        "citation validity": _share(scores.citation_validity),
        "quoted characters, median": _number(scores.quoted_characters, 0),
        "seconds, median": _number(scores.seconds, 2),
    }


def _missed_table(records: list[QuestionRecord]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("not right", no_wrap=True)
    table.add_column("question")
    table.add_column("why")
    for record in records:
        cells = (record.id, record.question, why_not_right(record))
        table.add_row(*(Text(visible_line(cell)) for cell in cells))
    return table


def _share(value: float | None) -> str:
    return _number(value, 3)


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
