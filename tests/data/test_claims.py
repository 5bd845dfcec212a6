"""The seed list and the rules: every row is there, with its author's strength, and means what its sentence says."""

import datetime

import pytest

from anedb.catalog import facts, layers
from anedb.domain.layer import Layer, Operand
from anedb.domain.observation import Reason
from anedb.evidence import condition
from anedb.evidence.features import FEATURES, features

CLAIMS = {claim.id: claim for claim in facts.claims()}
WORKAROUNDS = {each.id: each for each in facts.workarounds()}


def named(row):
    return row.id


# The list of 2020: subject, answer, strength. "guess" where its author says so, or where he names only the kind.
SEED = [
    ("lstm", "no", "stated"),
    ("gru", "no", "stated"),
    ("rnn", "no", "stated"),
    ("gather", "no", "guess"),
    ("conv", "no", "guess"),
    ("custom", "no", "stated"),
    ("upsample", "yes", "guess"),
    ("conv_transpose", "yes", "stated"),
    ("neuralnetwork:addBroadcastable", "no", "stated"),
    ("neuralnetwork:divideBroadcastable", "no", "stated"),
    ("neuralnetwork:multiplyBroadcastable", "no", "stated"),
    ("neuralnetwork:subtractBroadcastable", "no", "stated"),
    ("neuralnetwork:floorDivBroadcastable", "no", "guess"),
    ("neuralnetwork:maxBroadcastable", "no", "guess"),
    ("neuralnetwork:minBroadcastable", "no", "guess"),
    ("neuralnetwork:modBroadcastable", "no", "guess"),
    ("neuralnetwork:powBroadcastable", "no", "guess"),
    ("neuralnetwork:whereBroadcastable", "no", "guess"),
    ("neuralnetwork:concatND", "no", "stated"),
    ("neuralnetwork:splitND", "no", "stated"),
    ("neuralnetwork:loadConstantND", "no", "stated"),
    ("neuralnetwork:embeddingND", "no", "guess"),
    ("neuralnetwork:gatherND", "no", "guess"),
    ("neuralnetwork:scatterND", "no", "guess"),
    ("neuralnetwork:softmaxND", "no", "guess"),
]


@pytest.mark.parametrize(("subject", "says", "strength"), SEED)
def test_every_row_of_the_seed_list_is_a_claim_with_its_authors_strength(subject, says, strength):
    found = [claim for claim in facts.claims_about(subject) if claim.source == "hollance-unsupported-layers"]
    assert [(claim.says, claim.strength) for claim in found] == [(says, strength)]


def test_no_layer_of_a_kind_on_the_seed_list_is_left_out():
    said = {claim.subject for claim in facts.claims()}
    kinds = [
        f"neuralnetwork:{name}" for name in layers.all_types("neuralnetwork") if name.endswith(("Broadcastable", "ND"))
    ]
    assert len(kinds) == 17 and said >= set(kinds)


def test_dilation_is_what_the_claim_on_convolution_is_about():
    claim = CLAIMS["hol-dil"]
    assert condition.holds(claim.condition, {"dilated": True}) is True
    assert condition.holds(claim.condition, {"dilated": False}) is False
    assert condition.holds(claim.condition, {}) is None


REPLACED = [
    ("addBroadcastable", {"add"}),
    ("multiplyBroadcastable", {"multiply", "scale", "activation.linear"}),
    ("concatND", {"concat"}),
    ("subtractBroadcastable", {"activation.linear", "add"}),
]


@pytest.mark.parametrize(("layer", "replacement"), REPLACED)
def test_every_replacement_of_the_seed_list_is_a_workaround_with_evidence(layer, replacement):
    found = [each for each in facts.workarounds() if each.subject == f"neuralnetwork:{layer}"]
    assert {name for each in found for name in each.use} == {f"neuralnetwork:{name}" for name in replacement}
    assert all(each.evidence for each in found)


@pytest.mark.parametrize(
    ("id", "words"),
    [
        ("hol-custom-split", "split the model in two"),
        ("hol-edit-model", "edit the model"),
        ("hol-edit-model", "breakpoint"),
        ("hol-convert", "minimum_ios_deployment_target='13'"),
        ("hol-convert", "(batch, channels, height, width)"),
        ("hol-subtract", "alpha -1"),
    ],
)
def test_the_advice_of_the_seed_list_is_kept(id, words):
    assert words in WORKAROUNDS[id].text


def test_what_nobody_has_shown_to_run_is_called_a_guess_or_names_no_replacement():
    unproven = [each for each in facts.workarounds() if each.use and not each.evidence]
    assert all(each.strength == "guess" for each in unproven)


@pytest.mark.parametrize("row", [*facts.claims(), *facts.workarounds()], ids=named)
def test_every_condition_can_be_read(row):
    assert condition.check(row.condition) is None


@pytest.mark.parametrize("claim", facts.claims(), ids=named)
def test_a_claim_stands_on_a_source_and_speaks_of_something(claim):
    facts.source(claim.source)
    assert claim.text.endswith(".") and claim.date <= datetime.date.today().isoformat()
    if claim.subject != "*" and ":" not in claim.subject:
        layers.concept(claim.subject)
    elif claim.subject != "*":
        layers.get(*claim.subject.split(":"))


@pytest.mark.parametrize("claim", [claim for claim in facts.claims() if claim.feature], ids=named)
def test_a_limit_is_one_of_a_feature(claim):
    assert claim.feature in FEATURES


