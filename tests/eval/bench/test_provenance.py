"""What figures were measured with."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.bench.provenance import PARTS, Measurement, provenance, shared, write
from eval.errors import EvalError
from tests.store.samples import HashingEmbedder


def test_this_machine_and_what_is_installed_are_told() -> None:
    made = provenance(HashingEmbedder("hashing", "7"), "bundled", ["pydantic"])
    assert made.cpu
    assert made.cores >= 1
    assert made.embedding == "hashing, 7"
    assert list(made.versions) == ["newsdesk", *PARTS, "pydantic"]
    assert all(made.versions.values())
    for told in (made.cpu, "hashing, 7", "reranker: bundled", f"numpy {made.versions['numpy']}"):
        assert told in made.line()
    assert "\n" not in made.line()


def test_a_package_that_is_not_installed_is_told() -> None:
    with pytest.raises(EvalError, match="no-such-package isn't installed"):
        provenance(HashingEmbedder(), packages=["no-such-package"])


def test_only_what_was_measured_alike_is_shared() -> None:
    first = provenance(HashingEmbedder())
    second = replace(first, versions={**first.versions, "txtai": "9"})
    assert shared([first, second, first], "peers") == second
    with pytest.raises(EvalError, match=r"peers: .*cores"):
        shared([first, replace(first, cores=first.cores + 1)], "peers")
    with pytest.raises(EvalError, match=r"txtai: 9 and 10"):
        shared([second, first, replace(first, versions={"txtai": "10"})], "peers")


def test_figures_are_written_where_a_file_is_named(tmp_path: Path) -> None:
    measured = Measurement(provenance(HashingEmbedder()), [1, 2])
    write(None, measured)
    write(tmp_path / "all.json", measured)
    assert json.loads((tmp_path / "all.json").read_text("utf-8"))["figures"] == [1, 2]
    with pytest.raises(EvalError, match="can't be written"):
        write(tmp_path, measured)
