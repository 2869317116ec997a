"""How a folder of mixed files is taken in: what is kept, what is named, how fast, in what memory.

    python -m eval.bench.mixed_folder [--files 2000] [--bad 43] [--scans 24]

The files are made up, in every format that is read, the bad ones in every way that a file can't be
read. They are ingested without an embedding model, every passage getting the same vector, so that
the figures are those of reading and storing: first files with text and bad ones, then scans, then
all of them once more. Needs `newsdesk[ocr,dev]` and a Chinese font.
"""

import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from eval.bench.command import count, ends_in_one_line, parser
from eval.bench.memory import forget_peak, tree_peak_mib
from eval.bench.mixed_files import Mixed, write_mixed
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
    """What was made, and three ingests of it: files with text and bad ones, scans, all once more.
    peak_mib: the most memory that the process and any that it started held from the first ingest
    to the end of the stage; of the process's whole life where the system can't tell."""

    made: Mixed
    texts: "Stage"
    scans: "Stage"
    again: "Stage"
    by_root: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """One ingest. cpu_seconds: of all the process's threads."""

    report: IngestReport
    seconds: float
    cpu_seconds: float
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
    asked.add_argument("--bad", type=count, default=43, help="of them, files that can't be read")
    asked.add_argument("--scans", type=count, default=24, help="of them, images of pages")
    arguments = asked.parse_args()
    with ends_in_one_line("mixed_folder"), tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "pages"
        made = write_mixed(folder, arguments.files, arguments.bad, arguments.scans)
        print(markdown(measure(made, load_settings(home=Path(scratch) / "home"))))


def measure(made: Mixed, settings: Settings) -> Figures:
    """Takes the files in, and once more. One of the bad ones may not be read by anyone but root."""
    locked = made.bad / "no-permission.txt"
    locked.write_text("谁也不能读的一页。\n", encoding="utf-8")
    locked.chmod(0)
    by_root = os.access(locked, os.R_OK)
    if by_root:
        locked.unlink()
    forget_peak()
    with Library.open(settings.home, manifest_of(NoEmbedder(), settings)) as library:
        return Figures(
            made,
            _stage([made.texts, made.bad], library, settings),
            _stage([made.scans], library, settings),
            _stage([made.texts, made.bad, made.scans], library, settings),
            by_root,
        )


def markdown(figures: Figures) -> str:
    """The figures as a table, and a line for each failure below it."""
    columns = [
        *("", "in", "articles", "failed", "s", "CPU s", "articles/s", "articles/s of CPU"),
        "peak, MiB",
    ]
    texts, scans, again = figures.texts, figures.scans, figures.again
    named = [f"- {Path(f.source).name}: {f.reason}" for f in texts.report.failed]
    if figures.by_root:
        named.append("- a file without permission to read it isn't among them: root reads it")
    second = again.report
    return "\n".join(
        [
            head(columns),
            row(["files with text", *_cells(texts)]),
            row(["scans", *_cells(scans)]),
            row(["both", *_cells(_together(texts, scans))]),
            "",
            f"All once more: {second.new} new, {second.updated} updated, {second.unchanged}"
            f" unchanged, {len(second.failed)} named again, in {again.seconds:.1f} s",
            "",
            *named,
        ]
    )


def _cells(stage: Stage) -> list[str]:
    report = stage.report
    return [
        str(report.new),
        str(report.articles),
        str(len(report.failed)),
        f"{stage.seconds:.1f}",
        f"{stage.cpu_seconds:.1f}",
        f"{report.articles / max(stage.seconds, 0.001):.1f}",
        f"{report.articles / max(stage.cpu_seconds, 0.001):.1f}",
        f"{stage.peak_mib:.0f}",
    ]


def _together(one: Stage, other: Stage) -> Stage:
    return Stage(
        one.report + other.report,
        one.seconds + other.seconds,
        one.cpu_seconds + other.cpu_seconds,
        max(one.peak_mib, other.peak_mib),
    )


def _stage(folders: Sequence[Path], library: Library, settings: Settings) -> Stage:
    begun, cpu = time.perf_counter(), time.process_time()
    with library.writing():
        intake = Intake(library, IntakeOptions(ReadOptions(today=_TODAY)))
        report = ingest(intake.pages(folders), library, NoEmbedder(), settings)
        intake.settle()
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    return Stage(report, seconds, cpu, tree_peak_mib())


if __name__ == "__main__":
    main()
