"What is asked of a check, and how it comes out."

import pytest
from check_samples import check, checked, layer

from anedb.api.baseline import baseline
from anedb.api.gate import gate
from anedb.errors import UsageError

EVERY = [layer("gather", answer, "cpu") for answer in ("yes", "likely", "mixed", "unlikely", "no", "unknown")]


@pytest.mark.parametrize(
    ("level", "failing"),
    [
        ("no", {"no"}),
        ("unlikely", {"no", "unlikely"}),
        ("mixed", {"no", "unlikely", "mixed"}),
        ("unknown", {"unknown"}),
    ],
)
def test_a_level_fails_for_its_answers_and_no_other(level, failing):
    fails = {it.offered.answer for it in EVERY if gate(check(checked(it)), fail_on=[level]).gate.failed}
    assert fails == failing


def test_every_level_asked_for_has_a_sentence_of_its_own_that_names_layers():
    said = gate(check(checked(*EVERY)), fail_on=["unknown", "no", "no"]).gate.failed
    assert said == (
        "net.mlpackage on A15 iOS 18: 1 layer has the answer no: #4 gather_4 (gather) (--fail-on no)",
        "net.mlpackage on A15 iOS 18: 1 layer has the answer unknown: #5 gather_5 (gather) (--fail-on unknown)",
    )


def test_many_layers_are_counted_and_three_named():
    (said,) = gate(check(checked(*[EVERY[4]] * 9)), fail_on=["no"]).gate.failed
    assert "9 layers have" in said and "#2 gather_2 (gather) and 6 more" in said and "#3" not in said


@pytest.mark.parametrize("on_engine", range(1, 100))
def test_a_share_that_is_just_reached_holds(on_engine):
    model = checked(*[layer()] * on_engine, *[layer(placement="cpu")] * (100 - on_engine))
    assert gate(check(model), min_ane=on_engine).gate.failed == ()
    assert gate(check(model), min_ane=on_engine + 0.01).gate.failed != ()


def test_a_share_just_below_is_not_told_as_reached():
    model = checked(*[layer()] * 9496, *[layer(placement="cpu")] * 504)
    (said,) = gate(check(model), min_ane=95).gate.failed
    assert "94.9 %" in said and "less than 95 %" in said


def test_layers_that_cannot_be_placed_are_told():
    (said,) = gate(check(checked(layer(), layer(placement="unknown"))), min_ane=60).gate.failed
    assert "50 %" in said and "1 of 2 cannot be placed" in said


def test_a_model_without_layers_meets_every_condition():
    assert gate(check(checked()), fail_on=["no", "unknown"], min_ane=100).gate.failed == ()


def test_only_new_problems_fail_but_the_share_is_of_the_whole_model():
    old = baseline(check(checked(layer(), EVERY[4])))
    now = check(checked(layer(), EVERY[4], layer("lstm", "no", "cpu")))
    found = gate(now, fail_on=["no"], min_ane=50, baseline=old)
    problem, share = found.gate.failed
    assert "#2 lstm_2" in problem and "gather" not in problem and "1 more in the baseline" in problem
    assert "33.3 %" in share
    assert [it.known for it in found.models[0].layers] == [False, True, False]
    assert found.gate.known == 1


def test_a_check_of_which_nothing_is_asked_stays_as_it_is():
    sample = check(checked(*EVERY))
    assert gate(sample) is sample


def test_another_word_is_refused():
    with pytest.raises(UsageError, match="sometimes"):
        gate(check(), fail_on=["sometimes"])
