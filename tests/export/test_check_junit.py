"A check as JUnit XML: well formed, counted, and failing what `--fail-on` names."

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from check_reports import HOSTILE, LAYERLESS, MANY, ONE, check, hostile, layers, model
from hypothesis import given
from hypothesis import strategies as st

from anedb.api import gate
from anedb.domain.check import Gate
from anedb.export import check_junit
from anedb.export.check_junit import junit


def outcomes(found, **more):
    "Name of a case -> failure, error, skipped or passed."
    root = ElementTree.fromstring(junit(found, **more))
    return {case.attrib["name"]: next((each.tag for each in case), "passed") for case in root.iter("testcase")}


def by_index(found, **more):
    return {name.split()[0].split("/")[1]: outcome for name, outcome in outcomes(found, **more).items()}


def test_it_is_as_approved(golden):
    golden("check.junit.xml", junit(MANY, fail_on=("unlikely",)))


@given(st.text() | st.sampled_from(HOSTILE))
def test_whatever_a_layer_is_called_it_is_well_formed(text):
    ElementTree.fromstring(junit(hostile(text), fail_on=("mixed",)).encode())


@pytest.mark.parametrize("found", [ONE, MANY])
def test_the_counts_are_those_of_the_cases(found):
    root = ElementTree.fromstring(junit(found, fail_on=("mixed",)))
    for suite in (root, *root.iter("testsuite")):
        cases = list(suite.iter("testcase"))
        assert int(suite.attrib["tests"]) == len(cases)
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.attrib[name]) == sum(case.find(tag) is not None for case in cases)
    assert int(root.attrib["failures"]) > 0


def test_without_a_word_only_a_no_fails_and_unknown_is_skipped():
    found = by_index(ONE)
    assert [index for index, outcome in found.items() if outcome == "failure"] == ["0"]
    assert [index for index, outcome in found.items() if outcome == "skipped"] == ["8"]


@pytest.mark.parametrize(
    ("words", "failing"),
    [
        (("unlikely",), ["0", "3"]),
        (("mixed",), ["0", "3", "10"]),
        (("unknown",), ["8"]),
        (("no", "unknown"), ["0", "8"]),
    ],
)
def test_what_is_named_fails(words, failing):
    found = by_index(ONE, fail_on=words)
    assert [index for index, outcome in found.items() if outcome == "failure"] == failing


def test_the_words_are_those_of_the_command_line():
    assert {word: set(answers) for word, answers in gate.FAIL_ON.items()} == {
        word: set(answers) for word, answers in check_junit.FAILS.items()
    }


def test_a_problem_of_the_baseline_does_not_fail():
    known = tuple(replace(it, known=it.index == 0) for it in layers())
    assert by_index(check(model(layers=known)))["0"] == "skipped"


@pytest.mark.parametrize(("least", "outcome"), [(50.0, "passed"), (50.1, "failure")])
def test_the_least_share_is_a_case_of_its_own(least, outcome):
    found = outcomes(check(model(), gate=Gate(min_ane=least)))
    assert found[f"at least {least:g} % of the layers"] == outcome


def test_a_file_that_could_not_be_read_is_an_error():
    assert outcomes(MANY)["read"] == "error"


def test_a_model_without_layers_says_why():
    root = ElementTree.fromstring(junit(check(LAYERLESS)))
    assert "treeEnsembleClassifier" in root.find(".//skipped").attrib["message"]


def test_cases_of_several_targets_are_told_apart():
    root = ElementTree.fromstring(junit(MANY))
    seen = [(case.attrib["classname"], case.attrib["name"]) for case in root.iter("testcase")]
    assert len(seen) == len(set(seen))
    assert ElementTree.fromstring(junit(ONE)).find(".//testcase").attrib["classname"] == "small net.main".replace(
        " ", "_"
    )


def test_nothing_says_when_or_how_long():
    root = ElementTree.fromstring(junit(MANY))
    assert not any({"time", "timestamp", "hostname"} & set(each.keys()) for each in root.iter())