def test_a_claim_on_every_layer_never_speaks_of_all_of_them():
    "A yes without a condition would make every layer likely, a no everything unlikely."
    assert [c.id for c in facts.claims() if c.subject == "*" and not c.condition] == []


def test_the_reason_of_a_refusal_is_in_the_vocabulary():
    codes = facts.reasons()
    assert {claim.reason for claim in facts.claims() if claim.reason} <= codes.keys()
    assert {claim.reason for claim in facts.claims() if claim.says == "yes"} == {""}


def test_every_reason_reads_as_a_sentence_with_its_numbers():
    for code in facts.reasons():
        title = facts.reason_title(Reason(code=code, feature="kernel_width", value="15", limit="13"))
        assert title and "{" not in title and "_" not in title


def conv(*, x=(1, 64, 32, 32), weight=(64, 64, 3, 3), dtype="fp16", **params):
    "A convolution, as much of it as conditions speak about."
    operands = (
        Operand(name="x", dtype=dtype, shape=x),
        Operand(name="weight", dtype=dtype, shape=weight, const=True),
    )
    stated = {"strides": (1, 1), "dilations": (1, 1), "groups": 1, **params}
    return {"concept": "conv", **features(Layer(format="mlprogram", type="conv", params=stated, inputs=operands))}


def pool(height, width):
    operands = (Operand(name="x", dtype="fp16", shape=(1, 64, 32, 32)),)
    params = {"kernel_sizes": (height, width), "strides": (1, 1)}
    return {
        "concept": "max_pool",
        **features(Layer(format="mlprogram", type="max_pool", params=params, inputs=operands)),
    }


# Where the rules flip, as their authors measured it.
TRUTH = [
    ("751k-note-int32", conv(dtype="int32"), True),
    ("751k-note-int32", conv(), False),
    ("751k-note-conv-width", conv(weight=(64, 64, 1, 15)), False),
    ("751k-note-conv-width", conv(weight=(64, 64, 1, 16)), True),
    ("751k-note-conv-width", conv(weight=(64, 64, 16, 16)), False),
    ("751k-note-conv-square", conv(weight=(64, 64, 16, 16)), False),
    ("751k-note-conv-square", conv(weight=(64, 64, 17, 17)), True),
    ("751k-note-conv-height", conv(weight=(64, 64, 31, 1)), False),
    ("751k-note-conv-height", conv(weight=(64, 64, 32, 1)), True),
    ("751k-note-maxpoollim", pool(1, 8), False),
    ("751k-note-maxpoollim", pool(1, 9), True),
    ("751k-note-maxpoollim", pool(9, 1), False),
    ("751k-note-maxpoollim", pool(1, 32), False),
    ("751k-note-dimlim", conv(x=(1, 64, 1, 65536)), False),
    ("751k-note-dimlim", conv(x=(1, 64, 1, 65537)), True),
    ("af-t-dim-m1", {**conv(x=(1, 65536, 1, 16384)), "engine": "H13"}, False),
    ("af-t-dim-m1", {**conv(x=(1, 64, 1, 16385)), "engine": "H13"}, True),
    ("af-t-dim-m1", {**conv(x=(1, 64, 1, 16385)), "engine": "H16"}, False),
    ("af-t-kw-m1", {**conv(weight=(64, 64, 13, 13)), "engine": "H13"}, False),
    ("af-t-kw-m1", {**conv(weight=(64, 64, 13, 14)), "engine": "H13"}, True),
    ("af-t-sin-m1", {"engine": "H14"}, True),
    ("af-t-sin-m1", {"engine": "H15"}, False),
    ("cp-gather", {"engine": "H13", "table_rows": 30522}, True),
    ("cp-gather", {"engine": "H16", "table_rows": 30522}, False),
    ("hol-a11", {"chip": "A11"}, True),
    ("hol-a11", {"chip": "A12"}, False),
    ("hol-a12", {"release": 11}, True),
    ("hol-a12", {"release": 12}, False),
    ("ft-m1-fp32", conv(dtype="fp32"), True),
    ("ft-m1-fp32", {"format": "neuralnetwork", "dtype": "fp32"}, False),
    ("ct-2631", {"state": True, "width": 270}, True),
    ("ct-2631", {"state": True, "width": 256}, False),
    ("sam-ct", {"params": {"output_shape": (1, 64, 64, 64)}, "os": "iOS"}, True),
    ("sam-ct", {"params": {"output_shape": (1, 64, 64, 64)}, "os": "macOS"}, False),
    ("sam-ct", {"params": {}}, False),
    ("apple-1gb", conv(), False),
]


@pytest.mark.parametrize(("id", "known", "holds"), TRUTH)
def test_a_rule_flips_where_its_author_measured_it(id, known, holds):
    assert condition.holds(CLAIMS[id].condition, known) is holds


@pytest.mark.parametrize("claim", [c for c in facts.claims() if c.condition and c.id != "apple-1gb"], ids=named)
def test_a_condition_on_what_is_not_known_is_not_known(claim):
    assert condition.holds(claim.condition, {}) is None


@pytest.mark.parametrize("layer", ["addBroadcastable", "splitND", "softmaxND"])
def test_the_advice_on_converters_is_for_the_layers_of_core_ml_3_alone(layer):
    advice = WORKAROUNDS["hol-convert"].condition
    assert condition.holds(advice, {"format": "neuralnetwork", "layer_type": layer}) is True
    assert condition.holds(advice, {"format": "neuralnetwork", "layer_type": "add"}) is False
    assert condition.holds(advice, {"format": "mlprogram", "layer_type": layer}) is False
