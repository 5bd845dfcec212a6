"""Flips, brackets, neighbours."""

import pytest

from anedb.domain.verdict import Basis
from anedb.evidence.lines import Line, bracket, flips
from tests.builders import cell, claim, conv, judged, max_pool, question


def line(points: str, asked: int | None) -> Line:
    "`3y 9n` as a line."
    at = tuple((int(it[:-1]), "yes" if it[-1] == "y" else "no", number) for number, it in enumerate(points.split()))
    return Line("kernel_width", at, asked, 0)


@pytest.mark.parametrize(
    ("points", "asked", "expected"),
    [
        ("3y 8y", 5, "yes"),
        ("3n 8n", 5, "no"),
        ("3y 8n", 5, None),
        ("3y 8n", 12, "no"),
        ("3n 8y", 1, "no"),
        ("3y 8y", 12, None),
        ("8n", 12, None),
        ("3y 5n 9y", 7, None),
        ("3y 5n 9n", 20, "no"),
        ("3y 8y", 3, None),
        ("3y 8y", None, None),
    ],
)
def test_points_on_both_sides_speak_for_what_lies_between(points, asked, expected):
    found = bracket(line(points, asked))
    assert (found[0] if found else None) == expected


@pytest.mark.parametrize(
    ("points", "asked", "expected"),
    [
        ("3y 8y 9n 13n", 9, [(8, 9)]),
        ("3y 8y 9n 13n", 8, [(8, 9)]),
        ("3y 8y 9n 13n", 3, [(8, 9)]),
        ("3y 8y 9n 13n", 20, [(8, 9)]),
        ("3y 5n 7n 8y 9n", 7, [(7, 8), (3, 5)]),
        ("3y 5n 32y", None, [(3, 5), (5, 32)]),
        ("3y 5y", 4, []),
    ],
)
def test_flips_are_the_nearest_pairs(points, asked, expected):
    assert [(one[0], two[0]) for one, two in flips(line(points, asked))] == expected


def test_between_two_observed_yes_the_answer_is_yes():
    found = judged(question(max_pool((1, 6))), cell(max_pool((1, 4))), cell(max_pool((1, 8))))
    assert found.offered.answer == "yes" and found.basis == Basis.NEAR_PARAMETERS
    assert "kernel_width 6 reads yes" in next(it.found for it in found.steps if it.name == "near-parameters")


def test_beyond_an_observed_no_the_answer_is_no():
    rows = [cell(max_pool((1, width)), offered=width < 9) for width in (2, 4, 6, 8, 9)]
    found = judged(question(max_pool((1, 12))), *rows)
    assert found.offered.answer == "no" and found.basis == Basis.NEAR_PARAMETERS
    assert [(it.feature, it.yes, it.no, it.asked) for it in found.flips] == [("kernel_width", 8, 9, 12)]


def test_a_flip_names_the_nearest_point_on_each_side_and_its_cells():
    rows = [cell(max_pool((1, width)), offered=width < 9, id=width) for width in (3, 8, 9, 13)]
    flip = judged(question(max_pool((1, 9))), *rows).flips[0]
    assert (flip.yes, flip.no, flip.unit, flip.evidence) == (8, 9, "elements", ("c8", "c9"))


def test_squares_flip_as_squares():
    rows = [cell(conv((k, k)), offered=k < 17) for k in (3, 16, 17)]
    found = judged(question(conv()), *rows).flips
    assert [(it.feature, it.yes, it.no) for it in found] == [("kernel_width", 16, 17)] and "square" in found[0].text


def test_other_engines_do_not_flip_this_one():
    rows = cell(max_pool((1, 8))), cell(max_pool((1, 9)), chip="M1", version="14.5", offered=False)
    assert judged(question(max_pool((1, 8))), *rows).flips == ()


def test_a_stated_limit_stands_in_where_nothing_was_observed():
    rule = claim("no", "max_pool", "kernel_width > 8", "measured", feature="kernel_width", limit="8", date="2026-10-05")
    for width, expected in ((9, [(8, 9)]), (7, [(8, 9)]), (1, [])):
        found = judged(question(max_pool((1, width))), claims=(rule,))
        assert [(it.yes, it.no) for it in found.flips] == expected


def test_a_stated_limit_that_was_passed_is_none():
    rule = claim("no", "max_pool", "kernel_width > 8", "stated", feature="kernel_width", limit="8")
    assert judged(question(max_pool((1, 9))), cell(max_pool((1, 9))), claims=(rule,)).flips == ()


def test_neighbours_that_differ_only_in_extents_are_likely_to_agree():
    part = judged(question(conv(x=(1, 64, 56, 56))), cell(conv(x=(1, 64, 32, 32)))).offered
    assert part.answer == "likely" and part.basis == Basis.NEAR_PARAMETERS


def test_near_neighbours_count_more_than_far_ones():
    rows = cell(conv((5, 5))), cell(conv((31, 31)), offered=False, witnesses=("bob",))
    assert judged(question(conv((3, 3))), *rows).offered.probability > 0.5
    assert judged(question(conv((25, 25))), *rows).offered.probability < 0.5
