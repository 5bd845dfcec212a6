"""What issue threads, Apple's guides and private-API experiments say, asked as questions.

Each looks at the answer and at who disagrees: a private API shows what the engine can do, and never outvotes what Core
ML planned or what its users saw of it.
"""

import pytest

import anedb

X = "x=fp16[1,64,32,32]"
YES, NO = {"yes", "likely"}, {"no", "unlikely"}
M4 = {"chip": "M4", "os": "macOS 27.0"}
M4_MAX = {"chip": "M4 Max", "os": "macOS 15.1"}
M4_MAX_26 = {"chip": "M4 Max", "os": "macOS 26.3"}


@pytest.fixture(scope="module")
def ask(database: str):
    with anedb.open(database) as db:

        def asked(layer, *inputs, chip=M4["chip"], os=M4["os"], **params):
            return db.query(layer, params=params, inputs=inputs or (X,), chip=chip, os=os, limit=99)

        yield asked


def codes(verdict):
    return {reason.code for reason in verdict.reasons}


def said(verdict):
    return {piece.id for piece in verdict.evidence}


def dissent(verdict, question="offered"):
    "Id -> what may explain that it says otherwise."
    found = [each for each in verdict.conflicts if each.about == question]
    return {id: each.explained_by for each in found for id in each.evidence}


# ------------------------------------------------------------------------------------- 19 and 20: engines and releases


@pytest.mark.parametrize("op", ["sin", "cos"])
@pytest.mark.parametrize(
    ("chip", "os", "answer"),
    [("M1", "macOS 15.1", NO), ("M2", "macOS 15.1", NO), ("M3", "macOS 15.1", YES), ("M4", "macOS 27.0", YES)],
)
def test_sine_and_cosine_came_with_h15(ask, op, chip, os, answer):
    "A write-up of 2023 says that they do not run: right of the engines it knew, and shown where it no longer is."
    found = ask(op, chip=chip, os=os)
    assert found.offered.answer in answer | ({"mixed"} if (op, chip) == ("cos", "M2") else set())
    assert f"ei-{op}" in said(found)
    assert (found.offered.probability > 0.5) == (answer is YES)
    assert answer is NO or dissent(found)[f"ei-{op}"] == "age"


GRID = {
    "sampling_mode": "bilinear",
    "padding_value": 0,
    "coordinates_mode": "normalized_minus_one_to_one",
    "align_corners": True,
}


@pytest.mark.parametrize(
    ("chip", "os", "answer", "claim"),
    [
        ("M1", "macOS 13.4", NO, "ct-1875"),
        ("M2", "macOS 13.4", NO, "ct-1875"),
        ("M2", "macOS 14.5", YES, "ct-2299b"),
        ("M2", "macOS 15.0", NO, "ct-2299"),
        ("M4", "macOS 27.0", YES, None),
    ],
)
def test_grid_sample_came_went_and_came_back(ask, chip, os, answer, claim):
    sizes = "x=fp16[1,3,256,256]", "coordinates=fp16[1,256,256,2]"
    found = ask("resample", *sizes, chip=chip, os=os, padding_mode="reflection", **GRID)
    assert found.offered.answer in answer
    assert claim is None or claim in said(found)
    assert {"ct-2299", "ct-2299b"} & said(found) <= {claim}
    assert claim != "ct-2299b" or dissent(found)["ct-1875"] in {"os", "age"}


# ----------------------------------------------------------------------------------------------- 21: flexible shapes


def test_a_layer_norm_of_enumerated_shapes_is_disputed(ask):
    found = ask("layer_norm", "x=fp16[1|3,2048,2048]", chip="M1", os="macOS 13.4", axes=(2,))
    assert found.offered.answer not in {"yes", "no"}
    assert {"ct-1909", "apple-enum"} <= said(found) and "ct-1909b" not in said(found)
    assert "ct-1909" in dissent(found) or "apple-enum" in dissent(found)


def test_one_whose_batch_is_a_range_keeps_the_engine(ask):
    found = ask("layer_norm", "x=fp16[1..3,2048,2048]", chip="M1", os="macOS 13.4", axes=(2,))
    assert found.offered.answer in YES
    assert "ct-1909b" in said(found) and not {"ct-1909", "apple-enum"} & said(found)


def test_the_same_layer_norm_of_fixed_shape_keeps_the_engine(ask):
    found = ask("layer_norm", "x=fp16[3,2048,2048]", chip="M1", os="macOS 13.4", axes=(2,))
    assert found.offered.answer == "yes" and "ct-1909b-fixed" in said(found)
    assert "ct-1909" not in said(found)


