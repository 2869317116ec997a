"""What a small write or a search costs doesn't grow with the archive: no statement looks at all its
rows, or at all that a filter lets through."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from rag.types import Filters
from store.database import Database
from store.library import Library
from tests.store.samples import indexed, page_of, question_vector, sentence

Statement = tuple[str, Sequence[Any]]

# Tables that grow with the archive.
LARGE = "page|article|chunk|chunk_vector|chunk_tokens|origin|page_change|remembered_vector"


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[Statement]:
    """Every statement that is run from now on, with the values of one run."""
    seen: list[Statement] = []
    rows, change, change_many = Database.rows, Database.change, Database.change_many

    def noted_rows(self: Database, statement: str, values: Sequence[Any] = ()) -> Any:
        seen.append((statement, values))
        return rows(self, statement, values)

    def noted_change(self: Database, statement: str, values: Sequence[Any] = ()) -> int:
        seen.append((statement, values))
        return change(self, statement, values)

    def noted_change_many(self: Database, statement: str, many: Any) -> None:
        listed = list(many)
        seen.extend((statement, values) for values in listed[:1])
        change_many(self, statement, listed)

    monkeypatch.setattr(Database, "rows", noted_rows)
    monkeypatch.setattr(Database, "change", noted_change)
    monkeypatch.setattr(Database, "change_many", noted_change_many)
    return seen


def scans(library: Library, statements: Sequence[Statement]) -> list[str]:
    """The steps of these statements' plans that look at a whole table."""
    found = []
    for statement, values in list(statements):
        plan = library._database.rows(f"EXPLAIN QUERY PLAN {statement}", values)
        found += [
            f"{step}: {statement}"
            for *_, step in plan
            # That index holds the few pages alone that are on their way in or out.
            if re.match(rf"SCAN ({LARGE})\b(?!.* page_unsettled)", step)
        ]
    return found


def test_no_statement_of_a_write_scans_a_table(
    library: Library, statements: list[Statement]
) -> None:
    library.put([indexed(page_of("/a.txt", *map(sentence, range(5))), library)])
    library.lexical("水库", 5)
    statements.clear()
    with library.writing():
        library.put([indexed(page_of("/b.txt", sentence(7), sentence(8)), library)])
        library.put([indexed(page_of("/a.txt", sentence(9)), library)])
        library.put([indexed(page_of("/copy.txt", sentence(9)), library)])
    assert len(statements) > 40
    assert scans(library, statements) == []


def test_a_scan_would_be_seen(library: Library) -> None:
    whole = "SELECT 1 FROM page WHERE state = ?"
    assert scans(library, [(whole, ("dead",)), (f"{whole} AND state <> 'live'", ("dead",))]) == [
        f"SCAN page: {whole}"
    ]


def test_the_first_search_counts_the_vectors_alone(
    library: Library, statements: list[Statement]
) -> None:
    library.put([indexed(page_of("/a.txt", *map(sentence, range(5))), library)])
    library._upkeep.vectors_checked = False
    statements.clear()
    assert library.dense(question_vector("水库"), 2)
    assert [scan.split(":")[0] for scan in scans(library, statements)] == [
        "SCAN chunk_vector USING COVERING INDEX chunk_vector_by_key"
    ]


@pytest.mark.parametrize(
    "filters",
    [
        Filters(publication="青禾日报"),
        Filters(date_from=date(2021, 3, 4)),
        Filters(date(2021, 3, 4), date(2021, 3, 5), "青禾日报"),
    ],
)
def test_what_words_find_is_looked_up_by_its_numbers_whatever_the_filter(
    library: Library, statements: list[Statement], filters: Filters
) -> None:
    library.put([indexed(page_of("/a.txt", *map(sentence, range(5))), library)])
    statements.clear()
    assert library.lexical("水库", 5, filters)
    (plan,) = (
        [step for *_, step in library._database.rows(f"EXPLAIN QUERY PLAN {statement}", values)]
        for statement, values in list(statements)
        if "chunk.number IN" in statement
    )
    assert plan[0] == "SEARCH chunk USING INTEGER PRIMARY KEY (rowid=?)"
    assert not [step for step in plan if "article_by" in step]
