"""Systems side by side."""

import pytest

from eval.bench.sets import Document, Question, RetrievalSet
from eval.bench.standings import groups


def test_differences_are_paired_and_split_by_kind() -> None:
    documents = tuple(Document(name, name) for name in "ab")
    questions = tuple(
        Question({"question": "?"}, ("a",), kind) for kind in ["one"] * 10 + ["two"] * 10
    )
    data = RetrievalSet("s", documents, questions)
    ranked = {
        "ours": {"question": [["a", "b"]] * 10 + [["b", "a"]] * 10},
        "theirs": {"question": [["b", "a"]] * 10 + [["b", "a"]] * 10},
    }
    found = {group.kind: group for group in groups(data, ranked, "ours")}
    assert list(found) == ["one", "two", "all"]
    assert [found[kind].questions for kind in found] == [10, 10, 20]
    assert found["all"].standings["ours"].metrics["R@1"].mean == 0.5
    assert not found["all"].standings["ours"].difference
    assert found["one"].standings["theirs"].difference["R@1"].high == pytest.approx(-1)
    level = found["two"].standings["theirs"].difference["MRR@10"]
    assert (level.low, level.mean, level.high) == (0, 0, 0)
    assert found["all"].standings["theirs"].difference["R@10"].mean == 0
