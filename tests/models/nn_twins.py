"""NeuralNetwork layers as MIL operations on the same inputs: an oracle for shapes."""

from __future__ import annotations

from typing import Any

from anedb.coreml.nn_probes import Row
from anedb.coreml.probes import Const, Probe, Ref, Step, Tensor
from anedb.probe.nn_cases import REDUCTIONS

REDUCTION_TWINS = {
    "reduceL1": "reduce_l1_norm", "reduceL2": "reduce_l2_norm", "reduceLogSum": "reduce_log_sum",
    "reduceLogSumExp": "reduce_log_sum_exp", "reduceMax": "reduce_max", "reduceMean": "reduce_mean",
    "reduceMin": "reduce_min", "reduceProd": "reduce_prod", "reduceSum": "reduce_sum",
    "reduceSumSquare": "reduce_sum_square",
}  # fmt: skip
BROADCAST_TWINS = {
    "addBroadcastable": "add", "divideBroadcastable": "real_div", "floorDivBroadcastable": "floor_div",
    "maxBroadcastable": "maximum", "minBroadcastable": "minimum", "modBroadcastable": "mod",
    "multiplyBroadcastable": "mul", "powBroadcastable": "pow", "subtractBroadcastable": "sub",
}  # fmt: skip

RANK_UNTOLD = {
    "reshape": "the builder notes the length of targetShape, the layer gives rank 5",
    "oneHot": "the builder notes the input's rank, the layer adds an axis",
}
"Where `rank_dict` is wrong, and why."


def _twin(op: str, count: int = 1, **args: Any) -> Step:
    "A MIL operation on the first inputs of the row, `x` and `y` where they have no other names."
    names = [name for name, value in args.items() if value is None] or ["x", "y"][:count]
    return Step(op, {**args, **{name: Ref(number) for number, name in enumerate(names)}})


KERNEL = Const((4, 8, 3, 3))
KERNEL3D = Const((4, 8, 3, 3, 3))
POOLS = {"kernel_sizes": (2, 2), "strides": (2, 2), "pad_type": "valid"}

TWINS: dict[str, Step] = {
    "convolution": _twin("conv", weight=KERNEL, pad_type="same"),
    "convolution-dilated": _twin("conv", weight=KERNEL, dilations=(2, 2)),
    "convolution-depthwise": _twin("conv", weight=Const((8, 1, 3, 3)), groups=8, pad_type="same"),
    "convolution3d": _twin("conv", weight=KERNEL3D),
    "deconvolution": _twin("conv_transpose", weight=Const((8, 4, 3, 3)), strides=(2, 2)),
    "deconvolution3d": _twin("conv_transpose", weight=Const((8, 4, 3, 3, 3))),
    "pooling": _twin("max_pool", **POOLS),
    "pooling3d": _twin("max_pool", kernel_sizes=(2, 2, 2), strides=(2, 2, 2), pad_type="valid"),
    "batchedMatmul": _twin("matmul", 2),
    "batchedMatmul-weight": _twin("matmul", y=Const((16, 4)), x=None),
    "innerProduct": _twin("linear", weight=Const((4, 16)), bias=Const((4,))),
    "upsample": _twin("upsample_nearest_neighbor", scale_factor_height=2.0, scale_factor_width=2.0),
    "upsample-bilinear": _twin("upsample_bilinear", scale_factor_height=2.0, scale_factor_width=3.0),
    "resizeBilinear": _twin("resize_bilinear", target_size_height=32, target_size_width=24),
    "reorganizeData": _twin("space_to_depth", block_size=2),
    "transpose": _twin("transpose", perm=(0, 2, 3, 1)),
    "concatND": Step("concat", {"values": (Ref(0), Ref(1)), "axis": 1}),
    "concat": Step("concat", {"values": (Ref(0), Ref(1)), "axis": 1}),
    "stack": Step("stack", {"values": (Ref(0), Ref(1)), "axis": 1}),
    "splitND": _twin("split", num_splits=2, axis=1),
    "split": _twin("split", num_splits=2, axis=1),
    "argMax": _twin("reduce_argmax", axis=1, keep_dims=True),
    "argMin": _twin("reduce_argmin", axis=1, keep_dims=True),
    "argSort": _twin("argsort", axis=1),
    **{name: _twin(REDUCTION_TWINS[name], axes=(2, 3), keep_dims=False) for name in REDUCTIONS},
    **{name: _twin(op, 2) for name, op in BROADCAST_TWINS.items()},
    "whereBroadcastable": Step("select", {"cond": Ref(0), "a": Ref(1), "b": Ref(2)}),
    "whereNonZero": _twin("non_zero"),
    "gather": _twin("gather", x=None, indices=None, axis=1),
    "gatherAlongAxis": _twin("gather_along_axis", x=None, indices=None, axis=1),
    "gatherND": _twin("gather_nd", x=None, indices=None),
    "scatter": _twin("scatter", data=None, indices=None, updates=None, axis=1),
    "scatterAlongAxis": _twin("scatter_along_axis", data=None, indices=None, updates=None, axis=1),
    "scatterND": _twin("scatter_nd", data=None, indices=None, updates=None),
    "oneHot": _twin("one_hot", indices=None, one_hot_vector_size=10),
    "constantPad": _twin("pad", pad=(0, 0, 0, 0, 1, 1, 2, 2), mode="constant", constant_val=Const(())),
    "crop": _twin("crop", crop_height=(2, 2), crop_width=(1, 1)),
    "expandDims": _twin("expand_dims", axes=(0,)),
    "squeeze": _twin("squeeze", axes=(0,)),
    "reshapeStatic": _twin("reshape", shape=(1, 128, 16)),
    "getShape": _twin("shape"),
    "flattenTo2D": _twin("flatten2d", axis=2),
    "sliceStatic": _twin("slice_by_index", begin=(0, 0, 0, 0), end=(1, 4, 16, 16), stride=(1, 1, 2, 2)),
    "slidingWindows": _twin("sliding_windows", axis=2, size=4, stride=2),
    "tile": _twin("tile", reps=(1, 2, 1, 1)),
    "topK": _twin("topk", k=3, axis=1),
    "categoricalDistribution": _twin("random_categorical", mode="logits", size=5, seed=1),
    "cumSum": _twin("cumsum", axis=1),
    "softmaxND": _twin("softmax", axis=1),
    "NonMaximumSuppression": _twin("non_maximum_suppression", boxes=None, scores=None, iou_threshold=Const(()),
                                   score_threshold=Const(()), max_boxes=5, per_class_suppression=False),
}  # fmt: skip
"The row's layer as a MIL operation on the same inputs: coremltools' own type inference gives the same shapes."

INTEGERS = {"gather", "gatherAlongAxis", "gatherND", "scatter", "scatterAlongAxis", "scatterND", "oneHot"}
"Whose second input, or only one, is indices: MIL wants integers."


def twin(row: Row) -> Probe:
    "The model of the row's twin; a NeuralNetwork does not tell types, MIL asks for them."
    kinds = ["fp16"] * len(row.inputs)
    if row.type in INTEGERS:
        kinds[min(1, len(kinds) - 1)] = "int32"
    if row.type == "whereBroadcastable":
        kinds[0] = "bool"
    inputs = tuple(Tensor(shape, kind) for shape, kind in zip(row.inputs, kinds, strict=True))
    return Probe(name=row.name, inputs=inputs, steps=(TWINS[row.name],))
