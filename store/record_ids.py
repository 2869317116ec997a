"""Ids of records: they sort by the time of what they record, and are short enough to type."""

import secrets
from datetime import datetime

# Crockford's base 32, without letters that are read as digits: milliseconds, then a random end.
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_TIME_DIGITS, _RANDOM_DIGITS = 9, 3
AFTER_DIGITS = "~"
"""Sorts behind every digit: the end of all ids with the same beginning."""


def new_id(at: datetime) -> str:
    """An id that sorts by time: ids of one millisecond differ in their random end."""
    number = int(at.timestamp() * 1000)
    number = (number << 5 * _RANDOM_DIGITS) + secrets.randbits(5 * _RANDOM_DIGITS)
    places = range(_TIME_DIGITS + _RANDOM_DIGITS - 1, -1, -1)
    return "".join(_DIGITS[number >> 5 * place & 31] for place in places)
