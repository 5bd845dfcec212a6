"Old problems are told again whatever moves around them; a new or a worse one is new."

import json
from dataclasses import replace

import pytest
from check_samples import A15, M4, check, checked, layer
from hypothesis import given
from hypothesis import strategies as st

from anedb.api.baseline import baseline, compare, short_names
from anedb.api.baseline_file import read, write
from anedb.errors import BadFileError

CONV, GATHER = layer(name="conv_1"), layer("gather", "no", "cpu", name="gather_1", reasons=("op",))
LSTM = layer("lstm", "unlikely", "cpu", name="lstm_1")


def known_in(new, old) -> list[str]:
    "Names of the layers of the first model of `new` whose problem `old` has."
    found = compare(new, baseline(old)).known
    return [each.name for each in new.models[0].layers if (0, each.index) in found]


def test_a_problem_is_known_again_after_layers_were_put_in_before_it():
    old, new = check(checked(CONV, GATHER)), check(checked(CONV, CONV, LSTM, CONV, GATHER))
    assert known_in(new, old) == ["gather_1"]


def test_a_problem_is_known_again_after_the_converter_numbered_its_name_anew():
    assert known_in(check(checked(replace(GATHER, name="gather_7"))), check(checked(GATHER))) == ["gather_7"]


def test_a_problem_is_known_again_in_a_changed_layer_of_the_same_name_and_reasons():
    wider = layer("gather", "no", "cpu", name="gather_1", reasons=("op",), shape=[1, 128, 32, 32])
    assert known_in(check(checked(wider)), check(checked(GATHER))) == ["gather_1"]
    for_another_reason = replace(wider, reasons=layer(reasons=("dtype",)).reasons)
    assert known_in(check(checked(for_another_reason)), check(checked(GATHER))) == []


def test_an_entry_stands_for_one_layer_only():
    twice = check(checked(replace(GATHER, name="gather_0"), GATHER))
    assert known_in(twice, check(checked(GATHER))) == ["gather_1"]


@pytest.mark.parametrize(
    ("before", "after", "known"),
    [("unlikely", "no", 0), ("no", "unlikely", 1), ("unknown", "no", 0), ("no", "unknown", 1), ("mixed", "mixed", 1)],
)
def test_a_worse_answer_is_new_and_a_better_one_is_not(before, after, known):
    old, new = (check(checked(layer("gather", answer, "cpu", name="a"))) for answer in (before, after))
    assert len(known_in(new, old)) == known


def test_what_no_longer_occurs_is_told():
    gone = compare(check(checked(CONV)), baseline(check(checked(CONV, GATHER)))).gone
    assert gone == ("net.mlpackage on A15 iOS 18: no: gather_1 (gather)",)


def test_a_model_that_was_not_checked_is_not_gone():
    old = check(checked(GATHER), checked(GATHER, path="models/other.mlpackage"))
    assert compare(check(checked(GATHER)), baseline(old)).gone == ()


def test_another_target_or_setting_has_problems_of_its_own():
    old = check(checked(GATHER, target=A15))
    assert known_in(check(checked(GATHER, target=M4)), old) == []
    assert known_in(check(checked(GATHER, units="all")), old) == []


def test_a_model_is_known_by_its_name_wherever_it_lies():
    old = check(checked(GATHER, path="/home/ann/net.mlpackage"))
    assert "/home/ann" not in write(baseline(old))
    assert known_in(check(checked(GATHER, path="build/net.mlpackage/")), old) == ["gather_1"]


def test_two_models_of_one_name_are_told_apart_by_their_folders():
    old = check(checked(GATHER, path="a/net.mlmodel"), checked(LSTM, path="b/net.mlmodel"))
    assert [each.model for each in baseline(old).models] == ["a/net.mlmodel", "b/net.mlmodel"]
    assert known_in(check(checked(GATHER, LSTM, path="/x/a/net.mlmodel")), old) == ["gather_1"]
    assert short_names(["/net.mlmodel", "net.mlmodel"]).keys() == {"/net.mlmodel", "net.mlmodel"}


def test_the_entry_that_says_most_of_a_path_is_its_own():
    both = baseline(check(checked(GATHER, path="a/net.mlmodel"), checked(LSTM, path="b/net.mlmodel")))
    named = (replace(both.models[0], model="net.mlmodel"), replace(both.models[1], model="a/net.mlmodel"))
    for entries in (named, named[::-1]):
        found = compare(check(checked(GATHER, LSTM, path="a/net.mlmodel")), replace(both, models=entries))
        assert found.known == {(0, 1)}


def test_the_order_of_models_and_the_index_of_a_layer_change_no_byte():
    one, two = checked(CONV, GATHER, LSTM), checked(LSTM, GATHER, path="other.mlmodel")
    again = checked(CONV, CONV, CONV, LSTM, GATHER)
    assert write(baseline(check(one, two))) == write(baseline(check(two, again)))


def test_a_model_without_problems_leaves_no_trace(tmp_path):
    text = write(baseline(check(checked(CONV))))
    assert json.loads(text)["models"] == []
    (tmp_path / "b.json").write_text(text)
    assert read(tmp_path / "b.json") == baseline(check(checked(CONV)))


names = st.text(st.characters(), max_size=8)
types = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
answers = st.sampled_from(["yes", "likely", "mixed", "unlikely", "no", "unknown"])


@given(st.lists(st.tuples(types, names, answers), max_size=6), names)
def test_what_is_written_is_read_and_then_everything_is_known(tmp_path_factory, found, path):
    layers = [layer(type or "t", answer, "cpu", name=name) for type, name, answer in found]
    sample = check(checked(*layers, path=path.replace("\0", "") or "m"))
    file = tmp_path_factory.mktemp("b") / "b.json"
    text = write(baseline(sample))
    file.write_text(text, encoding="ascii")
    compared = compare(sample, read(file))
    assert read(file) == baseline(sample)
    assert compared.gone == ()
    assert len(compared.known) == sum(answer not in ("yes", "likely") for _, _, answer in found)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "not a baseline"),
        ("{", "not a baseline"),
        ("[" * 100_000, "not a baseline"),
        ('{"schema_version": "2.0.0", "models": {}}', "version '2.0.0'"),
        ('{"schema_version": "2.0.0", "data_version": "", "models": []}', "version '2.0.0'"),
        ('{"schema_version": "1.0.0", "data_version": ""}', "models"),
        ('{"schema_version": "1.0.0", "data_version": "", "models": [], "more": 1}', "more"),
        ('{"schema_version": "1.0.0", "data_version": "", "models": [{"model": 1}]}', "models/0"),
        (write(baseline(check(checked(GATHER)))).replace('"no"', '"yes"'), "'yes'"),
    ],
)
def test_what_is_no_baseline_is_refused_in_one_line(tmp_path, text, word):
    (tmp_path / "b.json").write_text(text)
    with pytest.raises(BadFileError, match=r".") as caught:
        read(tmp_path / "b.json")
    assert word in caught.value.message and "\n" not in caught.value.message and caught.value.tip


def test_a_missing_file_a_folder_and_a_hostile_path_are_refused(tmp_path):
    for path in (tmp_path / "none", tmp_path, "a\0b"):
        with pytest.raises(BadFileError, match=r"the baseline"):
            read(path)
