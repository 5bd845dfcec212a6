"`anedb diff`: two models, or one on two chips, as people see them."

from dataclasses import replace

import jsonschema
import pytest
from check_samples import M4, blocker, checked, layer

from anedb.api import Anedb
from anedb.api.diff import diff
from anedb.api.schemas import of as schema_of
from anedb.domain.diff import Diff

A = checked(*[layer()] * 3, layer("gather", "no", "cpu", name="look_up"), layer("relu"), path="a.mlpackage")
B = checked(
    *[layer(shape=[8, 64, 32, 32])] * 3,
    layer("transpose", name="turn"),
    layer("gather", "likely", "ane", name="fetch"),
    layer("relu"),
    path="b.mlpackage",
    blockers=(blocker("transpose", (3,)),),
)


@pytest.fixture
def run(anedb, monkeypatch):
    def ran(found, *arguments):
        asked = {}

        def answer(_self, *given, **more):
            asked.update(more, given=[str(each) for each in given])
            return found

        monkeypatch.setattr(Anedb, "diff", answer, raising=False)
        result = anedb("diff", *arguments)
        result.asked = asked
        return result

    return ran


def between(a, b):
    return diff(a, b, data_version="0123456789ab")


def test_everything_that_differs_is_told_once(run):
    ran = run(between(A, B), "a.mlpackage", "b.mlpackage", "--chip", "A15")
    assert ran.code == 0 and not ran.err
    for word in (
        "a.mlpackage on A15 (H14), iOS 18",
        "4 (80 %)",
        "6 (100 %)",
        "A  A██",
        "Only in B (1)",
        "#3 turn",
        "×3",
        "shape of x 1,64,32,32 → 8,64,32,32",
        "✖ no → CPU",
        "✔ likely → engine",
        "A 0, B 1",
    ):
        assert word in ran.out, word
    assert "Only in A" not in ran.out
    assert (ran.asked["given"], ran.asked["chips"]) == (["a.mlpackage", "b.mlpackage"], ["A15"])


def test_one_model_on_two_chips(run):
    ran = run(between(A, replace(A, target=M4)), "a.mlpackage", "--chip", "A15", "--chip", "M4")
    assert ran.code == 0 and "The same: 5 layers" in ran.out and "M4 (H16), macOS 26.0" in ran.out
    assert ran.asked["chips"] == ["A15", "M4"] and ran.asked["given"] == ["a.mlpackage", "None"]


def test_json_keeps_to_its_schema(run):
    found = run(between(A, B), "a", "b", "--json").json()
    jsonschema.validate(found, schema_of(Diff, "diff"))
    assert [each["what"] for each in found["changed"][0]["changes"]] == ["shape", "shape"]


def test_a_list_that_was_cut_says_so(run):
    many = checked(*[layer(f"odd{number}") for number in range(9)], path="many")
    out = run(between(checked(), many), "a", "b", "--limit", "4").out
    assert "and 5 more kinds" in out and "odd4" not in out


def test_a_name_from_a_model_moves_no_cursor(run):
    hostile = checked(layer("frob", name="\x1b[2J\u202e"), path="\x1b[31m.mlmodel")
    for arguments in ((), ("--json",)):
        assert "\x1b" not in run(between(A, hostile), "a", "b", *arguments).out


def test_without_a_model_or_with_a_wrong_option_it_exits_2(anedb):
    assert anedb("diff").code == 2
    assert anedb("diff", "a", "b", "c").code == 2
