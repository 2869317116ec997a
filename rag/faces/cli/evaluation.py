"""`newsdesk eval`: measures answers against questions whose facts are known."""

from pathlib import Path
from typing import Annotated

import typer

from rag.faces.cli.context import JsonOption, settings_of
from rag.faces.cli.output import progress_bar, say, say_json, stdout_console

app = typer.Typer(help="Measure the accuracy of answers.", rich_markup_mode=None)


@app.callback()
def evaluation() -> None:
    """Measure the accuracy of answers."""


@app.command()
def run(
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Questions as JSONL; else the sample set."),
    ] = None,
    pages: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Pages to make an archive from for this run; else the archive is asked.",
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Only the first so many questions of each file.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask every question of a file and score the answers.

    Without a file, the sample questions are asked of the sample pages. Measures the facts found,
    whether the first citation is of the right article, refusals, and whether every quote is the
    article's own text. --json prints an object for one file, a list for several. The exit status
    is 1 where a question failed.

    \b
    Examples:
      newsdesk eval run
      newsdesk eval run questions.jsonl
      newsdesk eval run eval/golden/questions.jsonl --pages eval/golden/pages --json
    """
    from eval.datasets import golden_pages, golden_questions  # heavy: loaded on first use
    from eval.report import as_json as run_shape
    from eval.report import print_table
    from eval.runner import run_dataset

    settings = settings_of(context)
    if not files:
        files, pages = [golden_questions()], pages or golden_pages()
    with progress_bar(quiet=as_json) as progress:
        runs = [run_dataset(path, pages, settings, limit, progress) for path in files]
    if as_json:
        shapes = [run_shape(measured) for measured in runs]
        say_json(shapes[0] if len(shapes) == 1 else shapes)
    else:
        for path, measured in zip(files, runs, strict=True):
            say(f"{path}\n")
            print_table(measured, stdout_console())
    if any(measured.scores.failed for measured in runs):
        raise typer.Exit(1)
