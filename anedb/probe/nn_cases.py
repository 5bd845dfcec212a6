"""Every layer type of NeuralNetwork as a model that coremltools' builder can make: a table, one row a layer.

`ROWS` is the table, `NOT_BUILT` says why a type is missing from it.
"""

from __future__ import annotations

from typing import Any

from anedb.coreml.nn_probes import Row, Shape, Weight

X = (1, 8, 16, 16)
MATRIX = (8, 16)
RANK5 = (1, 1, *X[1:])
STEPS = (12, 1, 16, 1, 1)
"Time, batch, features, 1, 1: what the recurrent layers see."
STATE = (1, 1, 8, 1, 1)
TOLD = ("?",) * 4
"Told at run time, by four numbers."
HIDDEN = (1, 1, 8, 1, 1)
"What a recurrent layer gives of the last step."


def row(
    type: str, method: str, *inputs: Shape, gives: Any = X, variant: str = "", inside: Any = (), **args: Any
) -> Row:
    "`gives` is one shape, or a list of them."
    outputs = tuple(gives) if isinstance(gives, list) else (gives,)
    return Row(type, method, inputs, args, outputs, variant, inside)


def same(type: str, method: str, **args: Any) -> Row:
    "One input, one output of its shape."
    return row(type, method, X, **args)


def weights(count: int, *shape: int) -> list[Weight]:
    return [Weight(shape)] * count


ACTIVATIONS = {
    "relu": (), "sigmoid": (), "tanh": (), "softplus": (), "softsign": (), "scaledTanh": (1.7, 0.6),
    "sigmoidHard": (0.2, 0.5), "leakyReLU": (0.1,), "prelu": Weight((8,)), "elu": 1.0,
    "parametricSoftplus": (Weight((8,)), Weight((8,))), "thresholdedReLU": 1.0, "linear": (2.0, 1.0),
}  # fmt: skip
BUILDER_ACTIVATIONS = {"scaledTanh": "SCALED_TANH", "sigmoidHard": "SIGMOID_HARD"}

SIMPLE = {
    "acos": "acos", "acosh": "acosh", "asin": "asin", "asinh": "asinh", "atan": "atan", "atanh": "atanh",
    "ceil": "ceil", "clampedReLU": "clamped_relu", "clip": "clip", "copy": "copy", "cos": "cos", "cosh": "cosh",
    "erf": "erf", "exp2": "exp2", "fillLike": "fill_like", "floor": "floor", "gelu": "gelu",
    "l2normalize": "l2_normalize", "lowerTriangular": "lower_triangular", "matrixBandPart": "matrix_band_part",
    "mvn": "mvn",
    "randomBernoulliLike": "random_bernoulli_like", "randomNormalLike": "random_normal_like",
    "randomUniformLike": "random_uniform_like", "round": "round", "sign": "sign", "sin": "sin", "sinh": "sinh",
    "softmax": "softmax", "tan": "tan", "tanh": "tanh", "upperTriangular": "upper_triangular",
}  # fmt: skip

BROADCASTABLE = {
    "addBroadcastable": "add", "divideBroadcastable": "divide", "floorDivBroadcastable": "floor_div",
    "maxBroadcastable": "max", "minBroadcastable": "min", "modBroadcastable": "mod",
    "multiplyBroadcastable": "multiply", "powBroadcastable": "pow", "subtractBroadcastable": "subtract",
}  # fmt: skip

REDUCTIONS = {
    "reduceL1": "reduce_l1", "reduceL2": "reduce_l2", "reduceLogSum": "reduce_logsum",
    "reduceLogSumExp": "reduce_logsumexp", "reduceMax": "reduce_max", "reduceMean": "reduce_mean",
    "reduceMin": "reduce_min", "reduceProd": "reduce_prod", "reduceSum": "reduce_sum",
    "reduceSumSquare": "reduce_sumsquare",
}  # fmt: skip

