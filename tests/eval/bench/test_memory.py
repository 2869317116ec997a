"""The memory of a process."""

import subprocess
import sys

import numpy as np
import pytest

from eval.bench.memory import peak_mib, resident_mib
from tests.eval.bench.samples import ROOT

HELD_MIB = 400


def test_a_peak_is_seen_after_it_is_past() -> None:
    held = np.ones(HELD_MIB * 2**17)
    with_it = resident_mib()
    assert peak_mib() > HELD_MIB
    del held
    without = resident_mib()
    assert peak_mib() > HELD_MIB
    if with_it is not None and without is not None:
        assert without < with_it - HELD_MIB / 2
        assert peak_mib() > without + HELD_MIB / 2


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process starts from nothing")
def test_a_peak_is_not_the_one_of_the_process_before() -> None:
    held = np.ones(HELD_MIB * 2**17)
    asked = "from eval.bench.memory import peak_mib; print(peak_mib())"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, check=True)
    assert float(done.stdout) < HELD_MIB <= held.nbytes / 2**20
