"""`newsdesk demo`: sample pages in, two questions asked, a briefing printed."""

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import UsageError
from rag.faces.briefing_markdown import briefing_markdown
from rag.faces.cli.context import home_of
from rag.faces.cli.output import progress_bar, say
from rag.faces.cli.questions import answer_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eval.datasets import Question
    from rag.desk import Desk


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command()(demo)


def demo(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Keep the sample archive there; else it is not kept."),
    ] = None,
) -> None:
    """Try newsdesk on sample pages.

    Reads them, asks in Chinese and in English, prints a briefing. Works offline and without a
    key, in a folder of its own: your archive is not touched.

    \b
    Examples:
      newsdesk demo
      newsdesk demo --folder sample-archive
    """
    if home_of(context):
        raise UsageError("the demo keeps apart from your archive: leave --home out, or --folder F")
    from eval.datasets import golden_pages, golden_questions, load_dataset  # heavy: on first use
    from rag.desk import Desk
    from rag.settings import Settings

    with ExitStack() as stack:
        home = folder or Path(stack.enter_context(TemporaryDirectory(prefix="newsdesk-")))
        desk = stack.enter_context(Desk.open(settings=Settings(home=home, mode="extractive")))
        _take_in(desk, golden_pages())
        for question in _one_per_language(load_dataset(golden_questions()).questions):
            say(f'\n$ newsdesk ask "{question}"\n')
            say(answer_text(desk.ask(question)))
        day, _ = max(desk.issue_dates(), key=lambda entry: entry[1])
        say(f"\n$ newsdesk brief --date {day}\n")
        say(briefing_markdown(desk.brief(day)))


def _take_in(desk: "Desk", pages: Path) -> None:
    with progress_bar(quiet=False) as progress:
        report = desk.ingest([pages], progress=progress)
    read, there = report.new + report.updated, report.unchanged
    say(f"Sample pages: {read} read, {there} in the archive already.")
    for article in desk.articles():
        say(f"  {article.issue_date}  {article.headline}")


def _one_per_language(questions: "Iterable[Question]") -> list[str]:
    """The first question of each language that the sample pages answer."""
    first: dict[str, str] = {}
    for question in questions:
        if question.answerable:
            first.setdefault(question.lang, question.question)
    return list(first.values())
