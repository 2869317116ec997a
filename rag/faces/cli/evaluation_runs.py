"""`newsdesk eval compare`, `gate` and `report`: what is made of runs that are kept."""

from pathlib import Path
from typing import Annotated

import typer

from rag.faces.cli.context import JsonOption
from rag.faces.cli.evaluation import run_store
from rag.faces.cli.output import say, say_json, stdout_console

RunArgument = Annotated[
    str,
    typer.Argument(metavar="RUN", help="A run's id or how it begins, latest, or a file of -o."),
]


def compare(
    context: typer.Context,
    first: Annotated[str, typer.Argument(metavar="A", help="A run, as eval runs lists it.")],
    second: Annotated[
        str, typer.Argument(metavar="B", help="Another, of the same set.")
    ] = "latest",
    as_json: JsonOption = False,
) -> None:
    """Compare two runs over the same questions, question by question.

    Shows each measure in both with the paired difference, its 95 % interval and the p-value of a
    permutation test (Holm-corrected over the measures), the questions that came out otherwise, and
    what was set otherwise. A and B are ids or how they begin, `latest`, or files of eval run -o.

    \b
    Examples:
      newsdesk eval compare 20261126-10 20261126-11
      newsdesk eval compare before.json latest
    """
    from eval.comparison import compare as compared  # heavy: loaded on first use
    from eval.report import comparison_json, print_comparison

    store = run_store(context)
    before = store.find(first)
    comparison = compared(before, store.find(second, before.manifest.dataset_sha256))
    if as_json:
        say_json(comparison_json(comparison))
    else:
        print_comparison(comparison, stdout_console())


def gate(
    context: typer.Context,
    baseline: Annotated[
        str, typer.Argument(metavar="BASELINE", help="The run to be held against.")
    ],
    run: Annotated[
        str, typer.Argument(metavar="[RUN]", help="The run to judge; the latest of that set.")
    ] = "latest",
    max_drop: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[MEASURE=]SHARE",
            help="How much worse a measure may be (0.02); repeatable, for one measure each.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Stop a change that makes answers worse: exit status 1 where a measure drops too far.

    Only measures that the same answers give again on any machine are looked at. Each may drop by
    --max-drop; a quote that is not the article's own text is never allowed. Make the baseline with
    `newsdesk eval run -o`, and keep it with the code. The latest run is judged only if none of
    that set was begun after it and broken off.

    \b
    Examples:
      newsdesk eval run questions.jsonl --pages pages/
      newsdesk eval gate baseline.json
      newsdesk eval gate baseline.json --max-drop 0.01 --max-drop recall@1=0.05
    """
    from eval.comparison import compare as compared  # heavy: loaded on first use
    from eval.gate import bars
    from eval.gate import gate as judged
    from eval.report import print_verdict, verdict_json

    allowed = bars(max_drop or [])
    store = run_store(context)
    before = store.find(baseline)
    after = store.find(run, before.manifest.dataset_sha256, newest=True)
    verdict = judged(compared(before, after), allowed)
    if as_json:
        say_json(verdict_json(verdict))
    else:
        print_verdict(verdict, stdout_console())
    if not verdict.passed:
        raise typer.Exit(1)


def report(
    context: typer.Context,
    run: RunArgument = "latest",
    against: Annotated[
        str | None, typer.Option(metavar="RUN", help="Another run of the same set, to compare.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="The HTML file; else RUN's id.html."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a run as one HTML file: figures, plots, and every question that was not answered right.

    The file needs nothing beside it. A table of the figures is printed too; --json prints where
    the file is, with the figures.

    \b
    Examples:
      newsdesk eval report
      newsdesk eval report 20261126-10 -o accuracy.html
      newsdesk eval report latest --against before.json
    """
    from eval.html import html  # heavy: loaded on first use
    from eval.report import as_json as run_shape
    from eval.report import print_table
    from eval.runs import save_text

    store = run_store(context)
    measured = store.find(run)
    other = store.find(against, measured.manifest.dataset_sha256) if against else None
    path = output or Path(f"{measured.id}.html")
    save_text(path, html(measured, other))
    if as_json:
        say_json({"file": str(path), **run_shape(measured)})
    else:
        print_table(measured, stdout_console())
        say(f"\nwritten: {path}")


def register(app: typer.Typer) -> None:
    """Adds these commands to `newsdesk eval`."""
    for command in (compare, gate, report):
        app.command()(command)
