"""Articles that go on on another page, and what stands there: joined by what their jump lines say.

Which parts belong together is settled anew for an issue whenever pages of it come or go, from the
live pages alone, so that their order of ingest makes no difference.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise, product

from rag.page_labels import names_page, page_label
from rag.types import Article, Part
from store.database import Database
from store.segmentation import fold

ALIKE = 0.5
"""The share of a later part's headline, in pairs of characters, that the first part's holds: from
this on it is the same headline, or a shortened one."""

TOLD = 0.25
"""The share of the first part's headline that the text of a part without one holds: from this on
it is about the same."""

CLEAR = 0.2
"""How much more alike than any other two parts must be to be joined where several might be."""

MOST = 500
"""Articles with jump lines in one issue; a paper has far fewer, and of more none is joined."""

_READ = 2_000  # characters of a part without a headline that are held against the first one's
_LEFT_OUT = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Breaking:
    """One article of an issue with a jump line."""

    article_id: str
    page_id: str
    publication: str
    page: str
    encoding: str
    headline: frozenset[str]
    text: frozenset[str]
    goes_to: str
    comes_from: str


_Pairs = Mapping[tuple[str, str], float]


def note_jumps(database: Database, article: Article) -> None:
    """Keeps what a new article's jump lines say. Inside the transaction that stores it."""
    if article.jump_to or article.jump_from:
        database.change(
            "INSERT INTO jump (article_id, goes_to, comes_from) VALUES (?, ?, ?)",
            (article.id, article.jump_to, article.jump_from),
        )


def join_jumps(database: Database, page_ids: Collection[str]) -> None:
    """Joins the parts of the issues that these pages, which came or go, belong to. Inside the
    transaction in which they turn live or dead."""
    days = database.rows_in(
        "SELECT DISTINCT article.issue_date FROM jump JOIN article ON article.id = jump.article_id"
        " WHERE article.issue_date IS NOT NULL AND article.page_id IN ({})",
        page_ids,
    )
    for (day,) in dict.fromkeys(days):
        _join_issues(database, day)


def with_jumps(database: Database, articles: Sequence[Article]) -> list[Article]:
    """The articles with what their jump lines say."""
    said = {
        row[0]: row[1:]
        for row in database.rows_in(
            "SELECT article_id, goes_to, comes_from FROM jump WHERE article_id IN ({})",
            [article.id for article in articles],
        )
    }
    return [
        replace(article, jump_to=said[article.id][0], jump_from=said[article.id][1])
        if article.id in said
        else article
        for article in articles
    ]


def with_parts(database: Database, articles: Sequence[Article]) -> list[Article]:
    """The articles with what their jump lines say and the parts that these are joined to; where
    they are joined to none, with a note."""
    found = with_jumps(database, articles)
    jumping = [article.id for article in found if article.jump_to or article.jump_from]
    if not jumping:
        return found
    unclear = dict(
        database.rows_in("SELECT article_id, unclear FROM jump WHERE article_id IN ({})", jumping)
    )
    parts = _parts_of(database, jumping)
    return [
        _joined(article, parts.get(article.id, ()), unclear=bool(unclear[article.id]))
        if article.id in unclear
        else article
        for article in found
    ]


def _joined(article: Article, parts: tuple[Part, ...], *, unclear: bool) -> Article:
    notes = _notes(article, parts, unclear=unclear)
    headline = article.headline
    if parts and parts[0].article_id != article.id and _shortens(headline, parts[0].headline):
        headline = parts[0].headline
    return replace(article, parts=parts, headline=headline, notes=(*article.notes, *notes))


def _notes(article: Article, parts: Sequence[Part], *, unclear: bool) -> list[str]:
    """What a jump line says that leads to no other part."""
    ids = [part.article_id for part in parts]
    why = "it isn't clear which article is" if unclear else "the archive doesn't hold"
    notes = []
    if article.jump_to and (not ids or ids[-1] == article.id):
        notes.append(f"it goes on on page {article.jump_to}; {why} that part")
    if article.jump_from and (not ids or ids[0] == article.id):
        notes.append(f"it begins on page {article.jump_from}; {why} that part")
    return notes


def _shortens(headline: str, whole: str) -> bool:
    """Whether a headline is missing or says less of the same."""
    if not headline:
        return True
    own, other = _pairs(headline), _pairs(whole)
    return len(own) < len(other) and len(own & other) >= ALIKE * len(own)


def _parts_of(database: Database, article_ids: Iterable[str]) -> dict[str, tuple[Part, ...]]:
    """The parts of the articles that are joined, in order, by the id of each that is asked for."""
    found: dict[str, list[tuple[int, Part]]] = {}
    for asked, ordinal, *row in database.rows_in(
        "SELECT jump.article_id, other.ordinal, article.id, article.headline, article.page,"
        " article.source, article.source_id, length(article.text)"
        " FROM jump JOIN jump AS other ON other.first_id = jump.first_id"
        " JOIN article ON article.id = other.article_id WHERE jump.article_id IN ({})",
        article_ids,
    ):
        found.setdefault(asked, []).append((ordinal, Part(*row)))
    return {
        asked: tuple(part for _, part in sorted(parts, key=lambda one: one[0]))
        for asked, parts in found.items()
    }


