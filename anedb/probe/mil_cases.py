"""Every MIL op of the catalogue as an ML Program that coremltools can build: a table, one row a form of an op.

A row is an operation with its arguments: a `Tensor` is a run-time input of the model, a `Const` an operand known when
it is compiled, everything else a parameter. `CASES` is the table, `NOT_BUILT` says why an op is missing from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from anedb.coreml.probes import Block, Const, Probe, Ref, Step, Tensor

Args = Mapping[str, Any]
"Arguments of an operation: what a `Step` takes, and tensors, also in tuples."
X = Tensor((1, 8, 16, 16))
SEQUENCE = Tensor((1, 12, 16))
"Batch, time, features: what attention and normalisation see."
STEPS = Tensor((12, 1, 16))
"Time, batch, features: what MIL's recurrent layers see."
FLAGS = Tensor((1, 8, 16, 16), "bool")
INDEX = Tensor((3,), "int32")
IOS15, IOS16, IOS17, IOS18 = "iOS15", "iOS16", "iOS17", "iOS18"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    op: str
    "The operation that the model is about."
    variant: str = ""
    "What tells it from the op's other rows."
    opsets: tuple[str, ...] = ()
    "Opsets to build it at; empty: each that defines the op."
    probe: Probe

    @property
    def name(self) -> str:
        return f"{self.op}-{self.variant}" if self.variant else self.op


def half(value: float) -> Const:
    "An fp16 scalar."
    return Const((), "fp16", value)


def case(
    op: str,
    args: Args,
    *,
    variant: str = "",
    opsets: tuple[str, ...] = (),
    then: tuple[Step, ...] = (),
) -> Case:
    "A row whose tensors become the model's inputs, in order; `then` are steps after it, which find it behind them."
    inputs = tuple(item for item in _flat(args.values()) if isinstance(item, Tensor))
    numbers = iter(range(len(inputs)))
    step = Step(op, {name: reference(item, numbers) for name, item in args.items()})
    probe = Probe(name=f"{op}-{variant}" if variant else op, inputs=inputs, steps=(step, *then))
    return Case(op=op, variant=variant, opsets=opsets, probe=probe)


def _flat(items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        yield from _flat(item) if isinstance(item, tuple) else (item,)


def reference(item: Any, numbers: Iterator[int]) -> Any:
    if isinstance(item, Tensor):
        return Ref(next(numbers))
    return tuple(reference(part, numbers) for part in item) if isinstance(item, tuple) else item


def steps(op: str, inputs: tuple[Tensor, ...], *found: Step, variant: str = "", **more: Any) -> Case:
    "A row of several operations, one of which is `op`."
    name = f"{op}-{variant}" if variant else op
    return Case(op=op, variant=variant, probe=Probe(name=name, inputs=inputs, steps=found), **more)


UNARY = """abs acos asin atan atanh ceil cos cosh erf exp exp2 floor identity inverse log relu relu6 round rsqrt sigmoid
sign silu sin sinh softplus softsign sqrt square tan tanh""".split()  # noqa: SIM905 -- a paragraph, not a column
BINARY = """add equal floor_div greater greater_equal less less_equal maximum minimum mod mul not_equal pow real_div
sub""".split()  # noqa: SIM905
REDUCTIONS = """reduce_l1_norm reduce_l2_norm reduce_log_sum reduce_log_sum_exp reduce_max reduce_mean reduce_min
reduce_prod reduce_sum reduce_sum_square""".split()  # noqa: SIM905

ACTIVATIONS: dict[str, dict[str, Any]] = {
    "clamped_relu": {"alpha": half(0.1), "beta": half(6)},
    "clip": {"alpha": half(0), "beta": half(6)},
    "elu": {"alpha": half(1)},
    "leaky_relu": {"alpha": half(0.1)},
    "linear_activation": {"alpha": half(2), "beta": half(1)},
    "prelu": {"alpha": Const((8,), fill=0.1)},
    "scaled_tanh": {"alpha": half(1.7), "beta": half(0.6)},
    "sigmoid_hard": {"alpha": half(0.2), "beta": half(0.5)},
    "softplus_parametric": {"alpha": Const((8,), fill=1), "beta": Const((8,), fill=1)},
    "threshold": {"alpha": half(0.5)},
    "thresholded_relu": {"alpha": half(1)},
}

SHAPING: dict[str, dict[str, Any]] = {
    "band_part": {"lower": 1, "upper": 1},
    "batch_to_space": {"x": Tensor((4, 8, 16, 16)), "block_shape": (2, 2), "crops": ((0, 0), (0, 0))},
    "cast": {"dtype": "fp32"},
    "crop": {"crop_height": (1, 1), "crop_width": (2, 2)},
    "cumsum": {"axis": 1},
    "depth_to_space": {"block_size": 2},
    "expand_dims": {"axes": (0,)},
    "flatten2d": {"axis": 1},
    "pad": {"pad": (1, 1, 2, 2), "mode": "constant", "constant_val": half(0)},
    "pixel_shuffle": {"upscale_factor": 2},
    "pixel_unshuffle": {"downscale_factor": Const((), "uint32", 2)},
    "reshape": {"shape": (1, 128, 16)},
    "reverse": {"axes": (1,)},
    "reverse_sequence": {"lengths": Tensor((1,), "int32"), "seq_axis": 2, "batch_axis": 0},
    "shape": {},
    "slice_by_index": {"begin": (0, 0, 0, 0), "end": (1, 4, 16, 16), "stride": (1, 1, 2, 2)},
    "slice_by_size": {"begin": (0, 2, 0, 0), "size": (1, 4, 16, 16)},
    "sliding_windows": {"axis": 2, "size": 4, "stride": 2},
    "space_to_batch": {"block_shape": (2, 2), "paddings": ((0, 0), (0, 0))},
    "space_to_depth": {"block_size": 2},
    "split": {"num_splits": 2, "axis": 1},
    "squeeze": {"axes": (0,)},
    "tile": {"reps": (1, 2, 1, 1)},
    "transpose": {"perm": (0, 2, 3, 1)},
}

RESIZING: dict[str, dict[str, Any]] = {
    "affine": {
        "x": X,
        "transform_matrix": Const((1, 6), fill=0.5),
        "output_height": 8,
        "output_width": 8,
        "sampling_mode": "bilinear",
        "padding_mode": "constant",
        "padding_value": half(0),
        "coordinates_mode": "normalized_minus_one_to_one",
        "align_corners": True,
    },
    "resample": {
        "x": X,
        "coordinates": Tensor((1, 8, 8, 2), "fp32"),
        "sampling_mode": "bilinear",
        "padding_mode": "constant",
        "padding_value": half(0),
        "coordinates_mode": "normalized_minus_one_to_one",
        "align_corners": False,
    },
    "resize": {"x": X, "shape": (1, 8, 32, 32), "resized_dims": Const((), "uint32", 2)},
    "resize_bilinear": {"x": X, "target_size_height": 32, "target_size_width": 32, "sampling_mode": "DEFAULT"},
    "resize_nearest_neighbor": {"x": X, "target_size_height": 32, "target_size_width": 32},
    "upsample_bilinear": {"x": X, "scale_factor_height": 2.0, "scale_factor_width": 2.0},
    "upsample_nearest_neighbor": {"x": X, "scale_factor_height": 2.0, "scale_factor_width": 2.0},
}

POOLING: dict[str, Any] = {"kernel_sizes": (2, 2), "strides": (2, 2), "pad_type": "valid"}

NORMS: dict[str, dict[str, Any]] = {
    "batch_norm": {"mean": Const((8,)), "variance": Const((8,), fill=1), "gamma": Const((8,)), "beta": Const((8,))},
    "instance_norm": {"gamma": Const((8,)), "beta": Const((8,)), "epsilon": half(1e-3)},
    "l2_norm": {"epsilon": half(1e-3)},
    "layer_norm": {"axes": (3,), "gamma": Const((16,)), "beta": Const((16,)), "epsilon": half(1e-3)},
    "local_response_norm": {"size": 3, "alpha": half(1e-4), "beta": half(0.75), "k": half(1)},
}

GATHERS: dict[str, dict[str, Any]] = {
    "gather": {"x": X, "indices": INDEX, "axis": 1},
    "gather_along_axis": {"x": X, "indices": Tensor((1, 3, 16, 16), "int32"), "axis": 1},
    "gather_nd": {"x": X, "indices": Tensor((3, 2), "int32")},
}
SCATTERS: dict[str, dict[str, Any]] = {
    "scatter": {"indices": INDEX, "updates": Tensor((1, 3, 16, 16)), "axis": 1, "mode": "add"},
    "scatter_along_axis": {
        "indices": Tensor((1, 3, 16, 16), "int32"),
        "updates": Tensor((1, 3, 16, 16)),
        "axis": 1,
        "mode": "update",
    },
    "scatter_nd": {"indices": Tensor((3, 2), "int32"), "updates": Tensor((3, 16, 16)), "mode": "add"},
}

LSTM: dict[str, Any] = {
    "initial_h": Tensor((1, 8)),
    "initial_c": Tensor((1, 8)),
    "weight_ih": Const((32, 16)),
    "weight_hh": Const((32, 8)),
    "bias": Const((32,)),
}
BIDIRECTIONAL: dict[str, Any] = {
    **LSTM,
    "initial_h": Tensor((1, 16)),
    "initial_c": Tensor((1, 16)),
    "weight_ih_back": Const((32, 16)),
    "weight_hh_back": Const((32, 8)),
    "bias_back": Const((32,)),
    "direction": "bidirectional",
}
# iOS15 has them in fp32 only.
RECURRENT: tuple[tuple[str, tuple[str, ...], dict[str, Any]], ...] = (
    ("gru", (IOS17, IOS18), {"initial_h": Tensor((1, 8)), "weight_ih": Const((24, 16)), "weight_hh": Const((24, 8))}),
    ("lstm", (IOS17,), LSTM),
    ("rnn", (IOS17,), {"initial_h": Tensor((1, 8)), "weight_ih": Const((8, 16)), "weight_hh": Const((8, 8))}),
)


def single(args: Args) -> dict[str, Any]:
    "The same in fp32."
    floats = {name: replace(x, dtype="fp32") for name, x in args.items() if isinstance(x, (Tensor, Const))}
    return {**args, **floats}


WEIGHT = Const((8, 8, 3, 3))
CONV = Step("conv", {"x": Ref(0), "weight": Ref(1), "pad_type": "same"})
"Reads a weight that the step before it expands: `constexpr_…` are layers of a model only as the weight of one."

CONSTEXPR: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "constexpr_affine_dequantize",
        IOS16,
        {
            "quantized_data": Const((8, 8, 3, 3), "uint8"),
            "axis": 0,
            "zero_point": Const((), "uint8"),
            "scale": half(0.1),
        },
    ),
    (
        "constexpr_lut_to_dense",
        IOS16,
        {"indices": Const((288,), "uint8"), "lut": Const((16,)), "shape": Const((4,), "uint32", values=(8, 8, 3, 3))},
    ),
    (
        "constexpr_sparse_to_dense",
        IOS16,
        {
            "nonzero_data": Const((576,)),
            "mask": Const((72,), "uint8", 255),
            "shape": Const((4,), "uint32", values=(8, 8, 3, 3)),
        },
    ),
    (
        "constexpr_blockwise_shift_scale",
        IOS18,
        {"data": Const((8, 8, 3, 3), "int4"), "scale": Const((8, 1, 1, 1)), "offset": Const((8, 1, 1, 1), "int4")},
    ),
    ("constexpr_lut_to_dense", IOS18, {"indices": Const((8, 8, 3, 3), "uint4"), "lut": Const((1, 1, 1, 1, 16, 1))}),
    ("constexpr_sparse_to_dense", IOS18, {"nonzero_data": Const((576,)), "mask": Const((8, 8, 3, 3), "uint1", 1)}),
)


def _weights() -> tuple[Case, ...]:
    return tuple(
        steps(op, (X,), Step(op, args), CONV, variant=opset.lower(), opsets=(opset,)) for op, opset, args in CONSTEXPR
    )


SPARSE: dict[str, Any] = {
    "indices_mask": Const((8, 8, 3, 3), "uint1", 1),
    "indices_nonzero_data": Const((576,), "uint4"),
    "lut": Const((1, 1, 1, 1, 16, 1)),
}
SHIFTED: dict[str, Any] = {
    "data_mask": Const((8, 8, 3, 3), "uint1", 1),
    "nonzero_data": Const((576,), "int8"),
    "scale": Const((8, 1, 1, 1)),
}

DENSE = Step("constexpr_sparse_to_dense", {"nonzero_data": Ref(1, output=1), "mask": Ref(1)})

ATTENTION = Tensor((1, 4, 12, 16))
BOXES: dict[str, Any] = {
    "boxes": Tensor((1, 20, 4)),
    "scores": Tensor((1, 20, 3)),
    "iou_threshold": half(0.5),
    "max_boxes": 5,
    "per_class_suppression": False,
}
LIST = Step("make_list", {"init_length": 3, "dynamic_length": False, "elem_shape": (8, 16), "dtype": "fp32"})
ELEMENT = Tensor((8, 16), "fp32")
ONE = Const((), "int32", 1)

SCALAR = Tensor((1,), "int32")
FIRST = Step("squeeze", {"x": Ref(0), "axes": (0,)})
"A model takes no scalar; an operation may."
RELU = Block((Step("relu", {"x": Ref(1)}),), (Ref(4),))
TANH = Block((Step("tanh", {"x": Ref(1)}),), (Ref(4),))
UNTIL = Block((Step("less", {"x": Ref(3), "y": Const((), "int32", 4)}),), (Ref(5),))
DOUBLE = Block((Step("add", {"x": Ref(3), "y": ONE}), Step("mul", {"x": Ref(4), "y": half(2)})), (Ref(5), Ref(6)))

CASES: tuple[Case, ...] = (
    *(case(op, {"x": X}) for op in UNARY),
    *(case(op, {"x": X, "y": X}) for op in BINARY),
    *(case(op, {"x": X, **args}) for op, args in ACTIVATIONS.items()),
    *(case(op, {"x": X, "axes": (-1,), "keep_dims": True}) for op in REDUCTIONS),
    *(case(op, {"x": X, "axis": 1, "keep_dims": False}) for op in ("reduce_argmax", "reduce_argmin")),
    *(case(op, {"x": X, **args}) for op, args in SHAPING.items()),
    *(case(op, {"x": X, **POOLING}) for op in ("avg_pool", "l2_pool", "max_pool")),
    *(case(op, {"x": X, **args}) for op, args in NORMS.items()),
    *(case(op, args) for op, args in RESIZING.items()),
    *(case(op, args) for op, args in GATHERS.items()),
    *(case(op, {"data": X, **args}) for op, args in SCATTERS.items()),
    *(case(op, {"x": STEPS, **args, "output_sequence": True}, opsets=opsets) for op, opsets, args in RECURRENT),
    *(case(op, single({"x": STEPS, **args}), variant="fp32") for op, _, args in RECURRENT),
    *(case(op, {"x": FLAGS, "y": FLAGS}) for op in ("logical_and", "logical_or", "logical_xor")),
    *_weights(),
    case("logical_not", {"x": FLAGS}),
    case("add", {"x": Tensor(X.shape, "int32"), "y": Tensor(X.shape, "int32")}, variant="int32"),
    case("add", {"x": X, "y": Const((1, 8, 1, 1))}, variant="channel"),
    case("argsort", {"x": X, "axis": 1, "ascending": True}),
    case("concat", {"values": (X, X), "axis": 1, "interleave": False}),
    case("conv", {"x": X, "weight": WEIGHT, "bias": Const((8,)), "pad_type": "same"}),
    case("conv", {"x": X, "weight": WEIGHT, "dilations": (2, 2)}, variant="dilated"),
    case("conv", {"x": X, "weight": Const((8, 1, 3, 3)), "groups": 8}, variant="depthwise"),
    case("conv_transpose", {"x": X, "weight": WEIGHT, "strides": (2, 2)}),
    case("einsum", {"values": (X, Tensor((1, 16, 16, 5))), "equation": "nchw,nwhu->nchu"}),
    case("fill_like", {"ref_tensor": X, "value": half(1)}),
    case("gelu", {"x": X, "mode": "EXACT"}),
    case("linear", {"x": SEQUENCE, "weight": Const((32, 16)), "bias": Const((32,))}),
    case("matmul", {"x": ATTENTION, "y": ATTENTION, "transpose_y": True}),
    case("non_zero", {"x": Tensor((8, 16))}),
    case("one_hot", {"indices": INDEX, "one_hot_vector_size": 8, "on_value": 1, "off_value": 0}),
    case("random_categorical", {"x": Tensor((3, 8)), "mode": "logits", "size": 2, "seed": 1}),
    case(
        "reshape_like",
        {"x": X, "ref_tensors": (Tensor((1, 128, 16)),), "begins": (0,), "ends": (3,), "end_masks": (False,)},
    ),
    case("select", {"cond": FLAGS, "a": X, "b": X}),
    case("softmax", {"x": SEQUENCE, "axis": -1}),
    case("stack", {"values": (SEQUENCE, SEQUENCE), "axis": 1}),
    case("topk", {"x": X, "k": 3, "axis": 1, "ascending": False}),
    case("scaled_dot_product_attention", {"query": ATTENTION, "key": ATTENTION, "value": ATTENTION}),
    case("slice_update", {"x": X, "update": Tensor((1, 4, 16, 16)), "begin": (0, 0, 0, 0), "end": (1, 4, 16, 16)}),
    case(
        "quantize",
        {"input": X, "scale": half(0.1), "zero_point": Const((), "uint8"), "output_dtype": "uint8"},
        then=(Step("dequantize", {"input": Ref(1), "scale": half(0.1), "zero_point": Const((), "uint8")}),),
    ),
    steps(
        "dequantize",
        (X,),
        Step("quantize", {"input": Ref(0), "scale": Const((8,), fill=0.1), "axis": 1, "output_dtype": "int8"}),
        Step("dequantize", {"input": Ref(1), "scale": Const((8,), fill=0.1), "axis": 1}),
    ),
    case(
        "crop_resize",
        {"x": X, "roi": Tensor((2, 1, 5, 1, 1)), "target_height": 4, "target_width": 4},
        variant="roi",
        opsets=(IOS15, IOS16),
    ),
    case(
        "crop_resize",
        {"x": X, "boxes": Tensor((2, 4)), "box_indices": Tensor((2,), "int32"), "target_height": 4, "target_width": 4},
        variant="boxes",
        opsets=(IOS17,),
    ),
    case("non_maximum_suppression", {**BOXES, "score_threshold": half(0.1)}, opsets=(IOS15,)),
    case("non_maximum_suppression", BOXES, variant="unthresholded", opsets=(IOS17,)),
    case(
        "upsample_bilinear",
        {
            "x": X,
            "scale_factor_height": 2.0,
            "scale_factor_width": 2.0,
            "align_corners": False,
            "half_pixel_centers": True,
        },
        variant="half-pixel",
        opsets=(IOS16,),
    ),
    case(
        "upsample_nearest_neighbor",
        {"x": X, "scale_factor_height": 1.5, "scale_factor_width": 1.5},
        variant="fractional",
    ),
    case("lstm", {"x": STEPS, **BIDIRECTIONAL, "output_sequence": True}, variant="bidirectional", opsets=(IOS17,)),
    case(
        "conv_quantized",
        {
            "x": X,
            "weight": Const((8, 8, 3, 3), "uint8"),
            "quantization_type": "linear",
            "nbits": 8,
            "quant_scale": half(0.1),
            "quant_bias": half(0),
        },
    ),
    # What makes a value out of nothing is folded into a constant unless its shape comes at run time.
    case("fill", {"shape": Tensor((4,), "int32"), "value": half(1)}),
    case("random_bernoulli", {"shape": (1, 8, 16, 16), "prob": half(0.5), "seed": 1}),
    case("random_normal", {"shape": (1, 8, 16, 16), "mean": half(0), "stddev": half(1), "seed": 1}),
    case("random_uniform", {"shape": (1, 8, 16, 16), "low": half(0), "high": half(1), "seed": 1}),
    steps("range_1d", (SCALAR,), FIRST, Step("range_1d", {"end": Ref(1), "start": 0, "step": 1})),
    Case(
        op="classify",
        probe=Probe(
            name="classify",
            inputs=(SEQUENCE,),
            labels=("cat", "dog", "owl"),
            steps=(
                Step("reduce_mean", {"x": Ref(0), "axes": (1,)}),
                Step("linear", {"x": Ref(1), "weight": Const((3, 16))}),
                Step("softmax", {"x": Ref(2), "axis": 1}),
            ),
        ),
    ),
    # Control flow: the blocks' operations are found behind the one they belong to.
    steps(
        "cond",
        (SCALAR, X),
        FIRST,
        Step("greater", {"x": Ref(2), "y": ONE}),
        Step("cond", {"pred": Ref(3), "_true_fn": RELU, "_false_fn": TANH}),
    ),
    steps(
        "while_loop",
        (SCALAR, X),
        FIRST,
        Step("while_loop", {"_cond": UNTIL, "_body": DOUBLE, "loop_vars": (Ref(2), Ref(1))}),
    ),
    # Lists
    steps(
        "make_list",
        (ELEMENT,),
        LIST,
        Step("list_write", {"ls": Ref(1), "index": ONE, "value": Ref(0)}),
        Step("list_read", {"ls": Ref(2), "index": ONE}),
    ),
    steps(
        "list_write",
        (ELEMENT,),
        LIST,
        Step("list_write", {"ls": Ref(1), "index": ONE, "value": Ref(0)}),
        Step("list_read", {"ls": Ref(2), "index": ONE}),
    ),
    steps(
        "list_read",
        (SCALAR, ELEMENT),
        FIRST,
        LIST,
        Step("list_write", {"ls": Ref(3), "index": ONE, "value": Ref(1)}),
        Step("list_read", {"ls": Ref(4), "index": Ref(2)}),
    ),
    steps(
        "list_gather",
        (ELEMENT,),
        LIST,
        Step("list_write", {"ls": Ref(1), "index": ONE, "value": Ref(0)}),
        Step("list_gather", {"ls": Ref(2), "indices": Const((2,), "int32")}),
    ),
    steps(
        "list_scatter",
        (Tensor((2, 8, 16), "fp32"),),
        LIST,
        Step("list_scatter", {"ls": Ref(1), "indices": Const((2,), "int32"), "value": Ref(0)}),
        Step("list_read", {"ls": Ref(2), "index": ONE}),
    ),
    steps(
        "list_length",
        (ELEMENT,),
        LIST,
        Step("list_write", {"ls": Ref(1), "index": ONE, "value": Ref(0)}),
        Step("list_length", {"ls": Ref(2)}),
    ),
    # States
    steps(
        "read_state",
        (Tensor(X.shape, state=True), X),
        Step("read_state", {"input": Ref(0)}),
        Step("add", {"x": Ref(2), "y": Ref(1)}),
    ),
    steps(
        "read_state",
        (Tensor(X.shape, state=True), X),
        Step("read_state", {"input": Ref(0)}),
        Step("add", {"x": Ref(2), "y": Ref(1)}),
        Step("coreml_update_state", {"state": Ref(0), "value": Ref(3)}),
        Step("relu", {"x": Ref(4)}),
        variant="updated",
    ),
    steps(
        "write_state",
        (Tensor(X.shape, state=True), X),
        Step("coreml_update_state", {"state": Ref(0), "value": Ref(1)}),
        Step("relu", {"x": Ref(2)}),
    ),
    # Weights in two steps
    steps(
        "constexpr_cast",
        (X,),
        Step("constexpr_cast", {"source_val": WEIGHT, "output_dtype": "fp32"}),
        Step("cast", {"x": Ref(0), "dtype": "fp32"}),
        Step("conv", {"x": Ref(2), "weight": Ref(1)}),
    ),
    *(
        steps(op, (X,), Step(op, args), DENSE, replace(CONV, args={**CONV.args, "weight": Ref(2)}))
        for op, args in (("constexpr_lut_to_sparse", SPARSE), ("constexpr_sparse_blockwise_shift_scale", SHIFTED))
    ),
)

NOT_BUILT = {
    "_const_symbolic": "the converter's own; never in a file",
    "const": "a constant is an operand of other operations, no layer",
}
"Operations of the catalogue that are no row, and why."
