"""How fast documents are taken in, and where the time goes.

    python -m eval.bench.ingest DOCS.jsonl... [--limit 400] [--home FOLDER] [--json FIGURES.json]

DOCS: rows with `text`. They go into an archive of their own, once anew and once again, with the
embedding model that the settings name; the model is loaded before the clock starts. Shown are
documents and chunks a second, the share of the time in which the embedder was at work, the peak of
memory, and time by stage: the embedder's calls are timed, the storing thread is looked at every few
milliseconds. The embedder's CPU time is what the process took beyond the other threads. Linux only:
other systems don't tell the CPU time of a thread.
"""

import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain, islice
from pathlib import Path
from types import FrameType

from pydantic import PositiveFloat

from eval.bench.command import count, ends_in_one_line, new_file, parser
from eval.bench.memory import peak_mib
from eval.bench.passing import PassingEmbedder
from eval.bench.provenance import Measurement, provenance, write
from eval.bench.tables import head, row
from eval.errors import EvalError
from rag.indexing.embedding.base import Embedder
from rag.indexing.embedding.providers import open_embedder
from rag.indexing.pipeline import ingest, manifest_of
from rag.intake_types import IngestFailure, IngestReport
from rag.reading.reader import ReadOptions, read
from rag.settings import Settings, load_settings
from rag.types import Page, PassageEmbedding
from store.library import Library

