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
from rag.summary_types import AnswerSummary
from rag.usage import Usage, UsageTotal

_NONE = "-"
_COLUMNS = (
    *("Day", "Model", "Answers", "Follow-ups", "Refused", "Cached"),
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
    remark = "refused" if summary.refused else "broken off" if summary.broken_off else ""
    return (
        summary.id,
        summary.asked_at.isoformat(sep=" ", timespec="minutes")[:16],
        f"{writer} ({remark})" if remark else writer,
        _tokens(summary.usage),
        _cost(summary.usage),
        summary.question,
    )


def _tokens(usage: Usage) -> str:
    if usage.cached:
        return "cached"
    about = "about " if usage.estimated_calls else ""
    return f"{about}{usage.prompt_tokens} + {usage.completion_tokens}" if usage.calls else _NONE


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
    """Count what answers and follow-up questions used, by day and language model.

    Days are those on which questions were asked; long ago they are added up by month, then by year,
    and a range that holds one day of a month has all of it. Costs go by the prices that the
    settings named then. Summaries, briefings and searches are not counted.

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
        rows = [_total_row(_days(total), total) for total in totals]
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
        str(total.follow_ups),
        str(total.refusals),
        str(total.cached),
        str(total.prompt_tokens),
        str(total.completion_tokens),
        _total_cost(total),
    )


def _total_cost(total: UsageTotal) -> str:
    if not total.priced:
        return "unknown"
    cost = f"{total.cost_usd:.6f}"
    cost += f" and {total.unpriced} unknown" if total.unpriced else ""
    return f"{cost} ({total.estimated} estimated)" if total.estimated else cost


def _days(total: UsageTotal) -> str:
    """A day, a month or a year."""
    if total.day == total.last_day:
        return total.day.isoformat()
    return f"{total.day:%Y-%m}" if total.day.month == total.last_day.month else f"{total.day:%Y}"


def _sum(totals: Sequence[UsageTotal]) -> UsageTotal:
    return UsageTotal(
        day=totals[0].day,
        last_day=totals[-1].last_day,
        model="all",
        answers=sum(total.answers for total in totals),
        follow_ups=sum(total.follow_ups for total in totals),
        refusals=sum(total.refusals for total in totals),
        cached=sum(total.cached for total in totals),
        prompt_tokens=sum(total.prompt_tokens for total in totals),
        completion_tokens=sum(total.completion_tokens for total in totals),
        cost_usd=sum(total.cost_usd for total in totals),
        unpriced=sum(total.unpriced for total in totals),
        estimated=sum(total.estimated for total in totals),
    )
