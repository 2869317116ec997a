"""BM25 over the tokens of live chunks, and an index that follows the catalogue."""

import logging
import math
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import StoreError
from rag.settings import Settings
from rag.types import Filters
from store.archive import CATALOGUE_NAME
from store.inverted import IndexWriter, InvertedIndex, LexicalEntry
from store.lexical import Clause, clauses
from store.library import Library
from store.schema import MIGRATIONS
from store.segmentation import tokens
from tests.store.samples import indexed, open_library, page_of, sentence

ANY = Filters()
# 20 characters give 39 tokens: up to 40, lengths are kept exactly.
texts = st.text("水库堤坝县山", min_size=1, max_size=20)
corpora = st.lists(texts, min_size=1, max_size=12)


def found_in(corpus: Sequence[str], asked: Sequence[Clause]) -> dict[int, float]:
    """What the index finds in these texts: number in the list to score."""
    # A thread of tantivy may still tidy the folder up.
    with TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name) / "index"
        writer = IndexWriter(folder)
        writer.write(LexicalEntry(n, text, "", None, "") for n, text in enumerate(corpus))
        writer.commit()
        writer.close()
        return dict(InvertedIndex(folder).search(asked, len(corpus), ANY))


def bm25(corpus: Sequence[str], question: str) -> dict[int, float]:
    """Robertson and Zaragoza 2009, with k1 = 1.2, b = 0.75 and a logarithm above 0."""
    documents = [tokens(text) for text in corpus]
    average = sum(map(len, documents)) / len(documents)
    scores: dict[int, float] = {}
    for token in set(tokens(question)):
        holding = sum(token in document for document in documents)
        idf = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
        for number, document in enumerate(documents):
            if count := Counter(document)[token]:
                length = 1 - 0.75 + 0.75 * len(document) / average
                score = idf * count * 2.2 / (count + 1.2 * length)
                scores[number] = scores.get(number, 0.0) + score
    return scores


@settings(max_examples=40, deadline=None)
@given(corpora, texts)
def test_scores_are_those_of_bm25(corpus: list[str], question: str) -> None:
    assert found_in(corpus, clauses(question)) == pytest.approx(bm25(corpus, question), rel=1e-4)


@settings(max_examples=30, deadline=None)
@given(corpora, st.text("水库堤坝县山", min_size=3, max_size=5))
def test_a_clause_of_pairs_finds_the_word_and_nothing_else(corpus: list[str], word: str) -> None:
    pairs = tuple(word[at : at + 2] for at in range(len(word) - 1))
    found = found_in(corpus, [Clause(pairs)])
    assert set(found) == {number for number, text in enumerate(corpus) if word in text}


def test_a_weight_multiplies_the_score_of_its_clause() -> None:
    corpus = ["水库堤坝", "山水", "县里的堤坝"]
    single = found_in(corpus, [Clause(("堤坝",))])
    phrase = found_in(corpus, [Clause(("水库", "库堤"))])
    both = found_in(corpus, [Clause(("堤坝",), 2.0), Clause(("水库", "库堤"), 0.5)])
    assert both == pytest.approx({0: 2 * single[0] + 0.5 * phrase[0], 2: 2 * single[2]}, rel=1e-4)
    assert found_in(corpus, [Clause(())]) == {}


def lexical_texts(
    library: Library, asked: str | Sequence[Clause], filters: Filters = ANY
) -> set[str]:
    found = library.lexical(asked, 1000, filters)
    return {chunk.text for chunk in library.chunks([name for name, _ in found]).values()}


def test_filters_are_exact_at_their_edges(library: Library) -> None:
    first = date(2021, 2, 20)
    papers = ("", "青禾日报", "松岭晚报")
    issues = [
        (f"第{n}号水库。", first + timedelta(n % 20) if n % 7 else None, papers[n % 3])
        for n in range(60)
    ]
    library.put(
        [
            indexed(page_of(f"/{n}", text, issue_date=day, publication=paper), library)
            for n, (text, day, paper) in enumerate(issues)
        ]
    )
    days = st.none() | st.integers(-1, 21).map(lambda after: first + timedelta(after))

    @settings(max_examples=60, deadline=None)
    @given(days, days, st.none() | st.sampled_from([*papers, "青禾"]))
    def holds(begin: date | None, end: date | None, paper: str | None) -> None:
        expected = {
            text
            for text, day, publication in issues
            if (begin is None or (day is not None and day >= begin))
            and (end is None or (day is not None and day < end))
            and (paper is None or publication == paper)
        }
        assert lexical_texts(library, "水库", Filters(begin, end, paper)) == expected

    holds()


def test_the_index_follows_every_change(library: Library, settings: Settings) -> None:
    chance = random.Random(7)
    held: dict[str, list[str]] = {}
    with open_library(settings) as reader:
        for number in range(25):
            pages = {}
            for origin in chance.sample(["/a", "/b", "/c", "/d"], chance.randint(1, 3)):
                numbers = chance.sample(range(number * 10, number * 10 + 10), chance.randint(0, 4))
                pages[origin] = [sentence(chosen) for chosen in numbers]
            library.put([indexed(page_of(origin, *pages[origin]), library) for origin in pages])
            held |= pages
            expected = {text for page in held.values() for text in page}
            assert lexical_texts(library, "水库") == expected
            assert lexical_texts(reader, "水库") == expected
    assert library.verify().ok


