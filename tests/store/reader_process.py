"""Run in a process of its own: one dense search that gets a signal on its way.

Arguments: a home, the number of the signal or 0, and where it comes: `opening`, when Chroma is
about to be opened, or `reading`, in the middle of its search.
"""

import signal
import sys
from pathlib import Path
from typing import Any

from tests.store.samples import open_library, question_vector, settings_for


def signal_at_import(event: str, arguments: tuple[Any, ...]) -> None:
    # Python tells of an import as it begins; Chroma is imported when its files are opened.
    if event == "import" and arguments[0] == "chromadb" and wanted:
        signal.raise_signal(wanted)


def signal_at_query(*_: object, **__: object) -> None:
    signal.raise_signal(wanted)


if __name__ == "__main__":
    wanted = int(sys.argv[2])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.argv[3] == "opening":
        sys.addaudithook(signal_at_import)
    elif wanted:
        from chromadb import Collection

        Collection.query = signal_at_query  # type: ignore[assignment,method-assign]
    with open_library(settings_for(Path(sys.argv[1]))) as library:
        print(len(library.dense(question_vector("水库"), 1000)))
