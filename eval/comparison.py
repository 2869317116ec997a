"""Two runs over the same questions, question by question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from eval.errors import EvalError
from eval.measures import MEASURES, Measure, groups
from eval.metrics import Estimate, holm, paired_difference, statistic_interval
from eval.records import EvalRun, QuestionRecord, RunManifest
from eval.summary import resamples_of

Change = Literal["better", "worse", "other"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure in two runs. difference: the second less the first, with its paired 95 %
    interval. p_value: of a paired permutation test, Holm-corrected over all measures compared; None
    for a share whose whole differs between the runs. changed: questions with another value."""

    measure: str
    first: float
    second: float
    difference: Estimate
    p_value: float | None
    questions: int
    changed: int

    @property
    def gain(self) -> float:
        """How much better the second run is; below 0 where it is worse."""
        sign = 1 if MEASURES[self.measure].better == "higher" else -1
        return sign * self.difference.mean + 0.0  # never -0.0


@dataclass(frozen=True, slots=True)
class ChangedQuestion:
    """A question that came out otherwise: right before and wrong now, or the other way round, or
    answered in other words while both are right, or both wrong."""

    id: str
    change: Change
    first: QuestionRecord
    second: QuestionRecord


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a second run does otherwise than a first. settings: what decided them and differs, by
    name, first and second. only_first, only_second: ids of questions that one run alone asked."""

    first: EvalRun
    second: EvalRun
    differences: tuple[Difference, ...]
    changed: tuple[ChangedQuestion, ...]
    settings: Mapping[str, tuple[Any, Any]]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether every deterministic measure is equal on every question."""
        measures = [one for one in MEASURES.values() if one.deterministic]
        pairs = _paired(self.first, self.second)
        return not (self.only_first or self.only_second) and all(
            measure.terms(before) == measure.terms(after)
            for before, after in pairs
            for measure in measures
        )


def compare(first: EvalRun, second: EvalRun) -> Comparison:
    """Compare two runs over the questions that both asked.

    Raises EvalError where they share none, or were asked of different question files.
    """
    if first.manifest.dataset_sha256 != second.manifest.dataset_sha256:
        raise EvalError(
            f"{first.id} and {second.id} asked different questions ({first.manifest.dataset},"
            f" {second.manifest.dataset}); compare runs of the same set"
        )
    pairs = _paired(first, second)
    if not pairs:
        raise EvalError(f"{first.id} and {second.id} have no question in common")
    ids = [{record.id for record in run.records} for run in (first, second)]
    found = [_difference(measure, pairs) for measure in MEASURES.values()]
    return Comparison(
        first,
        second,
        tuple(_corrected([one for one in found if one is not None])),
        tuple(one for before, after in pairs if (one := _changed(before, after))),
        differing(first.manifest, second.manifest),
        tuple(record.id for record in first.records if record.id not in ids[1]),
        tuple(record.id for record in second.records if record.id not in ids[0]),
    )


def by_group(comparison: Comparison) -> dict[str, tuple[Difference, ...]]:
    """The differences over all questions, and over those of each language and archive where there
    are several."""
    first, second = comparison.first, comparison.second
    found = {"all": comparison.differences}
    for name, records in groups(first.records).items():
        if name.startswith(("lang: ", "archive: ")):
            part = replace(first, records=records)
            ids = {record.id for record in records}
            rest = tuple(record for record in second.records if record.id in ids)
            if rest:
                found[name] = compare(part, replace(second, records=rest)).differences
    return found


def differing(first: RunManifest, second: RunManifest) -> dict[str, tuple[Any, Any]]:
    """What decided two runs and is not the same, by name."""
    flat = [_flat(first), _flat(second)]
    names = dict.fromkeys([*flat[0], *flat[1]])
    return {
        name: (flat[0].get(name), flat[1].get(name))
        for name in names
        if flat[0].get(name) != flat[1].get(name)
    }


def _flat(manifest: RunManifest) -> dict[str, Any]:
    values: dict[str, Any] = {
        "archive": manifest.archive_sha256[:12],
        "articles": manifest.articles,
        "limit": manifest.limit,
        "model": manifest.model,
        "code": manifest.code or None,
        "today": manifest.today or None,
    }
    for name, of in (
        ("setting", manifest.settings),
        ("index", manifest.embedding),
        ("package", manifest.packages),
        ("prompt", manifest.prompts),
    ):
        values |= {f"{name} {key}": value for key, value in of.items()}
    return values


def _paired(first: EvalRun, second: EvalRun) -> list[tuple[QuestionRecord, QuestionRecord]]:
    after = {record.id: record for record in second.records}
    return [(before, after[before.id]) for before in first.records if before.id in after]


def _difference(
    measure: Measure, pairs: Sequence[tuple[QuestionRecord, QuestionRecord]]
) -> Difference | None:
    first = measure.value([before for before, _ in pairs])
    second = measure.value([after for _, after in pairs])
    if first is None or second is None:
        return None
    terms = [(measure.terms(before), measure.terms(after)) for before, after in pairs]
    used = [
        (before or (0.0, 0.0), after or (0.0, 0.0)) for before, after in terms if before or after
    ]
    estimate = statistic_interval(
        [
            [before[0] for before, _ in used],
            [before[1] for before, _ in used],
            [after[0] for _, after in used],
            [after[1] for _, after in used],
        ],
        lambda means: means[:, 2] / means[:, 3] - means[:, 0] / means[:, 1],
        resamples_of(len(used)),
    )
    if estimate is None:
        return None
    p_value = None
    if all(before[1] == after[1] == 1 for before, after in used):
        tested = paired_difference(
            [b[0] for b, _ in used], [a[0] for _, a in used], resamples_of(len(used))
        )
        p_value = tested.p_value if tested else None
    changed = sum(before != after for before, after in used)
    return Difference(measure.name, first, second, estimate, p_value, len(used), changed)


def _corrected(found: Sequence[Difference]) -> list[Difference]:
    """With p-values corrected for how many measures are compared; those that are not deterministic
    are looked at apart."""
    corrected = holm(
        {
            one.measure: one.p_value
            for one in found
            if one.p_value is not None and MEASURES[one.measure].deterministic
        }
    )
    return [
        Difference(
            one.measure,
            one.first,
            one.second,
            one.difference,
            corrected.get(one.measure, one.p_value),
            one.questions,
            one.changed,
        )
        for one in found
    ]


def _changed(before: QuestionRecord, after: QuestionRecord) -> ChangedQuestion | None:
    if before.decidable and before.right != after.right:
        return ChangedQuestion(before.id, "better" if after.right else "worse", before, after)
    same = (before.answer, before.refused, before.citations, before.failure) == (
        after.answer,
        after.refused,
        after.citations,
        after.failure,
    )
    return None if same else ChangedQuestion(before.id, "other", before, after)
