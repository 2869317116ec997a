"""Load on `newsdesk serve`: a real process on loopback, asked by many while it takes pages in.

    python -m eval.bench.service_load HOME QUESTIONS.jsonl TEXTS.jsonl [--minutes 10]
        [--clients 1 8 32] [--rounds 3] [--json service.json] [--serve OPTIONS...]

HOME: the data folder of an archive, which is copied and left alone. QUESTIONS: rows with
`question`. TEXTS: rows with `text`, of whose shuffled sentences the articles are made that are
uploaded all along, one job after the other. Each client sends an extractive `ask` and a `search` in
turn, the next as soon as the last is answered; the numbers of clients take turns, in rounds. Then
every article of a job that was reported as done is looked for, the server is stopped, and
`newsdesk verify` run. The exit status is 1 where a request failed or anything is lost. Clients take
processor time of the same machine.
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from pydantic import BaseModel, StringConstraints

from eval.bench.command import count, ends_in_one_line, new_file, parser, tell
from eval.bench.memory import resident_mib
from eval.bench.provenance import Measurement, provenance, write
from eval.bench.rows import rows, texts
from eval.bench.search_archive import articles, sentences_of
from eval.bench.service_figures import (
    Asked,
    Ingested,
    Level,
    ServiceLoad,
    level_of,
    markdown,
    memory_of,
)
from eval.bench.service_process import Client, Server, serving, verified
from eval.errors import EvalError
from rag.indexing.embedding.providers import open_embedder
from rag.settings import Settings

ARTICLES_A_JOB = 20
KINDS = ("ask", "search")
_POLL = 0.5  # seconds
_PAGE = 200  # articles listed at a time
_OVER = ("done", "failed", "cancelled")


class _QuestionRow(BaseModel):
    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


@dataclass(slots=True)
class _Intake:
    """What was uploaded until now. ids: of articles in jobs that were reported as done."""

    jobs: int = 0
    ids: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def main() -> None:
    """The command that the module's description shows."""
    asked = parser("eval.bench.service_load", __doc__)
    asked.add_argument("home", type=Path)
    asked.add_argument("questions", type=Path)
    asked.add_argument("texts", type=Path)
    asked.add_argument("--minutes", type=float, default=10.0)
    asked.add_argument("--clients", type=count, nargs="+", default=[1, 8, 32])
    asked.add_argument("--rounds", type=count, default=3)
    asked.add_argument("--json", type=new_file, help="write every figure here")
    asked.add_argument(
        "--serve",
        nargs=argparse.REMAINDER,
        default=["--rate", "0"],
        help="options of newsdesk serve, after all others here; without it, --rate 0",
    )
    arguments = asked.parse_args()
    with (
        ends_in_one_line("service_load"),
        tempfile.TemporaryDirectory(prefix="newsdesk-load-") as folder,
    ):
        questions = [row.question for row in rows(arguments.questions, _QuestionRow)]
        if not questions:
            raise EvalError(f"{arguments.questions}: no row with a question")
        sentences = sentences_of(texts(arguments.texts))
        home = Path(folder) / "home"
        shutil.copytree(arguments.home, home)
        made = provenance(open_embedder(Settings(home=home)), Settings().reranker)
        slices = list(arguments.clients) * arguments.rounds
        seconds = arguments.minutes * 60 / len(slices)
        found = measured(home, Path(folder), questions, sentences, slices, seconds, arguments.serve)
        print(markdown(found), flush=True)
        write(arguments.json, Measurement(made, found))
        if found.failures:
            sys.exit(1)


def measured(
    home: Path,
    folder: Path,
    questions: Sequence[str],
    sentences: Sequence[str],
    slices: Sequence[int],
    seconds: float,
    options: Sequence[str] = (),
) -> ServiceLoad:
    """The load's figures. slices: the numbers of clients, one after the other, each for `seconds`;
    slices of the same number count together."""
    before = verified(home, folder)
    asked: dict[int, list[Asked]] = {clients: [] for clients in slices}
    lasted = dict.fromkeys(asked, 0.0)
    with serving(home, folder, options) as server:
        _warm(server, questions)
        began, cpu, machine = time.monotonic(), server.cpu_seconds(), _busy_seconds()
        with _sampled(server) as samples, _taking_in(server, sentences) as intake:
            for number, clients in enumerate(slices, start=1):
                tell(f"{number} of {len(slices)}: {clients} clients for {seconds:.0f} s")
                came, took = _load(server, questions, clients, seconds, number)
                asked[clients] += came
                lasted[clients] += took
        total = time.monotonic() - began
        used, busy = server.cpu_seconds(), _busy_seconds()
        kept = _source_ids(server)
    after = verified(home, folder)
    cpu_seconds = None if used is None or cpu is None else used - cpu
    others = None
    if busy is not None and machine is not None and cpu_seconds is not None:
        others = max(0.0, busy - machine - cpu_seconds) / total
    return ServiceLoad(
        articles=before["articles"],
        chunks=before["chunks"],
        seconds=total,
        levels=tuple(_levels(asked, lasted)),
        memory=memory_of(samples),
        ingested=Ingested(
            intake.jobs,
            len(intake.ids),
            len(kept.intersection(intake.ids)),
            total,
            tuple(intake.failures),
        ),
        cpu_seconds=cpu_seconds,
        busy=others,
        problems=tuple(after["problems"]),
    )


