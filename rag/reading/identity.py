"""Ids that say what was read: the same bytes read the same way have the same id."""

import hashlib
import json
from datetime import date

# Part of every page id: raise it when the reader finds other articles or other text in a page.
READER_VERSION = 3
_PAGE_ID = 32
_ARTICLE_ID = 16


def page_id(
    raw: bytes,
    *,
    issue_date: date | None,
    publication: str | None,
    date_in_name: date | None,
    row: str | None = None,
) -> str:
    """The id of a page, 32 hex digits.

    issue_date and publication: as given with it. date_in_name: the day its file's name carries.
    row: the id of a JSONL row.
    """
    hints = [
        READER_VERSION,
        issue_date and issue_date.isoformat(),
        publication,
        date_in_name and date_in_name.isoformat(),
        row,
    ]
    digest = hashlib.sha256(json.dumps(hints, ensure_ascii=True).encode())
    digest.update(b"\0" + raw)
    return digest.hexdigest()[:_PAGE_ID]


def article_id(page: str, position: int) -> str:
    """The id of the article at a position (from 0) of a page, 16 hex digits."""
    return hashlib.sha256(f"{page}:{position}".encode()).hexdigest()[:_ARTICLE_ID]
