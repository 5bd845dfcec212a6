"""The questions people ask, asked of the shipped data/, as a user would type them."""

import json

import jsonschema
import pytest

from anedb.api import schemas

DILATED = ("query", "conv", "-p", "dilations=2,2", "--input", "x=fp16[1,64,32,32]")


def test_a_dilated_convolution_on_m4_rests_on_observations_and_shows_that_the_2020_list_differs(anedb):
    found = anedb(*DILATED, "--chip", "M4", "--os", "macOS 27.0", "--json").json()
    assert found["offered"]["answer"] in ("yes", "likely")
    assert "M4" in {each["target"]["chip"] for each in found["evidence"] if each["kind"] == "observations"}
    assert "751k-note-dilated" in [each["id"] for each in found["evidence"]]
    dissent = [each for each in found["conflicts"] if each["says"] == "no" and each["about"] == "offered"]
    assert any("hollance" in id or "hol-" in id for each in dissent for id in each["evidence"])


def test_the_same_on_a_phone_of_2019_rests_on_the_claim_and_is_no_more_than_its_guess(anedb):
    found = anedb(*DILATED, "--chip", "A12", "--os", "iOS 13", "--json").json()
    assert found["basis"] == "claim"
    assert found["offered"]["answer"] in ("unlikely", "mixed")
    assert found["evidence"][0]["kind"] == "claim"
    assert found["evidence"][0]["source"].startswith("hollance")


def test_an_lstm_is_not_on_the_engine(anedb):
    found = anedb("query", "lstm", "--chip", "M4", "--json").json()
    assert found["offered"]["answer"] == "no"
    assert found["reasons"]


def test_broadcastable_add_says_no_and_to_use_add(anedb):
    found = anedb("query", "AddBroadcastableLayer", "--chip", "A13", "--os", "iOS 14", "--json").json()
    assert found["layer"]["type"] == "addBroadcastable"
    assert found["offered"]["answer"] in ("no", "unlikely")
    assert "neuralnetwork:add" in [use for each in found["workarounds"] for use in each["use"]]


def test_upsampling_and_deconvolution_were_seen_to_run(anedb):
    for layer in ("upsample", "deconvolution"):
        found = anedb("query", layer, "--chip", "A12", "--os", "iOS 13", "--json").json()
        assert found["offered"]["answer"] in ("yes", "likely"), layer


def test_a_custom_layer_has_no_way_onto_the_engine(anedb):
    found = anedb("query", "custom", "--json").json()
    assert {each["offered"]["answer"] for each in found["engines"]} <= {"no", "unlikely"}
    assert any("split" in each["text"] for each in found["workarounds"])
    assert "custom-layer" in [reason["code"] for reason in found["reasons"]]


def test_max_pool_flips_between_width_8_and_9(anedb):
    found = anedb("query", "max_pool", "-p", "kernel_sizes=1,9", "--chip", "M4", "--json").json()
    flip = next(each for each in found["flips"] if each["feature"] == "kernel_width" and each["about"] == "offered")
    assert (flip["yes"], flip["no"]) == (8, 9)
    assert flip["evidence"]
    assert found["offered"]["answer"] in ("no", "unlikely")


def test_int32_is_refused_for_its_dtype(anedb):
    found = anedb("query", "conv", "--input", "x=int32[1,64,32,32]", "--chip", "M4", "--json").json()
    assert found["offered"]["answer"] in ("no", "unlikely")
    assert "dtype" in [reason["code"] for reason in found["reasons"]]


def test_a_lone_small_layer_is_offered_the_engine_and_put_on_the_cpu(anedb):
    found = anedb(
        "query", "abs", "--input", "x=fp16[1,64,32,32]", "--chip", "M4", "--os", "macOS 27.0", "--json"
    ).json()
    assert found["offered"]["answer"] == "yes"
    alone = [each for each in found["evidence"] if "isolated, cpu-and-ne" in each["says"]]
    assert any(each["says"].startswith("offered: 1 yes, 0 no; chosen: 0 yes, 1 no") for each in alone), alone


def test_without_a_chip_every_engine_generation_is_answered(anedb):
    found = anedb("query", "conv", "--json").json()
    assert [each["engine"] for each in found["engines"]] == [f"H{number}" for number in range(11, 19)]


def test_an_unknown_layer_is_not_answered(anedb):
    ran = anedb("query", "nosuchlayer")
    assert ran.code == 2 and "nosuchlayer" in ran.err and not ran.out


def test_a_misspelt_layer_gets_did_you_mean(anedb):
    ran = anedb("query", "convolutoin")
    assert ran.code == 2 and "did you mean" in ran.err and "convolution" in ran.err


@pytest.mark.parametrize("json_wanted", [True, False])
def test_an_unknown_chip_is_never_answered_as_another(anedb, json_wanted):
    ran = anedb("query", "conv", "--chip", "A99", *(["--json"] if json_wanted else []))
    assert ran.code == 2 and "A99" in (ran.out if json_wanted else ran.err)
    if json_wanted:
        assert ran.json()["error"]["type"] == "UnknownNameError"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--os", "BeOS 5"], "BeOS"),
        (["--os", "iOS 99"], "99"),
        (["--device", "iPhone99,9"], "iPhone99,9"),
        (["--chip", "M4", "--device", "iPhone15,3"], "A16"),
        (["-p", "dilation_factor=2"], "dilation"),
        (["-p", "dilations=two"], "dilations"),
        (["-p", "dilations"], "dilations"),
        (["--input", "x=fp17[1]"], "fp17"),
        (["--input", "x=fp16[1,"], "x=fp16[1,"),
        (["--units", "cpu-only"], "cpu-only"),
        (["--format", "onnx"], "onnx"),
    ],
)
def test_what_cannot_be_understood_is_named(anedb, arguments, word):
    ran = anedb("query", "conv", *arguments)
    assert ran.code == 2 and word in ran.err and "Traceback" not in ran.err


def test_every_answer_keeps_to_the_published_schema(anedb):
    schema = schemas.get("verdict")
    for arguments in (DILATED, ("query", "max_pool", "-p", "kernel_sizes=1,9", "--chip", "M4"), ("query", "lstm")):
        jsonschema.validate(anedb(*arguments, "--json").json(), schema)


def test_every_piece_of_evidence_is_one_step_from_its_source(anedb):
    found = anedb(*DILATED, "--chip", "M4", "--json").json()
    cited = [each["id"] for each in found["evidence"]]
    cited += [id for each in (*found["conflicts"], *found["flips"]) for id in each["evidence"]]
    assert cited
    for id in cited:
        assert "http" in json.dumps(anedb("show", id, "--json").json()["about"]), id


def test_a_pipe_gets_plain_text(anedb):
    ran = anedb(*DILATED, "--chip", "M4")
    assert "\x1b" not in ran.out and "offered" in ran.out and "hol-dil" in ran.out


def test_steps_tell_of_levels_that_did_nothing_too(anedb):
    plain, stepped = anedb(*DILATED, "--chip", "M4"), anedb(*DILATED, "--chip", "M4", "--steps")
    assert len(stepped.out) > len(plain.out) and "How the answer arose" in stepped.out
