"""Commands on the answers of the past: trace, usage."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from rag.faces.cli.context import JsonOption, open_desk, parse_text
from rag.faces.cli.dates import check_order, parse_date
from rag.faces.cli.output import say, say_json, say_table
from rag.faces.cli.questions import say_explained
from rag.faces.shapes import answer_summary_shape, usage_total_shape
from rag.types import AnswerSummary, Usage, UsageTotal

_NONE = "-"
_COLUMNS = (
    *("Day", "Model", "Answers", "Refused", "Cached"),
    *("Prompt tokens", "Completion tokens", "Cost (USD)"),
)


def register(app: typer.Typer) -> None:
    """Add this group's commands to the command line."""
    app.command()(trace)
    app.command()(usage)


def trace(
    context: typer.Context,
    answer_id: Annotated[
        str | None,
        typer.Argument(
            parser=parse_text,
            metavar="[ID]",
            help="An answer's id, or how it begins; without one, the latest are listed.",
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="List at most this many.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Show how an answer of the past came about.

    Prints the answer and what `ask --explain` says of it: what was searched, found, sent to the
    language model, written by it, checked and paid.

    \b
    Examples:
      newsdesk trace
      newsdesk trace 06c9wq8k2m4t
    """
    with open_desk(context) as desk:
        if answer_id is not None:
            record = desk.trace(answer_id)
            say_explained(record.answer, record.explanation, as_json)
            return
        listed = desk.traces(limit=limit)
        kept = desk.settings.answer_records > 0
    if as_json:
        say_json([answer_summary_shape(summary) for summary in listed])
    elif listed:
        columns = ("ID", "Asked", "Answered by", "Tokens", "Cost (USD)", "Question")
        say_table(columns, [_summary_row(summary) for summary in listed])
    else:
        say("no answer is on record" + ("" if kept else "; NEWSDESK_ANSWER_RECORDS is 0"))


def _summary_row(summary: AnswerSummary) -> tuple[str, ...]:
    writer = "the archive" if summary.mode == "extractive" else str(summary.model)
    return (
        summary.id,
        summary.asked_at.isoformat(sep=" ", timespec="minutes")[:16],
        f"{writer} (refused)" if summary.refused else writer,
        _tokens(summary.usage),
        _cost(summary.usage),
        summary.question,
    )


def _tokens(usage: Usage) -> str:
    if usage.cached:
        return "cached"
    return f"{usage.prompt_tokens} + {usage.completion_tokens}" if usage.calls else _NONE


def _cost(usage: Usage) -> str:
    if not usage.calls and not usage.cached_calls:
        return _NONE
    return "unknown" if usage.cost_usd is None else f"{usage.cost_usd:.6f}"


def usage(
    context: typer.Context,
    date_from: Annotated[
        date | None,
        typer.Option("--from", parser=parse_date, metavar="DATE", help="The first day."),
    ] = None,
    date_to: Annotated[
        date | None,
        typer.Option("--to", parser=parse_date, metavar="DATE", help="The last day, included."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Count what answers used, by day and language model.

    Days are those on which questions were asked. Costs go by the prices that the settings named
    then. Summaries, briefings and searches are not counted.

    \b
    Examples:
      newsdesk usage
      newsdesk usage --from 2024-05-01 --to today --json
    """
    check_order(date_from, date_to)
    with open_desk(context) as desk:
        totals = desk.usage(date_from=date_from, date_to=date_to)
    if as_json:
        say_json([usage_total_shape(total) for total in totals])
    elif totals:
        rows = [_total_row(total.day.isoformat(), total) for total in totals]
        if len(totals) > 1:
            rows.append(_total_row("total", _sum(totals)))
        say_table(_COLUMNS, rows)
    else:
        say("no answer was counted")


def _total_row(label: str, total: UsageTotal) -> tuple[str, ...]:
    return (
        label,
        total.model or _NONE,
        str(total.answers),
        str(total.refusals),
        str(total.cached),
        str(total.prompt_tokens),
        str(total.completion_tokens),
        _total_cost(total),
    )


def _total_cost(total: UsageTotal) -> str:
    if total.unpriced == total.answers:
        return "unknown"
    cost = f"{total.cost_usd:.6f}"
    return f"{cost} and {total.unpriced} unknown" if total.unpriced else cost


def _sum(totals: Sequence[UsageTotal]) -> UsageTotal:
    return UsageTotal(
        day=totals[-1].day,
        model="all",
        answers=sum(total.answers for total in totals),
        refusals=sum(total.refusals for total in totals),
        cached=sum(total.cached for total in totals),
        prompt_tokens=sum(total.prompt_tokens for total in totals),
        completion_tokens=sum(total.completion_tokens for total in totals),
        cost_usd=sum(total.cost_usd for total in totals),
        unpriced=sum(total.unpriced for total in totals),
    )