CONV: dict[str, Any] = {
    "kernel_channels": 8,
    "output_channels": 4,
    "height": 3,
    "width": 3,
    "stride_height": 1,
    "stride_width": 1,
    "border_mode": "same",
    "groups": 1,
    "W": Weight((3, 3, 8, 4)),
    "b": Weight((4,)),
    "has_bias": True,
}
CONV3D: dict[str, Any] = {
    "input_channels": 8,
    "output_channels": 4,
    "depth": 3,
    "height": 3,
    "width": 3,
    "W": Weight((4, 8, 3, 3, 3)),
    "b": None,
    "has_bias": False,
}
VOLUME = (1, 8, 6, 16, 16)
POOL3D: dict[str, Any] = {
    "kernel_depth": 2,
    "kernel_height": 2,
    "kernel_width": 2,
    "stride_depth": 2,
    "stride_height": 2,
    "stride_width": 2,
}
LSTM: dict[str, Any] = {
    "W_h": weights(4, 8, 8),
    "W_x": weights(4, 8, 16),
    "b": weights(4, 8),
    "hidden_size": 8,
    "input_size": 16,
}
BACK: dict[str, Any] = {"W_h_back": weights(4, 8, 8), "W_x_back": weights(4, 8, 16), "b_back": weights(4, 8)}
RELU: dict[str, Any] = {"non_linearity": "RELU"}
POOL: dict[str, Any] = {"height": 2, "width": 2, "stride_height": 2, "stride_width": 2, "padding_type": "VALID"}

