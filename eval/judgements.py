"""What a judge said of a run, how far that agrees with the measures, and where it is kept.

RUNS/<run>/judge-<prompt hash>-<model>.jsonl    the judge, then an opinion a line, as they came
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from pydantic import TypeAdapter, ValidationError

from eval.errors import EvalError
from eval.metrics import cohens_kappa
from eval.records import EvalRun, QuestionRecord

Verdict = Literal["right", "partly", "wrong", "refused"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

_NO_NAME = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Judge:
    """Who judged which run. server: without what is secret in its address. temperature: as it is
    asked for; a server may turn it down."""

    run: str
    model: str
    server: str
    prompt: str
    prompt_hash: str
    temperature: float = 0.0


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the judge said of one answer. attempt: counted from 1, where it is asked again.
    verdict, supported: None where the reply was not as asked; `reason` then says what is wrong
    with it, and `reply` is how it began. model: as the server names it."""

    id: str
    attempt: int
    verdict: Verdict | None
    supported: bool | None
    reason: str
    model: str
    reply: str = ""


@dataclass(frozen=True, slots=True)
class NoReply:
    """A question that the judge could not be asked, and why; it is asked again the next time."""

    id: str
    attempt: int
    reason: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """All that a judge said of a run so far. missing: how many opinions are still to be asked for,
    those of `failed` among them."""

    judge: Judge
    opinions: tuple[Opinion, ...]
    failed: tuple[NoReply, ...]
    missing: int

    @property
    def read(self) -> tuple[Opinion, ...]:
        """The opinions whose replies were as asked, the first of each answer."""
        return tuple(one for one in self.opinions if one.attempt == 1 and one.verdict)

    @property
    def malformed(self) -> tuple[Opinion, ...]:
        """The opinions whose replies were not as asked."""
        return tuple(one for one in self.opinions if one.verdict is None)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An answer for a person to look at. right: by the measures."""

    id: str
    question: str
    right: bool
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a judge and the measures agree on what is right. kappa: Cohen's, None where it is
    undefined. table: by the judge's verdict, how many answers the measures call right and how many
    not. supported: how many answers the judge calls supported."""

    questions: int
    agreed: int
    kappa: float | None
    table: Mapping[Verdict, tuple[int, int]]
    supported: int
    disagreements: tuple[Disagreement, ...]


@dataclass(frozen=True, slots=True)
class Flips:
    """How often a judge contradicts itself. questions: those with two opinions or more. flipped:
    the ids of those whose verdicts are not all the same."""

    questions: int
    flipped: tuple[str, ...]

    @property
    def rate(self) -> float | None:
        """The share that flipped, 0 to 1; None where no question was asked twice."""
        return len(self.flipped) / self.questions if self.questions else None


def holds(verdict: Verdict, record: QuestionRecord) -> bool:
    """Whether a verdict says that an answer is right: a refusal is where there is no answer."""
    return verdict == "right" or (verdict == "refused" and not record.answerable)


def agreement(run: EvalRun, judgement: Judgement) -> Agreement:
    """A judge's first opinions held against the measures. Summaries are left out: no measure says
    that one is right."""
    records = {
        record.id: record for record in run.records if record.task == "ask" and record.decidable
    }
    read = [opinion for opinion in judgement.read if opinion.id in records]
    table: dict[Verdict, list[int]] = {verdict: [0, 0] for verdict in VERDICTS}
    by_judge: list[bool] = []
    by_measures: list[bool] = []
    disagreements = []
    for opinion in read:
        record, verdict = records[opinion.id], opinion.verdict
        assert verdict is not None
        table[verdict][not record.right] += 1
        by_judge.append(holds(verdict, record))
        by_measures.append(record.right)
        if by_judge[-1] != record.right:
            disagreements.append(
                Disagreement(record.id, record.question, record.right, verdict, opinion.reason)
            )
    return Agreement(
        questions=len(by_judge),
        agreed=len(by_judge) - len(disagreements),
        kappa=cohens_kappa(by_measures, by_judge),
        table={verdict: (right, other) for verdict, (right, other) in table.items()},
        supported=sum(opinion.supported is True for opinion in read),
        disagreements=tuple(disagreements),
    )


def flips(opinions: Sequence[Opinion]) -> Flips:
    """How often the verdict on an answer changed from one asking to another."""
    verdicts: dict[str, list[Verdict]] = {}
    for opinion in opinions:
        if opinion.verdict is not None:
            verdicts.setdefault(opinion.id, []).append(opinion.verdict)
    repeated = {name: of for name, of in verdicts.items() if len(of) > 1}
    return Flips(len(repeated), tuple(name for name, of in repeated.items() if len(set(of)) > 1))


class JudgementStore:
    """The opinions of one judge of one run, in a file that a kill leaves good.

    Raises EvalError where the file holds those of another judge, or can't be read or written.
    """

    def __init__(self, runs: Path, judge: Judge) -> None:
        names = (_NO_NAME.sub("-", name).strip(".-") for name in (judge.run, judge.model))
        run, model = names
        self._path = runs / run / f"judge-{judge.prompt_hash}-{model}.jsonl"
        self._judge = judge
        self.opinions = self._load()

    def add(self, opinion: Opinion) -> None:
        """Keeps an opinion, on disk before this returns."""
        self._append(_OPINION.dump_json(opinion))
        self.opinions[opinion.id, opinion.attempt] = opinion

    def _load(self) -> dict[tuple[str, int], Opinion]:
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            self._begin()
            return {}
        except OSError as error:
            raise EvalError(f"{self._path}: can't be read ({error.strerror})") from None
        whole, _, cut = content.rpartition(b"\n")
        head, *lines = whole.split(b"\n")
        try:
            judge = _JUDGE.validate_json(head)
            opinions = [_OPINION.validate_json(line) for line in lines]
        except ValidationError:
            raise EvalError(
                f"{self._path}: holds no opinions that can be read; remove it, and judge again"
            ) from None
        if judge != self._judge:
            raise EvalError(
                f"{self._path}: holds the opinions of {judge.model} at {judge.server};"
                " remove it to judge anew"
            )
        if cut:
            self._write(whole + b"\n")
        return {(one.id, one.attempt): one for one in opinions}

    def _begin(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EvalError(f"{self._path.parent}: can't be written ({error.strerror})") from None
        self._write(_JUDGE.dump_json(self._judge) + b"\n")

    def _write(self, content: bytes) -> None:
        beside = self._path.with_name(f".{self._path.name}")
        try:
            beside.write_bytes(content)
            beside.replace(self._path)
        except OSError as error:
            raise EvalError(f"{self._path}: can't be written ({error.strerror})") from None

    def _append(self, line: bytes) -> None:
        try:
            with self._path.open("ab") as file:
                file.write(line + b"\n")
        except OSError as error:
            raise EvalError(f"{self._path}: can't be written ({error.strerror})") from None


_JUDGE: TypeAdapter[Judge] = TypeAdapter(Judge)
_OPINION: TypeAdapter[Opinion] = TypeAdapter(Opinion)
