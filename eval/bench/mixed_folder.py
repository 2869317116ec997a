"""How a folder of mixed files is taken in: what is kept, what is named, how fast, in what memory.

    python -m eval.bench.mixed_folder [--files 2000] [--bad 40]

The files are made up, in every format that is read, the bad ones in every way that a file can't be
read. They are ingested without an embedding model, every passage getting the same vector, so that
the figures are those of reading and storing; then once more.
"""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from eval.bench.command import count, ends_in_one_line, parser
from eval.bench.memory import peak_mib
from eval.bench.mixed_files import write_mixed
from eval.bench.tables import head, row
from rag.indexing.embedding.base import chunks_without_tokens, question_without_tokens
from rag.indexing.intake import Intake, IntakeOptions
from rag.indexing.pipeline import ingest, manifest_of
from rag.intake_types import IngestReport
from rag.reading.options import ReadOptions
from rag.settings import Settings, load_settings
from rag.types import PassageEmbedding, QuestionEmbedding
from store.library import Library

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TODAY = date(2026, 11, 26)


@dataclass(frozen=True, slots=True)
class Figures:
    """Both ingests. cpu_seconds: of the first, of all the process's threads. peak_mib: the most
    memory that the process held, which made the files too."""

    first: IngestReport
    second: IngestReport
    seconds: float
    cpu_seconds: float
    again_seconds: float
    peak_mib: float


class NoEmbedder:
    """Gives every text the same vector."""

    name, revision, dimension, own_language = "none", "1", 4, 0.0

    def embed_passages(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        import numpy as np  # heavy: loaded on first use

        return np.full((len(texts), self.dimension), 0.5, dtype=np.float32)

    def embed_queries(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        return self.embed_passages(texts)

    def embed_chunks(self, texts: Sequence[str]) -> list[PassageEmbedding]:
        return chunks_without_tokens(self.embed_passages(texts))

    def embed_question(self, text: str) -> QuestionEmbedding:
        return question_without_tokens(self.embed_passages([text]))


def main() -> None:
    """The command that the module's description shows."""
    asked = parser("eval.bench.mixed_folder", __doc__)
    asked.add_argument("--files", type=count, default=2000, help="files made")
    asked.add_argument("--bad", type=count, default=40, help="of them, files that can't be read")
    arguments = asked.parse_args()
    with ends_in_one_line("mixed_folder"), tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "pages"
        write_mixed(folder, arguments.files, arguments.bad)
        figures = measure(folder, load_settings(home=Path(scratch) / "home"))
        print(markdown(figures))


def measure(folder: Path, settings: Settings) -> Figures:
    """Takes a folder in twice."""
    embedder = NoEmbedder()
    with Library.open(settings.home, manifest_of(embedder, settings)) as library:
        begun, cpu = time.perf_counter(), time.process_time()
        first = _ingest(folder, library, settings)
        seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
        begun = time.perf_counter()
        second = _ingest(folder, library, settings)
        again = time.perf_counter() - begun
    return Figures(first, second, seconds, cpu, again, peak_mib())


def markdown(figures: Figures) -> str:
    """The figures as a table, and a line for each failure below it."""
    first, second = figures.first, figures.second
    cells = [
        str(first.new),
        str(len(first.failed)),
        f"{second.new} new, {second.updated} updated, {second.unchanged} unchanged",
        f"{figures.seconds:.1f}",
        f"{first.articles / figures.seconds:.1f}",
        f"{first.articles / figures.cpu_seconds:.1f}",
        f"{figures.again_seconds:.1f}",
        f"{figures.peak_mib:.0f}",
    ]
    columns = [
        *("in", "failed", "second run", "s", "articles/s", "articles/s of CPU", "second run, s"),
        "peak, MiB",
    ]
    named = [f"- {Path(f.source).name}: {f.reason}" for f in first.failed]
    return "\n".join([head(columns), row(cells), "", *named])


def _ingest(folder: Path, library: Library, settings: Settings) -> IngestReport:
    with library.writing():
        intake = Intake(library, IntakeOptions(ReadOptions(today=_TODAY)))
        report = ingest(intake.pages([folder]), library, NoEmbedder(), settings)
        intake.settle()
    return report


if __name__ == "__main__":
    main()
