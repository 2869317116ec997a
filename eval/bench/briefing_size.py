"""How long a briefing takes by the number of a day's articles, and how much memory.

    python -m eval.bench.briefing_size ARCHIVE [--articles 100 500 1000 2500 5000]
        [--json FIGURES.json]

ARCHIVE: the home of an archive that is indexed, such as one of news rows that were all given one
day. For each number a process of its own takes the archive's first so many articles, as
their ids order them, and makes one briefing without a language model; the embedding model is loaded
before the clock starts, which is what a briefing costs after indexing. Shown are seconds by the
clock, CPU seconds, the peak of the process's memory, and how many stories were found.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from eval.bench.command import count, ends_in_one_line, new_file, parser, tell
from eval.bench.memory import peak_mib
from eval.bench.provenance import Measurement, provenance, write
from eval.bench.tables import head, row
from eval.errors import EvalError
from rag.briefing.briefing import Asked
from rag.briefing.of_archive import briefing_of
from rag.indexing.embedding.providers import open_embedder
from rag.indexing.pipeline import manifest_of
from rag.settings import load_settings, with_home
from store.library import Library

ARTICLES = (100, 500, 1000, 2500, 5000)


@dataclass(frozen=True, slots=True)
class Size:
    """One briefing. stories: found, told or not. seconds: by the clock; cpu: of all threads."""

    articles: int
    stories: int
    seconds: float
    cpu: float
    peak_mib: float


def main() -> None:
    """The command that the module's description shows."""
    asked = parser("eval.bench.briefing_size", __doc__)
    asked.add_argument("archive", type=Path)
    asked.add_argument("--articles", type=count, nargs="+", default=ARTICLES, metavar="NUMBER")
    asked.add_argument("--one", type=count, metavar="NUMBER", help="this number, in this process")
    asked.add_argument("--json", type=new_file, metavar="FILE", help="write every figure there")
    arguments = asked.parse_args()
    with ends_in_one_line("briefing_size"):
        if arguments.one:
            print(json.dumps(asdict(measure(arguments.archive, arguments.one))))
            return
        sizes = [_apart(arguments.archive, number) for number in arguments.articles]
        with_what = provenance(open_embedder(load_settings()), packages=("scikit-learn", "scipy"))
        write(arguments.json, Measurement(with_what, sizes))
        print("\n".join(table(sizes)), with_what.line(), sep="\n\n")


def measure(archive: Path, number: int) -> Size:
    """One briefing of the archive's first so many articles. Raises EvalError where it has fewer."""
    settings = with_home(load_settings(), archive)
    embedder = open_embedder(settings)
    embedder.embed_passages(["热身。"])
    with Library.open(archive, manifest_of(embedder, settings)) as library:
        started, cpu = time.perf_counter(), time.process_time()
        articles = sorted(library.articles(), key=lambda one: one.id)[:number]
        if len(articles) < number:
            raise EvalError(f"{archive}: holds {len(articles)} articles; ask for fewer")
        days = [one.issue_date for one in articles if one.issue_date]
        if not days:
            raise EvalError(f"{archive}: its articles have no issue date")
        briefing = briefing_of(articles, Asked(min(days), max(days)), library, embedder)
        seconds, used = time.perf_counter() - started, time.process_time() - cpu
    found = len(briefing.stories) + briefing.untold
    return Size(number, found, seconds, used, peak_mib())


def table(sizes: Sequence[Size]) -> Iterator[str]:
    """The figures as Markdown."""
    yield head(["articles", "stories", "seconds", "CPU seconds", "peak MiB"])
    for one in sizes:
        figures = (f"{one.seconds:.1f}", f"{one.cpu:.1f}", f"{one.peak_mib:.0f}")
        yield row([f"{one.articles:,}", f"{one.stories:,}", *figures])


def _apart(archive: Path, number: int) -> Size:
    """As `measure`, in a process of its own, whose memory is not that of the sizes before."""
    tell(f"{number:,} articles")
    command = [sys.executable, "-m", "eval.bench.briefing_size", str(archive), "--one", str(number)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise EvalError(done.stderr.strip().splitlines()[-1] if done.stderr else "it broke off")
    return Size(**json.loads(done.stdout))


if __name__ == "__main__":
    main()
