"""Commands that take pages in: ingest, failures, retry."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from rag.errors import UsageError
from rag.faces.cli.context import JsonOption, open_desk, parse_text
from rag.faces.cli.dates import parse_date
from rag.faces.cli.output import progress_bar, say, say_json, say_line, say_table, warn
from rag.faces.shapes import failed_source_shape, ingest_shape
from rag.intake_types import DOUBTFUL_BELOW, IngestReport


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    app.command()(ingest)
    app.command()(failures)
    app.command()(retry)


def ingest(
    context: typer.Context,
    inputs: Annotated[
        list[str],
        typer.Argument(metavar="PATH|URL...", help="Files of pages, folders of them, or URLs."),
    ],
    issue_date: Annotated[
        date | None,
        typer.Option(
            parser=parse_date, metavar="DATE", help="The issue date, where a page prints none."
        ),
    ] = None,
    publication: Annotated[
        str | None,
        typer.Option(
            parser=parse_text,
            metavar="NAME",
            help="The newspaper, whatever name a text page prints.",
        ),
    ] = None,
    allow_private: Annotated[
        bool,
        typer.Option("--allow-private", help="Fetch from this machine and one's own network too."),
    ] = False,
    entries: Annotated[
        int, typer.Option(min=1, max=1000, metavar="N", help="Pages read of a feed, the latest.")
    ] = 50,
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Go on: read what comes into the folders. Ctrl-C ends it."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read pages into the archive. What is as it was when last read is left as it is.

    Reads text, PDF, images of pages, Markdown, Word (.docx), saved web pages and feeds, JSON Lines,
    and ZIP files of these; web addresses, and the pages that RSS and Atom feeds name.
    One bad page never costs the others: it is named, the rest is kept, the exit status is 1.
    Captions, adverts, public notices, indexes and the weather are no articles: how many were left
    out is said. A page whose split into articles is in doubt is named with reasons.

    \b
    Examples:
      newsdesk ingest page.txt article.docx saved.html pages.zip
      newsdesk ingest pages/ --issue-date 2020-12-24 --publication 霁川日报
      newsdesk ingest https://example.org/news.html https://example.org/feed.xml
      newsdesk ingest --watch pages/
    """
    if watch:
        _watch(context, inputs, issue_date, publication, as_json)
        return
    with open_desk(context) as desk, progress_bar(quiet=as_json) as progress:
        report = desk.ingest(
            inputs,
            issue_date=issue_date,
            publication=publication,
            allow_private=allow_private,
            most_entries=entries,
            progress=progress,
        )
    tell(report, as_json)


def _watch(
    context: typer.Context,
    folders: Sequence[str],
    issue_date: date | None,
    publication: str | None,
    as_json: bool,
) -> None:
    """Reports each ingest on a line, as JSON a line too, until it is interrupted."""

    def told(files: Sequence[Path], report: IngestReport) -> None:
        if as_json:
            say_line({**ingest_shape(report), "files": [str(path) for path in files]})
        else:
            say(f"{_counts(report)} ({_named(files)})")
        _warn_of(report)

    try:
        with open_desk(context) as desk:
            if not as_json:
                say("watching; Ctrl-C ends it")
            desk.watch(folders, told, issue_date=issue_date, publication=publication)
    except KeyboardInterrupt:
        if not as_json:
            say("stopped")


def failures(context: typer.Context, as_json: JsonOption = False) -> None:
    """List what could not be read and has not been since.

    \b
    Examples:
      newsdesk failures
      newsdesk failures --json
    """
    with open_desk(context) as desk:
        found = desk.failures()
    if as_json:
        say_json([failed_source_shape(failure) for failure in found])
    elif found:
        rows = [
            (
                str(failure.number),
                str(failure.tries),
                failure.last_at.astimezone().strftime("%Y-%m-%d %H:%M"),
                f"{failure.source}: {failure.reason}",
            )
            for failure in found
        ]
        say_table(("ID", "Tries", "Last try", "What and why"), rows)
    else:
        say("nothing failed")


def retry(
    context: typer.Context,
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="[ID...]", help="Only these failures.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Read again what failed, all of it or by its ids. What succeeds leaves the list.

    A file that is gone leaves the list too.

    \b
    Examples:
      newsdesk retry
      newsdesk retry 3 7
    """
    with open_desk(context) as desk, progress_bar(quiet=as_json) as progress:
        report = desk.retry([_number(text) for text in numbers or ()], progress=progress)
    tell(report, as_json)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise UsageError(f"{text!r} is no id of a failure; `newsdesk failures` lists them")
    return int(text)


def tell(report: IngestReport, as_json: bool) -> None:
    """Says what an ingest did; where something failed, ends the command with status 1."""
    if as_json:
        say_json(ingest_shape(report))
    else:
        say(_counts(report))
        if report.left_out:
            say(f"in no article: {_kinds(report)} (newsdesk show ID --raw shows them)")
    _warn_of(report)
    if report.failed:
        raise typer.Exit(1)


def _warn_of(report: IngestReport) -> None:
    """Names what failed, and the pages whose split into articles is in doubt."""
    for failure in report.failed:
        warn(f"{failure.source}: {failure.reason}")
    for page in report.doubtful:
        why = "; ".join(page.reasons) or "no single reason"
        warn(
            f"{page.source}: split into articles with confidence {page.confidence:.2f}, below"
            f" {DOUBTFUL_BELOW}: {why}"
        )


def _kinds(report: IngestReport) -> str:
    """How often each kind was left out, over all pages."""
    counts: Counter[str] = Counter()
    for page in report.left_out:
        counts.update(page.kinds)
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))


def _counts(report: IngestReport) -> str:
    pages = f"{report.new} new, {report.updated} updated, {report.unchanged} unchanged"
    return f"{pages}: {report.articles} articles, {report.chunks} chunks"


def _named(files: Sequence[Path]) -> str:
    rest = len(files) - 3
    return ", ".join(path.name for path in files[:3]) + (f" and {rest} more" if rest > 0 else "")
