"""The benchmark sets beside the repository, where they are there: everything in them is read."""

import json
from pathlib import Path

import pytest

from eval.datasets import load_dataset

BENCH = Path(__file__).parents[4] / "shared" / "bench"

pytestmark = pytest.mark.skipif(not BENCH.is_dir(), reason="no benchmark sets beside the checkout")


def rows(name: str) -> list[dict[str, object]]:
    text = (BENCH / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def flat(value: object) -> list[object]:
    if isinstance(value, list):
        return [one for inner in value for one in flat(inner)]
    return [value]


@pytest.mark.parametrize(("name", "languages"), [("crud_news", 1), ("cmrc", 1), ("xquad_zh", 2)])
def test_sets_to_retrieve_over(name: str, languages: int) -> None:
    dataset = load_dataset(BENCH / name)
    asked = rows(f"{name}.questions.jsonl")
    assert len(dataset.questions) == languages * len(asked)
    names = [row["id"] for path in sorted(BENCH.glob(f"{name}.docs*")) for row in rows(path.name)]
    assert [document.id for document in dataset.archives[0].documents] == names
    gold = [tuple(flat(row["gold"])) for row in asked for _ in range(languages)]
    assert [question.gold for question in dataset.questions] == gold


def test_rgb() -> None:
    dataset = load_dataset(BENCH / "rgb_zh.jsonl")
    asked = rows("rgb_zh.jsonl")
    negative = {text for row in asked for text in flat(row["negative"])}
    positive = {text for row in asked for text in flat(row["positive"])}
    texts = {one.name: {document.text for document in one.documents} for one in dataset.archives}
    assert texts == {"full": positive | negative, "negative": negative - positive}
    assert len(dataset.questions) == 2 * len(asked)
    wanted = [set(flat(row["answer"])) for row in asked]
    held = [
        {one for fact in question.facts for one in fact}
        for question in dataset.questions
        if question.answerable
    ]
    assert held == wanted


def test_texts_with_summaries() -> None:
    dataset = load_dataset(BENCH / "crud_sum.jsonl")
    asked = rows("crud_sum.jsonl")
    assert [question.reference for question in dataset.questions] == [
        row["summary"] for row in asked
    ]
    assert {question.task for question in dataset.questions} == {"summarize"}
