"""Dates as people write them on a command line."""

import re
import unicodedata
from datetime import date, timedelta

import typer

from rag.errors import UsageError
from rag.types import Filters

_WRITTEN = re.compile(r"(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|年(\d{1,2})月)(\d{1,2})[日号]?|(\d{8})")
_DAYS_BACK = {"today": 0, "今天": 0, "yesterday": 1, "昨天": 1}
_FORMS = "write 2020-12-23, 20201223, 2020年12月23日, today or yesterday"


def parse_date(text: str, today: date | None = None) -> date:
    """One date: 2020-12-23, 2020/12/23, 20201223, 2020年12月23日, today, yesterday (今天, 昨天).

    today: what `today` means; the machine's own date by default. Raises typer.BadParameter, which
    names the option, for anything else and for a day that does not exist.
    """
    word = "".join(unicodedata.normalize("NFKC", text).split()).lower()
    if word in _DAYS_BACK:
        return (today or date.today()) - timedelta(days=_DAYS_BACK[word])
    found = _WRITTEN.fullmatch(word)
    if not found:
        raise typer.BadParameter(f"{text!r} is not a date; {_FORMS}.")
    digits = "".join(part.zfill(2) for part in found.groups() if part)
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day of the calendar; {_FORMS}.") from None


def filters_for(
    date_from: date | None, date_to: date | None, publication: str | None = None
) -> Filters:
    """Filters for a range that includes both its days; raises UsageError if it runs backwards."""
    check_order(date_from, date_to)
    # The last day that a date can hold has no day after it: nothing lies beyond.
    until = None if date_to in (None, date.max) else date_to + timedelta(days=1)
    return Filters(date_from=date_from, date_until=until, publication=publication)


def check_order(date_from: date | None, date_to: date | None) -> None:
    """Raises UsageError where the first day lies after the last."""
    if date_from and date_to and date_from > date_to:
        raise UsageError(f"--from {date_from} lies after --to {date_to}")
