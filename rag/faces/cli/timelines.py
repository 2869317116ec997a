"""The command that puts what happened in order of time: timeline."""

from calendar import monthrange
from collections.abc import Mapping
from typing import Annotated

import typer

from rag.faces.citing import marks
from rag.faces.cli.context import (
    FromOption,
    JsonOption,
    PublicationOption,
    ToOption,
    open_desk,
    spoken,
)
from rag.faces.cli.dates import filters_for
from rag.faces.cli.output import citations_text, say, say_json
from rag.faces.cli.questions import QuestionArgument
from rag.faces.shapes import timeline_shape
from rag.timeline_types import EventDate, Timeline
from rag.types import Language

_INFERRED = "~"
_LEGEND: Mapping[Language, str] = {
    "zh": "~ 引文本身未说明日期：据其前一句、所在报道或出版日期推定",
    "en": (
        "~ the quoted words don't say the day: it is that of the sentence before them, of the"
        " article or of its issue"
    ),
}
_PLANNED: Mapping[Language, str] = {"zh": "（计划）", "en": " (planned)"}
_REFUSED: Mapping[Language, str] = {
    "zh": "资料库中没有找到这件事的记录。",
    "en": "The archive holds no dated news of this.",
}


def register(app: typer.Typer) -> None:
    """Add this group's command to the command line."""
    app.command()(timeline)


def timeline(
    context: typer.Context,
    question: QuestionArgument,
    limit: Annotated[int, typer.Option(min=1, help="At most this many events.")] = 20,
    date_from: FromOption = None,
    date_to: ToOption = None,
    publication: PublicationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what happened in a matter, in order of time.

    Each event has the day, month or year that the articles tell for it, and cites their words. What
    several articles tell of one day in near the same words stands there once. Days that the quoted
    words don't say are marked with ~. Says so where the archive has nothing of the matter.

    \b
    Examples:
      newsdesk timeline 霁澜大桥
      newsdesk timeline "flood control" --from 2024-05-01 --to 2024-06-30 --limit 10
    """
    words = spoken(question)
    filters = filters_for(date_from, date_to, publication)
    with open_desk(context) as desk:
        told = desk.timeline(words, filters=filters, limit=limit)
    if as_json:
        say_json(timeline_shape(told))
    else:
        say(timeline_text(told))


def timeline_text(told: Timeline) -> str:
    """A timeline for people: a line each event, the day first, then the quotes."""
    notes = [f"note: {note}" for note in told.notes]
    if told.refused:
        return "\n\n".join([_REFUSED[told.language], *notes])
    lines = [
        f"{days_text(event.when, told.language)}  {event.text}{marks(event.citations)}"
        for event in told.events
    ]
    if told.more:
        lines.append(f"… {told.more} more; --limit tells how many are shown")
    legend = [_LEGEND[told.language]] if any(event.when.inferred for event in told.events) else []
    return "\n\n".join(["\n".join(lines), *legend, citations_text(told.citations), *notes])


def days_text(when: EventDate, language: Language) -> str:
    """The days of an event: 2024-05-16, 2024-05, 2024, 2024-06-02 to 2024-06-04; with a mark where
    they are inferred, and a word where they were still to come."""
    mark = _INFERRED if when.inferred else ""
    planned = _PLANNED[language] if when.planned else ""
    return f"{mark}{_days(when)}{planned}"


def _days(when: EventDate) -> str:
    first, last = when.first.isoformat(), when.last.isoformat()
    if first == last:
        return first
    if first.endswith("-01") and _ends_month(when):
        if first[5:] == "01-01" and last[5:] == "12-31":
            first, last = first[:4], last[:4]
        else:
            first, last = first[:7], last[:7]
    return first if first == last else f"{first} to {last}"


def _ends_month(when: EventDate) -> bool:
    return when.last.day == monthrange(when.last.year, when.last.month)[1]
