"""Run in a process of its own: changes the pages of a home for ever, telling each that is done."""

import sys
from itertools import count
from pathlib import Path

from rag.types import Page
from tests.store.samples import indexed, open_library, page_of, sentence, settings_for

ORIGINS = 7
ARTICLES = 30


def changed_page(number: int) -> Page:
    """The page that is put as the number-th."""
    texts = [sentence(number * ARTICLES + at) for at in range(ARTICLES)]
    return page_of(f"/page-{number % ORIGINS}.txt", *texts)


if __name__ == "__main__":
    with open_library(settings_for(Path(sys.argv[1]))) as library, library.writing():
        print("ready", flush=True)
        for number in count(int(sys.argv[2])):
            page = changed_page(number)
            library.put([indexed(page, library)])
            print(f"{page.origin} {page.id}", flush=True)
