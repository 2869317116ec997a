"""What the commands share: the archive they open, the text they ask for, their common options."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import UsageError
from rag.faces.cli.dates import parse_date

if TYPE_CHECKING:
    from rag.desk import Desk
    from rag.settings import Settings

FromOption = Annotated[
    date | None,
    typer.Option(
        "--from", parser=parse_date, metavar="DATE", help="First issue date, that day included."
    ),
]
ToOption = Annotated[
    date | None,
    typer.Option(
        "--to", parser=parse_date, metavar="DATE", help="Last issue date, that day included."
    ),
]


def parse_text(text: str) -> str:
    """Words as they are; raises typer.BadParameter for bytes that the terminal's encoding lacks."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise typer.BadParameter(f"{text!r} is no text in this terminal's encoding; use UTF-8.")
    return text


PublicationOption = Annotated[
    str | None, typer.Option(parser=parse_text, metavar="NAME", help="Only this newspaper.")
]
ArticleArgument = Annotated[
    str,
    typer.Argument(parser=parse_text, metavar="ID", help="An article's id, or how it begins."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def open_desk(context: typer.Context) -> "Desk":
    """The archive of --home, NEWSDESK_HOME or the settings; a context manager."""
    from rag.allocator import give_memory_back  # heavy: loaded on first use
    from rag.desk import Desk

    # Before any thread is there.
    give_memory_back()
    return Desk.open(home_of(context))


def settings_of(context: typer.Context) -> "Settings":
    from rag.settings import load_settings  # heavy: loaded on first use

    return load_settings(home_of(context))


def home_of(context: typer.Context) -> Path | None:
    """The folder that --home names, or None."""
    home: Path | None = context.find_root().obj
    return home


def folder_named(option: str, name: str) -> Path:
    """The folder that an option names; raises UsageError for an empty name, which an unset
    variable leaves and which would mean the current folder."""
    if not name.strip():
        raise UsageError(f"{option} names no folder; give one, or leave {option} out")
    return Path(name)


def spoken(question: str) -> str:
    """The question without the white space around it; raises UsageError where nothing is left."""
    words = question.strip()
    if not words:
        raise UsageError("the question is blank; write it in quotation marks after the command")
    return words
