"""What 751K's study of an M4 found, asked as questions: the answer, its reason, and where it flips.

M4, macOS 27.0.1, Core ML's own plans, unless said otherwise. Each question is one that the study has an answer to; some
are asked of a shape it did not measure, so that it is the rule that answers and not the row.
"""

from collections.abc import Iterator

import pytest

import anedb
from anedb.api.anedb import Anedb

X = "x=fp16[1,64,32,32]"
YES, NO = {"yes", "likely"}, {"no", "unlikely"}


@pytest.fixture(scope="module")
def ask(database: str) -> Iterator:
    with anedb.open(database) as db:

        def asked(layer, *inputs, chip="M4", os="macOS 27.0", **params):
            return db.query(layer, params=params, inputs=inputs or (X,), chip=chip, os=os, limit=99)

        assert isinstance(db, Anedb)
        yield asked


def weight(*shape):
    return f"weight=fp16[{','.join(map(str, shape))}]"


def conv(ask, height, width, **more):
    return ask("conv", X, weight(64, 64, height, width), pad_type="same", **more)


def codes(verdict):
    return {reason.code for reason in verdict.reasons}


def flips(verdict):
    return {(flip.feature, flip.yes, flip.no) for flip in verdict.flips}


def said(verdict):
    return {piece.id for piece in verdict.evidence}


# -------------------------------------------------------------------------- 1: what is never offered, what always is

NEVER = {
    "acos": [{}],
    "asin": [{}],
    "atanh": [{}],
    "tan": [{}],
    "sinh": [{}],
    "cosh": [{}],
    "mod": [{}],
    "cumsum": [{"axis": 0}, {"axis": 3}],
    "reduce_prod": [{"axes": (1,)}, {"axes": (2, 3)}],
    "lstm": [{}],
    "gru": [{}],
    "rnn": [{}],
    "band_part": [{"lower": 2, "upper": 0}, {}],
    "one_hot": [{"one_hot_vector_size": 16}],
    "non_zero": [{}],
    "range_1d": [{}],
    "random_normal": [{"shape": (1, 64, 32, 32)}],
    "sliding_windows": [{"axis": 2, "size": 4}, {}],
    "scatter": [{"axis": 3}, {}],
    "scatter_along_axis": [{"axis": 3}, {}],
    "argsort": [{"axis": 1}, {"axis": 3}],
    "reduce_argmax": [{"axis": 1}, {"axis": 3}],
    "crop_resize": [{}],
}
"The 23 operators, each asked with the parameters of the study's probe, and with others."
INPUTS = {
    "lstm": ["x=fp16[7,1,48]"],
    "gru": ["x=fp16[7,1,48]"],
    "rnn": ["x=fp16[7,1,48]"],
    "one_hot": ["indices=int32[1,64]"],
    "range_1d": [],
    "random_normal": [],
    "scatter": ["data=fp16[1,64,32,32]"],
    "scatter_along_axis": ["data=fp16[1,64,32,32]"],
    "crop_resize": [X, "boxes=fp16[4,4]", "box_indices=int32[4]"],
}
REASONS = {
    **dict.fromkeys(("acos", "tan", "sinh", "mod", "cumsum", "reduce_prod"), "unsupported-op"),
    **dict.fromkeys(("lstm", "gru", "rnn", "band_part", "one_hot", "random_normal"), "unsupported-op"),
    "scatter": "no-engine-target",
    "reduce_argmax": "output-dtype",
    "crop_resize": "index-dtype",
}
"Where Core ML was asked why."


def test_there_are_23_of_them():
    assert len(NEVER) == 23


@pytest.mark.parametrize(("op", "params"), [(op, params) for op, each in NEVER.items() for params in each])
def test_what_is_never_offered(database, op, params):
    with anedb.open(database) as db:
        found = db.query(op, params=params, inputs=INPUTS.get(op, [X]), chip="M4", os="macOS 27.0", limit=99)
    assert found.offered.answer == "no" and found.chosen.answer == "no"
    assert op not in REASONS or REASONS[op] in codes(found)


