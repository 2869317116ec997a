"""The metrics cost nothing until they are asked for."""

import json
import subprocess
import sys

HEAVY = ("numpy", "scipy", "sklearn", "nltk", "rouge_score", "ir_measures", "rjieba", "opencc")
PROBE = f"""
import json, sys
import eval.metrics
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""


def test_loading_the_metrics_loads_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, timeout=60)
    assert json.loads(done.stdout) == []