def test_flexible_shapes_kept_a_language_model_off_the_engine_though_its_layers_are_offered_it(ask):
    found = ask("relu", "x=fp16[1,64,1..32,32]", chip="M1 Max", os="macOS 13.4")
    assert found.offered.answer in YES and found.chosen.answer in NO
    assert "sm-flex" in said(found) and "dynamic-shape" in codes(found)


@pytest.mark.parametrize("op", ["acos", "lstm", "cumsum"])
def test_flexible_shapes_give_no_layer_the_engine_that_it_never_had(ask, op):
    assert ask(op, "x=fp16[1|7,1,48]").offered.answer in NO


# ------------------------------------------------------------------------------------------------------- 22: states


@pytest.mark.parametrize("op", ["read_state", "write_state"])
@pytest.mark.parametrize(("width", "answer"), [(256, YES), (270, NO), (100, NO)])
def test_a_state_is_a_multiple_of_32_wide(ask, op, width, answer):
    found = ask(op, f"input=fp16[1,64,32,{width}]", chip="M4", os="macOS 15.2")
    assert found.offered.answer in answer
    assert ("ct-2631" in said(found)) == (answer is NO) == ("state" in codes(found))


def test_a_state_works_here_and_was_refused_there(ask):
    phone = ask("write_state", "input=fp16[1,8,2048,64]", chip="A19 Pro", os="iOS 26.5")
    assert phone.offered.answer == "mixed" and {"jr-2state-ok", "jr-reject-state"} <= said(phone)
    assert {"jr-2state-ok", "jr-reject-state"} & set(dissent(phone))
    mac = ask("read_state", "input=fp16[1,8,2048,64]")
    assert mac.offered.answer in YES and "jr-1state" in said(mac)


def test_a_cache_is_updated_on_the_engine_only_on_its_way_into_the_state(ask):
    "Which layer uses a result is no feature of the one that makes it: both are shown, and neither wins."
    found = ask("slice_update", X, chip="M2", os="macOS 15.1")
    assert found.offered.answer == "mixed" and {"am-su", "am-su-ok"} <= said(found)


# --------------------------------------------------------------------------- 23 and 24: recurrent layers and products


@pytest.mark.parametrize(
    ("layer", "shape", "claim"),
    [
        ("rnn", "7,1,48", "ct-1780-rnn"),
        ("lstm", "7,1,48", "ct-1780"),
        ("neuralnetwork:uniDirectionalLSTM", "7,1,48,1,1", "ct-1780"),
    ],
)
@pytest.mark.parametrize(("chip", "os"), [("A12", "iOS 15"), ("A17 Pro", "iOS 18"), ("M4", "macOS 27.0")])
def test_recurrent_layers_do_not_run_on_the_engine(ask, layer, shape, claim, chip, os):
    found = ask(layer, f"x=fp16[{shape}]", chip=chip, os=os)
    assert found.offered.answer == "no" and claim in said(found) and "unsupported-op" in codes(found)


def test_an_lstm_was_seen_on_the_cpu_beside_a_product_on_the_engine(ask):
    phone = {"chip": "A12", "os": "iOS 12.1"}
    assert "ct-337" in said(ask("neuralnetwork:uniDirectionalLSTM", "x=fp16[7,1,48,1,1]", **phone))
    product = ask("neuralnetwork:innerProduct", "x=fp16[1,64,1,1]", **phone)
    assert product.offered.answer in YES and "ct-337b" in said(product)


def test_of_an_m1_the_engine_took_inner_products_and_no_batched_ones(ask):
    m1 = {"chip": "M1", "os": "macOS 11.3"}
    inner = ask("neuralnetwork:innerProduct", "x=fp16[1,64,1,1]", **m1)
    batched = ask("neuralnetwork:batchedMatmul", "x=fp16[1,64,64]", "y=fp16[1,64,64]", **m1)
    assert inner.offered.answer in YES and "ct-1196b" in said(inner)
    assert batched.offered.answer in NO and "ct-1196" in said(batched)
    assert "format" in set(dissent(batched).values())  # ML Programs' matmul is offered it


# ------------------------------------------------------------------------------------- 25: transposed convolutions

PHONE = {"chip": "A17 Pro", "os": "iOS 18.3"}


@pytest.mark.parametrize(("stride", "answer"), [(4, YES), (16, NO)])
def test_the_stride_of_a_transposed_convolution(ask, stride, answer):
    weight = f"weight=fp16[128,64,{stride},1]"
    found = ask("conv_transpose", "x=fp16[1,128,5,226]", weight, strides=(stride, 1), **PHONE)
    assert found.offered.answer in answer
    assert (answer is NO) == ("stride-too-large" in codes(found)) == ("ct-2450" in said(found))
    assert answer is YES or dissent(found)["hol-deconv"] == "age"


