"""How much memory a process holds, and held at the most."""

import resource
import sys
from pathlib import Path

_PROCESSES = Path("/proc")
_FORGET = _PROCESSES / "self" / "clear_refs"


def peak_mib() -> float:
    """The most MiB that the process held at a time.

    On Linux from the kernel's own record of it: what getrusage tells there is handed on by the
    process that started this one. Elsewhere getrusage's.
    """
    recorded = _recorded_mib("VmHWM")
    if recorded is not None:
        return recorded
    # macOS counts in bytes, others in KiB.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def tree_peak_mib() -> float:
    """At most so many MiB the process held at a time together with one that it started, the largest
    of them."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return peak_mib() + children / (2**20 if sys.platform == "darwin" else 2**10)


def forget_peak() -> bool:
    """Lets the peak be counted from now on (proc(5), clear_refs); False where the system can't."""
    try:
        _FORGET.write_text("5", encoding="ascii")
    except OSError:
        return False
    return True


def resident_mib(process: int | None = None) -> float | None:
    """MiB that a process holds now, this one by default; None where the system doesn't tell."""
    return _recorded_mib("VmRSS", process)


def _recorded_mib(field: str, process: int | None = None) -> float | None:
    state = _PROCESSES / ("self" if process is None else str(process)) / "status"
    if not state.exists():
        return None
    for line in state.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name == field:
            return int(value.split()[0]) / 2**10
    return None
