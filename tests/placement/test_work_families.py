"Every other family: figures worked out by hand, for both formats where both have it."

import pytest
from work_cases import mil, nn

X = (2, 8, 4, 5)
N = 320


@pytest.mark.parametrize(
    ("type", "operations"),
    [("relu", 1), ("tanh", 1), ("exp", 1), ("rsqrt", 2), ("relu6", 2), ("softplus", 3), ("sigmoid", 4), ("silu", 5)],
)
def test_an_elementwise_op_counts_what_its_definition_says(type, operations):
    assert mil(type, X, x=X).flops == operations * N


@pytest.mark.parametrize(
    ("mode", "operations"), [("EXACT", 5), ("TANH_APPROXIMATION", 9), ("SIGMOID_APPROXIMATION", 6)]
)
def test_gelu_counts_by_its_mode(mode, operations):
    assert mil("gelu", X, {"mode": mode}, x=X).flops == operations * N
    assert nn("gelu", X, {"mode": mode}, x=X).flops == operations * N


def test_a_stretched_operand_counts_by_the_output():
    assert mil("add", X, x=X, y=(8, 1, 1)).flops == N
    assert mil("mul", (2, 3), x=(2, 1), y=(1, 3)).flops == 6


def test_any_number_of_operands_are_one_less_operations():
    assert nn("add", X, values=[X, X, X]).flops == 2 * N
    assert nn("add", X, {"alpha": 2}, values=[X]).flops == N
    assert nn("average", X, values=[X, X, X]).flops == 3 * N


def test_a_unary_function_counts_scale_and_shift_where_they_do_something():
    assert nn("unary.exp", X, x=X).flops == N
    assert nn("unary.exp", X, {"scale": 2}, x=X).flops == 2 * N
    assert nn("unary.exp", X, {"scale": 2, "shift": 1}, x=X).flops == 3 * N


@pytest.mark.parametrize(
    ("old", "new", "params"),
    [
        ("activation.leakyReLU", "leaky_relu", {"alpha": "0.1"}),
        ("activation.linear", "linear_activation", {"alpha": "2", "beta": "1"}),
        ("activation.sigmoidHard", "sigmoid_hard", {}),
        ("activation.elu", "elu", {"alpha": "1"}),
        ("unary.rsqrt", "rsqrt", {}),
        ("unary.inverse", "inverse", {}),
        ("logicalNot", "logical_not", {}),
        ("clampedReLU", "clamped_relu", {"alpha": "0", "beta": "6"}),
    ],
)
def test_both_formats_agree_of_one_operand(old, new, params):
    assert nn(old, X, params, x=X) == mil(new, X, params, x=X)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("addBroadcastable", "add"),
        ("subtractBroadcastable", "sub"),
        ("multiplyBroadcastable", "mul"),
        ("divideBroadcastable", "real_div"),
        ("floorDivBroadcastable", "floor_div"),
        ("maxBroadcastable", "maximum"),
        ("greaterThan", "greater"),
    ],
)
def test_both_formats_agree_of_two_operands(old, new):
    assert nn(old, X, x=X, y=(1, 8, 1, 1)) == mil(new, X, x=X, y=(1, 8, 1, 1))


def test_quantizing_divides_rounds_and_clips():
    assert mil("quantize", X, {"output_dtype": "int8"}, input=X, scale=()).flops == 4 * N
    assert mil("quantize", X, {"output_dtype": "int8"}, input=X, scale=(), zero_point=("int8", ())).flops == 5 * N
    assert mil("dequantize", X, input=("int8", X), scale=()).flops == N


def test_scale_and_bias_layers():
    assert nn("bias", X, {"shape": (8,)}, x=X, bias=("fp16", (8,))).flops == N
    assert nn("scale", X, {"shapeScale": (8,)}, x=X, scale=("fp16", (8,))).flops == N
    biased = {"shapeScale": (8,), "hasBias": True, "shapeBias": (8,)}
    assert nn("scale", X, biased, x=X, scale=("fp16", (8,)), bias=("fp16", (8,))).flops == 2 * N


