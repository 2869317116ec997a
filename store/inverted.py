"""One inverted index in a folder of its own: tantivy, over tokens parted by spaces."""

import json
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import tantivy
from tantivy import Occur, Query, Searcher

from rag.errors import StoreError
from rag.types import Filters
from store.rows import to_number
from store.segmentation import tokens

_WORDS, _NUMBER, _ISSUE_DATE, _PUBLICATION = "words", "number", "issue_date", "publication"
_TOKENIZER = "tokens"
_META = "meta.json"
_HEAP_BYTES = 30_000_000  # what a writer gathers before it begins a further segment
_FOOTER_NUMBERS = 8  # bytes at the end of a tantivy file: the footer's length, and a magic number


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing a search asks for.

    tokens: tokens of `store.segmentation`; several must stand one after the other, as the pairs of
    a longer Chinese word do. weight: multiplies its BM25; that of several tokens is of the whole
    phrase's frequency, with the sum of their inverse document frequencies.
    """

    tokens: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class LexicalEntry:
    """A chunk as it is indexed; number: the catalogue's, issue_date: YYYYMMDD."""

    number: int
    text: str
    context: str
    issue_date: int | None
    publication: str


class InvertedIndex:
    """Reads one folder, as it was when this was made. Every failure is a StoreError."""

    def __init__(self, folder: Path, opened: tantivy.Index | None = None) -> None:
        """opened: the same folder's, which isn't opened again."""
        self._folder = folder
        with explained(folder):
            if opened is None:
                opened = tantivy.Index.open(str(folder))
                opened.config_reader("manual")
            else:
                opened.reload()
            self._index = opened
            self._searcher: Searcher = opened.searcher()
            self._schema = opened.schema

    def reloaded(self) -> "InvertedIndex":
        """The index with what was committed meanwhile, by whomever; this one stays as it is."""
        return InvertedIndex(self._folder, self._index)

    def search(
        self, clauses: Iterable[Clause], limit: int, filters: Filters
    ) -> list[tuple[int, float]]:
        """(chunk number, BM25 with k1 = 1.2 and b = 0.75), the best first, of any of the clauses.

        Lengths count to within an eighth (tantivy keeps them in a byte), exactly up to 40 tokens.
        """
        with explained(self._folder):
            query = self._any(clauses)
            if conditions := list(self._conditions(filters)):
                query = Query.boolean_query([(Occur.Must, query), *conditions])
            # tantivy sets room aside for as many hits as it is asked for.
            most = min(limit, max(self.count(), 1))
            hits = self._searcher.search(query, most, count=False).hits
            numbers = self._numbers([address for _, address in hits])
            return [(number, score) for number, (score, _) in zip(numbers, hits, strict=True)]

    def count(self) -> int:
        """How many entries there are."""
        return self._searcher.num_docs

    def numbers(self) -> set[int]:
        """The numbers of all entries."""
        with explained(self._folder):
            if not self.count():
                return set()
            hits = self._searcher.search(Query.all_query(), self.count(), count=False).hits
            return set(self._numbers([address for _, address in hits]))

    def document_frequency(self, token: str) -> int:
        """In how many entries a token stands; one removed counts until its segment is merged."""
        with explained(self._folder):
            return self._searcher.doc_freq(_WORDS, token)

    def tokens(self, prefix: str) -> list[str]:
        """The tokens that begin so, in order."""
        with explained(self._folder):
            return sorted(token for token, _ in self._searcher.terms_with_prefix(_WORDS, prefix))

    def _any(self, clauses: Iterable[Clause]) -> Query:
        return Query.boolean_query(
            [(Occur.Should, self._clause(clause)) for clause in clauses if clause.tokens]
        )

    def _clause(self, clause: Clause) -> Query:
        if len(clause.tokens) == 1:
            query = Query.term_query(self._schema, _WORDS, clause.tokens[0], "freq")
        else:
            query = Query.phrase_query(self._schema, _WORDS, list(clause.tokens))
        return query if clause.weight == 1.0 else Query.boost_query(query, clause.weight)

    def _conditions(self, filters: Filters) -> Iterator[tuple[Occur, Query]]:
        if filters.date_from is not None or filters.date_until is not None:
            dates = Query.range_query(
                self._schema,
                _ISSUE_DATE,
                tantivy.FieldType.Integer,
                to_number(filters.date_from),
                to_number(filters.date_until),
                include_upper=filters.date_until is None,  # no bound counts as included
            )
            yield Occur.Must, Query.const_score_query(dates, 0.0)
        if filters.publication is not None:
            paper = Query.term_query(self._schema, _PUBLICATION, filters.publication, "basic")
            yield Occur.Must, Query.const_score_query(paper, 0.0)

    def _numbers(self, addresses: list[tantivy.DocAddress]) -> list[int]:
        values = self._searcher.fast_field_values(_NUMBER, addresses)
        return [int(value) for value in values if value is not None]