def test_many_small_writes_need_no_rebuilding(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with open_library(settings) as library, library.writing():
        for number in range(40):
            library.put([indexed(page_of(f"/{number}", sentence(number)), library)])
    with open_library(settings) as library:
        assert len(library.lexical("水库", 100)) == 40
        assert library.verify().ok
    assert not [record for record in caplog.records if "lexical" in record.getMessage()]


def test_either_of_two_libraries_may_write(settings: Settings) -> None:
    with open_library(settings) as one, open_library(settings) as other:
        for number, library in enumerate((one, other, one, other)):
            library.put([indexed(page_of(f"/{number}", sentence(number)), library)])
            assert len(one.lexical("水库", 9)) == len(other.lexical("水库", 9)) == number + 1


def test_tokens_are_listed_by_their_first_character(library: Library) -> None:
    library.put([indexed(page_of("/a", "松岭的松树，松岭水库；铁路。"), library)])
    assert library.lexical_tokens(["松"]) == ["松", "松岭", "松树"]
    assert library.lexical_tokens(["路", "铁"]) == ["路", "铁", "铁路"]
    assert library.lexical_tokens(["桥"]) == []


def test_an_empty_archive_has_no_words(library: Library) -> None:
    assert library.lexical("水库", 5) == []
    assert library.document_frequency(["水库"]) == ({"水库": 0}, 0)
    assert library.lexical_tokens(["水"]) == []
    assert library.verify().ok


def filled(settings: Settings) -> Path:
    """The folder of the lexical index of an archive with 30 articles."""
    with open_library(settings) as library:
        page = page_of("/a", *(sentence(number) for number in range(30)))
        library.put([indexed(page, library)])
        [folder] = library.archive.glob("lexical-*")
    return folder


def remove(folder: Path) -> None:
    shutil.rmtree(folder)


def empty(folder: Path) -> None:
    for file in folder.iterdir():
        file.write_bytes(b"")


def halve(folder: Path) -> None:
    for file in folder.glob("*.term"):
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def replace_by_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("no folder", encoding="utf-8")


@pytest.mark.parametrize("harm", [remove, empty, halve, replace_by_file])
def test_an_index_that_is_lost_is_made_again_at_the_next_search(
    settings: Settings, harm: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    harm(filled(settings))
    with open_library(settings) as library:
        assert len(library.lexical("水库", 100)) == 30
        assert library.verify().ok
    assert "lexical index made again from 30 chunks" in caplog.text


def test_an_index_that_is_lost_stands_in_no_writers_way(settings: Settings) -> None:
    remove(filled(settings))
    with open_library(settings) as library:
        library.put([indexed(page_of("/b", sentence(77)), library)])
        assert len(library.lexical("水库", 100)) == 31
        assert library.verify().ok


def test_an_older_copy_of_the_index_is_not_taken_for_it(settings: Settings) -> None:
    folder = filled(settings)
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    with open_library(settings) as library:
        library.put([indexed(page_of("/a", sentence(77)), library)])
    shutil.rmtree(folder)
    copy.rename(folder)
    with open_library(settings) as library:
        assert lexical_texts(library, "水库") == {sentence(77)}
        assert library.verify().ok


def test_bytes_that_changed_are_found_and_mended(settings: Settings) -> None:
    folder = filled(settings)
    [file] = folder.glob("*.idx")
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 0x40
    file.write_bytes(content)
    with open_library(settings) as library:
        [problem] = library.verify().problems
        assert file.name in problem
        assert "damaged" in problem
        assert library.repair().ok
        assert len(library.lexical("水库", 100)) == 30


def test_a_search_in_a_ruined_index_says_what_to_do(settings: Settings) -> None:
    folder = filled(settings)
    for file in folder.glob("*.idx"):
        noise = random.Random(5).randbytes(file.stat().st_size - 200)
        file.write_bytes(noise + file.read_bytes()[len(noise) :])
    with open_library(settings) as library:
        with pytest.raises(StoreError, match="newsdesk verify --repair"):
            library.lexical(sentence(3), 100)
        assert library.repair().ok
        assert len(library.lexical("水库", 100)) == 30


def test_an_archive_of_the_first_version_gets_an_index(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    folder = filled(settings)
    remove(folder)
    catalogue = folder.with_name(CATALOGUE_NAME)
    later = folder.with_name("later")
    catalogue.rename(later)
    database = sqlite3.connect(catalogue)
    database.executescript(MIGRATIONS[0] + "PRAGMA user_version = 1;")
    database.execute("ATTACH ? AS later", (str(later),))
    for table in ("manifest", "page", "origin", "article", "chunk", "chunk_vector"):
        columns = ", ".join(row[1] for row in database.execute(f"PRAGMA main.table_info({table})"))
        database.execute(f"INSERT INTO main.{table} SELECT {columns} FROM later.{table}")
    database.execute("INSERT INTO lexical (rowid, body) SELECT number, 'x' FROM chunk")
    database.commit()
    database.close()
    later.unlink()
    with open_library(settings) as library:
        assert len(library.lexical("水库", 100)) == 30
        assert library.verify().ok
    assert "lexical index made again from 30 chunks: it was missing" in caplog.text


def test_a_write_cut_off_before_it_counted_is_finished_without_rebuilding(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    filled(settings)
    with open_library(settings) as library, library.writing():
        # Straight at the parts: what a kill leaves between the commit of the words and the turn.
        library._ledger.accept([indexed(page_of("/b", sentence(77)), library)])
        library._lexical.write(library._ledger.lexical_entries("pending"))
    with open_library(settings) as library:
        assert len(library.lexical("水库", 100)) == 31
        assert library.verify().ok
    assert "made again" not in caplog.text