def test_pooling_looks_at_its_window_for_each_output():
    params = {"kernel_sizes": (3, 3), "strides": (2, 2), "pad_type": "valid"}
    assert mil("max_pool", (1, 64, 56, 56), params, x=(1, 64, 112, 112)).flops == 9 * 64 * 56 * 56
    assert mil("avg_pool", (1, 4, 10), {"kernel_sizes": 2, "pad_type": "valid"}, x=(1, 4, 11)).flops == 80
    assert mil("l2_pool", (1, 64, 56, 56), params, x=(1, 64, 112, 112)).flops == 18 * 64 * 56 * 56


@pytest.mark.parametrize(("type", "each"), [("MAX", 1), ("AVERAGE", 1), ("L2", 2)])
def test_a_neural_networks_pooling_says_which_it_is(type, each):
    params = {"type": type, "kernelSize": (2, 3)}
    assert nn("pooling", (1, 4, 5, 5), params, x=(1, 4, 10, 15)).flops == each * 6 * 100
    params = {"type": type, "globalPooling": True}
    assert nn("pooling", (1, 4, 1, 1), params, x=(1, 4, 10, 15)).flops == each * 600


def test_pooling_in_three_dimensions():
    kernel = {"type": "MAX", "kernelDepth": 2, "kernelHeight": 2, "kernelWidth": 3}
    assert nn("pooling3d", (1, 4, 2, 2, 2), kernel, x=(1, 4, 4, 4, 6)).flops == 12 * 32
    assert nn("globalPooling3d", (1, 4, 1, 1, 1), {"type": "MAX"}, x=(1, 4, 4, 4, 6)).flops == 384


def test_interpolation_weighs_four_neighbours_and_the_nearest_is_a_copy():
    out = (1, 8, 8, 8)
    bilinear, nearest = {"mode": "BILINEAR", "scalingFactor": (2, 2)}, {"mode": "NN", "scalingFactor": (2, 2)}
    scale = {"scale_factor_height": 2, "scale_factor_width": 2}
    assert mil("upsample_bilinear", out, scale, x=(1, 8, 4, 4)).flops == 7 * 512
    assert nn("upsample", out, bilinear, x=(1, 8, 4, 4)).flops == 7 * 512
    assert mil("upsample_nearest_neighbor", out, scale, x=(1, 8, 4, 4)).flops == 0
    assert nn("upsample", out, nearest, x=(1, 8, 4, 4)).flops == 0


@pytest.mark.parametrize(("dims", "each"), [(1, 3), (2, 7), (3, 15)])
def test_resize_interpolates_along_as_many_axes_as_it_says(dims, each):
    given = {"shape": (8,) * dims, "resized_dims": dims}
    assert mil("resize", (1, 8, 8, 8), given, x=(1, 8, 4, 4)).flops == each * 512
    nearest = given | {"interpolation_mode": "NEAREST_NEIGHBOR"}
    assert mil("resize", (1, 8, 8, 8), nearest, x=(1, 8, 4, 4)).flops == 0


def test_softmax_is_five_an_element():
    assert mil("softmax", X, x=X).flops == nn("softmaxND", X, {"axis": 1}, x=X).flops == 5 * N


def test_a_batch_norm_of_constants_is_one_multiplication_and_one_addition():
    channel = (8,)
    done = mil("batch_norm", X, x=X, mean=channel, variance=channel, gamma=channel, beta=channel)
    weights = dict.fromkeys(("gamma", "beta", "mean", "variance"), ("fp16", channel))
    assert done.flops == 2 * N
    assert nn("batchnorm", X, {"channels": 8}, x=X, **weights) == done