def _join_issues(database: Database, day: int) -> None:
    """Joins the parts in the papers of a day."""
    rows = database.rows(
        "SELECT article.id, article.page_id, article.publication, article.page, page.encoding,"
        f" article.headline, substr(article.text, 1, {_READ}), jump.goes_to, jump.comes_from"
        " FROM jump JOIN article ON article.id = jump.article_id"
        " JOIN page ON page.id = article.page_id AND page.state = 'live'"
        " WHERE article.issue_date = ? ORDER BY article.id",
        (day,),
    )
    parts = {
        row[0]: _Breaking(
            article_id=row[0],
            page_id=row[1],
            publication=row[2],
            page=page_label(row[3]),
            encoding=row[4],
            headline=_pairs(row[5]),
            text=_pairs(row[6]),
            goes_to=row[7],
            comes_from=row[8],
        )
        for row in rows
    }
    pairs = _fitting(list(parts.values()))
    # Two files of one page, as text and as PDF, may be in the archive: each goes with its like.
    alike = {
        pair: score
        for pair, score in pairs.items()
        if parts[pair[0]].encoding == parts[pair[1]].encoding
    }
    links = _matched(alike)
    links |= _matched(_left(pairs, links))
    unclear = {article_id for pair in _left(pairs, links) for article_id in pair}
    # Those on their way out too: no part may be told to be joined to them.
    database.change(
        "UPDATE jump SET first_id = NULL, ordinal = 0, unclear = 0 WHERE article_id IN"
        " (SELECT jump.article_id FROM jump JOIN article ON article.id = jump.article_id"
        " WHERE article.issue_date = ?)",
        (day,),
    )
    database.change_many(
        "UPDATE jump SET unclear = 1 WHERE article_id = ?", [(one,) for one in unclear]
    )
    database.change_many(
        "UPDATE jump SET first_id = ?, ordinal = ? WHERE article_id = ?",
        [
            (joined[0], ordinal, article_id)
            for joined in _chains(links)
            for ordinal, article_id in enumerate(joined)
        ],
    )


def _fitting(parts: Sequence[_Breaking]) -> dict[tuple[str, str], float]:
    """The pairs whose jump lines name each other's pages, by how alike they are, 0 to 1. Where a
    page's label or paper isn't known, they must be alike too."""
    found: dict[tuple[str, str], float] = {}
    for first, later in _facing(parts):
        likeness = _likeness(first, later)
        known = first.publication == later.publication and first.page and later.page
        opposed = not first.publication and later.headline and not likeness
        if (known and not opposed) or likeness >= (ALIKE if later.headline else TOLD):
            found[first.article_id, later.article_id] = likeness
    return found


def _facing(parts: Sequence[_Breaking]) -> Iterator[tuple[_Breaking, _Breaking]]:
    """The pairs of one paper whose jump lines name each other's pages, as far as these are known.
    A page that names no paper may be any's."""
    papers: dict[str, list[_Breaking]] = {}
    for part in parts:
        papers.setdefault(part.publication, []).append(part)
    papers = {paper: own for paper, own in papers.items() if len(own) <= MOST}
    for paper, own in papers.items():
        others = [*own, *papers.get("", [])] if paper else chain.from_iterable(papers.values())
        for first, later in product(own, others):
            if (
                first.page_id != later.page_id
                and first.goes_to
                and later.comes_from
                and (not later.page or names_page(first.goes_to, later.page, first.page))
                and (not first.page or names_page(later.comes_from, first.page, later.page))
            ):
                yield first, later


def _likeness(first: _Breaking, later: _Breaking) -> float:
    if later.headline:
        shorter = min(len(first.headline), len(later.headline))
        return len(first.headline & later.headline) / shorter if shorter else 0.0
    return len(first.headline & later.text) / len(first.headline) if first.headline else 0.0


def _matched(pairs: _Pairs) -> dict[str, str]:
    """Those that are each other's only fit, or clearly the best; then those that are so once these
    are taken. A part and the next one."""
    links: dict[str, str] = {}
    while True:
        left = _left(pairs, links)
        clear = {pair for pair in left if _is_clear(pair, left)}
        if not clear:
            return links
        links.update(clear)


def _is_clear(pair: tuple[str, str], pairs: _Pairs) -> bool:
    others = [
        score
        for other, score in pairs.items()
        if other != pair and (other[0] == pair[0] or other[1] == pair[1])
    ]
    return all(pairs[pair] - score >= CLEAR for score in others)


def _left(pairs: _Pairs, links: Mapping[str, str]) -> dict[tuple[str, str], float]:
    """The pairs of parts that are not linked yet."""
    taken = set(links.values())
    return {
        pair: score
        for pair, score in pairs.items()
        if pair[0] not in links and pair[1] not in taken
    }


def _chains(links: Mapping[str, str]) -> list[list[str]]:
    """The parts of each joined article, in order; those that lead round in a circle are none."""
    chains = []
    for first in sorted(links.keys() - set(links.values())):
        joined = [first]
        while joined[-1] in links:
            joined.append(links[joined[-1]])
        chains.append(joined)
    return chains


def _pairs(text: str) -> frozenset[str]:
    """The pairs of characters that stand together in a text, white space and signs left out."""
    plain = _LEFT_OUT.sub("", fold(text))
    return frozenset(a + b for a, b in pairwise(plain))
