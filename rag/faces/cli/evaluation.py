"""`newsdesk eval`: measures answers against questions whose answers are known."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import UsageError
from rag.faces.cli.context import JsonOption, settings_of
from rag.faces.cli.output import json_text, progress_bar, say, say_json, say_table, stdout_console

if TYPE_CHECKING:
    from eval.records import EvalRun
    from eval.runs import RunStore
    from rag.settings import Settings

app = typer.Typer(
    help="Measure the accuracy of answers, and what changes do to it.", rich_markup_mode=None
)

SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="NAME=VALUE", help="A setting, for this measurement alone; repeatable."
    ),
]
PagesOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="Pages to make an archive from for this run; else the archive is asked.",
    ),
]
LimitOption = Annotated[
    int | None, typer.Option(min=1, help="Only the first so many questions of each set.")
]
WorkersOption = Annotated[
    int,
    typer.Option(min=1, max=64, help="Questions asked at a time, for a language model's server."),
]
KeepOption = Annotated[
    bool, typer.Option("--keep", help="Keep archives that were made, for the next run.")
]


@app.callback()
def evaluation() -> None:
    """Measure the accuracy of answers, and what changes do to it."""


@app.command()
def run(
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[SET]...", help="Question files or benchmark sets; else samples."),
    ] = None,
    pages: PagesOption = None,
    limit: LimitOption = None,
    retriever: Annotated[
        str | None, typer.Option(metavar="NAME", help="hybrid, dense or lexical search.")
    ] = None,
    k: Annotated[
        int | None, typer.Option("--k", help="Chunks that each search brings before fusion.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="The language model that writes answers.")
    ] = None,
    setting: SetOption = None,
    workers: WorkersOption = 1,
    anew: Annotated[
        bool, typer.Option("--anew", help="Begin again, where an unfinished run could go on.")
    ] = False,
    keep: KeepOption = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Also write the run here, as JSON."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask every question of a set and score the answers.

    Without a set, the sample questions are asked of the sample pages. A set is a JSONL file of
    questions (docs/accuracy.md has the shape), or a public benchmark in its own shape, which brings
    its documents: CMRC 2018, DRCD, XQuAD and others like SQuAD, RGB, CRUD-RAG, or PREFIX, where
    PREFIX.docs.jsonl and PREFIX.questions.jsonl lie side by side.

    The run is kept (newsdesk eval runs lists them), and one that was broken off goes on where it
    stopped when it is asked for again. --json prints an object for one set, a list for several.
    The exit status is 1 where a question failed.

    \b
    Examples:
      newsdesk eval run
      newsdesk eval run questions.jsonl
      newsdesk eval run questions.jsonl --pages pages/ --retriever lexical
      newsdesk eval run cmrc2018_dev.json --limit 200
      newsdesk eval run questions.jsonl --model gpt-5 --workers 8
    """
    from eval.datasets import (  # heavy: loaded on first use
        golden_pages,
        golden_questions,
        load_dataset,
    )
    from eval.report import as_json as run_shape
    from eval.report import print_table
    from eval.runner import RunOptions, run_dataset
    from eval.runs import save_text

    chosen = {"retriever": retriever, "candidates": k, "model": model}
    settings = settings_with(settings_of(context), chosen, setting or [])
    if not files:
        files, pages = [golden_questions()], pages or golden_pages()
    if output is not None and len(files) > 1:
        raise UsageError(f"{output}: one file can hold one run; name one set, or leave out -o")
    datasets = [load_dataset(path) for path in files]
    options = RunOptions(pages, limit, workers, anew, keep)
    runs = []
    for path, dataset in zip(files, datasets, strict=True):
        with progress_bar(quiet=as_json) as progress:
            runs.append(run_dataset(dataset, settings, options, progress))
        if output is not None:
            save_text(output, json_text(run_shape(runs[-1])) + "\n")
        if not as_json:
            say(f"{path}\n")
            print_table(runs[-1], stdout_console())
    if as_json:
        shapes = [run_shape(measured) for measured in runs]
        say_json(shapes[0] if len(shapes) == 1 else shapes)
    if any(record.failure for measured in runs for record in measured.records):
        raise typer.Exit(1)


@app.command()
def runs(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the measurements that are kept, the latest last.

    \b
    Examples:
      newsdesk eval runs
      newsdesk eval runs --json
    """
    from eval.measures import MEASURES  # heavy: loaded on first use

    kept = run_store(context).all()
    shown = ("right", "fact_recall", "refusal_recall", "false_refusals", "ndcg@10")
    values = [{name: MEASURES[name].value(one.records) for name in shown} for one in kept]
    if as_json:
        say_json(
            [
                {**_run_line(one), "measures": measures}
                for one, measures in zip(kept, values, strict=True)
            ]
        )
    elif not kept:
        say("no measurement is kept here; make one with newsdesk eval run")
    else:
        rows = [
            [
                one.id,
                f"{len(one.records)} of {one.questions}",
                *("-" if value is None else f"{value:.3f}" for value in measures.values()),
                one.manifest.model or "extractive",
            ]
            for one, measures in zip(kept, values, strict=True)
        ]
        titles = [MEASURES[name].title for name in shown]
        say_table(["run", "questions", *titles, "answers by"], rows)


def settings_with(
    settings: "Settings", chosen: dict[str, str | int | None], texts: list[str]
) -> "Settings":
    """Settings with some of them changed. texts: NAME=VALUE. Raises UsageError, and SettingsError
    for an unknown name or a value that it can't have."""
    from rag.settings import with_values  # heavy: loaded on first use

    values: dict[str, object] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or name.strip() in {"", "home"}:
            raise UsageError(f"--set {text}: write NAME=VALUE, with the name of a setting")
        values[name.strip().lower()] = value
    values |= {name: value for name, value in chosen.items() if value is not None}
    return with_values(settings, values) if values else settings


def run_store(context: typer.Context) -> "RunStore":
    """The runs that are kept in the archive's folder."""
    from eval.runner import RUNS  # heavy: loaded on first use
    from eval.runs import RunStore

    return RunStore(settings_of(context).home / RUNS)


def _run_line(one: "EvalRun") -> dict[str, object]:
    return {
        "id": one.id,
        "started": one.started,
        "dataset": one.manifest.dataset,
        "questions": one.questions,
        "asked": len(one.records),
        "finished": one.finished,
        "model": one.manifest.model,
    }