ALWAYS = (
    "abs", "affine", "atan", "avg_pool", "batch_norm", "ceil", "clip", "concat", "conv_transpose", "cos",
    "depth_to_space", "elu", "equal", "exp", "exp2", "expand_dims", "fill_like", "floor_div", "gather",
    "gather_along_axis", "gather_nd", "gelu", "greater", "instance_norm", "l2_norm", "l2_pool", "layer_norm",
    "leaky_relu", "less", "less_equal", "linear", "local_response_norm", "minimum", "not_equal", "pad",
    "pixel_shuffle", "pixel_unshuffle", "pow", "real_div", "reduce_l2_norm", "reduce_log_sum_exp", "reduce_max",
    "reduce_mean", "reduce_min", "reduce_sum", "reduce_sum_square", "resample", "reshape", "resize",
    "resize_bilinear", "resize_nearest_neighbor", "scaled_tanh", "sigmoid", "sigmoid_hard", "sign", "silu",
    "slice_by_index", "softmax", "softplus", "softsign", "space_to_batch", "space_to_depth", "split", "sqrt",
    "square", "squeeze", "stack", "sub", "tanh", "thresholded_relu", "tile", "topk", "transpose",
    "upsample_bilinear", "upsample_nearest_neighbor",
)  # fmt: skip
"Offered in every probe; of the study's 93 those of which a row is here."


@pytest.mark.parametrize("op", ALWAYS)
def test_what_is_always_offered(ask, op):
    assert ask(op).offered.answer in YES


def test_that_is_most_of_the_93():
    assert len(ALWAYS) == len(set(ALWAYS)) == 75


# ------------------------------------------------------------------------------------------ 2 and 3: types of elements


@pytest.mark.parametrize("op", ["add", "mul", "relu", "matmul", "transpose", "concat", "reduce_sum"])
def test_int32_is_refused_and_the_type_is_the_reason(ask, op):
    found = ask(op, "x=int32[1,64,32,32]")
    assert found.offered.answer == "no" and "dtype" in codes(found)
    assert ask(op, X).offered.answer in YES


@pytest.mark.parametrize("dtype", ["fp16", "int32"])
def test_a_cast_to_or_from_int32_is_refused(ask, dtype):
    found = ask("cast", f"x={dtype}[1,64,32,32]", dtype="int32" if dtype == "fp16" else "fp16")
    assert found.offered.answer == "no" and {"dtype", "output-dtype"} & codes(found)


@pytest.mark.parametrize("op", ["add", "mul", "conv", "relu"])
@pytest.mark.parametrize(("chip", "os"), [("M1", "macOS 14.5"), ("M2", "macOS 26.5")])
def test_fp32_is_refused_by_older_chips(ask, op, chip, os):
    found = ask(op, "x=fp32[1,64,32,32]", chip=chip, os=os)
    assert found.offered.answer in NO and "dtype" in codes(found)


# ------------------------------------------------------------------------------------------- 4 and 5: convolutions


@pytest.mark.parametrize(
    ("height", "width", "answer"),
    [
        (15, 15, YES),
        (16, 16, YES),
        (17, 17, NO),
        (25, 25, NO),
        (1, 15, YES),
        (1, 16, NO),
        (1, 20, NO),
        (31, 1, YES),
        (32, 1, NO),
        (40, 1, NO),
    ],
)
def test_how_large_a_kernel_may_be(ask, height, width, answer):
    found = conv(ask, height, width)
    assert found.offered.answer in answer
    assert answer is YES or "kernel-too-large" in codes(found)


def test_where_a_kernel_becomes_too_large(ask):
    assert ("kernel_width", 16, 17) in flips(conv(ask, 17, 17))
    assert ("kernel_width", 15, 16) in flips(conv(ask, 1, 16))
    assert ("kernel_height", 31, 32) in flips(conv(ask, 32, 1))


def test_what_a_kernel_of_16_costs_to_compile_is_told(ask):
    assert "751k-note-conv16" in said(conv(ask, 16, 16))


@pytest.mark.parametrize("stride", [2, 3, 5, 6, 8])
def test_strides_to_8(ask, stride):
    found = ask("conv", X, weight(64, 64, stride, stride), strides=(stride, stride))
    assert found.offered.answer == "yes"


