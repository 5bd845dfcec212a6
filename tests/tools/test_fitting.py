"Fitting the judge's numbers: descent finds what is best on the grid, and says so of cases it has not seen."

import pytest

from tools.judge.__main__ import NUMBERS, grid, today, with_numbers
from tools.judge.descent import descend, difference, folds, loss

GRID = ((0.0, 1.0, 2.0, 3.0), (0.0, 1.0, 2.0, 3.0))


def bowl(setting):
    "Two cases with their least at (2, 1), and two with theirs at (1, 3)."
    a, b = setting
    return [(a - 2) ** 2 + (b - 1) ** 2] * 2 + [(a - 1) ** 2 + (b - 3) ** 2] * 2


def test_descent_finds_the_least_of_the_cases_it_is_given():
    assert descend((0.0, 0.0), GRID, bowl, [0, 1]) == (2.0, 1.0)
    assert descend((0.0, 0.0), GRID, bowl, [2, 3]) == (1.0, 3.0)
    assert descend((2.0, 1.0), GRID, bowl, [0]) == (2.0, 1.0)


def test_a_fold_is_scored_by_numbers_that_never_saw_it():
    one, two = folds((0.0, 0.0), GRID, bowl, {"one": [0, 1], "two": [2, 3]})
    assert one.setting == (1.0, 3.0) and (one.before, one.after) == (5, 5)
    assert two.setting == (2.0, 1.0) and (two.before, two.after) == (10, 5)


def test_an_unknown_is_one_half_and_a_wrong_certainty_costs_no_more_than_its_bound():
    assert loss(None, True) == loss(0.5, False) == pytest.approx(0.6931, abs=1e-3)
    assert loss(0.0, True) == loss(0.001, True) < 7


def test_a_difference_comes_with_its_error():
    assert difference([1.0, 1.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]) == (0.5, pytest.approx(0.2887, abs=1e-3))


def test_every_number_that_is_tried_is_one_of_the_weights_and_no_hierarchy_is_among_the_choices():
    for name in NUMBERS:
        assert today(name) in grid(name)
        assert name.split(".")[0] not in ("strengths", "carry") or 0.0 in grid(name)
    assert with_numbers(tuple(today(name) for name in NUMBERS)) == with_numbers(tuple(map(today, NUMBERS)))
    assert with_numbers(tuple(0.25 for _ in NUMBERS)).method["report"] == 0.25