@pytest.mark.parametrize(("shape", "answer"), [({}, YES), ({"output_shape": (1, 64, 64, 64)}, NO)])
def test_a_transposed_convolution_with_a_stated_output_shape(ask, shape, answer):
    found = ask("conv_transpose", X, "weight=fp16[64,64,4,4]", strides=(2, 2), **shape, **PHONE)
    assert found.offered.answer in answer
    assert (answer is NO) == ("sam-ct" in said(found))


# ------------------------------------------------------------------------------------------------------- 27: gather

M2 = {"chip": "M2", "os": "macOS 15.1"}


def test_indices_of_uint16_are_taken_and_those_of_int16_perhaps_not(ask):
    taken = ask("gather", X, "indices=uint16[4]", axis=3, **M2)
    perhaps = ask("gather", X, "indices=int16[4]", axis=3, **M2)
    assert taken.offered.answer in YES and "am-gu16" in said(taken)
    assert perhaps.offered.probability < taken.offered.probability and perhaps.offered.answer not in {"yes", "no"}
    assert "index-dtype" in codes(perhaps) and "apple-gather" in dissent(perhaps)


def test_the_cast_that_makes_the_indices_stays_on_the_cpu(ask):
    found = ask("cast", "x=int32[1,64]", dtype="uint16", **M2)
    assert found.offered.answer == found.chosen.answer == "no"
    assert {"am-cast", "am-int32"} <= said(found) and "dtype" in codes(found)


@pytest.mark.parametrize(("rows", "answer"), [(16000, YES), (30522, NO)])
def test_a_table_longer_than_the_engine_can_address_is_refused(ask, rows, answer):
    found = ask("gather", f"x=fp16[{rows},768]", "indices=uint16[1,128]", axis=0, chip="M1", os="macOS 14.5")
    assert found.offered.answer in answer
    assert (answer is NO) == ("extent-too-large" in codes(found)) == ("cp-gather" in said(found))


# ------------------------------------------------------------------------- 29 and 30: quantisation, palettes and sizes


@pytest.mark.parametrize("op", ["quantize", "dequantize"])
@pytest.mark.parametrize(("chip", "os"), [("A17 Pro", "iOS 18"), ("M4", "macOS 15.1"), ("M4 Max", "macOS 26.0")])
def test_quantised_activations_run_on_a17_pro_and_m4(ask, op, chip, os):
    found = ask(op, *quantised(op), chip=chip, os=os)
    assert found.offered.answer in YES and {"apple-w8a8", "apple-w8a8-dequantize"} & said(found)


def quantised(op):
    return ("input=fp16[1,64,32,32]",) if op == "quantize" else ("input=int8[1,64,32,32]", "scale=fp16[]:const")


@pytest.mark.parametrize(("op", "claim"), [("quantize", "jr-w8a8"), ("dequantize", "jr-w8a8-dequantize")])
def test_they_failed_on_an_iphone_17_pro(ask, op, claim):
    found = ask(op, *quantised(op), chip="A19 Pro", os="iOS 26.5")
    assert found.offered.answer not in YES and claim in said(found) and "quantisation" in codes(found)


PALETTE = "indices=uint4[64,64,3,3]"


@pytest.mark.parametrize(("chip", "os"), [("A14", "iOS 17"), ("A17 Pro", "iOS 18"), ("M2", "macOS 14")])
def test_palettes_are_unpacked_from_ios_17_on(ask, chip, os):
    found = ask("constexpr_lut_to_dense", PALETTE, "lut=fp16[1,1,1,1,16,1]", chip=chip, os=os)
    assert found.offered.answer in YES and {"sd-pal", "apple-pal"} <= said(found)


def test_palettes_of_int8_are_advised_by_apple_and_left_the_engine_of_a_mac(ask):
    found = ask("constexpr_lut_to_dense", PALETTE, "lut=int8[1,1,1,1,16,1]", chip="A17 Pro", os="iOS 18.0")
    assert found.offered.answer in YES and {"apple-a8w4", "jr-int8lut"} <= said(found)
    assert found.chosen.answer not in YES and "quantisation" in codes(found)
    assert "vid-pal" in said(found), (
        "palettes of 4 bits, whatever their entries, stayed on an M4 Max, whose engine it is"
    )


def test_int4_by_the_block_left_the_engine_in_some_models_and_not_in_one_with_states(ask):
    weights = "data=int4[64,64,1,1]", "scale=fp16[64,2,1,1]"
    found = ask("constexpr_blockwise_shift_scale", *weights, chip="M4 Max", os="macOS 26.0")
    assert found.chosen.answer == "mixed" and {"vid-int4-block", "vid-int4-stateful"} <= said(found)
    assert {"vid-int4-block", "vid-int4-stateful"} & set(dissent(found, "chosen"))


