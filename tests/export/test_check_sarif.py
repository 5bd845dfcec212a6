"A check as SARIF: valid, complete, and tracked from run to run."

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from check_reports import ENDLESS, HOSTILE, M4, MANY, ONE, check, hostile, layers, model
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from anedb.catalog import facts
from anedb.export import check_sarif
from anedb.export.check_sarif import sarif

SCHEMA = Path(__file__).parents[1] / "samples" / "sarif" / "sarif-2.1.0.schema.json"
VALID = Draft4Validator(json.loads(SCHEMA.read_text()))


def run(found):
    return json.loads(sarif(found))["runs"][0]


def keys(found):
    return {each["partialFingerprints"]["primaryLocationLineHash"] for each in run(found)["results"]}


def test_it_is_as_approved(golden):
    golden("check.sarif", sarif(MANY))


@pytest.mark.parametrize("found", [ONE, MANY, *map(hostile, HOSTILE)])
def test_it_keeps_to_the_official_schema(found):
    assert not list(VALID.iter_errors(json.loads(sarif(found))))


def test_the_schema_would_find_a_mistake():
    log = json.loads(sarif(ONE))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert list(VALID.iter_errors(log))


@given(st.text())
def test_whatever_a_layer_is_called_it_is_json_of_utf_8(text):
    json.loads(sarif(hostile(text)).encode())


def test_the_same_check_gives_the_same_bytes():
    assert sarif(MANY) == sarif(MANY)


def test_there_is_a_rule_for_every_reason_with_what_helps():
    rules = {each["id"]: each for each in run(ONE)["tool"]["driver"]["rules"]}
    for code, entry in facts.reasons().items():
        assert entry.title.lower() in rules[code]["shortDescription"]["text"].lower()
        assert entry.fix in rules[code]["help"]["text"] and entry.fix in rules[code]["help"]["markdown"]
    assert rules.keys() - facts.reasons().keys() == {"unexplained", "not-known"}


def test_each_layer_that_is_not_plainly_offered_has_a_result_of_its_level():
    levels = {each["properties"]["index"]: each["level"] for each in run(ONE)["results"]}
    assert levels == {0: "error", 3: "warning", 8: "note", 10: "warning"}


def test_a_result_leads_to_its_rule():
    found = run(MANY)
    for each in found["results"]:
        assert found["tool"]["driver"]["rules"][each["ruleIndex"]]["id"] == each["ruleId"]
    assert [each["ruleId"] for each in found["results"]][:4] == ["index-dtype", "dilation", "not-known", "unexplained"]


def test_a_result_says_where_why_and_what_instead():
    first = run(ONE)["results"][0]
    where = first["locations"][0]
    assert where["physicalLocation"]["artifactLocation"]["uri"] == "models/small%20net.mlpackage"
    assert where["logicalLocations"] == [{"name": "token_embedding", "fullyQualifiedName": "main/0", "kind": "member"}]
    for part in ("gather layer token_embedding", "M1 (H13), macOS 14.5", "int32", "Instead: look the", "hol-gather"):
        assert part in first["message"]["text"]


def test_a_layer_put_in_before_makes_no_new_problem():
    moved = tuple(replace(it, index=it.index + 1, place=f"main/{it.index + 1}") for it in layers())
    new = replace(layers()[1], name="another")
    later = check(model(layers=(new, *moved), segments=()))
    assert keys(later) == keys(ONE)


def test_another_target_is_another_problem():
    assert not keys(ONE) & keys(check(model(M4)))


def test_problems_of_layers_that_share_a_name_are_told_apart():
    twice = replace(layers()[0], index=12, place="main/12")
    found = run(check(model(layers=(*layers(), twice), segments=())))["results"]
    prints = [each["partialFingerprints"]["primaryLocationLineHash"] for each in found]
    assert len(set(prints)) == len(prints) == 5
    assert {it.partition(":")[0] for it in (prints[0], prints[-1])} == {prints[0].partition(":")[0]}


def test_too_many_results_keep_the_worst_and_say_so(monkeypatch):
    monkeypatch.setattr(check_sarif, "MOST_RESULTS", 3)
    found = run(ONE)
    assert [each["level"] for each in found["results"]] == ["error", "warning", "warning"]
    assert "1 results are left out" in found["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_a_message_is_no_longer_than_is_shown():
    long = replace(layers()[0], name=ENDLESS, problem=ENDLESS, type=ENDLESS)
    found = run(check(model(layers=(long,), segments=())))["results"][0]
    assert 300 < len(found["message"]["text"]) <= check_sarif.MOST_TEXT


def test_what_a_name_holds_is_neither_a_placeholder_nor_a_link():
    said = next(each["message"]["text"] for each in run(ONE)["results"] if each["properties"]["index"] == 8)
    assert "{{0}}" in said and "](" not in said


def test_a_problem_of_the_baseline_is_suppressed():
    known = tuple(replace(it, known=it.index == 0) for it in layers())
    found = run(check(model(layers=known)))["results"]
    assert [len(each["suppressions"]) for each in found] == [1, 0, 0, 0]
    assert not any("suppressions" in each for each in run(ONE)["results"])


def test_a_file_that_could_not_be_read_is_told():
    told = run(MANY)["invocations"][0]
    assert not told["executionSuccessful"] and run(ONE)["invocations"][0]["executionSuccessful"]
    assert told["toolExecutionNotifications"][0]["message"]["text"] == "models/broken.mlmodel ends too early"


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/ü.mlmodel", "a%20b/%C3%BC.mlmodel"),
        ("./net.mlmodel", "net.mlmodel"),
        ("/tmp/net.mlmodel", "file:///tmp/net.mlmodel"),
        ("c:d?e#f", "c%3Ad%3Fe%23f"),
        ("half\udcff", "half%FF"),
        ("half\ud800", "half%EF%BF%BD%EF%BF%BD%EF%BF%BD"),
    ],
)
def test_a_path_becomes_a_reference(path, uri):
    assert check_sarif.uri(path) == uri


def test_a_run_sums_up_every_model():
    found = run(MANY)["properties"]["models"]
    assert Counter(each["path"] for each in found) == {"models/small net.mlpackage": 2, "models/trees.mlmodel": 1}
    assert found[0]["summary"]["layers"] == 12
