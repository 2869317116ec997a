"""What the load on a server gave: figures, their sums and their tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.bench.tables import head, row

WARM_UP = 120.0
"""Seconds at the beginning that memory isn't judged by: caches fill."""

_BLOCK = 10.0  # seconds of which one mean of memory is made


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. seconds: it took. outcome: the status, or the kind of failure."""

    kind: str
    seconds: float
    outcome: str


@dataclass(frozen=True, slots=True)
class Level:
    """One kind of request by so many clients, each of which sends the next when one is answered.

    seconds: that this number of clients asked. Milliseconds by the clock, of those that were
    answered; failures: by outcome, all that isn't 200.
    """

    kind: str
    clients: int
    seconds: float
    requests: int
    per_second: float
    p50: float
    p95: float
    p99: float
    failures: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Memory:
    """What the server held, in MiB. samples: (seconds since the load began, MiB). slope: MiB a
    minute once it was warm, with its 95 % interval (Theil and Sen, of means of 10 seconds)."""

    samples: tuple[tuple[float, float], ...]
    slope: float
    slope_low: float
    slope_high: float


@dataclass(frozen=True, slots=True)
class Ingested:
    """What was taken in meanwhile. sent: articles of the jobs that were reported as done. found: of
    these, those in the archive after. failures: what went wrong, as a line each."""

    jobs: int
    sent: int
    found: int
    seconds: float
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceLoad:
    """All of it. articles, chunks: when it began. busy: the share of the machine's processors that
    other programs took meanwhile, None where the system doesn't tell. cpu_seconds: of the server.
    problems: what `newsdesk verify` said after."""

    articles: int
    chunks: int
    seconds: float
    levels: tuple[Level, ...]
    memory: Memory
    ingested: Ingested
    cpu_seconds: float | None
    busy: float | None
    problems: tuple[str, ...]

    @property
    def failures(self) -> int:
        """Requests that weren't answered, jobs that weren't done, articles that were lost."""
        lost = self.ingested.sent - self.ingested.found
        failed = sum(sum(level.failures.values()) for level in self.levels)
        return failed + lost + len(self.ingested.failures) + len(self.problems)


def level_of(kind: str, clients: int, seconds: float, asked: Sequence[Asked]) -> Level:
    """The figures of one kind among what so many clients asked."""
    ours = [one for one in asked if one.kind == kind]
    answered = [one.seconds * 1e3 for one in ours if one.outcome == "200"]
    p50, p95, p99 = np.percentile(answered, [50, 95, 99]) if answered else (np.nan,) * 3
    failures: dict[str, int] = {}
    for one in ours:
        if one.outcome != "200":
            failures[one.outcome] = failures.get(one.outcome, 0) + 1
    return Level(
        kind=kind,
        clients=clients,
        seconds=seconds,
        requests=len(ours),
        per_second=len(answered) / seconds,
        p50=float(p50),
        p95=float(p95),
        p99=float(p99),
        failures=failures,
    )


def memory_of(samples: Sequence[tuple[float, float]]) -> Memory:
    """The slope of what a process held. Of less than twice WARM_UP, one of its whole time."""
    from scipy.stats import theilslopes  # heavy: loaded on first use

    long_enough = samples[-1][0] > 2 * WARM_UP
    blocks: dict[int, list[float]] = {}
    for at, mib in samples:
        if at >= WARM_UP or not long_enough:
            blocks.setdefault(int(at // _BLOCK), []).append(mib)
    if len(blocks) < 3:
        return Memory(tuple(samples), float("nan"), float("nan"), float("nan"))
    minutes = [block * _BLOCK / 60 for block in blocks]
    slope, _, low, high = theilslopes([np.mean(values) for values in blocks.values()], minutes)
    return Memory(tuple(samples), float(slope), float(low), float(high))


def markdown(found: ServiceLoad) -> str:
    """A row a kind of request and number of clients, then what else came of it."""
    return "\n".join([*_levels(found.levels), "", *_rest(found), ""])


def _levels(levels: Sequence[Level]) -> Iterator[str]:
    yield head(["", "clients", "requests", "a second", "p50, ms", "p95, ms", "p99, ms", "failed"])
    for level in levels:
        times = [f"{value:.0f}" for value in (level.p50, level.p95, level.p99)]
        failed = ", ".join(f"{count} × {name}" for name, count in level.failures.items()) or "0"
        sent = (level.kind, str(level.clients), str(level.requests), f"{level.per_second:.1f}")
        yield row([*sent, *times, failed])


def _rest(found: ServiceLoad) -> Iterator[str]:
    memory, ingested = found.memory, found.ingested
    yield head(["", ""])
    yield row(["articles, chunks before", f"{found.articles}, {found.chunks}"])
    yield row(["minutes", f"{found.seconds / 60:.1f}"])
    yield row(["ingest meanwhile", f"{ingested.jobs} jobs, {ingested.sent} articles"])
    yield row(["of these found after", str(ingested.found)])
    yield row(["jobs that failed", "; ".join(ingested.failures) or "0"])
    yield row(["verify after", "; ".join(found.problems) or "ok"])
    if memory.samples:
        held = [mib for _, mib in memory.samples]
        yield row(
            ["memory, MiB: first, last, most", f"{held[0]:.0f}, {held[-1]:.0f}, {max(held):.0f}"]
        )
        slope = f"{memory.slope:+.2f} ({memory.slope_low:+.2f} to {memory.slope_high:+.2f})"
        yield row(["MiB a minute, after the first two", slope])
    if found.cpu_seconds is not None:
        yield row(["processors the server kept busy", f"{found.cpu_seconds / found.seconds:.2f}"])
    if found.busy is not None:
        yield row(["processors other programs kept busy", f"{found.busy:.2f}"])
