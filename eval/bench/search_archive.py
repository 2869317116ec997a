"""Archives of any size to measure search in, made of the shuffled sentences of some texts."""

import hashlib
import json
import random
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from eval.bench.mixing import MixingEmbedder
from eval.errors import EvalError
from rag.indexing.chunking import chunk_article
from rag.indexing.embedding.providers import open_embedder
from rag.indexing.pipeline import ingest, manifest_of
from rag.indexing.sentences import split_sentences
from rag.intake_types import IngestFailure
from rag.reading.reader import ReadOptions, read
from rag.settings import Settings
from rag.types import Filters, Page
from store.library import Library

FIRST_DAY = date(2001, 1, 1)
DAYS = 1000
ARTICLE_CHARACTERS = 900
PAPERS: Mapping[str, int] = {"青川日报": 50, "松河周报": 1}
"""By name, how many articles in a hundred it has; a third paper has the others."""

_THIRD_PAPER = "白石晚报"
_SEED = 1
_MARKER = "built"


@dataclass(frozen=True, slots=True)
class Plan:
    """What an archive is made of. chunks: at least. embedded: how many of them, the others' vectors
    are mixed. texts: what tells some sentences from others."""

    chunks: int
    embedded: int
    texts: str


def sentences_of(texts: Sequence[str]) -> list[str]:
    """The distinct sentences of the texts, in their order."""
    found: dict[str, None] = {}
    for text in texts:
        found.update((text[start:end], None) for start, end in split_sentences(text))
    return list(found)


def plan(chunks: int, embedded: int, sentences: Sequence[str]) -> Plan:
    """For an archive of so many chunks, of these sentences."""
    digest = hashlib.sha256("\n".join(sentences).encode("utf-8", "replace")).hexdigest()
    return Plan(chunks, min(chunks, embedded), digest)


def built(home: Path, wanted: Plan, sentences: Sequence[str]) -> float | None:
    """Builds the archive in `home`; seconds, None where it stands there as wanted.

    Raises EvalError where something else stands there.
    """
    marker = home / _MARKER
    if home.exists():
        _check(marker, wanted)
        return None
    started = time.perf_counter()
    _build(home, wanted, sentences)
    marker.write_text(json.dumps(asdict(wanted)) + "\n", encoding="utf-8")
    return time.perf_counter() - started


def settings_for(home: Path) -> Settings:
    """The defaults, but for the place and for batches that make building quick."""
    return Settings(home=home, mode="extractive", embedding_batch=1000)


def by_date(share: float) -> Filters:
    """Days that let this share of the articles through."""
    return Filters(FIRST_DAY, FIRST_DAY + timedelta(days=round(DAYS * share)))


def by_paper(name: str) -> Filters:
    """One of PAPERS."""
    return Filters(publication=name)


def articles(sentences: Sequence[str]) -> Iterator[Mapping[str, str]]:
    """Articles without end, of sentences in random order; their days spread evenly, their papers
    by share."""
    chance = random.Random(_SEED)
    papers = [name for name, count in PAPERS.items() for _ in range(count)]
    papers += [_THIRD_PAPER] * (100 - len(papers))
    while True:
        days = chance.sample(range(DAYS), DAYS)
        of_days = [paper for _ in range(0, DAYS, 100) for paper in chance.sample(papers, 100)]
        for day, paper in zip(days, of_days, strict=True):
            text = ""
            while len(text) < ARTICLE_CHARACTERS:
                text += chance.choice(sentences)
            issued = FIRST_DAY + timedelta(days=day)
            yield {"text": text, "date": issued.isoformat(), "publication": paper}


def _check(marker: Path, wanted: Plan) -> None:
    try:
        found = TypeAdapter(Plan).validate_json(marker.read_bytes())
    except FileNotFoundError:
        raise EvalError(f"{marker.parent}: was left half-built; remove it") from None
    except (OSError, ValidationError):
        raise EvalError(f"{marker}: doesn't tell what was built here; remove the folder") from None
    if found != wanted:
        raise EvalError(
            f"{marker.parent}: was built of other texts, or with another --embedded"
            f" ({found.embedded}); remove it, or keep this archive elsewhere with --home"
        )


def _build(home: Path, wanted: Plan, sentences: Sequence[str]) -> None:
    settings = settings_for(home)
    embedder = MixingEmbedder(open_embedder(settings), wanted.embedded)
    with (
        tempfile.TemporaryDirectory(prefix="newsdesk-texts-") as folder,
        Library.open(home, manifest_of(embedder, settings)) as library,
    ):
        rows = Path(folder) / "articles.jsonl"
        with rows.open("w", encoding="utf-8") as file:
            # A chunk has 80 characters or more on average: enough articles for every size.
            for article in islice(articles(sentences), wanted.chunks):
                file.write(json.dumps(article, ensure_ascii=False) + "\n")
        pages = read(rows, ReadOptions(issue_date=None, publication=None, today=FIRST_DAY))
        ingest(_of_size(pages, wanted.chunks, settings), library, embedder, settings)


def _of_size(
    pages: Iterable[Page | IngestFailure], size: int, settings: Settings
) -> Iterator[Page]:
    """Pages until their chunks are so many."""
    chunks = 0
    for page in pages:
        if isinstance(page, IngestFailure):
            raise EvalError(f"{page.source}: {page.reason}")
        if chunks >= size:
            return
        for article in page.articles:
            chunks += len(chunk_article(article, settings.chunk_characters, settings.chunk_cap))
        yield page
