"""Risk against coverage: points worked out by hand, and what must hold of any curve."""

from collections.abc import Sequence
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import RiskCoverage, RiskPoint, risk_coverage

attempts = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(-4, 4)), st.booleans(), st.booleans()),
    min_size=1,
    max_size=20,
).filter(lambda asked: any(confidence is not None for confidence, _, _ in asked))
Attempts = Sequence[tuple[float | None, bool, bool]]


def curve(asked: Attempts) -> RiskCoverage:
    found = risk_coverage(*zip(*asked, strict=True))
    assert found is not None
    return found


def test_a_curve_by_hand() -> None:
    # The refusal is never covered; the answer to what can't be answered is wrong though said right.
    found = risk_coverage(
        [0.9, 0.5, 0.7, 0.2, None],
        [True, True, False, True, False],
        [True, True, True, False, True],
    )
    assert found is not None
    assert [point.threshold for point in found.points] == [0.9, 0.7, 0.5, 0.2]
    assert [point.coverage for point in found.points] == pytest.approx([0.2, 0.4, 0.6, 0.8])
    assert [point.risk for point in found.points] == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
    assert found.coverage == 0.8
    assert found.area == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)
    assert found.excess == pytest.approx(found.area - (0 + 0 + 1 / 3 + 2 / 4) / 4)


def test_answers_of_one_confidence_are_one_step() -> None:
    found = curve([(1.0, True, True), (1.0, False, True), (1.0, True, True), (1.0, True, True)])
    assert found.points == (RiskPoint(1.0, 1.0, 0.25),)
    assert found.area == 0.25


def test_without_an_answer_there_is_no_curve() -> None:
    assert risk_coverage([None, None], [False, False], [True, False]) is None
    assert risk_coverage([], [], []) is None


def test_confidences_that_cannot_be_ordered_or_matched_are_errors() -> None:
    with pytest.raises(ValueError, match="not a number"):
        risk_coverage([nan], [True], [True])
    with pytest.raises(ValueError, match="shorter"):
        risk_coverage([0.5, 0.5], [True], [True, True])


@given(attempts)
def test_no_order_of_confidence_has_less_area_than_right_before_wrong(asked: Attempts) -> None:
    found = curve(asked)
    ideal = curve(
        [
            (None if confidence is None else len(asked) * (right and able) - place, right, able)
            for place, (confidence, right, able) in enumerate(asked)
        ]
    )
    assert ideal.excess == pytest.approx(0)
    assert found.area >= ideal.area - 1e-12
    assert found.excess == pytest.approx(found.area - ideal.area)
    assert 0 <= found.area <= 1


@given(attempts)
def test_only_the_order_of_confidence_counts(asked: Attempts) -> None:
    grown = [
        (None if confidence is None else confidence**3 * 7 + 100, right, able)
        for confidence, right, able in asked
    ]
    before, after = curve(asked), curve(grown)
    assert (after.area, after.excess) == (before.area, before.excess)
    assert [(point.coverage, point.risk) for point in after.points] == [
        (point.coverage, point.risk) for point in before.points
    ]


@given(attempts)
def test_the_order_of_the_questions_does_not_count(asked: Attempts) -> None:
    assert curve(list(reversed(asked))) == curve(asked)


@given(attempts)
def test_the_curve_ends_with_every_answer(asked: Attempts) -> None:
    found = curve(asked)
    answers = [right and able for confidence, right, able in asked if confidence is not None]
    assert found.coverage == len(answers) / len(asked)
    assert found.points[-1].risk == pytest.approx(answers.count(False) / len(answers))
    assert [point.threshold for point in found.points] == sorted(
        {confidence for confidence, _, _ in asked if confidence is not None}, reverse=True
    )
