"""Ids of records: they sort by the time of what they record, and are short enough to type."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from rag.errors import NewsdeskError

T = TypeVar("T")

# Crockford's base 32, without letters that are read as digits: milliseconds, then a random end.
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_TIME_DIGITS, _RANDOM_DIGITS = 9, 3
# Sorts behind every digit: the end of all ids with the same beginning.
_AFTER_DIGITS = "~"


def new_id(at: datetime) -> str:
    """An id that sorts by time: ids of one millisecond differ in their random end."""
    number = int(at.timestamp() * 1000)
    number = (number << 5 * _RANDOM_DIGITS) + secrets.randbits(5 * _RANDOM_DIGITS)
    places = range(_TIME_DIGITS + _RANDOM_DIGITS - 1, -1, -1)
    return "".join(_DIGITS[number >> 5 * place & 31] for place in places)


def only_one(
    beginning: str,
    between: Callable[[str, str], Sequence[T]],
    error: type[NewsdeskError],
    *,
    several: str,
    none: str,
) -> T:
    """The record with an id that begins so, if there is just one.

    between: gives the records from the first id until, and without, the second; two are enough.
    several, none: what there are, and that there is none, for `error`, which is raised then.
    """
    wanted = beginning.strip().lower()
    found = between(wanted, wanted + _AFTER_DIGITS) if wanted else ()
    if len(found) > 1:
        raise error(f"several {several} have an id that begins with {beginning}; give more of it")
    if not found:
        raise error(none)
    return found[0]