ROWS: tuple[Row, ...] = (
    *(same(f"activation.{name}", "activation", non_linearity=BUILDER_ACTIVATIONS.get(name, name.upper()), params=params)
      for name, params in ACTIVATIONS.items()),
    *(same(f"unary.{mode}", "unary", mode=mode)
      for mode in ("abs", "exp", "inverse", "log", "power", "rsqrt", "sqrt", "threshold")),
    *(same(name, method) for name, method in SIMPLE.items()),
    *(row(name, f"{method}_broadcastable", X, (8, 1, 1)) for name, method in BROADCASTABLE.items()),
    *(row(name, method, X, axes=[2, 3], keepdims=False, gives=(1, 8)) for name, method in REDUCTIONS.items()),
    *(row(name, "elementwise", X, X, mode=mode)
      for name, mode in (("add", "ADD"), ("multiply", "MULTIPLY"), ("max", "MAX"), ("min", "MIN"), ("average", "AVE"))),
    row("concat", "elementwise", X, X, mode="CONCAT", gives=(1, 16, 16, 16)),
    row("dot", "elementwise", (1, 8, 1, 1), (1, 8, 1, 1), mode="DOT", gives=(1, 1, 1, 1)),
    row("concatND", "concat_nd", X, X, axis=1, gives=(1, 16, 16, 16)),
    row("splitND", "split_nd", X, axis=1, gives=[(1, 4, 16, 16)] * 2),
    row("split", "split", X, gives=[(1, 4, 16, 16)] * 2),
    row("stack", "stack", X, X, axis=1, gives=(1, 2, 8, 16, 16)),
    *(row(f"arg{name}", f"arg{name.lower()}", X, axis=1, gives=(1, 1, 16, 16)) for name in ("Max", "Min")),
    same("argSort", "argsort", axis=1),
    row("equal", "equal", X, X), row("notEqual", "not_equal", X, X), row("greaterThan", "greater_than", X, X),
    row("greaterEqual", "greater_than", X, X, use_greater_than_equal=True), row("lessThan", "less_than", X, X),
    row("lessEqual", "less_than", X, X, use_less_than_equal=True),
    *(row(f"logical{mode.title()}", "logical", X, X, mode=mode) for mode in ("AND", "OR", "XOR")),
    row("logicalNot", "logical", X, mode="NOT"),
    row("whereBroadcastable", "where_broadcastable", X, X, (8, 1, 1)),
    row("whereNonZero", "where_nonzero", X, gives=("?", 4)),
    row("batchedMatmul", "batched_mat_mul", (2, 8, 16), (2, 16, 4), gives=(2, 8, 4)),
    row("batchedMatmul", "batched_mat_mul", (2, 8, 16), weight_matrix_rows=16, weight_matrix_columns=4,
        W=Weight((16, 4)), gives=(2, 8, 4), variant="weight"),
    same("batchnorm", "batchnorm", channels=8, gamma=Weight((8,)), beta=Weight((8,)), mean=Weight((8,)),
         variance=Weight((8,))),
    same("bias", "bias", b=Weight((8,)), shape_bias=[8]),
    same("scale", "scale", W=Weight((8,)), b=Weight((8,)), has_bias=True, shape_scale=[8], shape_bias=[8]),
    same("lrn", "lrn", alpha=1e-4, beta=0.75, local_size=5),
    same("layerNormalization", "layer_normalization", normalized_shape=[16], gamma=Weight((16,)), beta=Weight((16,))),
    same("softmaxND", "softmax_nd", axis=1),
    same("cumSum", "cumsum", axis=1),
    row("convolution", "convolution", X, **CONV, gives=(1, 4, 16, 16)),
    row("convolution", "convolution", X, **CONV | {"border_mode": "valid", "dilation_factors": [2, 2]},
        gives=(1, 4, 12, 12), variant="dilated"),
    row("convolution", "convolution", X, **CONV | {"kernel_channels": 1, "output_channels": 8, "groups": 8,
                                                  "W": Weight((3, 3, 1, 8)), "b": Weight((8,))}, variant="depthwise"),
    row("deconvolution", "convolution", X, **CONV | {"is_deconv": True, "border_mode": "valid", "stride_height": 2,
                                                    "stride_width": 2}, gives=(1, 4, 33, 33)),
    row("convolution3d", "convolution3d", VOLUME, **CONV3D, gives=(1, 4, 4, 14, 14)),
    row("deconvolution3d", "convolution3d", VOLUME, **CONV3D, is_deconv=True, gives=(1, 4, 8, 18, 18)),
    row("pooling", "pooling", X, layer_type="MAX", **POOL, gives=(1, 8, 8, 8)),
    row("pooling", "pooling", X, layer_type="AVERAGE", **POOL, is_global=True, gives=(1, 8, 1, 1), variant="global"),
    row("pooling3d", "pooling3d", VOLUME, pooling_type="MAX", **POOL3D, gives=(1, 8, 3, 8, 8)),
    row("globalPooling3d", "global_pooling3d", VOLUME, pooling_type="AVERAGE", gives=(1, 8, 1, 1, 1)),
    row("innerProduct", "inner_product", (2, 16), W=Weight((4, 16)), b=Weight((4,)), input_channels=16,
        output_channels=4, has_bias=True, gives=(2, 4)),
    row("embedding", "embedding", (3, 1, 1, 1), W=Weight((4, 100)), b=None, input_dim=100, output_channels=4,
        has_bias=False, gives=(3, 4, 1, 1)),
    row("embeddingND", "embedding_nd", (3, 1), W=Weight((4, 100)), vocab_size=100, embedding_size=4, gives=(3, 4)),
    row("padding", "padding", X, left=1, right=1, top=2, bottom=2, gives=(1, 8, 20, 18)),
    row("constantPad", "constant_pad", X, pad_amounts=[0, 0, 0, 0, 1, 1, 2, 2], gives=(1, 8, 18, 20)),
    row("crop", "crop", X, left=1, right=1, top=2, bottom=2, offset=[0, 0], gives=(1, 8, 12, 14)),
    row("cropResize", "crop_resize", (1, 1, 8, 16, 16), (3, 1, 4, 1, 1), target_height=4, target_width=4,
        gives=(3, 1, 8, 4, 4)),
    row("resizeBilinear", "resize_bilinear", X, target_height=32, target_width=24, gives=(1, 8, 32, 24)),
    row("upsample", "upsample", X, scaling_factor_h=2, scaling_factor_w=2, gives=(1, 8, 32, 32)),
    row("upsample", "upsample", X, scaling_factor_h=2, scaling_factor_w=3, mode="BILINEAR", gives=(1, 8, 32, 48),
        variant="bilinear"),
    row("reorganizeData", "reorganize_data", X, gives=(1, 32, 8, 8)),
    row("permute", "permute", (1, 1, 8, 16, 4), dim=(0, 2, 3, 1), gives=(1, 1, 16, 4, 8)),
    row("transpose", "transpose", X, axes=[0, 2, 3, 1], gives=(1, 16, 16, 8)),
    row("flatten", "flatten", X, mode=0, gives=(1, 2048, 1, 1)),
    row("flattenTo2D", "flatten_to_2d", X, axis=2, gives=(8, 256)),
    row("reshape", "reshape", RANK5, target_shape=(4, 32, 16), mode=0, gives=(1, 1, 4, 32, 16)),
    row("reshapeStatic", "reshape_static", X, output_shape=(1, 128, 16), gives=(1, 128, 16)),
    row("reshapeLike", "reshape_like", X, (1, 128, 16), gives=(1, 128, 16)),
    row("reshapeDynamic", "reshape_dynamic", X, (3,), gives=("?", "?", "?")),
    row("rankPreservingReshape", "rank_preserving_reshape", X, output_shape=(0, 4, -1, 16), gives=(1, 4, 32, 16)),
    row("expandDims", "expand_dims", X, axes=[0], gives=(1, *X)),
    row("squeeze", "squeeze", X, axes=[0], gives=X[1:]),
    row("getShape", "get_shape", X, gives=(4,)),
    row("broadcastToStatic", "broadcast_to_static", (8, 1, 1), output_shape=X),
    row("broadcastToLike", "broadcast_to_like", (8, 1, 1), X),
    row("broadcastToDynamic", "broadcast_to_dynamic", (8, 1, 1), (4,), gives=TOLD),
    row("fillStatic", "fill_static", output_shape=X),
    row("fillDynamic", "fill_dynamic", (4,), gives=TOLD),
    row("randomBernoulliStatic", "random_bernoulli_static", output_shape=X),
    row("randomNormalStatic", "random_normal_static", output_shape=X),
    row("randomUniformStatic", "random_uniform_static", output_shape=X),
    *(row(f"random{name}Dynamic", f"random_{name.lower()}_dynamic", (4,), gives=TOLD)
      for name in ("Bernoulli", "Normal", "Uniform")),
    row("categoricalDistribution", "categorical_distribution", MATRIX, num_samples=5, gives=(8, 5)),
    row("rangeStatic", "range_static", end=10, gives=(10,)),
    row("rangeDynamic", "range_dynamic", (1,), gives=("?",)),
    row("gather", "gather", X, (3,), axis=1, gives=(1, 3, 16, 16)),
    row("gatherAlongAxis", "gather_along_axis", X, (1, 3, 16, 16), axis=1, gives=(1, 3, 16, 16)),
    row("gatherND", "gather_nd", X, (3, 2), gives=(3, 16, 16)),
    row("scatter", "scatter", X, (3,), (1, 3, 16, 16), axis=1),
    row("scatterAlongAxis", "scatter_along_axis", X, (1, 3, 16, 16), (1, 3, 16, 16), axis=1),
    row("scatterND", "scatter_nd", X, (3, 2), (3, 16, 16)),
    row("oneHot", "one_hot", (3,), one_hot_vector_size=10, gives=(3, 10)),
    row("reduce", "reduce", X, axis="HW", mode="avg", gives=(1, 8, 1, 1)),
    row("reverse", "reverse", X, reverse_dim=[False, True, False, False]),
    row("reverseSeq", "reverse_sequence", X, (1,), batch_axis=0, seq_axis=2),
    row("sequenceRepeat", "sequence_repeat", STEPS, nrep=2, gives=(24, 1, 16, 1, 1)),
    row("slice", "slice", X, axis="channel", start_index=0, end_index=4, stride=1, gives=(1, 4, 16, 16)),
    row("sliceStatic", "slice_static", X, begin_ids=[0, 0, 0, 0], end_ids=[1, 4, 16, 16], strides=[1, 1, 2, 2],
        begin_masks=[False] * 4, end_masks=[False] * 4, gives=(1, 4, 8, 8)),
    row("sliceDynamic", "slice_dynamic", X, (4,), end_ids=[1, 4, 16, 16], strides=[1] * 4, begin_masks=[True] * 4,
        end_masks=[False] * 4, gives=(1, 4, 16, 16)),
    row("sliceBySize", "slice_by_size", X, (1,), axis=1, size=4, gives=(1, 4, 16, 16)),
    row("slidingWindows", "sliding_windows", X, axis=2, window_size=4, step=2, gives=(1, 8, 7, 4, 16)),
    row("tile", "tile", X, reps=[1, 2, 1, 1], gives=(1, 16, 16, 16)),
    row("topK", "topk", X, k=3, axis=1, gives=[(1, 3, 16, 16)] * 2),
    row("NonMaximumSuppression", "nms", (1, 20, 4), (1, 20, 3), max_boxes=5,
        gives=[(1, 5, 4), (1, 5, 3), (1, 5), (1,)]),
    row("loadConstant", "load_constant", constant_value=Weight((8, 1, 1)), shape=(8, 1, 1), gives=(1, 1, 8, 1, 1)),
    row("loadConstantND", "load_constant_nd", constant_value=Weight((8, 1)), shape=(8, 1), gives=(8, 1)),
    row("custom", "custom", X, gives=None),
    row("uniDirectionalLSTM", "unilstm", STEPS, STATE, STATE, **LSTM, gives=[HIDDEN, HIDDEN, HIDDEN]),
    row("uniDirectionalLSTM", "unilstm", STEPS, STATE, STATE, **LSTM, output_all=True,
        gives=[(12, 1, 8, 1, 1), HIDDEN, HIDDEN], variant="all"),
    row("biDirectionalLSTM", "bidirlstm", STEPS, STATE, STATE, STATE, STATE, **LSTM, **BACK,
        gives=[(1, 1, 16, 1, 1), HIDDEN, HIDDEN, HIDDEN, HIDDEN]),
    row("gru", "gru", STEPS, STATE, W_h=weights(3, 8, 8), W_x=weights(3, 8, 16), b=weights(3, 8), hidden_size=8,
        input_size=16, gives=[HIDDEN, HIDDEN]),
    row("simpleRecurrent", "simple_rnn", STEPS, STATE, W_h=Weight((8, 8)), W_x=Weight((8, 16)), b=Weight((8,)),
        hidden_size=8, input_size=16, activation="TANH", gives=[HIDDEN, HIDDEN]),
    row("branch", "branch", (1,), X, input_name="x0",
        inside=(("ifBranch", "activation", "x1", RELU), ("elseBranch", "tanh", "x1", {}))),
    row("loop", "loop", X, max_iterations=3, input_name=None, inside=(("bodyNetwork", "activation", "x0", RELU),)),
    row("loopBreak", "loop", X, max_iterations=3, input_name=None,
        inside=(("bodyNetwork", "activation", "x0", RELU), ("bodyNetwork", "loop_break", "", {}))),
    row("loopContinue", "loop", X, max_iterations=3, input_name=None,
        inside=(("bodyNetwork", "activation", "x0", RELU), ("bodyNetwork", "loop_continue", "", {}))),
)  # fmt: skip
CONSTANTS = ("loadConstant", "loadConstantND")
"What they give is an operand of the layer that reads it: Core ML does not place them."
NOT_BUILT: dict[str, str] = {}
"Layer types of the catalogue that are no row, and why."