def _levels(asked: Mapping[int, Sequence[Asked]], lasted: Mapping[int, float]) -> Iterator[Level]:
    for kind in KINDS:
        for clients, came in asked.items():
            yield level_of(kind, clients, lasted[clients], came)


def _warm(server: Server, questions: Sequence[str]) -> None:
    """The first requests read models and vectors into memory."""
    client = Client(server.port)
    for question in questions[:5]:
        for kind in KINDS:
            _ask(client, kind, question)
    client.close()


def _load(
    server: Server, questions: Sequence[str], clients: int, seconds: float, seed: int
) -> tuple[list[Asked], float]:
    """What so many clients asked until the time was over, and how long that was in the end."""
    began = time.monotonic()

    def work(number: int) -> list[Asked]:
        chance = random.Random(seed * 1000 + number)
        client = Client(server.port)
        came: list[Asked] = []
        while time.monotonic() < began + seconds:
            # Half of the clients begin with the other kind.
            kind = KINDS[(len(came) + number) % len(KINDS)]
            came.append(_ask(client, kind, chance.choice(questions)))
        client.close()
        return came

    with ThreadPoolExecutor(clients) as pool:
        came = [one for each in pool.map(work, range(clients)) for one in each]
    return came, time.monotonic() - began


def _ask(client: Client, kind: str, question: str) -> Asked:
    began = time.perf_counter()
    if kind == "ask":
        outcome, _ = client.post("/api/v1/ask", {"question": question})
    else:
        outcome, _ = client.get(f"/api/v1/search?{urlencode({'q': question})}")
    return Asked(kind, time.perf_counter() - began, outcome)


@contextmanager
def _sampled(server: Server) -> Iterator[list[tuple[float, float]]]:
    """What the server holds, once a second."""
    samples: list[tuple[float, float]] = []
    stop = threading.Event()
    began = time.monotonic()

    def sample() -> None:
        while True:
            held = resident_mib(server.process)
            if held is not None:
                samples.append((time.monotonic() - began, held))
            if stop.wait(1.0):
                return

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield samples
    finally:
        stop.set()
        thread.join()


@contextmanager
def _taking_in(server: Server, sentences: Sequence[str]) -> Iterator[_Intake]:
    """Uploads articles all along, one job after the other; ends when the last is over."""
    intake = _Intake()
    stop = threading.Event()

    def work() -> None:
        client = Client(server.port)
        coming = articles(sentences)
        while not stop.is_set():
            _one_job(client, list(islice(coming, ARTICLES_A_JOB)), intake)
        client.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield intake
    finally:
        stop.set()
        thread.join()


def _one_job(client: Client, made: Sequence[Mapping[str, str]], intake: _Intake) -> None:
    intake.jobs += 1
    ids = [f"load-{intake.jobs}-{number}" for number in range(len(made))]
    lines = [
        json.dumps({"id": one, **article}, ensure_ascii=False)
        for one, article in zip(ids, made, strict=True)
    ]
    content = "\n".join(lines).encode()
    status, given = client.upload("/api/v1/ingest/files", f"load-{intake.jobs}.jsonl", content)
    if status != "202":
        intake.failures.append(f"job {intake.jobs}: {status}")
        time.sleep(_POLL)
        return
    job = given["job"]
    while job["state"] not in _OVER:
        time.sleep(_POLL)
        status, told = client.get(f"/api/v1/jobs/{job['id']}")
        if status != "200":
            intake.failures.append(f"job {intake.jobs}: {status} when asked after")
            return
        job = told
    if job["state"] == "done" and job["report"]["new"] == len(ids):
        intake.ids += ids
    else:
        intake.failures.append(f"job {intake.jobs}: {job['state']}, {job['error']}")


def _source_ids(server: Server) -> set[str]:
    """The rows that the archive's articles come from."""
    client = Client(server.port)
    found: set[str] = set()
    offset: int | None = 0
    while offset is not None:
        status, listed = client.get(f"/api/v1/articles?limit={_PAGE}&offset={offset}")
        if status != "200":
            raise EvalError(f"the articles can't be listed: {status}")
        found.update(article["source_id"] for article in listed["items"])
        offset = listed["next_offset"]
    client.close()
    return found


def _busy_seconds() -> float | None:
    """Processor time that all programs of the machine have taken; None where that isn't told."""
    record = Path("/proc/stat")
    if not record.exists():
        return None
    ticks = [int(value) for value in record.read_text(encoding="utf-8").split("\n")[0].split()[1:]]
    # user, nice, system, idle, waiting for a disk, interrupts, soft interrupts
    return (sum(ticks[:3]) + sum(ticks[5:7])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
