"""Commands that brief: brief, briefings."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, assert_never

import typer

from rag.briefing_types import Length
from rag.errors import UsageError
from rag.faces.briefing_forms import Form, briefing_document, briefing_text, form_of
from rag.faces.briefing_frame import frame_of
from rag.faces.cli.context import (
    FromOption,
    JsonOption,
    PublicationOption,
    ToOption,
    open_desk,
    parse_text,
)
from rag.faces.cli.dates import check_order, parse_date
from rag.faces.cli.files import check_file, write_file
from rag.faces.cli.output import json_text, progress_bar, say, say_json, say_table, warn
from rag.faces.shapes import briefing_summary_shape, finished_briefing_shape
from rag.types import Language

if TYPE_CHECKING:
    from rag.briefing.records import BriefingSummary, FinishedBriefing
    from rag.desk import Desk


OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write there: .md, .html, .docx or .json."),
]
FormOption = Annotated[
    Form | None, typer.Option("--format", help="The form; else as FILE ends, or Markdown.")
]
LanguageOption = Annotated[
    Language | None,
    typer.Option("--lang", help="Of headings and labels; else as the articles."),
]

kept = typer.Typer(
    help="Finished briefings: list them, show one again.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    app.command()(brief)
    app.add_typer(kept, name="briefings")


def brief(
    context: typer.Context,
    on: Annotated[
        date | None,
        typer.Option(
            "--date", parser=parse_date, metavar="DATE", help="The issue date; today is one too."
        ),
    ] = None,
    date_from: FromOption = None,
    date_to: ToOption = None,
    topic: Annotated[
        str | None, typer.Option(parser=parse_text, metavar="WORDS", help="Only news of this.")
    ] = None,
    publication: PublicationOption = None,
    people: Annotated[
        list[str] | None,
        typer.Option(
            parser=parse_text, metavar="NAME", help="Only stories that name one; may be repeated."
        ),
    ] = None,
    length: Annotated[Length, typer.Option(help="How many stories and points.")] = "standard",
    language: LanguageOption = None,
    form: FormOption = None,
    output: OutputOption = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Make it again, though nothing has changed.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a cited briefing of a day or a period.

    Days are issue dates. A day without news is said to be one, with the nearest that have some;
    that is exit status 0 too. The briefing is kept: while nothing changes, the same one is given
    again. What an earlier briefing told is marked as an update.

    \b
    Examples:
      newsdesk brief --date 2020-12-23
      newsdesk brief --date today -o today.html
      newsdesk brief --from 2020-12-21 --to 2020-12-27 --topic 疫情防控 -o week.docx
    """
    _check_period(on, date_from, date_to)
    for option, words in (("--topic", topic), *(("--people", name) for name in people or ())):
        if words is not None and not words.strip():
            raise UsageError(f"{option} is blank; give it words, or leave it out")
    wanted = _form(form, output, as_json)
    with open_desk(context) as desk:
        with progress_bar(quiet=as_json) as progress:
            finished = desk.briefings.finish(
                on,
                date_from=date_from,
                date_to=date_to,
                topic=topic,
                publication=publication,
                people=people or (),
                language=language,
                length=length,
                anew=anew,
                progress=progress,
            )
        if finished.again:
            warn(
                f"nothing has changed since this briefing was made ({finished.id},"
                f" {finished.made_at:%Y-%m-%d %H:%M}); --anew makes it again"
            )
        _give(finished, wanted, language, output, desk)


@kept.callback()
def briefings(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="List at most this many.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List the finished briefings, the latest first; `show` gives one again.

    \b
    Examples:
      newsdesk briefings
      newsdesk briefings show 06c9wq8k2m4t -o again.html
    """
    if context.invoked_subcommand is not None:
        return
    with open_desk(context) as desk:
        listed = desk.briefings.latest(limit=limit)
        kept_at_all = desk.settings.briefings > 0
    if as_json:
        say_json([briefing_summary_shape(one) for one in listed])
    elif listed:
        say_table(("ID", "Made", "Days", "Stories", "Of"), [_row(one) for one in listed])
    else:
        say("no briefing is kept" + ("" if kept_at_all else "; NEWSDESK_BRIEFINGS is 0"))


@kept.command()
def show(
    context: typer.Context,
    briefing_id: Annotated[
        str,
        typer.Argument(parser=parse_text, metavar="ID", help="A briefing's id, or how it begins."),
    ],
    language: LanguageOption = None,
    form: FormOption = None,
    output: OutputOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a finished briefing again, in any form.

    \b
    Examples:
      newsdesk briefings show 06c9wq8k2m4t
      newsdesk briefings show 06c9wq8k2m4t --lang en -o again.docx
    """
    wanted = _form(form, output, as_json)
    with open_desk(context) as desk:
        _give(desk.briefings.find(briefing_id), wanted, language, output, desk)


def _form(form: Form | None, output: Path | None, as_json: bool) -> Form:
    """The form asked for. Raises UsageError, and OutputError where there is no place for a file."""
    if as_json and form not in (None, "json"):
        raise UsageError("--json goes without another --format")
    if output is not None:
        check_file(output)
    if as_json:
        return "json"
    wanted = form or (form_of(output) if output is not None else "markdown")
    if wanted == "docx" and output is None:
        raise UsageError("a Word document goes to a file; name one with -o")
    return wanted


def _give(
    finished: "FinishedBriefing",
    form: Form,
    language: Language | None,
    output: Path | None,
    desk: "Desk",
) -> None:
    briefing = finished.briefing
    nothing = "\n".join([*frame_of(briefing, language).nothing(briefing), *briefing.notes])
    contexts = desk.briefings.contexts(briefing.citations) if form in ("html", "docx") else {}
    match form:
        case "json":
            text = json_text(finished_briefing_shape(finished))
        case "markdown" if output is None and not briefing.stories:
            text = nothing
        case "markdown" | "html":
            text = briefing_text(briefing, form, contexts, language)
        case "docx":
            assert output is not None
            write_file(output, briefing_document(briefing, contexts, language, finished.made_at))
            _say_written(output, nothing if not briefing.stories else "")
            return
        case _:
            assert_never(form)
    if output is None:
        say(text.rstrip("\n"))
    else:
        write_file(output, (text.rstrip("\n") + "\n").encode())
        _say_written(output, nothing if not briefing.stories else "")


def _say_written(output: Path, nothing: str) -> None:
    for line in nothing.splitlines():
        warn(line)
    warn(f"written to {output}")


def _check_period(on: date | None, date_from: date | None, date_to: date | None) -> None:
    if on is None and (date_from is None or date_to is None):
        raise UsageError("say which day: --date DATE, or --from DATE --to DATE")
    if on is not None and (date_from or date_to):
        raise UsageError("--date goes without --from and --to")
    check_order(date_from, date_to)


def _row(one: "BriefingSummary") -> tuple[str, ...]:
    days = one.date_from.isoformat()
    if one.date_to != one.date_from:
        days += f" to {one.date_to.isoformat()}"
    of = (one.topic, one.publication, *one.people)
    return (
        one.id,
        one.made_at.isoformat(sep=" ", timespec="minutes")[:16],
        days,
        str(one.stories),
        " · ".join(part for part in of if part) or "all news",
    )