def test_norms_that_compute_their_statistics():
    gamma = {"gamma": (5,), "beta": (5,)}
    assert mil("layer_norm", X, {"axes": (3,)}, x=X).flops == 5 * N
    assert mil("layer_norm", X, {"axes": (3,)}, x=X, **gamma).flops == 7 * N
    old = nn("layerNormalization", X, {"normalizedShape": (5,)}, x=X, gamma=("fp16", (5,)), beta=("fp16", (5,)))
    assert old.flops == 7 * N
    params = {"channels": 8, "computeMeanVar": True, "instanceNormalization": True}
    instance = nn("batchnorm", X, params, x=X, gamma=("fp16", (8,)), beta=("fp16", (8,)))
    assert instance == mil("instance_norm", X, x=X, gamma=(8,), beta=(8,))
    assert nn("mvn", X, {"normalizeVariance": False}, x=X).flops == 2 * N
    assert nn("mvn", X, {"normalizeVariance": True}, x=X).flops == 5 * N


def test_other_norms():
    assert mil("l2_norm", X, x=X).flops == nn("l2normalize", X, x=X).flops == 3 * N
    assert mil("local_response_norm", X, {"size": 5}, x=X).flops == 14 * N
    assert nn("lrn", X, {"localSize": 5, "alpha": 1, "beta": 1}, x=X).flops == 14 * N


@pytest.mark.parametrize(
    ("type", "old", "mode", "flops"),
    [
        ("reduce_sum", "reduceSum", "SUM", N),
        ("reduce_mean", "reduceMean", "AVG", N + 10),
        ("reduce_max", "reduceMax", "MAX", N),
        ("reduce_l1_norm", "reduceL1", "L1", 2 * N),
        ("reduce_l2_norm", "reduceL2", "L2", 2 * N + 10),
        ("reduce_sum_square", "reduceSumSquare", "SUMSQUARE", 2 * N),
        ("reduce_log_sum", "reduceLogSum", "LOGSUM", N + 10),
        ("reduce_log_sum_exp", "reduceLogSumExp", None, 4 * N + 20),
    ],
)
def test_a_reduction_counts_what_it_reads_and_what_it_finishes(type, old, mode, flops):
    assert mil(type, (2, 1, 1, 5), {"axes": (1, 2), "keep_dims": True}, x=X).flops == flops
    assert nn(old, (2, 1, 1, 5), {"axes": (1, 2), "keepDims": True}, x=X).flops == flops
    if mode:
        assert nn("reduce", (2, 1, 1, 5), {"mode": mode, "axis": "C"}, x=X).flops == flops


def test_sorting_is_n_log_k():
    assert mil("topk", (2, 4), {"k": 4, "axis": 1}, x=(2, 1000)).flops == 2000 * 2
    assert mil("topk", (2, 1), {"k": 1, "axis": 1}, x=(2, 1000)).flops == 2000
    assert nn("topK", (2, 5), {"K": 5, "axis": -1}, x=(2, 1000)).flops == 2000 * 3
    assert mil("argsort", (2, 1000), {"axis": -1}, x=(2, 1000)).flops == 2000 * 10
    assert nn("argSort", (2, 1000), {"axis": 1}, x=(2, 1000)).flops == 2000 * 10


def test_running_sums_and_searches_look_at_each_element_once():
    assert mil("cumsum", X, x=X).flops == nn("cumSum", X, x=X).flops == N
    assert mil("non_zero", ("?", 4), x=X).flops == nn("whereNonZero", None, x=X).flops == N


def test_an_lstm_is_four_gates_a_step():
    """10 steps of 1 sequence, 64 in, 32 hidden. For each of 10·32: 4 gates of 2·(64+32), a sum and a bias; three
    sigmoids of four and two tanh; four to finish."""
    shapes = {"x": (10, 1, 64), "initial_h": (1, 32), "initial_c": (1, 32), "weight_ih": (128, 64)}
    done = mil("lstm", (10, 1, 32), **shapes, weight_hh=(128, 32), bias=(128,))
    assert done.flops == 320 * (4 * (192 + 2) + 3 * 4 + 2 + 4)
    peepholes = mil("lstm", (10, 1, 32), **shapes, weight_hh=(128, 32), bias=(128,), peephole=(96,))
    assert peepholes.flops == done.flops + 320 * 6
    both = mil("lstm", (10, 1, 64), {"direction": "bidirectional"}, **shapes, weight_hh=(128, 32), bias=(128,))
    assert both.flops == 2 * done.flops


