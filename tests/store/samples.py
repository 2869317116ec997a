"""A small real embedder, and pages of an invented town, for tests of store and indexing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.indexing.chunking import chunk_article, passage_text
from rag.indexing.pipeline import manifest_of
from rag.settings import Settings
from rag.types import (
    Article,
    Page,
    PassageEmbedding,
    QuestionEmbedding,
    QuestionTokens,
    SourceMap,
)
from store.library import Library
from store.records import IndexedChunk, IndexedPage
from store.segmentation import tokens

DIMENSION = 64
TOKEN_DIMENSION = 8


class HashingEmbedder:
    """Feature hashing of lexical tokens (Weinberger et al., 2009): shared words are near.

    Of each word it gives a token vector too, packed as one byte a component.
    """

    def __init__(self, name: str = "hashing", revision: str = "1", dimension: int = DIMENSION):
        self.name = name
        self.revision = revision
        self.dimension = dimension
        self.own_language = 0.0
        self.embedded: list[str] = []

    def embed_chunks(self, texts: Sequence[str]) -> list[PassageEmbedding]:
        self.embedded.extend(texts)
        return [
            PassageEmbedding(vector, packed_tokens(text))
            for vector, text in zip(self.embed_queries(texts), texts, strict=True)
        ]

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded.extend(texts)
        return self.embed_queries(texts)

    def embed_question(self, text: str) -> QuestionEmbedding:
        vectors = token_vectors(text)
        weights = np.ones(len(vectors), dtype=np.float32)
        return QuestionEmbedding(self.embed_queries([text])[0], QuestionTokens(vectors, weights))

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for token in tokens(text) or ["?"]:
                value = int.from_bytes(blake2b(token.encode(), digest_size=8).digest(), "big")
                row[value // 2 % self.dimension] += 1 if value % 2 else -1
            row[0] += 1e-3  # never all zero
            row /= np.linalg.norm(row)
        return rows


def token_vectors(text: str) -> NDArray[np.float32]:
    """A unit vector a word, (words, TOKEN_DIMENSION)."""
    digests = [
        blake2b(word.encode(), digest_size=TOKEN_DIMENSION).digest() for word in tokens(text)
    ]
    rows = np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, TOKEN_DIMENSION) - 127.5
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / lengths, dtype=np.float32)


def packed_tokens(text: str) -> bytes:
    """The token vectors of a text, a signed byte a component."""
    return np.rint(token_vectors(text) * 127).astype(np.int8).tobytes()


def settings_for(home: Path, **values: object) -> Settings:
    return Settings.model_validate({"home": home, **values})


def open_library(settings: Settings, embedder: HashingEmbedder | None = None) -> Library:
    manifest = manifest_of(embedder or HashingEmbedder(), settings)
    return Library.open(settings.home, manifest, chroma_url=settings.chroma_url)


def page_of(
    origin: str,
    *texts: str,
    issue_date: date | None = date(2021, 3, 4),
    publication: str = "青禾日报",
    headline: str = "",
) -> Page:
    """A page with one article a text; its id comes from all that is in it."""
    raw = "\n".join(texts)
    made_of = f"{raw}|{issue_date}|{publication}|{headline}"
    page_id = blake2b(made_of.encode(), digest_size=16).hexdigest()
    blank = Article(
        id="",
        page_id=page_id,
        position=0,
        headline=headline,
        kicker="",
        byline=("记者 甲",),
        dateline="",
        text="",
        source_map=SourceMap(()),
        issue_date=issue_date,
        event_date=issue_date,
        date_inferred=True,
        publication=publication,
        page="1",
        source=Path(origin).name,
    )
    articles = []
    at = 0
    for position, text in enumerate(texts):
        article_id = blake2b(f"{page_id}{position}".encode(), digest_size=16).hexdigest()
        runs = ((0, at, len(text)),)
        at += len(text) + 1
        articles.append(
            replace(blank, id=article_id, position=position, text=text, source_map=SourceMap(runs))
        )
    return Page(
        id=page_id,
        origin=origin,
        source=Path(origin).name,
        raw=raw,
        encoding="utf-8",
        issue_date=issue_date,
        publication=publication,
        page="1",
        articles=tuple(articles),
    )


def indexed(page: Page, library: Library, embedder: HashingEmbedder | None = None) -> IndexedPage:
    """A page with its chunks embedded, by the library's own chunk sizes."""
    embedder = embedder or HashingEmbedder()
    manifest = library.manifest
    chunks = [
        chunk
        for article in page.articles
        for chunk in chunk_article(article, manifest.chunk_characters, manifest.chunk_cap)
    ]
    embeddings = embedder.embed_chunks([passage_text(chunk) for chunk in chunks])
    return IndexedPage(
        page,
        tuple(
            IndexedChunk(chunk, embedding, library.vector_key(passage_text(chunk)))
            for chunk, embedding in zip(chunks, embeddings, strict=True)
        ),
    )


def sentence(number: int) -> str:
    """A distinct sentence for each number."""
    towns = "青禾白鹭松岭石桥云溪"
    town = towns[number % 5 * 2 : number % 5 * 2 + 2]
    return f"{town}县第{number}号水库完成了{number * 7}米堤坝的加固，投入{number * 3}万元。"


def question_vector(text: str) -> NDArray[np.float32]:
    [row] = HashingEmbedder().embed_queries([text])
    return np.asarray(row, dtype=np.float32)
