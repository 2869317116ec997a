"""Asks a language model what it makes of the answers of a run: advice, which decides nothing.

A judge's verdicts enter no measure and no gate: it may be wrong, and may change its mind. Here it
is held against the measures instead, and where the two disagree, a person should look.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from eval.judgements import VERDICTS, Judge, Judgement, JudgementStore, NoReply, Opinion, Verdict
from eval.records import EvalRun, QuestionRecord
from eval.workers import each
from prompts import Message, load
from rag.answering.generative_reply import without_thought
from rag.answering.llm import Completion, LanguageModel
from rag.answering.passages import mark_of
from rag.answering.token_estimate import most_tokens
from rag.errors import LanguageModelError, UsageError
from rag.server_secrets import shown

if TYPE_CHECKING:
    from rag.indexing.pipeline import Progress

LONGEST_ANSWER = 6_000  # characters that are shown
LONGEST_QUOTE = 1_000
GIVES_UP = 5  # failures in a row after which the server is asked no more
EXCERPT = 200  # characters kept of a reply that was not as asked
LONGEST_REASON = 500  # characters kept; one short sentence is asked for

SCHEMA: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "verdict": {"type": "string", "enum": list(VERDICTS)},
        "supported": {"type": "boolean"},
        "reason": {"type": "string"},
    },
    "required": ["verdict", "supported", "reason"],
    "additionalProperties": False,
}

_FENCED = re.compile(r"```(?:json)?\s*\n(.*)\n\s*```", re.DOTALL)

_Asking = tuple[QuestionRecord, int]


class _Reply(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    verdict: Verdict
    supported: bool
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def judge(
    run: EvalRun,
    model: LanguageModel,
    runs: Path,
    *,
    workers: int = 1,
    repeat: int = 1,
    progress: "Progress | None" = None,
) -> Judgement:
    """A model's opinion of every answer of a run, those that are kept already not asked for again.

    runs: the folder of runs, where opinions are kept, one by one. workers: questions asked at a
    time. repeat: how often each is asked, to see whether the verdict stays. progress: called with
    the stage, what is done, and of how much. Questions that got no answer at all are left out.
    After GIVES_UP failures in a row nothing more is asked. Raises UsageError for workers or repeat
    below 1, EvalError where opinions can't be kept.
    """
    if workers < 1 or repeat < 1:
        raise UsageError(f"workers {workers}, repeat {repeat}: both are at least 1")
    prompt = load("judge")
    about = Judge(run.id, model.name, shown(model.server), prompt.label, prompt.hash)
    store = JudgementStore(runs, about)
    answered = [record for record in run.records if not record.failure]
    wanted = [(record, attempt) for attempt in range(1, repeat + 1) for record in answered]
    left = [(record, n) for record, n in wanted if (record.id, n) not in store.opinions]
    failed: list[NoReply] = []
    in_a_row = 0
    done = len(wanted) - len(left)

    def asking() -> Iterator[_Asking]:
        for one in left:
            if in_a_row >= GIVES_UP:
                return
            yield one

    for outcome in each(lambda one: _asked(model, *one), asking(), workers):
        if isinstance(outcome, NoReply):
            failed.append(outcome)
            in_a_row += 1
        else:
            store.add(outcome)
            in_a_row = 0
        done += 1
        if progress is not None:
            progress("judging", done, len(wanted))
    places = [(record.id, attempt) for record, attempt in wanted]
    opinions = tuple(store.opinions[place] for place in places if place in store.opinions)
    return Judgement(about, opinions, tuple(failed), len(wanted) - len(opinions))


def messages_for(record: QuestionRecord, room: int) -> tuple[Message, ...]:
    """What the judge is asked about one answer. room: tokens that it may take; quotes that are too
    much are left out from the last."""
    quotes = [
        f"[{one.number}] {_line(one.headline)}: {_line(one.quote)[:LONGEST_QUOTE]}"
        for one in record.citations
    ]
    for kept in range(len(quotes), -1, -1):
        data = _data(record, quotes[:kept], len(quotes) - kept)
        asked = load("judge").render(data=data, mark=mark_of(data))
        if sum(most_tokens(message.content) for message in asked) <= room:
            break
    return asked


def read(text: str) -> tuple[Verdict, bool, str]:
    """Verdict, whether supported, and reason of a reply: JSON of SCHEMA, whole, which may stand in
    a code fence and after what the model thought aloud. Raises ValueError for anything else."""
    bare = without_thought(text).strip()
    fenced = _FENCED.fullmatch(bare)
    try:
        reply = _Reply.model_validate_json(fenced[1] if fenced else bare)
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(str(part) for part in problem["loc"])
        raise ValueError(f"{place}: {problem['msg']}" if place else problem["msg"]) from None
    return reply.verdict, reply.supported, reply.reason[:LONGEST_REASON]


def _asked(model: LanguageModel, record: QuestionRecord, attempt: int) -> Opinion | NoReply:
    try:
        completion = model.complete(messages_for(record, model.room), SCHEMA)
    except LanguageModelError as error:
        return NoReply(record.id, attempt, str(error))
    return _opinion(record.id, attempt, completion)


def _opinion(name: str, attempt: int, completion: Completion) -> Opinion:
    try:
        verdict, supported, reason = read(completion.text)
    except ValueError as error:
        reply = completion.text[:EXCERPT]
        return Opinion(name, attempt, None, None, str(error), completion.model, reply)
    return Opinion(name, attempt, verdict, supported, reason, completion.model)


def _data(record: QuestionRecord, quotes: Sequence[str], left_out: int) -> str:
    """One line a part, so that no text can print a part of its own."""
    lines = [f"Question: {_line(record.question)}"]
    if record.task == "summarize":
        lines = [f"Question: Summarize an article. {_line(record.question)}".strip()]
    if not record.answerable:
        lines.append("Expected: nothing; the archive holds no answer.")
    for number, fact in enumerate(record.expected, start=1):
        alternatives = json.dumps([_line(one) for one in fact], ensure_ascii=False)
        lines.append(f"Expected {number}: {alternatives}")
    lines.append(f"Answer: {_line(record.answer)[:LONGEST_ANSWER] or '(empty)'}")
    lines.append(f"Quotes: {len(quotes) + left_out}")
    lines += quotes
    if left_out:
        lines.append(f"({left_out} more quotes are not shown.)")
    return "\n".join(lines)


def _line(text: str) -> str:
    return " ".join(text.split())
