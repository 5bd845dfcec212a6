"""What the only published plans of an iPhone say (A15, iOS 26.5), asked as questions.

A vocoder over 67,072 samples and the Transformer in front of it. The engine of an A15 takes 16,384 along an axis, yet
the vocoder's additions are on it at any length: a limit for all layers would be wrong for them.
"""

from collections.abc import Iterator

import pytest

import anedb

YES, NO = {"yes", "likely"}, {"no", "unlikely"}
LENGTHS = {128: 16768, 64: 33536, 32: 67072}
"Channels and length of the vocoder's long stages."


@pytest.fixture(scope="module")
def ask(database: str) -> Iterator:
    with anedb.open(database) as db:

        def asked(layer, *inputs, units="cpu-and-ne", **params):
            return db.query(layer, params=params, inputs=inputs, chip="A15", os="iOS 26.5", units=units, limit=99)

        yield asked


def sequence(name, channels, length, dtype="fp16"):
    return f"{name}={dtype}[1,{channels},{length}]"


def conv(ask, channels, length, kernel=3):
    weight, bias = f"weight=fp16[{channels},{channels},{kernel}]", f"bias=fp16[{channels}]"
    pad = (kernel // 2,) * 2
    return ask("conv", sequence("x", channels, length), weight, bias, pad_type="custom", pad=pad)


def codes(verdict):
    return {reason.code for reason in verdict.reasons}


@pytest.mark.parametrize(("channels", "length"), LENGTHS.items())
def test_a_convolution_longer_than_16384_is_not_on_the_engine(ask, channels, length):
    verdict = conv(ask, channels, length)
    assert verdict.offered.answer in NO and verdict.chosen.answer in NO
    assert "extent-too-large" in codes(verdict)


def test_the_rule_holds_for_a_length_that_was_not_measured(ask):
    verdict = conv(ask, 128, 20000)
    assert verdict.offered.answer in NO and verdict.chosen.answer in NO


@pytest.mark.parametrize("kernel", [3, 7, 11])
def test_the_same_convolution_within_the_limit_is(ask, kernel):
    verdict = conv(ask, 256, 2096, kernel)
    assert verdict.offered.answer in YES and verdict.chosen.answer in YES


@pytest.mark.parametrize(("channels", "length"), [*LENGTHS.items(), (128, 20000), (256, 2096)])
def test_an_addition_is_at_any_length(ask, channels, length):
    verdict = ask("add", sequence("x", channels, length), sequence("y", channels, length))
    assert verdict.offered.answer in YES and verdict.chosen.answer in YES


@pytest.mark.parametrize(("channels", "length", "answers"), [(256, 2096, YES), (128, 16768, NO), (32, 67072, NO)])
def test_the_limit_is_that_of_an_activation_too(ask, channels, length, answers):
    assert ask("leaky_relu", sequence("x", channels, length), alpha="0.1").chosen.answer in answers


@pytest.mark.parametrize("units", ["cpu-and-ne", "all"])
@pytest.mark.parametrize(
    ("layer", "inputs", "params"),
    [
        ("linear", ("x={}[1,262,512]", "weight={}[512,512]", "bias={}[512]"), {}),
        ("softmax", ("x={}[4,262,262]",), {"axis": -1}),
        ("add", ("x={}[1,262,512]", "y={}[1,262,512]"), {}),
    ],
)
def test_in_fp32_nothing_is_on_the_engine(ask, layer, inputs, params, units):
    def asked(dtype):
        return ask(layer, *(each.format(dtype) for each in inputs), units=units, **params)

    assert asked("fp16").chosen.answer in YES
    assert asked("fp32").chosen.answer in NO and "dtype" in codes(asked("fp32"))


def test_the_index_arithmetic_of_a_look_up_is_not(ask):
    assert ask("add", "x=int32[1,262]", "y=int32[]").chosen.answer in NO


def test_weights_of_8_bits_are_placed_as_those_of_16(database):
    "Read from the plans: both precisions of the vocoder, operation by operation."
    from anedb.catalog import files, plans

    _, found = plans.read(files.root() / "plans/oruka-hifigan-a15.jsonl")
    units = {(plan.name, plan.units): [(op.type, op.seen.chosen) for op in plan.network.ops] for plan in found}
    for setting in ("cpu-and-ne", "all"):
        packed = units["HiFiGAN_Generator_int8_fixed262", setting]
        assert packed == units["HiFiGAN_Generator_float16_fixed262", setting] and len(packed) == 196


def test_placed_is_not_correct():
    "The vocoder's sound is about four times too loud on the engine: the source says so wherever it is cited."
    from anedb.catalog import facts

    assert "wrong on the engine" in facts.sources()["oruka-hifigan-a15"].note