LOOK_SECONDS = 0.005
_TASKS = Path("/proc/self/task")
_ROOT = Path(__file__).resolve().parents[2]
_STAGES: tuple[tuple[str, str | None], ...] = (
    ("rag/reading/", "read"),
    ("rag/indexing/chunking.py", "chunk"),
    ("rag/indexing/sentences.py", "chunk"),
    # Before the rest of the store; SQLite's time belongs to whoever asks it.
    ("store/database.py", None),
    ("store/lexical", "store: lexical index"),
    ("store/inverted", "store: lexical index"),
    ("store/segmentation.py", "store: lexical index"),
    ("store/chroma.py", "store: vectors"),
    ("store/doors.py", "store: vectors"),
    ("store/vector", "store: vectors"),
    ("store/", "store: catalogue"),
    ("rag/indexing/embedding_threads.py", "waiting for the embedder"),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """Seconds of one stage. wall: of the storing thread, or the embedder's own beside it."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Figures:
    """One ingest. busy: the share of `seconds` with a call of the embedder under way. peak_mib:
    resident memory of the process at its largest. again_seconds: the same once more."""

    documents: int
    chunks: int
    seconds: PositiveFloat
    cpu_seconds: PositiveFloat
    busy: float
    peak_mib: float
    again_seconds: float
    stages: dict[str, Stage]

    def largest_first(self) -> list[tuple[str, Stage]]:
        """The stages by their processor time."""
        return sorted(self.stages.items(), key=lambda item: -item[1].cpu)


class TimedEmbedder(PassingEmbedder):
    """Passes on what another embedder gives, and notes when it was at work."""

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(embedder)
        self._mutex = threading.Lock()
        self._calls = 0
        self._since = 0.0
        self.seconds = 0.0

    def embed_chunks(self, texts: Sequence[str]) -> list[PassageEmbedding]:
        """As the other gives them."""
        with self._noted():
            return super().embed_chunks(texts)

    @contextmanager
    def _noted(self) -> Iterator[None]:
        with self._mutex:
            if not self._calls:
                self._since = time.perf_counter()
            self._calls += 1
        try:
            yield
        finally:
            with self._mutex:
                self._calls -= 1
                if not self._calls:
                    self.seconds += time.perf_counter() - self._since


class StageWatch:
    """Looks at what the thread that made it is doing, and notes time by stage."""

    def __init__(self) -> None:
        self._watched = threading.get_ident()
        self._clock = time.pthread_getcpuclockid(self._watched)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watch", daemon=True)
        self.wall: Counter[str] = Counter()
        self.cpu: Counter[str] = Counter()
        self.own_cpu = 0.0

    def __enter__(self) -> "StageWatch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        wall, cpu = time.perf_counter(), time.clock_gettime(self._clock)
        while not self._ended.wait(LOOK_SECONDS):
            stage = _stage_of(sys._current_frames().get(self._watched))
            wall_now, cpu_now = time.perf_counter(), time.clock_gettime(self._clock)
            self.wall[stage] += wall_now - wall  # type: ignore[assignment]
            self.cpu[stage] += cpu_now - cpu  # type: ignore[assignment]
            wall, cpu = wall_now, cpu_now
        self.own_cpu = time.thread_time()


def main() -> None:
    """The command that the module's description shows."""
    asked = parser("eval.bench.ingest", __doc__)
    asked.add_argument("documents", type=Path, nargs="+")
    asked.add_argument("--limit", type=count, help="documents taken in; all by default")
    asked.add_argument("--home", type=Path, help="keep the archive here; the folder must be new")
    asked.add_argument("--json", type=new_file, help="write every figure here")
    arguments = asked.parse_args()
    if arguments.home is not None and arguments.home.exists():
        asked.error(f"{arguments.home} exists already; name a new folder")
    with (
        ends_in_one_line("ingest"),
        tempfile.TemporaryDirectory(prefix="newsdesk-ingest-") as folder,
    ):
        settings = load_settings(home=arguments.home or Path(folder))
        made = provenance(open_embedder(settings))
        figures = measure(arguments.documents, arguments.limit, settings)
        print(markdown(figures))
        write(arguments.json, Measurement(made, figures))


def markdown(figures: Figures) -> str:
    """The pace of an ingest, and its time by stage, as tables."""
    return "\n".join([*_pace(figures), "", *_by_stage(figures), ""])


def measure(files: Sequence[Path], limit: int | None, settings: Settings) -> Figures:
    """Takes the documents in twice, at most `limit` of them. Raises EvalError where one can't be
    read or there is none, and what opening an archive raises."""
    if not _TASKS.exists():
        raise EvalError("this system doesn't tell the CPU time of a thread; measure on Linux")
    embedder = TimedEmbedder(open_embedder(settings))
    embedder.embed_queries(["loaded before the clock starts"])
    native = _native_cpu_seconds()
    with Library.open(settings.home, manifest_of(embedder, settings)) as library:
        wall, cpu = time.perf_counter(), time.process_time()
        with StageWatch() as watch:
            report = _ingest(files, limit, library, embedder, settings)
        if not report.new:
            raise EvalError(f"{', '.join(map(str, files))}: no document there")
        seconds, cpu = time.perf_counter() - wall, time.process_time() - cpu
        native = _native_cpu_seconds() - native
        at_work = embedder.seconds
        again = time.perf_counter()
        _ingest(files, limit, library, embedder, settings)
        again = time.perf_counter() - again
    stages = {name: Stage(watch.wall[name], watch.cpu[name]) for name in sorted(watch.wall)}
    embedding = cpu - watch.cpu.total() - watch.own_cpu - native
    stages |= {
        "embed": Stage(at_work, embedding),
        "Chroma's own threads": Stage(0.0, native),
    }
    return Figures(
        documents=report.new,
        chunks=report.chunks,
        seconds=seconds,
        cpu_seconds=cpu - watch.own_cpu,
        busy=at_work / seconds,
        peak_mib=peak_mib(),
        again_seconds=again,
        stages=stages,
    )


def _ingest(
    files: Sequence[Path],
    limit: int | None,
    library: Library,
    embedder: Embedder,
    settings: Settings,
) -> IngestReport:
    options = ReadOptions(issue_date=None, publication=None, today=date.today())
    rows: Iterator[Page | IngestFailure] = chain.from_iterable(
        read(path, options) for path in files
    )
    report = ingest(islice(rows, limit), library, embedder, settings)
    if report.failed:
        raise EvalError(f"{report.failed[0].source}: {report.failed[0].reason}")
    return report


def _stage_of(frame: FrameType | None) -> str:
    """The stage of the innermost function that belongs to one."""
    while frame is not None:
        stage = _stage_of_file(frame.f_code.co_filename)
        if stage is not None:
            return stage
        frame = frame.f_back
    return "other"


@cache
def _stage_of_file(path: str) -> str | None:
    try:
        within = Path(path).relative_to(_ROOT).as_posix()
    except ValueError:
        return None
    return next((stage for part, stage in _STAGES if within.startswith(part)), None)


def _native_cpu_seconds() -> float:
    """CPU of the threads that Python didn't start: Chroma's."""
    ours = {thread.native_id for thread in threading.enumerate()}
    others = [task for task in _TASKS.iterdir() if int(task.name) not in ours]
    return sum(map(_nanoseconds_run, others)) / 1e9


def _nanoseconds_run(task: Path) -> int:
    """Of a thread; none of one that has ended meanwhile."""
    try:
        # man 5 proc: the first two numbers of schedstat are nanoseconds run and waited.
        return int((task / "schedstat").read_text(encoding="ascii").split()[0])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _pace(figures: Figures) -> Iterator[str]:
    seconds = figures.seconds
    yield head(
        ["documents", "chunks", "s", "documents/s", "embedder at work", "peak, MiB", "again, s"]
    )
    yield row(
        [
            str(figures.documents),
            str(figures.chunks),
            f"{seconds:.1f}",
            f"{figures.documents / seconds:.1f}",
            f"{figures.busy:.1%}",
            f"{figures.peak_mib:.0f}",
            f"{figures.again_seconds:.1f}",
        ]
    )


def _by_stage(figures: Figures) -> Iterator[str]:
    yield head(["stage", "wall, s", "of the time", "CPU, s", "of the CPU time"])
    for name, stage in figures.largest_first():
        wall, cpu = stage.wall / figures.seconds, stage.cpu / figures.cpu_seconds
        yield row([name, f"{stage.wall:.1f}", f"{wall:.1%}", f"{stage.cpu:.1f}", f"{cpu:.1%}"])


if __name__ == "__main__":
    main()
