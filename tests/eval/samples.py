"""Records and runs made by hand."""

from dataclasses import replace
from typing import Any

from eval.records import CitedQuote, EvalRun, QuestionRecord, RunManifest

MANIFEST = RunManifest(
    dataset="questions.jsonl",
    dataset_sha256="5f" * 32,
    limit=None,
    articles=1,
    archive_sha256="a0" * 32,
    settings={"mode": "extractive"},
    embedding={"embedding": "bundled", "revision": "r1"},
    model=None,
    packages={"newsdesk": "0.1.0"},
    prompts={"answer": "0123456789ab"},
)


def quoted(
    quote: str = "大桥全长1.28公里。", *, valid: bool = True, right: bool | None = True
) -> CitedQuote:
    return CitedQuote(1, "bridge", "大桥合龙", quote, valid, right)


def record(name: str = "q1", **changes: Any) -> QuestionRecord:
    """An answerable question, answered whole from the right article."""
    whole = QuestionRecord(
        id=name,
        question="桥有多长？",
        lang="zh",
        answerable=True,
        tags=("number",),
        refused=False,
        answer="大桥全长1.28公里[1]。",
        seconds=0.25,
        mode="extractive",
        expected=(("1.28公里",),),
        gold=("bridge",),
        found=("bridge", "road"),
        citations=(quoted(),),
        confidence=0.9,
        scores={"fact_recall": 1.0, "right_source": 1.0, "recall@1": 1.0, "ndcg@10": 1.0},
    )
    return replace(whole, **changes)


def wrong(name: str = "q1", **changes: Any) -> QuestionRecord:
    """The same question, answered from another article without its fact."""
    scores = {"fact_recall": 0.0, "right_source": 0.0, "recall@1": 0.0, "ndcg@10": 0.5}
    other = quoted("公路年内通车。", right=False)
    changed = {"scores": scores, "citations": (other,), "answer": "公路年内通车[1]。"}
    return record(name, **{**changed, **changes})


def unanswerable(name: str = "u1", *, refused: bool = True, **changes: Any) -> QuestionRecord:
    """A question that the archive holds nothing for."""
    values: dict[str, Any] = {
        "question": "Who built it?",
        "lang": "en",
        "answerable": False,
        "tags": ("near",),
        "refused": refused,
        "answer": "没有找到。" if refused else "公路年内通车[1]。",
        "expected": (),
        "gold": (),
        "citations": () if refused else (quoted(right=None),),
        "confidence": 0.1 if refused else 0.6,
        "scores": {},
    }
    return record(name, **{**values, **changes})


def run_of(*records: QuestionRecord, name: str = "run-1", **changes: Any) -> EvalRun:
    """A finished run, unless `questions` says that it is of more."""
    run = EvalRun(name, "2024-05-17T09:00:00+08:00", MANIFEST, len(records), records)
    return replace(run, **changes)
