"""Runs made by hand, for what is shown of them."""

from collections.abc import Mapping
from typing import Any

from eval.records import CitedQuote, EvalRun, QuestionRecord, RunManifest, SaidSentence

HOSTILE = "<script>document.title='taken'</script><img src=x onerror=alert(1)></style></details>"
"""Text that must never become part of a page."""
TURNED = "\u202eeht" + "长" * 400 + "W" * 4000
"""Text that turns the writing around, and has nowhere to break a line."""
LENGTH = "大桥全长1.28公里。"
WIDTH = "桥面宽24.5米，双向六车道。"


def manifest(**changes: Any) -> RunManifest:
    fields: dict[str, Any] = {
        "dataset": "questions.jsonl",
        "dataset_sha256": "5f" * 32,
        "limit": None,
        "articles": 12,
        "archive_sha256": "a0" * 32,
        "settings": {"mode": "extractive", "candidates": 60},
        "embedding": {"embedding": "bundled", "revision": "r1"},
        "model": None,
        "packages": {"newsdesk": "0.1.0", "python": "3.11.7"},
        "prompts": {"answer": "0123456789ab"},
    }
    return RunManifest(**(fields | changes))


def run_of(*records: QuestionRecord, questions: int | None = None, **changes: Any) -> EvalRun:
    """A run of these records; questions: how many it is of, where it is unfinished."""
    return EvalRun(
        changes.pop("id", "20261126-101502-questions-3f9c"),
        "2026-11-26T10:15:02+00:00",
        manifest(**changes),
        len(records) if questions is None else questions,
        records,
    )


def record_of(name: str, **changes: Any) -> QuestionRecord:
    """A question that was answered right, with two quotes, unless something is changed."""
    fields: dict[str, Any] = {
        "id": name,
        "question": "大桥有多长、多宽？",
        "lang": "zh",
        "answerable": True,
        "tags": ("number",),
        "refused": False,
        "answer": f"{LENGTH}[1]\n{WIDTH}[2]",
        "seconds": 0.25,
        "mode": "extractive",
        "expected": (("1.28公里", "1280米"), ("24.5米",)),
        "gold": ("a1",),
        "found": ("a1", "a2", "a3"),
        "sentences": (SaidSentence(LENGTH, (1,), True), SaidSentence(WIDTH, (2,), True)),
        "citations": (
            CitedQuote(1, "a1", "大桥合龙", LENGTH, valid=True, right=True),
            CitedQuote(2, "a2", "大桥通车", WIDTH, valid=True, right=False),
        ),
        "confidence": 0.9,
        "scores": scores(1.0),
    }
    return QuestionRecord(**(fields | changes))


def refusal(name: str, *, answerable: bool, **changes: Any) -> QuestionRecord:
    nothing: Mapping[str, Any] = {
        "refused": True,
        "answerable": answerable,
        "answer": "The archive holds no answer.",
        "lang": "en",
        "question": "Who built the bridge?",
        "expected": (("the county",),) if answerable else (),
        "gold": ("a1",) if answerable else (),
        "sentences": (),
        "citations": (),
        "confidence": None,
        "scores": scores(0.0) if answerable else {},
        "tags": ("who",),
    }
    return record_of(name, **(dict(nothing) | changes))


def scores(value: float) -> dict[str, float]:
    return {"fact_recall": value, "right_source": value, "recall@1": value}


def varied_run(**changes: Any) -> EvalRun:
    """A run with something of everything: languages, tags, archives, misses, hostile text."""
    wrong = {"confidence": 0.4, "scores": scores(0.5)}
    return run_of(
        record_of("right-1"),
        record_of("right-2", tags=("人物",), archive="full", confidence=0.7),
        record_of("wrong-1", tags=("人物", "人事", "$x$", "W" * 40), archive="full", **wrong),
        record_of(
            "invalid",
            citations=(CitedQuote(1, "a1", HOSTILE, TURNED, valid=False, right=True),),
            confirmed=False,
        ),
        record_of("hostile", question=HOSTILE + TURNED, answer=HOSTILE + TURNED, **wrong),
        refusal("refused-right", answerable=False),
        refusal("refused-wrong", answerable=True),
        record_of("failed", answer="", failure="the server is gone", sentences=(), citations=()),
        **changes,
    )
