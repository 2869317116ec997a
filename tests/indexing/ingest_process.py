"""Run in a process of its own: one ingest that tells how many pages it reports as stored."""

import sys
from collections.abc import Iterator
from pathlib import Path

from rag.indexing.pipeline import ingest
from rag.types import Page
from tests.store.samples import HashingEmbedder, open_library, page_of, sentence, settings_for

PAGES = 300


def pages(edition: int) -> Iterator[Page]:
    """An edition of every page: one article to six, the same each time."""
    for number in range(PAGES):
        first = edition * 5000 + number * 7
        yield page_of(f"/{number}.txt", *map(sentence, range(first, first + number % 6 + 1)))


def tell(stage: str, done: int, total: int | None) -> None:
    if stage == "pages":
        print(done, flush=True)


if __name__ == "__main__":
    settings = settings_for(Path(sys.argv[1]), embedding_batch=8)
    with open_library(settings) as library:
        print("ready", flush=True)
        ingest(pages(int(sys.argv[2])), library, HashingEmbedder(), settings, tell)
        print("end", flush=True)
