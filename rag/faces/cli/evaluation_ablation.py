"""`newsdesk eval ablate`: what each part of newsdesk is worth."""

from pathlib import Path
from typing import Annotated

import typer

from rag.faces.cli.context import JsonOption, settings_of
from rag.faces.cli.evaluation import (
    LimitOption,
    PagesOption,
    SetOption,
    WorkersOption,
    settings_with,
)
from rag.faces.cli.output import progress_bar, say_json, stdout_console


def register(app: typer.Typer) -> None:
    """Adds this command to `newsdesk eval`."""
    app.command()(ablate)


def ablate(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[SET]", help="A question file or benchmark set; else the sample."),
    ] = None,
    pages: PagesOption = None,
    part: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Only this part: lexical, dense, fusion, reranker, rules, refusal, headline,"
            " short-chunks or long-chunks; repeatable.",
        ),
    ] = None,
    measure: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A measure to show, such as recall@1; repeatable."),
    ] = None,
    limit: LimitOption = None,
    setting: SetOption = None,
    workers: WorkersOption = 1,
    as_json: JsonOption = False,
) -> None:
    """Switch parts of newsdesk off, one at a time, and show what each is worth.

    The set is asked once as newsdesk is set, and once without each part; shown is what is lost or
    gained, with the paired 95 % interval. A difference whose interval leaves out zero is marked *.
    Parts that change how an archive is indexed are left out where the archive is asked as it is:
    name --pages, or a set that brings its documents. Each is kept as a run. The exit status is 1
    where a question failed, which spoils the figures.

    \b
    Examples:
      newsdesk eval ablate
      newsdesk eval ablate cmrc2018_dev.json --limit 300
      newsdesk eval ablate questions.jsonl --pages pages/ --part lexical --part dense
    """
    from eval.ablation import ablate as ablated  # heavy: loaded on first use
    from eval.ablation_report import as_json as shape
    from eval.ablation_report import print_ablation
    from eval.datasets import golden_pages, golden_questions, load_dataset
    from eval.measures import known
    from eval.runner import RunOptions

    measures = known(measure or [])
    settings = settings_with(settings_of(context), {}, setting or [])
    if file is None:
        file, pages = golden_questions(), pages or golden_pages()
    options = RunOptions(pages, limit, workers)
    with progress_bar(quiet=as_json) as progress:
        found = ablated(load_dataset(file), settings, part or [], options, progress)
    if as_json:
        say_json(shape(found))
    else:
        print_ablation(found, measures, stdout_console())
    if any(record.failure for measured in found.runs for record in measured.records):
        raise typer.Exit(1)
