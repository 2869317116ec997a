"""The command that sums up: one article, what a search finds, or a period."""

from typing import Annotated

import typer

from rag.errors import UsageError
from rag.faces.cli.context import (
    FromOption,
    JsonOption,
    PublicationOption,
    ToOption,
    open_desk,
    parse_text,
    spoken,
)
from rag.faces.cli.dates import filters_for
from rag.faces.cli.output import progress_bar, say, say_json
from rag.faces.cli.questions import cited_text
from rag.faces.shapes import digest_shape, summary_shape

_NOTHING = "the archive holds nothing on this"


def register(app: typer.Typer) -> None:
    """Add this group's command to the command line."""
    app.command()(summarize)


def summarize(
    context: typer.Context,
    article_id: Annotated[
        str | None,
        typer.Argument(
            parser=parse_text, metavar="[ID]", help="An article's id, or how it begins."
        ),
    ] = None,
    search: Annotated[
        str | None,
        typer.Option(parser=parse_text, metavar="WORDS", help="Sum up what a search finds."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Articles of a search, at most.")] = 8,
    points: Annotated[
        int, typer.Option(min=1, help="Points of a search or a period, at most.")
    ] = 5,
    date_from: FromOption = None,
    date_to: ToOption = None,
    publication: PublicationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sum up one article, what a search finds, or a period, in a few cited sentences.

    \b
    Examples:
      newsdesk summarize 3f9a2c
      newsdesk summarize --search 防汛 --limit 5
      newsdesk summarize --from 2024-05-16 --to 2024-05-17 --points 3
    """
    period = date_from is not None or date_to is not None
    if article_id is not None and (search is not None or period or publication is not None):
        raise UsageError("an article's ID goes without --search, --from, --to and --publication")
    if article_id is None and search is None and not (date_from and date_to):
        raise UsageError("say what to sum up: an article's ID, --search WORDS, or --from and --to")
    with open_desk(context) as desk:
        if article_id is not None:
            summary = desk.summarize(article_id)
            if as_json:
                say_json(summary_shape(summary))
            else:
                say(summary.headline)
                say(cited_text(summary.sentences, summary.citations, summary.notes))
            return
        filters = filters_for(date_from, date_to, publication)
        with progress_bar(quiet=as_json) as progress:
            digest = desk.digest(
                spoken(search) if search is not None else None,
                filters=filters,
                limit=limit,
                points=points,
                progress=progress,
            )
    if as_json:
        say_json(digest_shape(digest))
    elif digest.sentences:
        say(cited_text(digest.sentences, digest.citations, digest.notes))
    else:
        say("\n".join([_NOTHING, *digest.notes]))