def test_both_formats_agree_of_lstms():
    sizes = {"inputVectorSize": 64, "outputVectorSize": 32, "hasBiasVectors": True}
    acts = ("sigmoid", "tanh", "tanh")
    old = nn("uniDirectionalLSTM", (10, 1, 32, 1, 1), sizes | {"activations": acts}, x=(10, 1, 64, 1, 1))
    shapes = {"x": (10, 1, 64), "weight_ih": (128, 64), "weight_hh": (128, 32), "bias": (128,)}
    assert old.flops == mil("lstm", (10, 1, 32), **shapes).flops
    ways = {"activationsForwardLSTM": acts, "activationsBackwardLSTM": acts}
    both = nn("biDirectionalLSTM", (10, 1, 64, 1, 1), sizes | ways, x=(10, 1, 64, 1, 1))
    assert both.flops == 2 * old.flops


def test_coupled_gates_are_three_and_a_subtraction():
    sizes = {"inputVectorSize": 64, "outputVectorSize": 32, "coupledInputAndForgetGate": True}
    acts = {"activations": ("sigmoid", "tanh", "tanh")}
    done = nn("uniDirectionalLSTM", (1, 1, 32, 1, 1), sizes | acts, x=(1, 1, 64, 1, 1))
    assert done.flops == 32 * (3 * (192 + 1) + 2 * 4 + 2 + 5)


def test_both_formats_agree_of_gru_and_rnn():
    sizes = {"inputVectorSize": 64, "outputVectorSize": 32}
    x, old_x = (10, 2, 64), (10, 2, 64, 1, 1)
    gru = mil("gru", (10, 2, 32), x=x, weight_ih=(96, 64), weight_hh=(96, 32), bias=(96,))
    assert gru.flops == 640 * (3 * (192 + 2) + 2 * 4 + 1 + 5)
    acts = {"activations": ("sigmoid", "tanh"), "hasBiasVectors": True}
    assert nn("gru", (10, 2, 32, 1, 1), sizes | acts, x=old_x).flops == gru.flops
    rnn = mil("rnn", (10, 2, 32), x=x, weight_ih=(32, 64), weight_hh=(32, 32), bias=(32,))
    assert rnn.flops == 640 * (192 + 2 + 1)
    act = {"activation": "tanh", "hasBiasVector": True}
    assert nn("simpleRecurrent", (10, 2, 32, 1, 1), sizes | act, x=old_x).flops == rnn.flops


@pytest.mark.parametrize(("mode", "old_mode", "flops"), [("update", "SCATTER_UPDATE", 0), ("add", "SCATTER_ADD", 12)])
def test_a_scatter_counts_its_updates_unless_they_just_take_the_place(mode, old_mode, flops):
    indices = ("int32", (3,))
    assert mil("scatter", (9, 4), {"mode": mode}, data=(9, 4), indices=indices, updates=(3, 4)).flops == flops
    assert nn("scatter", (9, 4), {"mode": old_mode, "axis": 0}, x=(9, 4), indices=(3,), updates=(3, 4)).flops == flops


def test_what_only_moves_counts_bytes_alone():
    done = mil("transpose", (8, 2, 4, 5), {"perm": (1, 0, 2, 3)}, x=X)
    assert (done.flops, done.bytes) == (0, 4 * N)
    assert nn("permute", (8, 2, 4, 5), {"axis": (1, 0, 2, 3)}, x=X) == done
