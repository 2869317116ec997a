"""The command that talks: chat."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from io import TextIOWrapper
from typing import TYPE_CHECKING

import typer

from rag.errors import UsageError
from rag.faces.cli.context import (
    FromOption,
    JsonOption,
    PublicationOption,
    ToOption,
    open_desk,
)
from rag.faces.cli.dates import filters_for
from rag.faces.cli.output import say, say_line, warn
from rag.faces.cli.questions import say_as_it_comes
from rag.faces.shapes import answer_shape, usage_shape
from rag.types import Answer, Filters

if TYPE_CHECKING:
    from rag.answering.conversation import Understood
    from rag.desk import Desk

_PROMPT = "> "
_NEW, _QUIT = "/new", "/quit"


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    app.command()(chat)


def chat(
    context: typer.Context,
    date_from: FromOption = None,
    date_to: ToOption = None,
    publication: PublicationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask one question after another, line by line.

    A question may leave things to the one before: “他还说了什么？”, “and in 2019?”. Where it does,
    the question as it was understood is printed first. /new starts over; /quit or Ctrl-D ends.
    With --json, each question gives one line of JSON.

    \b
    Examples:
      newsdesk chat
      newsdesk chat --from 2020-12-01 --to 2020-12-31
      printf '谁主持了会议？\\n他还说了什么？\\n' | newsdesk chat --json
    """
    filters = filters_for(date_from, date_to, publication)
    try:
        with open_desk(context) as desk:
            _talk(desk, filters, as_json)
    except KeyboardInterrupt:
        say()


def _talk(desk: "Desk", filters: Filters, as_json: bool) -> None:
    from rag.answering.conversation import Conversation  # heavy: loaded on first use

    conversation = Conversation()
    for line in _lines():
        if line == _QUIT:
            return
        if line == _NEW:
            conversation = Conversation()
            continue
        try:
            understood = desk.follow_up(line, conversation)
            answer = _answered(desk, line, understood, filters, as_json)
        except UsageError as error:
            # A question that can't be asked: the next one may be.
            warn(str(error))
            continue
        conversation = conversation.after(line, answer)


def _lines() -> Iterator[str]:
    """What is typed or piped in, without blank lines, until it ends."""
    if isinstance(sys.stdin, TextIOWrapper):
        # Bytes that are no text are told of as such, line by line.
        sys.stdin.reconfigure(errors="surrogateescape")
    while True:
        if sys.stdin.isatty():
            typer.echo(_PROMPT, nl=False, err=True)
        line = sys.stdin.readline()
        if not line:
            if sys.stdin.isatty():
                typer.echo(err=True)
            return
        if line.strip():
            yield line.strip()


def _answered(
    desk: "Desk", asked: str, understood: "Understood", filters: Filters, as_json: bool
) -> Answer:
    if as_json:
        answer = desk.ask(understood, filters=filters)
        notes = (understood.note, *answer.notes) if understood.note else answer.notes
        shape = answer_shape(replace(answer, notes=notes))
        used = usage_shape(understood.usage)
        say_line(
            {**shape, "asked": asked, "understood": understood.question, "understood_usage": used}
        )
        return answer
    if understood.note:
        say(f"note: {understood.note}")
    if understood.question != asked:
        say(f"understood as: {understood.question}")
    answer = say_as_it_comes(desk.ask_stream(understood, filters=filters))
    say()
    return answer
