"""What the tests of the benchmarks share."""

from pathlib import Path

import pytest

from tests.eval.bench.samples import DOCUMENTS, QUESTIONS, written


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """The prefix of a small set on disk."""
    documents = [{"id": name, "text": text} for name, text in DOCUMENTS.items()]
    return written(tmp_path, documents, QUESTIONS)
