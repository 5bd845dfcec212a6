"""data/weights.toml: whole, and in the proportions that the judge's promises need."""

import tomllib

import pytest

from anedb.catalog import files
from anedb.catalog.weights import TABLES, load, parse
from anedb.errors import DataError

TEXT = (files.root() / "weights.toml").read_text(encoding="utf-8")


def test_every_number_has_a_comment_on_its_line():
    assert [line for line in TEXT.splitlines() if " = " in line.split("#")[0] and "#" not in line] == []


def test_nothing_is_in_the_file_that_nobody_reads():
    found = tomllib.loads(TEXT)
    assert {name: set(table) for name, table in found.items() if name != "private"} == {
        name: set(numbers.split()) for name, numbers in TABLES.items()
    }


@pytest.mark.parametrize("value", ["1", -1, True, None])
def test_a_number_that_is_none_is_refused_by_name(value):
    found = tomllib.loads(TEXT)
    found["answer"]["yes"] = value
    with pytest.raises(DataError, match=r"answer\.yes"):
        parse(found)


def test_one_direct_vote_of_any_method_outweighs_all_that_is_less_near():
    it = load()
    worst = 1 - it.limits["indirect"]
    for method, weight in it.method.items():
        if method in it.private_methods:
            continue
        prior = min(it.strengths["same"], it.strengths["same_share"] * weight)
        doubt = it.limits["doubt"] * min(weight, 1)
        assert (prior * worst + weight + doubt / 2) / (prior + weight + doubt) >= it.answer["yes"], method


def test_no_answer_without_direct_evidence_is_surer_than_any_with_it():
    it = load()
    for method, weight in it.method.items():
        if method not in it.private_methods:
            prior = min(it.strengths["same"], it.strengths["same_share"] * weight)
            doubt = it.limits["doubt"] * min(weight, 1)
            against = (prior * it.limits["indirect"] + doubt / 2) / (prior + weight + doubt)
            assert against <= 1 - it.limits["indirect"], method


def test_the_words_are_in_order():
    answer = load().answer
    assert 0 < answer["no"] < answer["unlikely"] < 0.5 < answer["likely"] < answer["yes"] < 1
    assert answer["likely"] < load().claim["guess_limit"] < answer["yes"]
