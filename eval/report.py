"""A measurement for people (tables in a terminal) and for programs (JSON values)."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.comparison import ChangedQuestion, Comparison, Difference
from eval.gate import Drop, Verdict
from eval.measures import MEASURES
from eval.metrics import RiskCoverage
from eval.records import EvalRun, QuestionRecord
from eval.runs import as_values
from eval.summary import ALL, Figure, abstention, latencies, summarise
from rag.faces.printable import visible_line

MOST_SHOWN = 20  # questions in one table; JSON and the HTML report have them all
_PRECISE = 0.001  # a p-value below this is shown as less than it


def as_json(run: EvalRun) -> dict[str, Any]:
    """The whole run as JSON values, with its figures: what `eval compare` and `gate` read again."""
    figures = summarise(run.records)
    return {
        **as_values(run),
        "figures": {
            group: {name: asdict(one) for name, one in of.items()} for group, of in figures.items()
        },
        "risk_coverage": {name: asdict(curve) for name, curve in abstention(run.records).items()},
        "latency": asdict(taken) if (taken := latencies(run.records)) else None,
    }


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """A comparison as JSON values."""
    return {
        "first": comparison.first.id,
        "second": comparison.second.id,
        "same": comparison.same,
        "differences": [
            {**asdict(one), "title": MEASURES[one.measure].title, "gain": one.gain}
            for one in comparison.differences
        ],
        "changed": [
            {
                "id": one.id,
                "change": one.change,
                "question": one.first.question,
                "first": why_not_right(one.first) or "right",
                "second": why_not_right(one.second) or "right",
                "first_answer": one.first.answer,
                "second_answer": one.second.answer,
            }
            for one in comparison.changed
        ],
        "settings": comparison.settings,
        "only_first": comparison.only_first,
        "only_second": comparison.only_second,
    }


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """A gate's verdict as JSON values."""
    return {
        "passed": verdict.passed,
        "problems": verdict.problems,
        "measures": [
            {
                "measure": drop.difference.measure,
                "baseline": drop.difference.first,
                "run": drop.difference.second,
                "gain": drop.difference.gain,
                "allowed_drop": drop.allowed,
                "failed": drop.failed,
            }
            for drop in verdict.drops
        ],
    }


def print_table(run: EvalRun, console: Console | None = None) -> None:
    """The figures, all and by language and archive, then the first questions that were not answered
    right and why."""
    console = console or Console()
    console.print(_figures_table(run))
    for name, curve in abstention(run.records).items():
        console.print(Text(f"\n{visible_line(_risk_line(name, curve))}"))
    missed = [record for record in run.records if record.decidable and not record.right]
    if missed:
        console.print()
        console.print(_missed_table(missed[:MOST_SHOWN]))
        _say_more(console, len(missed))
    console.print()
    console.print(Text(visible_line(_manifest_line(run))))


def print_comparison(comparison: Comparison, console: Console | None = None) -> None:
    """What a second run does otherwise: measures, questions, and what decided them."""
    console = console or Console()
    table = _table("measure", *[(name, True) for name in ("A", "B", "B - A", "95 %", "p")])
    for one in comparison.differences:
        table.add_row(*_difference_cells(one))
    console.print(table)
    changed = [one for one in comparison.changed if one.change != "other"]
    if changed:
        console.print()
        console.print(_changed_table(changed[:MOST_SHOWN]))
        _say_more(console, len(changed))
    others = len(comparison.changed) - len(changed)
    lines = [
        f"A {comparison.first.id} · B {comparison.second.id}",
        f"in other words, as right or wrong as before: {others}",
    ]
    if comparison.same:
        lines.append("every deterministic measure is the same on every question")
    for name, only in (("A", comparison.only_first), ("B", comparison.only_second)):
        if only:
            lines.append(f"asked by {name} alone: {len(only)} ({', '.join(only[:3])})")
    lines += [
        f"{name}: {_short(before)} in A, {_short(after)} in B"
        for name, (before, after) in comparison.settings.items()
    ]
    console.print()
    for line in lines:
        console.print(Text(visible_line(line)))


def print_verdict(verdict: Verdict, console: Console | None = None) -> None:
    """Each gated measure with what it may lose, and what stops the run."""
    console = console or Console()
    columns = [(name, True) for name in ("baseline", "run", "gain", "may lose")]
    table = _table("measure", *columns, ("", False))
    for drop in verdict.drops:
        table.add_row(*_drop_cells(drop))
    console.print(table)
    for problem in verdict.problems:
        console.print(Text(visible_line(f"stopped: {problem}")))
    console.print(Text("\npassed" if verdict.passed else "\nFAILED"))


