"""Articles that print the same news twice, as two papers print one agency's story: found as they
are stored, and linked.

Candidates share part of a bottom-k sketch (Broder, 1997: the k smallest hashes of a text's
shingles); whether they are the same news is decided on the texts themselves.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import blake2b

from rag.types import Copy
from store.database import Database
from store.rows import to_date
from store.segmentation import fold

SHINGLE = 5
"""Characters of a shingle, white space and punctuation left out."""

SKETCH = 24
"""Hashes kept of an article."""

SHARED = 4
"""Hashes that two sketches must share for their texts to be compared."""

SAME = 0.8
"""The share of the shorter text's shingles that the other must hold: one paper may cut the end."""

LENGTHS = 0.5
"""How long the shorter text must be at least, as a share of the longer."""

SHORTEST = 60
"""Characters below which a text is never taken for another: it says too little."""

DAYS_APART = 7
"""Between the issue dates of two copies, where both are known."""

_LONGEST = 20_000
_MOST_CANDIDATES = 20
_MOST_HOLDERS = 200
_LEFT_OUT = re.compile(r"[\W_]+")
_NUMBER = re.compile(
    r"\d+(?:\.\d+)?|[〇零一二两三四五六七八九十百千万亿]{2,}|[一二两三四五六七八九十](?=[度级])"
)
# The share of the shorter text that may be put in other words, and what follows a place's name.
_REWORDED = 0.03
_PLACE = re.compile("[省市县区州旗镇乡村]")
_CONTEXT = SHINGLE - 1
# What papers put before an agency's story, and what they call its author.
_CREDIT = re.compile(
    r"^.{0,40}?[讯电](?:\s*[（(][^（()）]{0,60}[）)])?|[（(][^（()）]{0,60}记者[^（()）]{0,60}[）)]"
)


def note_copies(database: Database, article_id: str, text: str, issue_date: date | None) -> None:
    """Keeps a new article's sketch, and links it with those that print the same. Inside the
    transaction that stores it."""
    shingles = _shingles(text)
    if len(shingles) < SHORTEST:
        return
    sketch = sorted(map(_hash, shingles))[:SKETCH]
    for other_id, other_text, day in _candidates(database, sketch):
        near = not issue_date or not day or abs((issue_date - day).days) <= DAYS_APART
        if near and same_news(text, other_text):
            database.change_many(
                "INSERT OR IGNORE INTO copy (article_id, other_id) VALUES (?, ?)",
                [(article_id, other_id), (other_id, article_id)],
            )
    database.change_many(
        "INSERT INTO sketch (hash, article_id) VALUES (?, ?)",
        [(number, article_id) for number in sketch],
    )


def same_news(one: str, other: str) -> bool:
    """Whether two texts print the same news, word for word but for cuts and small changes.

    Their figures must agree too, few words may stand for others, and none for the name of a place:
    a forecast, a table of results, the report of a meeting differ in nothing else from day to day
    and from town to town.
    """
    shingles, others = _shingles(one), _shingles(other)
    shorter, longer = sorted((len(shingles), len(others)))
    if shorter < max(SHORTEST, LENGTHS * longer):
        return False
    shared = shingles & others
    if len(shared) < SAME * shorter:
        return False
    numbers, more = sorted((_numbers(one), _numbers(other)), key=len)
    return numbers <= more and not _tells_otherwise(_plain(one), _plain(other), shared)


def _tells_otherwise(one: str, other: str, shared: frozenset[str]) -> bool:
    """Whether too much of one text stands for something else in the other."""
    ours, theirs = _own_words(one, shared), _own_words(other, shared)
    reworded = 0
    for context in ours.keys() & theirs.keys():
        if _PLACE.match(context[1]):
            return True
        reworded += max(len(ours[context]), len(theirs[context]))
    return reworded > _REWORDED * min(len(one), len(other))


def _own_words(plain: str, shared: frozenset[str]) -> dict[tuple[str, str], str]:
    """The stretches of a text in no shared shingle, by the characters before and after them."""
    held = bytearray(len(plain))
    for i in range(len(plain) - SHINGLE + 1):
        if plain[i : i + SHINGLE] in shared:
            held[i : i + SHINGLE] = b"\1" * SHINGLE
    return {
        (plain[max(start - _CONTEXT, 0) : start], plain[end : end + _CONTEXT]): plain[start:end]
        for start, end in (run.span() for run in re.finditer(b"\0+", held))
    }


def copies_of(database: Database, article_ids: Iterable[str]) -> dict[str, tuple[Copy, ...]]:
    """For those that have any, the live articles that print the same, the earliest issue first."""
    found: dict[str, list[Copy]] = {}
    for article_id, *row in database.rows_in(
        "SELECT copy.article_id, article.id, article.headline, article.publication,"
        " article.issue_date, article.page, article.source, article.source_id"
        " FROM copy JOIN article ON article.id = copy.other_id"
        " JOIN page ON page.id = article.page_id AND page.state = 'live'"
        " WHERE copy.article_id IN ({})",
        article_ids,
    ):
        other, headline, publication, day, page, source, source_id = row
        found.setdefault(article_id, []).append(
            Copy(other, headline, publication, to_date(day), page, source, source_id)
        )
    return {
        article_id: tuple(
            sorted(copies, key=lambda copy: (copy.issue_date or date.max, copy.source, copy.page))
        )
        for article_id, copies in found.items()
    }


def _candidates(database: Database, sketch: Sequence[int]) -> list[tuple[str, str, date | None]]:
    """The articles that share most of a sketch. What a phrase that many print has in common with
    them says little: of its holders only some are looked at, so that the cost stays bounded."""
    holders = " UNION ALL ".join(
        f"SELECT * FROM (SELECT article_id FROM sketch WHERE hash = ? LIMIT {_MOST_HOLDERS})"
        for _ in sketch
    )
    rows = database.rows(
        "SELECT article.id, article.text, article.issue_date FROM article JOIN"
        f" (SELECT article_id, count(*) AS shared FROM ({holders})"
        " GROUP BY article_id HAVING shared >= ? ORDER BY shared DESC, article_id LIMIT ?)"
        " ON article.id = article_id",
        (*sketch, SHARED, _MOST_CANDIDATES),
    )
    return [(other, text, to_date(day)) for other, text, day in rows]


def _plain(text: str) -> str:
    return _LEFT_OUT.sub("", fold(_CREDIT.sub("", text[:_LONGEST])))


def _shingles(text: str) -> frozenset[str]:
    plain = _plain(text)
    return frozenset(plain[i : i + SHINGLE] for i in range(len(plain) - SHINGLE + 1))


def _numbers(text: str) -> frozenset[str]:
    return frozenset(_NUMBER.findall(fold(_CREDIT.sub("", text[:_LONGEST]))))


def _hash(shingle: str) -> int:
    # SQLite's integers are signed.
    digest = blake2b(shingle.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