@pytest.mark.parametrize("groups", [2, 4, 8, 16, 32, 64])
def test_groups_to_64(ask, groups):
    found = ask("conv", X, weight(64, 64 // groups, 3, 3), groups=groups, pad_type="same")
    assert found.offered.answer == "yes"


@pytest.mark.parametrize(("chip", "os", "answer"), [("M4", "macOS 27.0", YES), ("A12", "iOS 14", NO)])
def test_a_dilated_convolution_is_a_matter_of_age(ask, chip, os, answer):
    "No in the list of 2020, yes in the study and elsewhere: each is answered for its time, and the other is shown."
    found = ask("conv", X, weight(64, 64, 3, 3), dilations=(2, 2), chip=chip, os=os)
    assert found.offered.answer in answer
    assert any(dissent.explained_by in ("age", "os", "engine") for dissent in found.conflicts)
    assert answer is YES or "dilation" in codes(found)


# ------------------------------------------------------------------------------------------- 6: pooling; 7: products


@pytest.mark.parametrize(
    ("height", "width", "answer"),
    [(8, 8, YES), (7, 7, YES), (9, 1, YES), (9, 9, NO), (1, 9, NO), (13, 13, NO), (14, 14, NO)],
)
def test_a_max_pool_may_be_high_but_not_wide(ask, height, width, answer):
    found = ask("max_pool", kernel_sizes=(height, width), strides=(1, 1))
    assert found.offered.answer in answer
    if answer is NO:
        assert "kernel-too-large" in codes(found)
        assert any(feature == "kernel_width" and no == 9 for feature, _, no in flips(found))


def test_a_max_pool_of_width_32_is_not_refused_by_the_limit(ask):
    "Core ML's own message has 32 beside 1 to 8."
    assert ask("max_pool", kernel_sizes=(1, 32), strides=(1, 1)).offered.answer not in NO


@pytest.mark.parametrize("size", [7, 13, 14])
def test_an_average_pool_has_no_such_limit(ask, size):
    assert ask("avg_pool", kernel_sizes=(size, size), strides=(1, 1)).offered.answer == "yes"


@pytest.mark.parametrize(
    ("inner", "answer"), [(1024, YES), (16384, YES), (32768, YES), (40000, NO), (50000, NO), (65535, NO)]
)
def test_how_long_the_summed_axis_of_a_product_may_be(ask, inner, answer):
    found = ask("matmul", f"x=fp16[1,16,{inner}]", f"y=fp16[1,{inner},16]")
    assert found.offered.answer in answer
    assert answer is YES or ("memory" in codes(found) and ("inner", 32768, 32769) in flips(found))


# --------------------------------------------------------------------------------------- 8 and 9: extents and rank


@pytest.mark.parametrize(
    ("shape", "answer"),
    [("1,1,1,16385", YES), ("1,1,1,65536", YES), ("1,1,1,65537", NO), ("1,70000,1,1", NO)],
)
def test_how_long_an_axis_may_be(ask, shape, answer):
    found = ask("relu", f"x=fp16[{shape}]")
    assert found.offered.answer in answer
    assert answer is YES or ("extent-too-large" in codes(found) and ("extent_max", 65536, 65537) in flips(found))


@pytest.mark.parametrize("shape", ["1,1,70000,1", "1,1,80000,1", "1,1,65536,70000"])
def test_an_axis_that_nobody_measured_beyond_the_limit_is_never_a_yes(ask, shape):
    found = ask("relu", f"x=fp16[{shape}]")
    assert found.offered.answer not in YES and "extent-too-large" in codes(found)


@pytest.mark.parametrize(("chip", "os"), [("A15", "iOS 17"), ("M1", "macOS 14"), ("M2", "macOS 14")])
def test_an_older_engine_has_the_shorter_limit_but_along_channels(ask, chip, os):
    "16384 or 65536: a matter of the engine's generation, so neither is the answer everywhere."
    wide = ask("relu", "x=fp16[1,1,1,20000]", chip=chip, os=os)
    assert wide.offered.answer not in YES and "extent-too-large" in codes(wide)
    assert ("width", 16384, 16385) in flips(wide)
    assert ask("relu", "x=fp16[1,1,1,16000]", chip=chip, os=os).offered.answer in YES
    assert ask("relu", "x=fp16[1,20000,1,1]", chip=chip, os=os).offered.answer in YES


def test_a_newer_engine_has_the_longer_limit(ask):
    assert ask("relu", "x=fp16[1,1,1,65000]", chip="M5").offered.answer in YES
    assert ask("relu", "x=fp16[1,1,1,65537]", chip="M5").offered.answer in NO


def test_five_axes_are_fine_and_six_are_not(ask):
    assert ask("relu", "x=fp16[1,2,3,4,5]").offered.answer == "yes"
    assert ask("transpose", "x=fp16[1,8,8,32,32]", perm=(0, 2, 1, 3, 4)).offered.answer == "yes"
    assert ask("reshape", shape=(1, 8, 8, 32, 32)).offered.answer == "yes"
    six = ask("relu", "x=fp16[1,2,3,4,5,6]")
    assert six.offered.answer in NO and "rank" in codes(six) and ("rank", 5, 6) in flips(six)


# ------------------------------------------------------------------------- 10 to 13: what is chosen, and the compilers


@pytest.mark.parametrize(("op", "inputs"), [("matmul", ["x=fp16[4,4]", "y=fp16[4,4]"]), ("sqrt", ["x=fp16[1,8,4,4]"])])
def test_a_small_layer_is_offered_the_engine_and_its_size_is_why_it_may_stay_on_the_cpu(ask, op, inputs):
    found = ask(op, *inputs)
    assert found.offered.answer in YES and "too-small" in codes(found)
    assert "751k-note-cost" in said(found)


def test_a_product_of_4_by_4_is_not_worth_a_start_of_the_engine(ask):
    assert ask("matmul", "x=fp16[4,4]", "y=fp16[4,4]").chosen.answer in NO


def test_an_int32_result_keeps_arg_max_off_the_engine_and_what_it_drags_along_is_told(ask):
    found = ask("reduce_argmax", axis=1)
    assert found.chosen.answer == "no" and "output-dtype" in codes(found)
    assert "751k-note-argmaxfollow" in said(found)


def test_topk_is_offered_to_an_m4_though_its_compiler_refuses_it_and_it_is_slow(ask):
    found = ask("topk", k=4, axis=3)
    assert found.offered.answer in YES
    assert {"751k-note-topkslow", "751k-anecc-topk-m4"} <= said(found)
    assert ("no", "method") in {(dissent.says, dissent.explained_by) for dissent in found.conflicts}


def test_topk_compiles_for_an_m6(ask):
    found = ask("topk", k=4, axis=3, chip="M6")
    assert found.offered.answer in YES and "751k-anecc-topk-m6" in said(found)


@pytest.mark.parametrize("chip", ["M4", "M6"])
@pytest.mark.parametrize(
    ("size", "answer"), [((24, 1), YES), ((31, 1), YES), ((32, 1), NO), ((1, 15), YES), ((1, 16), NO), ((17, 17), NO)]
)
def test_an_m6_has_the_kernel_limits_of_an_m4(ask, chip, size, answer):
    assert conv(ask, *size, chip=chip).offered.answer in answer


@pytest.mark.parametrize(
    ("op", "inputs", "params", "answer"),
    [
        ("matmul", ["x=fp16[1,16,16384]", "y=fp16[1,16384,16]"], {}, YES),
        ("matmul", ["x=fp16[1,16,40000]", "y=fp16[1,40000,16]"], {}, NO),
        ("max_pool", [X], {"kernel_sizes": (8, 8), "strides": (1, 1)}, YES),
        ("max_pool", [X], {"kernel_sizes": (13, 13), "strides": (1, 1)}, NO),
        ("avg_pool", [X], {"kernel_sizes": (14, 14), "strides": (1, 1)}, YES),
        ("relu", ["x=fp16[1,1,1,65537]"], {}, NO),
        ("asin", [X], {}, NO),
        ("lstm", ["x=fp16[7,1,48]"], {}, NO),
        ("add", ["x=int32[1,64,32,32]"], {}, NO),
    ],
)
def test_an_m6_takes_and_refuses_what_an_m4_does(ask, op, inputs, params, answer):
    for chip in ("M4", "M6"):
        assert ask(op, *inputs, chip=chip, **params).offered.answer in answer


# ------------------------------------------------------------------------------------------------ where sources differ


@pytest.mark.parametrize(("chip", "os"), [("M4", "macOS 27.0"), ("M2", "macOS 14.0")])
def test_sampling_at_coordinates_is_offered_where_it_was_seen(ask, chip, os):
    found = ask("resample", X, "coordinates=fp16[1,32,32,2]", sampling_mode="bilinear", chip=chip, os=os)
    assert found.offered.answer in YES


def test_that_sampling_was_not_always_offered_is_shown_with_its_cause(ask):
    found = ask("resample", X, "coordinates=fp16[1,32,32,2]", sampling_mode="bilinear", chip="M2", os="macOS 14.0")
    assert {dissent.explained_by for dissent in found.conflicts if dissent.says == "no"} & {"os", "age"}
