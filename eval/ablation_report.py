"""An ablation for people (a table in a terminal) and for programs (JSON values)."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.ablation import PARTS, Ablation
from eval.comparison import Comparison, by_group
from eval.measures import MEASURES
from rag.faces.printable import visible_line

SHOWN = ("right", "fact_recall", "refusal_recall", "false_refusals", "recall@1", "ndcg@10")


def as_json(ablation: Ablation) -> dict[str, Any]:
    """By part, group of questions and measure: the whole, without the part, and the difference."""
    return {
        "whole": ablation.whole.id,
        "parts": {
            name: {
                "title": PARTS[name].title,
                "run": comparison.second.id,
                "differences": {
                    group: [asdict(one) for one in of] for group, of in by_group(comparison).items()
                },
            }
            for name, comparison in ablation.without.items()
        },
    }


def print_ablation(
    ablation: Ablation, measures: Sequence[str] = (), console: Console | None = None
) -> None:
    """A row a part: what is lost or gained without it, with the paired 95 % interval. measures:
    that are shown, by their names."""
    console = console or Console()
    records = ablation.whole.records
    whole = {name: MEASURES[name].value(records) for name in measures or SHOWN}
    shown = {name: value for name, value in whole.items() if value is not None}
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", no_wrap=True)
    for name in shown:
        table.add_column(MEASURES[name].title, justify="right", no_wrap=True)
    table.add_row("as set", *(f"{value:.{MEASURES[n].digits}f}" for n, value in shown.items()))
    for name, comparison in ablation.without.items():
        table.add_row(PARTS[name].title, *(_cell(comparison, one) for one in shown))
    console.print(table)
    told = f"{len(records)} questions of {ablation.whole.manifest.dataset}"
    failed = sum(bool(record.failure) for run in ablation.runs for record in run.records)
    if failed:
        told += f" · failed, of all runs together: {failed}, which spoils the figures"
    console.print(Text(f"\n{visible_line(told)}"))


def _cell(comparison: Comparison, measure: str) -> str:
    """The difference with its interval; * where that leaves out zero, - where it isn't measured."""
    for one in comparison.differences:
        if one.measure == measure:
            digits = MEASURES[measure].digits
            mean, low, high = one.difference.mean, one.difference.low, one.difference.high
            mark = "*" if one.difference.apart else ""
            return f"{mean:+.{digits}f} ({low:+.{digits}f} to {high:+.{digits}f}){mark}"
    return "-"
