"""Commands on the archive itself: ingest, articles, show, verify, reindex."""

from datetime import date
from typing import Annotated

import typer

from rag.faces.cli.context import (
    ArticleArgument,
    FromOption,
    JsonOption,
    PublicationOption,
    ToOption,
    open_desk,
    parse_text,
    settings_of,
)
from rag.faces.cli.dates import filters_for, parse_date
from rag.faces.cli.output import progress_bar, say, say_json, say_table, warn
from rag.faces.shapes import article_shape, ingest_shape, iso, verify_shape
from rag.types import Article, IngestReport


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    app.command()(ingest)
    app.command()(articles)
    app.command()(show)
    app.command()(verify)
    app.command()(reindex)


def ingest(
    context: typer.Context,
    inputs: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Pages, JSONL files or folders of them.")
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
    as_json: JsonOption = False,
) -> None:
    """Read pages into the archive. A page already there is left as it is.

    One bad page never costs the others: it is named, the rest is kept, the exit status is 1.

    \b
    Examples:
      newsdesk ingest page.txt
      newsdesk ingest pages/ --issue-date 2020-12-24 --publication 霁川日报
      newsdesk ingest articles.jsonl
      newsdesk ingest issue.pdf scans/
    """
    with open_desk(context) as desk, progress_bar(quiet=as_json) as progress:
        report = desk.ingest(
            inputs, issue_date=issue_date, publication=publication, progress=progress
        )
    _tell(report, as_json)


def articles(
    context: typer.Context,
    date_from: FromOption = None,
    date_to: ToOption = None,
    publication: PublicationOption = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the articles of the archive.

    \b
    Examples:
      newsdesk articles
      newsdesk articles --from 2020-12-23 --to 2020-12-24 --json
    """
    filters = filters_for(date_from, date_to, publication)
    with open_desk(context) as desk:
        found = desk.articles(filters=filters, limit=limit)
    if as_json:
        say_json([article_shape(article) for article in found])
    elif found:
        columns = ("ID", "Issue", "Event", "Publication", "Page", "Characters", "Headline")
        say_table(columns, [_row(article) for article in found])
    else:
        say("the archive is empty" if filters.empty else "no articles match")


def _row(article: Article) -> tuple[str, ...]:
    return (
        article.id[:12],
        iso(article.issue_date) or "",
        iso(article.event_date) or "",
        article.publication,
        article.page,
        str(len(article.text)),
        article.headline,
    )


def show(
    context: typer.Context,
    article_id: ArticleArgument,
    as_json: JsonOption = False,
) -> None:
    """Print one article.

    \b
    Examples:
      newsdesk show 3f9a2c
      newsdesk show 3f9a2c --json
    """
    with open_desk(context) as desk:
        article = desk.article(article_id)
    if as_json:
        say_json(article_shape(article, with_text=True))
        return
    issued = iso(article.issue_date) or ""
    labelled = (
        ("id", article.id),
        ("kicker", article.kicker),
        ("byline", "、".join(article.byline)),
        ("dateline", article.dateline),
        ("publication", article.publication),
        ("issue date", f"{issued} (inferred)" if issued and article.date_inferred else issued),
        ("event date", iso(article.event_date) or ""),
        ("page", article.page),
        ("source", article.source),
        ("source id", article.source_id or ""),
        ("url", article.url or ""),
        *(("note", note) for note in article.notes),
    )
    say(article.headline)
    for label, value in labelled:
        if value:
            say(f"{label + ':':<13}{value}")
    say(f"\n{article.text}")


def verify(
    context: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what is wrong.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Prove that catalogue and vectors agree.

    Counts pages, articles, chunks and vectors and compares them one by one, the lexical index
    too. The exit status is 1 where they are not in step.

    \b
    Examples:
      newsdesk verify
      newsdesk verify --repair
    """
    with open_desk(context) as desk:
        report = desk.verify(repair=repair)
    if as_json:
        say_json(verify_shape(report))
    else:
        counts = f"{report.articles} articles, {report.chunks} chunks, {report.vectors} vectors"
        say(f"{'ok' if report.ok else 'not in step'}: {report.pages} pages, {counts}")
    for problem in report.problems:
        warn(problem)
    if not report.ok:
        if not repair:
            warn("run `newsdesk verify --repair` to mend this")
        raise typer.Exit(1)


def reindex(context: typer.Context, as_json: JsonOption = False) -> None:
    """Index again with another embedding model.

    Takes the model that the settings name and reads no page again. The old index serves until
    the new one is whole.

    \b
    Examples:
      NEWSDESK_EMBEDDING=sentence-transformers:BAAI/bge-m3 newsdesk reindex
    """
    from rag.desk import reindex as make_index  # heavy: loaded on first use

    with progress_bar(quiet=as_json) as progress:
        report = make_index(settings_of(context), progress)
    _tell(report, as_json)


def _tell(report: IngestReport, as_json: bool) -> None:
    if as_json:
        say_json(ingest_shape(report))
    else:
        pages = f"{report.new} new, {report.updated} updated, {report.unchanged} unchanged"
        say(f"{pages}: {report.articles} articles, {report.chunks} chunks")
    for failure in report.failed:
        warn(f"{failure.source}: {failure.reason}")
    if report.failed:
        raise typer.Exit(1)
