"""newsdesk itself, through its one door."""

import json
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from eval.bench.sets import Document
from rag.desk import Desk
from rag.indexing.embedding.base import Embedder
from rag.indexing.pipeline import manifest_of
from rag.settings import Settings
from store.library import Library


class Newsdesk:
    """An archive in a folder of its own, at the default settings."""

    def __init__(self, embedder: Embedder) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="newsdesk-peers-")
        self._rows = Path(self._folder.name) / "documents.jsonl"
        settings = Settings(home=Path(self._folder.name) / "home", mode="extractive")
        library = Library.open(settings.home, manifest_of(embedder, settings))
        self._desk = Desk(settings, library, embedder, None, date.today)

    def index(self, documents: Sequence[Document]) -> int:
        with self._rows.open("w", encoding="utf-8") as file:
            for document in documents:
                row = {"id": document.id, "text": document.text}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        return self._desk.ingest([self._rows]).chunks

    def search(self, question: str, passages: int) -> list[str]:
        hits = self._desk.search(question, limit=passages)
        return [hit.source_id for hit in hits if hit.source_id is not None]

    def close(self) -> None:
        self._desk.close()
        self._folder.cleanup()