class IndexWriter:
    """The one writer of a folder, which it makes where it is missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with explained(folder):
            folder.mkdir(exist_ok=True)
            index = tantivy.Index(_schema(), path=str(folder))
            index.register_tokenizer(
                _TOKENIZER,
                tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build(),
            )
            self._writer = index.writer(_HEAP_BYTES, num_threads=1)
        self.changes = False  # whether anything waits for a commit

    def write(self, entries: Iterable[LexicalEntry]) -> None:
        """Notes entries for the next commit, in place of those of the same numbers."""
        for entry in entries:
            self.remove([entry.number])
            with explained(self._folder):
                self._writer.add_document(_document(entry))

    def remove(self, numbers: Iterable[int]) -> None:
        """Notes for the next commit that entries go, if they are there."""
        with explained(self._folder):
            for number in numbers:
                self._writer.delete_documents_by_term(_NUMBER, number)
                self.changes = True

    def commit(self) -> int:
        """Makes all that was noted last, whatever happens after; the folder's stamp."""
        with explained(self._folder):
            committed = self._writer.commit()
        self.changes = False
        return committed

    def close(self) -> None:
        """Waits for merges and frees the folder; what isn't committed is dropped."""
        with explained(self._folder):
            self._writer.wait_merging_threads()


def stamp(folder: Path) -> int:
    """What the last commit in a folder gave; rises with every commit. Raises StoreError."""
    with explained(folder):
        return int(json.loads((folder / _META).read_bytes())["opstamp"])


def damaged_files(folder: Path) -> list[str]:
    """The names of the files whose content isn't what was written, by their own checksums.

    tantivy ends a file with its CRC-32 in JSON, the length of that, and a magic number.
    """
    with explained(folder):
        meta = json.loads((folder / _META).read_bytes())
        segments = {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
        return [
            file.name
            for file in sorted(folder.iterdir())
            if file.name.split(".")[0] in segments and not _whole(file.read_bytes())
        ]


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turns every failure of tantivy into a StoreError that names the folder."""
    try:
        yield
    except StoreError:
        raise
    except Exception as error:  # tantivy raises ValueError and OSError
        raise _error(folder, error) from error
    except BaseException as error:
        # Damaged files can make it panic, and PanicException isn't an Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise _error(folder, error) from error


def _error(folder: Path, error: BaseException) -> StoreError:
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return StoreError(
        f"the lexical index in {folder} can't be used ({reason}); try `newsdesk verify --repair`"
    )


def _schema() -> tantivy.Schema:
    schema = tantivy.SchemaBuilder()
    schema.add_text_field(_WORDS, tokenizer_name=_TOKENIZER, index_option="position")
    # Signed: a deletion takes every Python number for a signed one, and finds no unsigned.
    schema.add_integer_field(_NUMBER, indexed=True, fast=True)
    schema.add_integer_field(_ISSUE_DATE, fast=True)
    schema.add_text_field(_PUBLICATION, tokenizer_name="raw", index_option="basic")
    return schema.build()


def _document(entry: LexicalEntry) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text(_WORDS, " ".join([*tokens(entry.text), *tokens(entry.context)]))
    document.add_integer(_NUMBER, entry.number)
    if entry.issue_date is not None:
        document.add_integer(_ISSUE_DATE, entry.issue_date)
    document.add_text(_PUBLICATION, entry.publication)
    return document


def _whole(data: bytes) -> bool:
    footer_ends = len(data) - _FOOTER_NUMBERS
    body_ends = footer_ends - int.from_bytes(data[footer_ends : footer_ends + 4], "little")
    if footer_ends < 0 or body_ends < 0:
        return False
    try:
        checksum = json.loads(data[body_ends:footer_ends])["crc"]
    except (ValueError, KeyError, TypeError):
        return False
    return bool(checksum == zlib.crc32(data[:body_ends]))
