"""Commands on the archive itself: articles, show, verify, reindex."""

from collections.abc import Sequence
from typing import Annotated

import typer

from rag.faces.citing import copy_place
from rag.faces.cli.context import (
    ArticleArgument,
    FromOption,
    JsonOption,
    PublicationOption,
    ToOption,
    open_desk,
    settings_of,
)
from rag.faces.cli.dates import filters_for
from rag.faces.cli.ingesting import tell
from rag.faces.cli.output import progress_bar, say, say_json, say_table, warn
from rag.faces.printable import visible_line
from rag.faces.shapes import (
    article_shape,
    iso,
    left_out_shape,
    raw_line_shape,
    shown_shape,
    verify_shape,
)
from rag.intake_types import DOUBTFUL_BELOW
from rag.types import Article, Page, RawLine


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    app.command()(articles)
    app.command()(show)
    app.command()(verify)
    app.command()(reindex)


def articles(
    context: typer.Context,
    date_from: FromOption = None,
    date_to: ToOption = None,
    publication: PublicationOption = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the articles of the archive.

    Under Split, “?” and a number mark the articles of a page that may be split wrongly.

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
        columns = ("ID", "Issue", "Event", "Publication", "Page", "Split", "Characters", "Headline")
        say_table(columns, [_row(article) for article in found])
    else:
        say("the archive is empty" if filters.empty else "no articles match")


def _row(article: Article) -> tuple[str, ...]:
    return (
        article.id[:12],
        iso(article.issue_date) or "",
        iso(article.event_date) or "",
        article.publication,
        ", ".join(dict.fromkeys(part.page for part in article.parts)) or article.page,
        _doubt(article),
        str(article.characters),
        article.headline,
    )


def _doubt(article: Article) -> str:
    """A mark on an article whose page may be split wrongly; nothing on others."""
    confidence = article.split_confidence
    return "" if confidence is None or confidence >= DOUBTFUL_BELOW else f"? {confidence:.2f}"


def show(
    context: typer.Context,
    article_id: ArticleArgument,
    raw: Annotated[
        bool, typer.Option("--raw", help="Beside the raw lines that it was read from.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Print one article, with what it goes on with on other pages.

    With --raw, each line of its source stands over the part of the text that comes from it, with
    the places of both: a line's number, and the text's characters from and to; below them, what
    the page prints in no article. --json then has `raw_lines`, `map`: [text start, raw start,
    length] of every stretch, and `left_out`.

    \b
    Examples:
      newsdesk show 3f9a2c
      newsdesk show 3f9a2c --raw
      newsdesk show 3f9a2c --json
    """
    with open_desk(context) as desk:
        article = desk.article(article_id)
        parts = desk.parts(article.id)
        lines = desk.raw_lines(article.id) if raw else ()
        page = desk.page(article.page_id) if raw else None
    if as_json:
        shape = shown_shape(article, parts)
        if raw:
            shape["raw_lines"] = [raw_line_shape(line) for line in lines]
            shape["map"] = [list(run) for run in article.source_map.runs]
        if page is not None:
            shape["left_out"] = [left_out_shape(page.raw, one) for one in page.left_out]
        say_json(shape)
        return
    if page is not None:
        _show_raw(article, lines)
        _show_left_out(page)
    else:
        _show_whole(article, parts)


def _show_whole(article: Article, parts: Sequence[Article]) -> None:
    """An article with what is known of it; of one in parts each under its page."""
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
        ("parts", "; ".join(f"p. {part.page} ({part.article_id[:12]})" for part in article.parts)),
        ("source", article.source),
        ("source id", article.source_id or ""),
        ("url", article.url or ""),
        (
            "also in",
            "; ".join(f"{copy_place(one)} ({one.article_id[:12]})" for one in article.also_in),
        ),
        *(("note", note) for note in article.notes),
        ("split", _doubt(article) and f"{_doubt(article)} (its page may be split wrongly)"),
    )
    say(article.headline)
    for label, value in labelled:
        if value:
            say(f"{label + ':':<13}{value}")
    for part in parts:
        place = f"[p. {part.page} · {part.source}]\n" if len(parts) > 1 else ""
        say(f"\n{place}{part.text}")


def _show_raw(article: Article, lines: Sequence[RawLine]) -> None:
    """Each raw line by its number, and below it what the text has of it."""
    say(f"{article.headline}\n{article.source}\n")
    for line in lines:
        say(f"{line.number:>6} | {visible_line(line.raw)}")
        if line.text:
            place = f"{line.start}:{line.end}"
            say(f"{place:>15} = {visible_line(line.text)}")


def _show_left_out(page: Page) -> None:
    """What of the page no article has, each stretch after what it is."""
    for one in page.left_out:
        shape = left_out_shape(page.raw, one)
        say(f"\n{shape['line']:>6} | {one.kind}, in no article:")
        for line in shape["raw"].splitlines():
            if line.strip():
                say(f"       | {visible_line(line)}")


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
    tell(report, as_json)
