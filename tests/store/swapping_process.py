"""Run in a process of its own: one page takes the place of another in a home, over and over."""

import sys
from itertools import cycle
from pathlib import Path

from rag.types import Page
from tests.store.samples import indexed, open_library, page_of, sentence, settings_for

OLD: Page = page_of("/a.txt", sentence(1), sentence(2))
NEW: Page = page_of("/a.txt", sentence(3))


if __name__ == "__main__":
    with open_library(settings_for(Path(sys.argv[1]))) as library, library.writing():
        for page in cycle((NEW, OLD)):
            library.put([indexed(page, library)])
            print("swapped", flush=True)