def test_the_size_of_a_model_decides_no_layer(ask):
    "1 GB a model on iPhones: a model's rule, which no answer about a layer rests on."
    assert "apple-1gb" not in said(ask("conv", X, "weight=fp16[64,64,3,3]", chip="A17 Pro", os="iOS 18"))


# ------------------------------------------------------------------------- a private API never outvotes Core ML's word

WEIGHT = "weight=fp16[64,64,3,3]"
BOTH = "values.0=fp16[1,64,32,32]", "values.1=fp16[1,64,32,32]"
QKV = tuple(f"{name}=fp16[1,8,128,64]" for name in ("query", "key", "value"))
MASK = "attn_mask=fp16[1,1,128,128]"
PRIVATE = {
    "concat": (("concat", *BOTH), {"axis": 1}, M4_MAX_26, ["or-concat"]),
    "gelu": (("gelu",), {}, M4_MAX, ["or-gelu", "zenn-gelu"]),
    "matmul": (("matmul", "x=fp16[1,128,256]", "y=fp16[1,256,128]"), {}, M4_MAX, ["zenn-matmul"]),
    "rsqrt": (("rsqrt",), {}, M4_MAX, ["zenn-rsqrt"]),
    "slice_by_index": (
        ("slice_by_index",),
        {"begin": (0, 0, 0, 0), "end": (1, 32, 32, 32)},
        M4_MAX,
        ["zenn-slice_by_index"],
    ),
    "tile": (("tile",), {"reps": (1, 2, 1, 1)}, {"chip": "M3 Max", "os": "macOS 26.3"}, ["sk-tile"]),
    "sdpa": (("scaled_dot_product_attention", *QKV, MASK), {}, M4_MAX_26, ["or-sdpa"]),
    "sdpa on M4": (("scaled_dot_product_attention", *QKV, MASK), {}, M4, ["ma-mask"]),
}


@pytest.mark.parametrize("name", PRIVATE)
def test_what_a_private_api_refuses_is_shown_and_does_not_decide(ask, name):
    layer, params, target, claims = PRIVATE[name]
    found = ask(*layer, **params, **target)
    assert found.offered.answer in YES
    assert set(claims) <= set(dissent(found))
    assert all(dissent(found)[claim] in {"method", "age", "engine"} for claim in claims)


@pytest.mark.parametrize(
    ("layer", "params"),
    [
        (("concat", *BOTH), {"axis": 1}),
        (("gelu",), {}),
        (("matmul", "x=fp16[1,128,256]", "y=fp16[1,256,128]"), {}),
        (("tile",), {"reps": (1, 2, 1, 1)}),
        (("softmax", "x=fp16[1,8,128,100]"), {"axis": -1}),
    ],
)
def test_core_ml_offers_them_on_an_m4(ask, layer, params):
    assert ask(*layer, **params).offered.answer in YES


def test_a_logarithm_that_one_private_experiment_refuses_and_another_runs_is_no_no(ask):
    found = ask("log", **M4_MAX)
    assert found.offered.answer == "mixed" and {"zenn-log", "af-sweep-log"} <= said(found)


def test_a_convolution_with_weights_from_run_time_compiles_and_ignores_them_outside_core_ml(ask):
    "Offered is not correct: Core ML offers it on an M4; the experiment stands beside, on the chip it was made on."
    given = ask("conv", X, f"{WEIGHT}:dynamic", pad_type="same")
    assert given.offered.answer in YES
    there = ask("conv", X, f"{WEIGHT}:dynamic", pad_type="same", chip="M3 Max", os="macOS 26.3")
    assert there.offered.answer not in NO and dissent(there)["sk-dynconv"] == "method"
    assert "sk-dynconv" not in said(ask("conv", X, WEIGHT, pad_type="same", chip="M3 Max", os="macOS 26.3"))


def test_a_mask_of_bools_cannot_be_tiled(ask):
    m2 = {"chip": "M2", "os": "macOS 26.5"}
    found = ask("tile", "x=bool[1,64,32,32]", reps=(1, 2, 1, 1), **m2)
    assert found.offered.answer in NO and "mob-tile" in said(found) and "dtype" in codes(found)
    assert ask("tile", reps=(1, 2, 1, 1), **m2).offered.answer in YES


@pytest.mark.parametrize(
    ("width", "axis", "refused"), [(100, -1, True), (128, -1, False), (100, 1, False), (96, -1, True)]
)
def test_a_softmax_of_any_length_is_fine_but_for_one_private_framework(ask, width, axis, refused):
    found = ask("softmax", f"x=fp16[1,8,128,{width}]", axis=axis, chip="M2", os="macOS 26.3")
    assert found.offered.answer in YES
    assert ("hol-i44a" in dissent(found)) == refused
