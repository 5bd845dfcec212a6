"""One form for each layer: what is the same has the same fingerprint."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anedb.catalog import layers
from anedb.catalog.canonical import canonical, parse_operands, parse_param
from anedb.domain.layer import InputKind, Operand
from anedb.errors import AnedbError, UnknownNameError, UsageError
from anedb.fingerprint import fingerprint

CONV = layers.get("mlprogram", "conv")
ALL = layers.all_types()


def form(name, params=None, inputs=(), format=None):
    kind = layers.find(name, format)
    return canonical(kind, params or {}, parse_operands(inputs, kind))


def params(name, given=None, inputs=(), format=None):
    return form(name, given, inputs, format)[0].params


X, W = "x=fp16[1,64,32,32]", "weight=fp16[64,64,3,3]"

GOLDEN = [
    ("conv", {"dilations": "2,2"}, (X, W), "v1:eaf9f3563eb227cc4fb527b93be4be15abe46cf80775138eba14e04c8bb62f74"),
    (
        "max_pool",
        {"kernel_sizes": "1,9", "pad_type": "valid"},
        (X,),
        "v1:a045042740a51d1cde81fb2994d2715a4dccbdd67658b5377d59e20264d86dac",
    ),
    ("add", {}, (X, "y=fp16[1,64,1,1]:const"), "v1:33c13c6c551ade94382c0d77351149108b442548a9298f18df7f958e8e7ca0fe"),
    ("reduce_mean", {"axes": "-1,-2"}, (X,), "v1:e704172fa98858f7d00ee1642b2d6af125ad58b18712d81289686eb8f01992be"),
    (
        "concat",
        {"axis": "-3"},
        (X, X.replace("x=", "")),
        "v1:9aca76ecb33b40380606e2a30dcbe7ef9bd22e1bf7f8318a1140877cce53a418",
    ),
    (
        "AddBroadcastableLayer",
        {},
        ("x=fp32[1,8]", "y=fp32[1,1]"),
        "v1:f8cba3d68482c4e31e26ef17e4551be85287fe517149f3412756c6da627f95f0",
    ),
    (
        "ConvolutionLayer",
        {"outputChannels": 8, "kernelChannels": 4, "kernelSize": 3},
        ("x=fp32[1,4,9,9]", "weights=fp16[8,4,3,3]"),
        "v1:31366428dc5d72c015975dbc7fff4dc3b31a735f51d2011d84ba2a2f7eaf388c",
    ),
]


@pytest.mark.parametrize(("name", "given", "inputs", "mark"), GOLDEN, ids=[row[0] for row in GOLDEN])
def test_fingerprints_stay(name, given, inputs, mark):
    layer, left = form(name, given, inputs)
    assert (fingerprint(layer.hashed()), left) == (mark, ())


def test_defaults_are_filled_in():
    assert params("conv", {}, (X, W)) == {"dilations": (1, 1), "groups": 1, "pad_type": "valid", "strides": (1, 1)}


@pytest.mark.parametrize(
    "given",
    [
        {"strides": "1,1"},
        {"Strides": [1, 1], "pad-type": "VALID"},
        {"padType": "valid", "groups": "1"},
        {"strides": 1, "dilations": (1,)},
        {"strides": "[1, 1]", "pad": "9,9,9,9"},
        {"groups": 1.0, "strides": None},
    ],
)
def test_spelling_and_defaults_said_aloud_do_not_matter(given):
    assert form("conv", given, (X, W)) == form("conv", {}, (X, W))


def test_pad_counts_only_where_it_is_custom():
    assert "pad" not in params("conv", {"pad": "1,1,1,1", "pad_type": "same"}, (X, W))
    assert params("conv", {"pad_type": "custom", "pad": 1}, (X, W))["pad"] == (1, 1, 1, 1)
    assert params("conv", {"pad_type": "custom"}, (X, W))["pad"] == (0, 0, 0, 0)


def test_without_x_the_rank_comes_from_the_weight_or_a_list():
    assert params("conv", {}, ("weight=fp16[8,8,3]",))["strides"] == (1,)
    assert params("conv", {"dilations": "2,2,2"})["strides"] == (1, 1, 1)
    assert params("max_pool", {"kernel_sizes": "1,9", "pad_type": "valid"})["strides"] == (1, 1)


def test_without_any_hint_the_rank_is_not_guessed():
    assert params("conv", {"dilations": 2}) == {"dilations": (2,), "groups": 1, "pad_type": "valid"}


def test_negative_axes_are_counted_from_the_front():
    assert params("softmax", {"axis": -1}, (X,)) == {"axis": 3}
    assert params("softmax", {"axis": -1}) == {"axis": -1}
    assert params("transpose", {"perm": "0,-1,1,2"}, (X,)) == {"perm": (0, 3, 1, 2)}
    assert params("expand_dims", {"axes": "-1"}, (X,)) == {"axes": (4,)}
    assert params("stack", {"axis": "-1"}, (X, "fp16[1,64,32,32]")) == {"axis": 4}


def test_the_order_of_axes_matters_only_where_it_does():
    assert params("reduce_sum", {"axes": "3,-2"}, (X,))["axes"] == (2, 3)
    assert params("transpose", {"axes": "1,0"}, ("x=fp32[2,3]",), "neuralnetwork")["axes"] == (1, 0)


def test_no_axes_are_all_axes():
    assert params("reduce_sum", {}, (X,))["axes"] == (0, 1, 2, 3)


def test_floats_become_decimal_text():
    assert params("leaky_relu", {"alpha": 0.10000000149}, (X,)) == {"alpha": "0.1"}
    assert params("layer_norm", {"epsilon": 1.001e-05, "axes": [3]}, (X,))["epsilon"] == "1e-05"


def test_zero_stands_for_the_default_where_the_format_says_so():
    given = {"outputChannels": 8, "kernelChannels": 4}
    assert params("convolution", {**given, "nGroups": 0})["nGroups"] == 1
    assert params("batchnorm", {"channels": 4, "epsilon": 0})["epsilon"] == "1e-05"


def test_a_neuralnetwork_oneof_keeps_the_chosen_member_only():
    given = {"outputChannels": 8, "kernelChannels": 4, "paddingAmounts": [1, 1, 1, 1]}
    assert "asymmetryMode" not in params("convolution", given)
    same = params("convolution", {**given, "paddingType": "same"})
    assert same["asymmetryMode"] == "BOTTOM_RIGHT_HEAVY" and "paddingAmounts" not in same


def test_a_parameter_for_one_input_is_none_for_two():
    assert params("add", {"alpha": 2}, ("x=fp32[1,8]",), "neuralnetwork") == {"alpha": "2"}
    assert params("add", {"alpha": 2}, ("x=fp32[1,8]", "y=fp32[1,8]"), "neuralnetwork") == {}
    assert params("add", {}, (), "neuralnetwork") == {}


def test_a_parameter_computed_at_run_time_is_an_operand():
    layer, left = form("reshape", {}, (X, "shape=int32[2]"))
    assert left == () and layer.params == {} and [item.name for item in layer.inputs] == ["x", "shape"]


def test_a_list_of_which_each_member_is_bound_apart_is_given():
    bound = [Operand(name=f"elem_shape.{number}", dtype="int32", shape=(), const=True) for number in range(2)]
    assert canonical(layers.get("mlprogram", "make_list"), {}, bound)[1] == ()


def test_operands_come_in_the_catalogues_order_and_variadic_ones_are_numbered():
    layer, _ = form("conv", {}, (W, X))
    assert [item.name for item in layer.inputs] == ["x", "weight"]
    layer, _ = form("concat", {"axis": 1}, (X, X.replace("x=", "values=")))
    assert [item.name for item in layer.inputs] == ["values.0", "values.1"]


def test_what_is_left_open_is_said():
    assert form("conv", {"dilations": "2,2"})[1] == ("x", "weight")
    assert form("max_pool", {}, (X,))[1] == ("kernel_sizes", "pad_type")
    assert form("concat", {}, ())[1] == ("values", "axis")


def test_an_unknown_parameter_gets_did_you_mean_and_the_list():
    with pytest.raises(UnknownNameError) as error:
        form("conv", {"dilation": 2})
    assert error.value.suggestions[0] == "dilations" and "groups" in error.value.tip


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"groups": "two"}, "a whole number"),
        ({"groups": True}, "a whole number"),
        ({"groups": 1.5}, "a whole number"),
        ({"groups": 2**60}, "a whole number"),
        ({"strides": "1,b"}, "each member a whole number"),
        ({"strides": [[[[1]]]]}, "a list"),
        ({"pad_type": "wide"}, "one of valid, same"),
        ({"weight": "3,3"}, "an operand"),
    ],
)
def test_a_value_of_the_wrong_type_says_what_was_expected(given, word):
    with pytest.raises(UsageError) as error:
        form("conv", given)
    assert word in error.value.message and error.value.tip


@pytest.mark.parametrize("value", ["nan", "lots", None.__class__, [1.0]])
def test_a_float_must_be_a_number(value):
    with pytest.raises(UsageError):
        form("leaky_relu", {"alpha": value})


def test_one_operand_twice_is_refused():
    with pytest.raises(UsageError, match="twice"):
        form("conv", {}, (X, X))


def test_a_parameter_as_typed():
    assert parse_param("dilations = 2,2") == ("dilations", "2,2")
    assert parse_param("equation=ab,bc->ac") == ("equation", "ab,bc->ac")
    for text in ("dilations", "=2", ""):
        with pytest.raises(UsageError):
            parse_param(text)


def sample(item):
    "Values of one parameter, right ones."
    word = item.types[0]
    one = {
        "int": st.integers(-4, 70),
        "bool": st.booleans(),
        "float": st.floats(-1e6, 1e6, allow_nan=False),
        "str": st.text("abc", max_size=4),
    }.get(word, st.sampled_from(word.split("|")))
    return st.lists(one, max_size=6) | one if item.is_list else one


@st.composite
def layer_and_words(draw):
    "A layer type, some of its parameters, and some operands."
    kind = layers.get(*draw(st.sampled_from(ALL)).split(":"))
    chosen = {}
    operands = []
    for item in kind.inputs:
        if item.kind == InputKind.PARAM and draw(st.booleans()):
            chosen[item.name] = draw(sample(item))
        elif item.kind in (InputKind.OPERAND, InputKind.VARIADIC) and draw(st.booleans()):
            shape = draw(st.none() | st.lists(st.integers(1, 9), max_size=5).map(tuple))
            operands.append(Operand(name=item.name, dtype="fp16", shape=shape, const=item.const))
    return kind, chosen, operands


def respelt(kind, given):
    "The same parameters written otherwise: another case, another order, text for values."
    out = {}
    for name, value in reversed(given.items()):
        spelt = name.upper() if "_" not in name else name.replace("_", "-")
        is_list = isinstance(value, list)
        out[spelt] = ",".join(map(str, value)) if is_list and value else value if is_list else str(value)
    return out


@settings(max_examples=300, deadline=None)
@given(layer_and_words())
def test_canonical_form_is_its_own_and_has_a_fingerprint(words):
    kind, given, operands = words
    layer, left = canonical(kind, given, operands)
    assert canonical(kind, layer.params, layer.inputs) == (layer, left)
    assert list(layer.params) == sorted(layer.params)
    fingerprint(layer.hashed())


@settings(max_examples=300, deadline=None)
@given(layer_and_words())
def test_order_and_spelling_do_not_matter(words):
    kind, given, operands = words
    wanted = canonical(kind, given, operands)
    assert canonical(kind, respelt(kind, given), operands[::-1]) == wanted


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.text(max_size=12), st.text(max_size=12) | st.integers() | st.lists(st.integers()), max_size=4)
)
def test_whatever_is_given_nothing_but_our_own_errors_come_out(given):
    with contextlib.suppress(AnedbError):
        canonical(CONV, given, ())


def test_what_a_later_opset_has_no_more_is_not_missed():
    given = {"iou_threshold": 0.5, "max_boxes": 5}
    found, left = form("non_maximum_suppression", given, ("boxes=fp16[1,4,20]", "scores=fp16[1,3,20]"))
    assert left == () and "score_threshold" not in found.params
    assert params("non_maximum_suppression", {**given, "score_threshold": 0.1})["score_threshold"] == "0.1"


def test_what_every_layer_means_is_left_out_and_only_that():
    given = {"sampling_mode": "bilinear", "padding_mode": "constant", "padding_value": 0, "align_corners": True}
    given |= {"coordinates_mode": "unnormalized"}
    assert params("resample", {**given, "coordinates_format": "xy"}) == params("resample", given)
    assert params("resample", {**given, "coordinates_format": "yx"})["coordinates_format"] == "yx"


def test_a_crop_is_two_numbers_for_each_axis():
    assert params("crop", {"crop_height": "1,2", "crop_width": 3}) == {"crop_height": (1, 2), "crop_width": (3, 3)}
