"""One line of JSON that nobody can be misled by."""

import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anedb.ingest.check import check
from anedb.ingest.problems import Problems
from anedb.ingest.text import MAX_NESTING, parse, too_deep

from . import runs


def codes(text: str) -> list[str]:
    problems = Problems("run.jsonl")
    found = parse(text, 3, problems)
    assert (found is None) == bool(problems.listed)
    assert all(problem.where.startswith("run.jsonl:3") for problem in problems.listed)
    return [problem.code for problem in problems.listed]


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"a":' * 100_000, '{"a":' * 10_000 + "1" + "}" * 10_000])
def test_endless_nesting_is_refused_before_anything_recurses(deep):
    limit = sys.getrecursionlimit()
    assert codes(deep) == ["json.nesting"]
    assert sys.getrecursionlimit() == limit


def test_a_hundred_thousand_levels_in_a_file_hide_no_other_line():
    lines = runs.good().splitlines(keepends=True)
    lines[2] = b"[" * 60_000 + b"\n"
    found = check(b"".join(lines), "run.jsonl", today=runs.TODAY)
    assert [(problem.code, problem.where) for problem in found.problems] == [("json.nesting", "run.jsonl:3")]
    assert len(found.lines) == len(lines) - 2


def test_nesting_is_counted_outside_of_strings_only():
    assert codes('{"a":"' + "[" * 500 + '"}') == []
    assert codes('{"a":"\\"' + "{" * 500 + '"}') == []
    assert not too_deep("[" * MAX_NESTING + "]" * MAX_NESTING)
    assert too_deep("[" * (MAX_NESTING + 1) + "]" * (MAX_NESTING + 1))
    assert not too_deep("[[]," * 5 + "[]" + "]" * 5 + "[]" * 100)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1.5", "1e3", "1.0", "-0.0"])
def test_a_number_that_is_not_whole_is_refused(number):
    assert codes(f'{{"a":[{number}]}}') == ["json.number"]


@pytest.mark.parametrize("number", ["9007199254740992", "-9007199254740992", "9" * 5000])
def test_an_integer_readers_disagree_about_is_refused(number):
    assert codes(f'{{"a":{number}}}') == ["json.integer"]


def test_the_largest_integer_is_taken():
    assert codes('{"a":9007199254740991}') == []


@pytest.mark.parametrize("text", ['{"a":1,"a":1}', '{"a":{"b":[{"c":1,"c":2}]}}', '{"a":1,"\\u0061":2}'])
def test_one_key_twice_is_refused(text):
    assert codes(text) == ["json.duplicate-key"]


@pytest.mark.parametrize("text", ["[]", "1", '"text"', "null", "true"])
def test_a_line_must_be_an_object(text):
    assert codes(text) == ["json.object"]


@pytest.mark.parametrize("escape", ["\\u0000", "\\u001b[31m", "\\ud800", "\\u202e", "\\u200b", "\\ufeff", "\x7f"])
def test_a_character_that_misleads_is_refused(escape):
    assert codes(f'{{"a":"x{escape}"}}') == ["encoding.text"]


def test_a_key_is_ascii():
    assert codes('{"clé":1}') == ["encoding.text"]


def test_other_alphabets_are_welcome_in_texts():
    assert codes('{"a":"Größe 大きさ ñ"}') == []


def test_a_line_of_brackets_is_judged_in_linear_time():
    def seconds(length: int) -> float:
        start = time.perf_counter()
        too_deep('"\\' * length + "[" * 20)
        return time.perf_counter() - start

    assert seconds(30_000) < 1


@given(st.text(max_size=80))
def test_any_text_is_judged_without_a_traceback(text):
    codes(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda it: st.lists(it) | st.dictionaries(st.text(), it),
    )
)
def test_any_json_is_judged_without_a_traceback(value):
    import json

    codes(json.dumps({"a": value}))
