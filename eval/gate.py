"""Stops a change that makes answers worse: a run held against a baseline, measure by measure.

Only deterministic measures are looked at, so nothing but newsdesk and its language model can move
them: every drop is one of this set. A drop is allowed up to a bar, for changes that cost a little
here and there; quotes that are not the article's own text never are.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from eval.comparison import Comparison, Difference
from eval.errors import EvalError
from eval.measures import MEASURES
from rag.errors import UsageError

MAX_DROP = 0.02
_NEVER = {"citation_validity"}
"""Measures of which no drop is allowed, unless one is named for them."""
# Characters to read are no measure of accuracy, and have no share to drop by.
GATED = tuple(name for name, one in MEASURES.items() if one.deterministic and one.of != "cost")


@dataclass(frozen=True, slots=True)
class Drop:
    """One gated measure. allowed: how much worse it may be. failed: whether it is worse yet."""

    difference: Difference
    allowed: float
    failed: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every gated measure of a run against its baseline. problems: what else stops it."""

    drops: tuple[Drop, ...]
    problems: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.problems and not any(drop.failed for drop in self.drops)


def gate(comparison: Comparison, allowed: Mapping[str, float] | None = None) -> Verdict:
    """Whether the second run of a comparison may follow the first.

    allowed: by measure, how much worse it may be; MAX_DROP for those not named. Raises UsageError
    for a name that is no gated measure, EvalError for a baseline that isn't finished or in which
    questions failed, and for a run that is its own baseline.
    """
    allowed = allowed or {}
    for name in allowed:
        if name not in GATED:
            raise UsageError(f"{name}: not a gated measure; they are {', '.join(GATED)}")
    if not comparison.first.finished:
        raise EvalError(f"{comparison.first.id}: this baseline is not finished; run it to its end")
    if comparison.first.id == comparison.second.id:
        raise EvalError(
            f"{comparison.first.id} is its own baseline, and proves nothing; run the set again"
        )
    lacking = [record.id for record in comparison.first.records if record.failure]
    if lacking:
        raise EvalError(
            f"{comparison.first.id}: in this baseline questions failed ({', '.join(lacking[:5])});"
            " make another"
        )
    found = {one.measure: one for one in comparison.differences if one.measure in GATED}
    drops = []
    for name, one in found.items():
        bar = allowed.get(name, 0.0 if name in _NEVER else MAX_DROP)
        # Sums of many floats may differ in their last digits.
        drops.append(Drop(one, bar, -one.gain > bar + 1e-9))
    return Verdict(tuple(drops), tuple(_problems(comparison, found)))


def bars(texts: list[str]) -> dict[str, float]:
    """What --max-drop says: `0.02` for every measure, `fact_recall=0.05` for one.

    Raises UsageError for what is neither, or not between 0 and 1.
    """
    found: dict[str, float] = {}
    for text in texts:
        name, _, number = text.rpartition("=")
        try:
            value = float(number)
        except ValueError:
            value = -1.0
        if not 0 <= value <= 1:
            raise UsageError(f"{text}: write a share between 0 and 1, or MEASURE=SHARE")
        if name:
            found[name] = value
        else:
            found |= {one: value for one in GATED if one not in found and one not in _NEVER}
    return found


def _problems(comparison: Comparison, found: Mapping[str, Difference]) -> list[str]:
    second = comparison.second
    problems = []
    if not second.finished:
        problems.append(f"{second.id} is not finished: {len(second.records)} of {second.questions}")
    if comparison.only_first:
        problems.append(f"not asked: {', '.join(comparison.only_first[:5])}")
    failed = [record.id for record in second.records if record.failure]
    if failed:
        problems.append(f"failed: {', '.join(failed[:5])}")
    lost = [
        name
        for name in GATED
        if name not in found and MEASURES[name].value(comparison.first.records) is not None
    ]
    # With no refusal left there is no precision of them; that all were lost shows in their recall.
    problems += [
        f"{name} can't be measured any more" for name in lost if name != "refusal_precision"
    ]
    return problems