def why_not_right(record: QuestionRecord) -> str:
    """What is wrong with an answer, in a few words; empty where it is right."""
    if record.right:
        return ""
    if record.failure:
        return f"failed: {record.failure}"
    if record.bad_citations:
        return f"quotes that are not the article's text: {record.bad_citations}"
    if not record.answerable:
        return "answered, but the archive holds no answer"
    if record.refused:
        return "refused, but the archive holds the answer"
    if not record.decidable:
        return "has only a reference to be held against"
    wrong = []
    if record.scores.get("right_source") == 0.0:
        wrong.append("first citation is of another article")
    facts = record.scores.get("fact_recall")
    if facts is not None and facts != 1.0:
        wrong.append(f"facts {facts:.2f}")
    return ", ".join(wrong) or "nothing is cited"


def _figures_table(run: EvalRun) -> Table:
    shown = summarise(run.records, tags=False)
    table = _table("measure", (ALL, True), ("95 %", True), ("questions", True))
    for name in shown:
        if name != ALL:
            header = Text(visible_line(name.partition(": ")[2]))
            table.add_column(header, justify="right", no_wrap=True)
    for name, measure in MEASURES.items():
        if name not in shown[ALL]:
            continue
        whole, digits = shown[ALL][name], measure.digits
        table.add_row(
            measure.title,
            f"{whole.value:.{digits}f}",
            f"{whole.low:.{digits}f}-{whole.high:.{digits}f}",
            str(whole.questions),
            *(_value(of.get(name), digits) for group, of in shown.items() if group != ALL),
        )
    return table


def _value(one: Figure | None, digits: int) -> str:
    return "-" if one is None else f"{one.value:.{digits}f}"


def _risk_line(name: str, curve: RiskCoverage) -> str:
    last = curve.points[-1]
    return (
        f"risk against coverage, {name}: area {curve.area:.3f}, {curve.excess:.3f} over the best"
        f" order; {last.risk:.3f} of the answers are wrong at coverage {last.coverage:.3f}"
    )


def _manifest_line(run: EvalRun) -> str:
    manifest = run.manifest
    embedding = manifest.embedding
    unconfirmed = sum(not record.confirmed for record in run.records)
    alone = sum(_without_the_model(record) for record in run.records) if manifest.model else 0
    return (
        f"{run.id} · {manifest.dataset} {manifest.dataset_sha256[:12]} · "
        f"articles: {manifest.articles} · embedding {embedding['embedding']} "
        f"{embedding['revision']} · language model: {manifest.model or 'none (extractive)'}"
        + (f" · drafted questions that nobody confirmed: {unconfirmed}" if unconfirmed else "")
        + (f" · answered without the language model: {alone}" if alone else "")
    )


def _without_the_model(record: QuestionRecord) -> bool:
    """Whether a question got an answer, and no language model wrote it."""
    return record.mode == "extractive" and not (record.refused or record.failure)


def _missed_table(records: Sequence[QuestionRecord]) -> Table:
    table = _table("not right", ("question", False), ("why", False))
    for record in records:
        cells = (record.id, record.question, why_not_right(record))
        table.add_row(*(Text(visible_line(cell)) for cell in cells))
    return table


def _changed_table(changed: Sequence[ChangedQuestion]) -> Table:
    table = _table("changed", ("", False), ("question", False), ("A", False), ("B", False))
    for one in changed:
        sides = [why_not_right(record) or "right" for record in (one.first, one.second)]
        cells = (one.id, one.change, one.first.question, *sides)
        table.add_row(*(Text(visible_line(cell)) for cell in cells))
    return table


def _difference_cells(one: Difference) -> list[str]:
    digits = MEASURES[one.measure].digits
    p_value = "-" if one.p_value is None else f"{one.p_value:.3f}"
    if one.p_value is not None and one.p_value < _PRECISE:
        p_value = f"<{_PRECISE}"
    return [
        MEASURES[one.measure].title,
        f"{one.first:.{digits}f}",
        f"{one.second:.{digits}f}",
        f"{one.difference.mean:+.{digits}f}",
        f"{one.difference.low:+.{digits}f} to {one.difference.high:+.{digits}f}",
        p_value,
    ]


def _drop_cells(drop: Drop) -> list[str]:
    one = drop.difference
    return [
        MEASURES[one.measure].title,
        f"{one.first:.3f}",
        f"{one.second:.3f}",
        f"{one.gain:+.3f}",
        f"{drop.allowed:.3f}",
        "WORSE" if drop.failed else "",
    ]


def _table(first: str, *columns: tuple[str, bool]) -> Table:
    """columns: their names, and whether they hold numbers."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first, no_wrap=True)
    for name, numbers in columns:
        table.add_column(name, justify="right" if numbers else "left", no_wrap=numbers)
    return table


def _say_more(console: Console, whole: int) -> None:
    if whole > MOST_SHOWN:
        console.print(Text(f"and {whole - MOST_SHOWN} more: see --json or newsdesk eval report"))


def _short(value: object) -> str:
    return "nothing" if value is None else str(value)
