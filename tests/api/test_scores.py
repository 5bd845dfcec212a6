"Scores worked out by hand."

from __future__ import annotations

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anedb.api.scores import EDGES, brier, calibration_error, reliability, score, scores_by
from anedb.domain.evaluation import Bin, Score

told = st.lists(st.tuples(st.floats(0, 1), st.booleans()))


def test_brier_is_the_mean_square_of_how_far_off_a_probability_was() -> None:
    assert brier([(1.0, True), (0.0, False)]) == 0
    assert brier([(0.0, True)]) == 1
    assert brier([(0.9, True), (0.9, False), (0.5, True), (0.2, False)]) == round((0.01 + 0.81 + 0.25 + 0.04) / 4, 5)
    assert brier([]) is None


def test_a_table_of_reliability_has_a_line_for_each_bin_with_a_case() -> None:
    found = list(reliability([(0.7, True), (0.8, False), (0.62, True), (0.1, False), (None, True), (1.0, True)]))
    assert found == [
        Bin(low=0.05, high=0.2, cases=1, said=0.1, was=0.0),
        Bin(low=0.6, high=0.8, cases=3, said=round((0.7 + 0.8 + 0.62) / 3, 4), was=0.6667),
        Bin(low=0.95, high=1.0, cases=1, said=1.0, was=1.0),
    ]


@pytest.mark.parametrize(
    ("p", "low", "high"),
    [(0.0, 0.0, 0.05), (0.05, 0.0, 0.05), (0.0501, 0.05, 0.2), (0.5, 0.4, 0.6), (0.95, 0.8, 0.95), (1.0, 0.95, 1.0)],
)
def test_an_edge_belongs_to_the_bin_below_it(p: float, low: float, high: float) -> None:
    (found,) = reliability([(p, True)])
    assert (found.low, found.high) == (low, high)


def test_calibration_is_how_far_bins_are_off_by_their_cases() -> None:
    "Three at 0.7 of which one was: 0.3667 off; one at 0.1 that was not: 0.1 off."
    found = calibration_error([(0.7, True), (0.7, False), (0.7, False), (0.1, False)])
    assert found == pytest.approx((3 * (0.7 - 1 / 3) + 1 * 0.1) / 4, abs=1e-4)
    assert calibration_error([]) is None
    assert calibration_error([(0.5, True), (0.5, False)]) == 0


def test_a_score_of_answers() -> None:
    "Mixed has a probability and no answer; unknown has neither."
    cases = [
        (True, 0.9, True), (True, 0.8, False), (False, 0.1, False), (False, 0.2, True), (None, 0.5, True),
        (None, None, False),
    ]  # fmt: skip
    found = score("all", cases)
    assert found == Score(
        name="all",
        cases=6,
        answered=4,
        right=2,
        brier=round((0.01 + 0.64 + 0.01 + 0.64) / 4, 5),
        brier_all=round((0.01 + 0.64 + 0.01 + 0.64 + 0.25 + 0.25) / 6, 5),
        calibration_error=calibration_error([(0.9, True), (0.8, False), (0.1, False), (0.2, True)]),
    )


def test_nothing_answered_is_no_score() -> None:
    found = score("conv", [(None, None, True)])
    assert (found.cases, found.answered, found.brier, found.calibration_error, found.brier_all) == (
        1,
        0,
        None,
        None,
        0.25,
    )
    assert score("conv", []) == Score(
        name="conv", cases=0, answered=0, right=0, brier=None, brier_all=None, calibration_error=None
    )


@given(told)
def test_bins_hold_every_case_once_and_none_is_outside_its_bin(cases: list[tuple[float, bool]]) -> None:
    found = list(reliability(cases))
    assert sum(each.cases for each in found) == len(cases)
    assert [each.low for each in found] == sorted({each.low for each in found})
    for each in found:
        assert each.low - 1e-4 <= each.said <= each.high + 1e-4 and 0 <= each.was <= 1
        assert EDGES[EDGES.index(each.low) + 1] == each.high


@given(told, st.randoms())
def test_the_order_of_cases_does_not_matter(cases: list[tuple[float, bool]], random) -> None:
    shuffled = list(cases)
    random.shuffle(shuffled)
    for one, other in ((brier(cases), brier(shuffled)), (calibration_error(cases), calibration_error(shuffled))):
        assert one == other or (one is not None and other is not None and isclose(one, other, abs_tol=2e-5))


@given(told)
def test_scores_are_between_none_and_all(cases: list[tuple[float, bool]]) -> None:
    assert brier(cases) is None or 0 <= (brier(cases) or 0) <= 1
    assert calibration_error(cases) is None or 0 <= (calibration_error(cases) or 0) <= 1


def test_groups_are_scored_apart_those_with_most_cases_first() -> None:
    given_cases = ["relu", "add", "conv", "add", "conv"]
    found = scores_by(given_cases, lambda it: it, lambda name, group: score(name, [(True, 1.0, True)] * len(group)))
    assert [(each.name, each.cases) for each in found] == [("add", 2), ("conv", 2), ("relu", 1)]
