"""Kills an ingest at random moments and proves that the archive survives.

    python -m eval.bench.crash PAGES --kills 10 --seed 1

Each round starts `newsdesk ingest PAGES` in an archive of its own, kills the process at a random
moment of the time that an undisturbed ingest takes, verifies the archive, ingests again to the end
and verifies again. Exits with 1 where any round ends otherwise than the undisturbed ingest.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

_COUNTS = ("pages", "articles", "chunks", "vectors")


def main() -> None:
    """The command that the module's description shows."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", type=Path)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    moments = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory(prefix="newsdesk-crash-") as folder:
        whole, seconds = _undisturbed(arguments.pages, Path(folder) / "whole")
        print(f"undisturbed: {seconds:.1f} s, {_shown(whole)}")
        failures = 0
        for number in range(1, arguments.kills + 1):
            home = Path(folder) / f"round-{number}"
            moment = moments.uniform(0, seconds)
            ended = _kill(arguments.pages, home, moment)
            after = _verified(home)
            _ingest(arguments.pages, home).wait()
            final = _verified(home)
            good = after is not None and final == whole
            failures += not good
            print(
                f"round {number}: {ended} at {moment:.1f} s, {_shown(after)};"
                f" after a second run {_shown(final)}: {'ok' if good else 'FAILED'}",
                flush=True,
            )
    sys.exit(1 if failures else 0)


def _undisturbed(pages: Path, home: Path) -> tuple[Mapping[str, int] | None, float]:
    started = time.perf_counter()
    _ingest(pages, home).wait()
    return _verified(home), time.perf_counter() - started


def _kill(pages: Path, home: Path, moment: float) -> str:
    process = _ingest(pages, home)
    try:
        process.wait(moment)
        return "finished"
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return "killed"


def _ingest(pages: Path, home: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [*_NEWSDESK, "--home", str(home), "ingest", str(pages)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _verified(home: Path) -> Mapping[str, int] | None:
    """The counts of an archive that verifies; None where it does not."""
    run = subprocess.run(
        [*_NEWSDESK, "--home", str(home), "verify", "--json"], capture_output=True, check=False
    )
    if run.returncode:
        return None
    report = json.loads(run.stdout)
    return {name: report[name] for name in _COUNTS}


def _shown(counts: Mapping[str, int] | None) -> str:
    if counts is None:
        return "does not verify"
    return ", ".join(f"{count} {name}" for name, count in counts.items())


_NEWSDESK = (sys.executable, "-m", "rag")

if __name__ == "__main__":
    main()
