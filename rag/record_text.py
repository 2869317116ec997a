"""Records of answers and briefings as the text that is kept of them."""

import json
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def record_text(record: "DataclassInstance") -> str:
    """A record as JSON, its dates and times in ISO form."""
    text = json.dumps(asdict(record), ensure_ascii=False, default=json_form)
    # A language model's text may hold halves of characters, which no file takes.
    return text.encode("utf-8", "replace").decode("utf-8")


def json_form(value: object) -> str:
    """A date or a time, the only values here that JSON lacks."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no JSON form")
