"""One parameter at a time, through values around the limits that are known or suspected: tables, one row a sweep.

`V` in a row's arguments stands for the value. Limits that made somebody choose the values are cited beside them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeAlias

from anedb.coreml.nn_probes import Row, Weight
from anedb.coreml.probes import Const, Ref, Step, Tensor
from anedb.probe.mil_cases import Args, Case, case, reference, steps
from anedb.probe.nn_cases import row

Values: TypeAlias = tuple[Any, ...]


class Of:
    "Stands for something computed from the value of a sweep."

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self.make = make


def of(make: Callable[[Any], Any]) -> Any:
    "`Of`, where a table wants a number."
    return Of(make)


V = of(lambda value: value)
"Stands for the value itself."
C = 64
"Channels: enough that a layer between convolutions is worth a launch, few enough to build quickly."
X = Tensor((1, C, 32, 32))
WIDE = Tensor((1, C, 64, 64))
SEQ = Tensor((1, 128, 256))
HEADS = Tensor((1, 8, 128, 64))
STRIP = Tensor((1, C, 1, 512))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    op: str
    axis: str
    "What varies: a feature of `docs/answers.md`."
    values: tuple[Any, ...]
    args: Args
    opset: str = "iOS18"
    first: tuple[Step, ...] = ()
    "Steps before the operation: a cast to a type that no model takes as an input, an expanded weight."
    also: str = ""
    "Tells two sweeps of one axis apart."

    def case(self, value: Any) -> Case:
        args = put(self.args, value)
        variant = f"{self.axis}={written(value)}"
        variant = f"{self.also}-{variant}" if self.also else variant
        if not self.first:
            return case(self.op, args, variant=variant, opsets=(self.opset,))
        inputs = tuple(item for item in args.values() if isinstance(item, Tensor))
        numbers = iter(range(len(inputs)))
        named = {name: reference(item, numbers) for name, item in args.items()}
        found = (*put(self.first, value), Step(self.op, named))
        return steps(self.op, inputs, *found, variant=variant, opsets=(self.opset,))


@dataclass(frozen=True, slots=True, kw_only=True)
class NeuralSweep:
    axis: str
    values: tuple[Any, ...]
    row: Row

    def case(self, value: Any) -> Row:
        made: Row = put(self.row, value)
        return replace(made, variant=f"{self.axis}={written(value)}")


def put(item: Any, value: Any) -> Any:
    "The same with `value` in the place of `V`."
    if isinstance(item, Of):
        return item.make(value)
    if isinstance(item, dict):
        return {name: put(part, value) for name, part in item.items()}
    if isinstance(item, (tuple, list)):
        return type(item)(put(part, value) for part in item)
    if is_dataclass(item) and not isinstance(item, type):
        return replace(item, **{field.name: put(getattr(item, field.name), value) for field in fields(item)})
    return item


def written(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return "x".join(written(part) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _conv(axis: str, values: Values, /, *, also: str = "", **args: Any) -> Sweep:
    given = {"x": X, "weight": Const((C, C, 3, 3)), "pad_type": "same", **args}
    return Sweep(op="conv", axis=axis, values=values, args=given, also=also)


def _pool(op: str, axis: str, values: Values, kernel: Values, /, **args: Any) -> Sweep:
    given = {"x": WIDE, "kernel_sizes": kernel, "strides": (1, 1), "pad_type": "same", **args}
    return Sweep(op=op, axis=axis, values=values, args=given)


def _plain(op: str, axis: str, values: Values, /, *, also: str = "", **args: Any) -> Sweep:
    return Sweep(op=op, axis=axis, values=values, args=args, also=also)


KERNELS = (1, 2, 5, 7, 9, 11, 13, 14, 15, 16, 17, 20, 24, 28, 31, 32, 33)
"Convolution on an M4: 15 wide, 31 high, 16 square (751k-note-convlim); pooling 8 wide, or 32 (751k-note-maxpoollim)."
EXTENTS = (4096, 8192, 16383, 16384, 16385, 32768, 65535, 65536, 65537, 131072)
"16384 up to H15, 65536 from H16 (af-t-dim-m1, 751k-note-dimlim)."
STRIDES = (2, 3, 4, 5, 7, 8, 9, 16)
DILATIONS = (2, 3, 4, 6, 8, 12, 16)
GROUPS = (2, 4, 8, 16, 32, 64)

CONVOLUTIONS = (
    _conv("kernel_width", KERNELS, weight=Const((C, C, 1, V))),
    _conv("kernel_height", KERNELS, weight=Const((C, C, V, 1))),
    _conv("kernel", (1, 5, 7, 9, 11, 13, 15), weight=Const((C, C, V, V))),
    _conv("stride", STRIDES, x=WIDE, strides=(V, V)),
    _conv("dilation", DILATIONS, dilations=(V, V)),
    _conv("groups", GROUPS, weight=Const((C, of(lambda groups: C // groups), 3, 3)), groups=V),
    _conv("width", EXTENTS, x=Tensor((1, 16, 1, V)), weight=Const((16, 16, 1, 3))),
    _conv("out_channels", (1, 16, 1024, 4096, 16384, 16385, 65536), weight=Const((V, C, 1, 1))),
    _conv("batch", (1, 2, 4, 8, 16, 64, 256), x=Tensor((V, C, 32, 32))),
    _conv("weight", ("computed",), weight=Tensor((C, C, 3, 3))),
    _conv("rank", (3,), x=Tensor((1, C, 128)), weight=Const((C, C, 3))),
    _conv("rank", (5,), also="volume", x=Tensor((1, 16, 8, 16, 16)), weight=Const((16, 16, 3, 3, 3))),
    _plain("conv_transpose", "stride", STRIDES, x=X, weight=Const((C, C, 4, 4)), strides=(V, V)),
    _plain("conv_transpose", "kernel", (2, 3, 5, 8, 13, 16), x=X, weight=Const((C, C, V, V))),
    _plain("conv_transpose", "groups", (2, 64), x=X, groups=V,
           weight=Const((C, of(lambda groups: C // groups), 2, 2))),
)  # fmt: skip

POOLS = (
    *(_pool(op, "kernel_width", KERNELS, (1, V)) for op in ("max_pool", "avg_pool")),
    *(_pool(op, "kernel_height", KERNELS, (V, 1)) for op in ("max_pool", "avg_pool")),
    *(_pool(op, "stride", STRIDES, (2, 2), strides=(V, V)) for op in ("max_pool", "avg_pool")),
    _pool("l2_pool", "kernel", (2, 3, 7, 8), (V, V)),
)

SCALES = (1.5, 2.0, 3.0, 4.0, 8.0)
"By 2 only in 2020 (hol-up2)."
RESIZES = (
    *(
        _plain(op, "scale", SCALES, x=X, scale_factor_height=V, scale_factor_width=V)
        for op in ("upsample_nearest_neighbor", "upsample_bilinear")
    ),
    _plain(
        "resize_bilinear", "target", (16, 48, 64, 128),
        x=X, target_size_height=V, target_size_width=V, sampling_mode="DEFAULT",
    ),
)  # fmt: skip

PRODUCTS = (
    _plain("matmul", "inner", (1024, 8192, 16384, 32768, 40000, 49152, 65535),
           x=Tensor((1, 16, V)), y=Tensor((1, V, 16))),
    _plain("matmul", "inner", (1024, 16384, 32768, 40000), also="constant",
           x=Tensor((1, 16, V)), y=Const((V, 16))),
    _plain("matmul", "rank", (2,), x=Tensor((128, 256)), y=Tensor((256, 64))),
    _plain("matmul", "rank", (4,), also="heads", x=HEADS, y=HEADS, transpose_y=True),
    _plain("linear", "inner", (256, 1024, 4096, 16384, 32768), x=Tensor((1, 16, V)),
           weight=Const((64, V))),
    _plain("linear", "out", (64, 1024, 16384, 32768), x=SEQ, weight=Const((V, 256))),
    _plain("linear", "rows", (1, 2, 16, 256, 1024), x=Tensor((V, 256)), weight=Const((256, 256))),
    _plain("gather", "rows", (1000, 16384, 16385, 30522, 65536, 65537), x=Const((V, 64)),
           indices=Tensor((1, 128), "int32"), axis=0),
    _plain("gather", "indices", ("uint16", "int16", "int32"), x=Const((1000, 64)),
           indices=Tensor((1, 128), V), axis=0),
    _plain("topk", "k", (1, 3, 4, 5, 16, 64), x=SEQ, k=V, axis=-1),
    _plain("scaled_dot_product_attention", "length", (16, 128, 512, 1024),
           query=Tensor((1, 8, V, 64)), key=Tensor((1, 8, V, 64)), value=Tensor((1, 8, V, 64))),
)  # fmt: skip

AXES = {
    "batch": Tensor((V, C, 1, 16)),
    "channels": Tensor((1, V, 1, 16)),
    "height": Tensor((1, C, V, 1)),
    "width": Tensor((1, C, 1, V)),
}
LONG = (
    *(_plain("relu", axis, EXTENTS, x=x) for axis, x in AXES.items()),
    *(_plain("add", axis, EXTENTS, x=x, y=x) for axis, x in AXES.items()),
    *(_plain("softmax", axis, EXTENTS, x=x, axis=1) for axis, x in AXES.items()),
    *(_plain("reduce_mean", axis, EXTENTS, x=x, axes=(-1,), keep_dims=True) for axis, x in AXES.items()),
    _plain("transpose", "width", EXTENTS, x=AXES["width"], perm=(0, 3, 1, 2)),
    _plain("concat", "width", EXTENTS, values=(AXES["width"], AXES["width"]), axis=1, interleave=False),
    _plain("layer_norm", "width", EXTENTS[:6], x=AXES["width"], axes=(3,)),
)

SHAPES: dict[int, tuple[int, ...]] = {
    1: (4096,), 2: (64, 64), 3: (1, 64, 64), 4: (1, 64, 8, 8), 5: (1, 4, 16, 8, 8), 6: (1, 2, 2, 16, 8, 8),
}  # fmt: skip
RANKS = tuple(SHAPES)
RANKED = Tensor(of(SHAPES.__getitem__))
"A tensor of the rank. Rank 6 has been refused wherever it was tried (af-c-rank6)."
SWAPPED = of(lambda rank: (*range(rank - 2), rank - 1, rank - 2))
BY_RANK = (
    *(_plain(op, "rank", RANKS, x=RANKED) for op in ("relu", "gelu", "sigmoid")),
    *(_plain(op, "rank", RANKS, x=RANKED, y=RANKED) for op in ("add", "mul")),
    _plain("softmax", "rank", RANKS, x=RANKED, axis=-1),
    _plain("reduce_sum", "rank", RANKS, x=RANKED, axes=(-1,), keep_dims=True),
    _plain("transpose", "rank", RANKS[1:], x=RANKED, perm=SWAPPED),
    _plain("concat", "rank", RANKS, values=(RANKED, RANKED), axis=-1, interleave=False),
    _plain("layer_norm", "rank", RANKS[1:], x=RANKED, axes=(-1,)),
    _plain("tile", "rank", RANKS, x=RANKED, reps=of(lambda rank: (*(1,) * (rank - 1), 2))),
)

DTYPES = ("fp16", "fp32", "int32", "bool")
SMALL_INTS = ("int8", "uint8", "int16", "uint16")
TYPED: dict[str, tuple[tuple[str, ...], Args]] = {
    "relu": (DTYPES[:2], {}),
    "add": (DTYPES[:3], {"y": Tensor(X.shape, V)}),
    "mul": (DTYPES[:3], {"y": Tensor(X.shape, V)}),
    "softmax": (DTYPES[:2], {"axis": 1}),
    "reduce_sum": (DTYPES[:3], {"axes": (-1,), "keep_dims": True}),
    "reshape": (DTYPES, {"shape": (1, C, 1024)}),
    "transpose": (DTYPES, {"perm": (0, 2, 3, 1)}),
    "tile": (DTYPES, {"reps": (1, 2, 1, 1)}),
    "expand_dims": (DTYPES, {"axes": (0,)}),
    "avg_pool": (DTYPES[:2], {"kernel_sizes": (2, 2), "strides": (2, 2), "pad_type": "valid"}),
    "conv": (DTYPES[:2], {"weight": Const((C, C, 3, 3), V), "pad_type": "same"}),
    "linear": (DTYPES[:2], {"x": Tensor((1, 128, 256), V), "weight": Const((64, 256), V)}),
    "matmul": (DTYPES[:3], {"x": Tensor((1, 128, 256), V), "y": Tensor((1, 256, 64), V)}),
    "layer_norm": (DTYPES[:2], {"axes": (3,)}),
}
CASTS = tuple((a, b) for a in (*DTYPES, *SMALL_INTS) for b in (*DTYPES, *SMALL_INTS) if a != b)
BY_DTYPE = (
    *(
        _plain(op, "dtype", dtypes, **{"x": Tensor(X.shape, V), **args})
        for op, (dtypes, args) in TYPED.items()
    ),
    _plain("cast", "types", CASTS,
           x=Tensor(X.shape, of(lambda pair: pair[0])), dtype=of(lambda pair: pair[1])),
)  # fmt: skip

OTHERS: dict[str, tuple[int, ...]] = {
    "none": (1, C, 32, 32), "scalar": (1, 1, 1, 1), "channel": (1, C, 1, 1), "spatial": (1, 1, 32, 32),
    "row": (1, C, 1, 32), "general": (1, C, 32, 1), "rank": (32,),
}  # fmt: skip
OTHER = of(OTHERS.__getitem__)
BROADCASTS = (
    *(
        _plain(op, "broadcast", tuple(OTHERS), x=X, y=Tensor(OTHER))
        for op in ("add", "sub", "mul", "real_div", "maximum")
    ),
    *(_plain(op, "broadcast", tuple(OTHERS)[1:], also="constant", x=X, y=Const(OTHER)) for op in ("add", "mul")),
)

FLEXIBLE = ("1..64", "16|32", "1..64/batch", "16|32/batch")
SIZES = of(lambda text: (text[:-6], C, 32, 32) if text.endswith("/batch") else (1, C, 32, text))
MOVING = Tensor(SIZES)
DYNAMIC = (
    *(_plain(op, "flexible", FLEXIBLE, x=MOVING) for op in ("relu", "gelu")),
    _plain("conv", "flexible", FLEXIBLE, x=MOVING, weight=Const((C, C, 3, 3)), pad_type="same"),
    _plain("add", "flexible", FLEXIBLE, x=MOVING, y=MOVING),
    _plain("layer_norm", "flexible", FLEXIBLE, x=MOVING, axes=(1,), gamma=Const((C,)), beta=Const((C,))),
    _plain("softmax", "flexible", FLEXIBLE, x=MOVING, axis=1),
    _plain("linear", "flexible", ("1..512", "64|128"), x=Tensor((1, V, 256)), weight=Const((64, 256))),
    _plain("matmul", "flexible", ("1..512", "64|128"), x=Tensor((1, V, 256)), y=Const((256, 64))),
)

WEIGHT = (C, C, 3, 3)
EXPANDED = {"x": X, "weight": Ref(1), "pad_type": "same"}
"A convolution whose weight the step before it expands."
MATRIX = (256, 256)
EXPANDED_LINEAR = {"x": SEQ, "weight": Ref(1)}
COMPRESSED = (
    Sweep(op="conv", axis="palette_bits", values=(1, 2, 3, 4, 6, 8), args=EXPANDED, first=(
        Step("constexpr_lut_to_dense", {"indices": Const(WEIGHT, of(lambda bits: f"uint{bits}")),
                                        "lut": Const((1, 1, 1, 1, of(lambda bits: 2**bits), 1))}),)),
    Sweep(op="conv", axis="quantised", values=("int4", "uint4", "int8", "uint8"), args=EXPANDED,
          first=(Step("constexpr_blockwise_shift_scale", {"data": Const(WEIGHT, V), "scale": Const((C, 1, 1, 1))}),)),
    Sweep(op="conv", axis="block", values=(16, 32), args=EXPANDED, first=(
        Step("constexpr_blockwise_shift_scale", {"data": Const(WEIGHT, "int4"),
                                                 "scale": Const((C, of(lambda block: C // block), 1, 1))}),)),
    Sweep(op="linear", axis="palette_bits", values=(1, 2, 4, 8), args=EXPANDED_LINEAR, first=(
        Step("constexpr_lut_to_dense", {"indices": Const(MATRIX, of(lambda bits: f"uint{bits}")),
                                        "lut": Const((1, 1, of(lambda bits: 2**bits), 1))}),)),
    Sweep(op="linear", axis="quantised", values=("int4", "int8"), args=EXPANDED_LINEAR, first=(
        Step("constexpr_blockwise_shift_scale", {"data": Const(MATRIX, V), "scale": Const((MATRIX[0], 1))}),)),
)  # fmt: skip

SWEEPS: tuple[Sweep, ...] = (
    *CONVOLUTIONS, *POOLS, *RESIZES, *PRODUCTS, *LONG, *BY_RANK, *BY_DTYPE, *BROADCASTS, *DYNAMIC, *COMPRESSED,
)  # fmt: skip


NX = (1, C, 32, 32)


def _neural(axis: str, values: Values, type: str, method: str, *inputs: Any, **args: Any) -> NeuralSweep:
    return NeuralSweep(axis=axis, values=values, row=row(type, method, *inputs, gives=None, **args))


KERNEL: dict[str, Any] = {
    "kernel_channels": C, "output_channels": C, "height": 3, "width": 3, "stride_height": 1, "stride_width": 1,
    "border_mode": "same", "groups": 1, "W": Weight((3, 3, C, C)), "b": None, "has_bias": False,
}  # fmt: skip
WINDOW: dict[str, Any] = {"height": 2, "width": 2, "stride_height": 2, "stride_width": 2, "padding_type": "VALID"}
BITS = (1, 2, 3, 4, 6, 8)
"Those a layer is told by: a NeuralNetwork may also have 5 and 7."


def _kept(count: int, method: str) -> dict[str, Any]:
    "A weight of so many elements in `V` bits each, scaled by output channel or numbering a palette."
    scaled = {"quant_scale": Weight((C,)), "quant_bias": Weight((C,))}
    palette = {"quant_lut": Weight((of(lambda bits: 2**bits),))}
    return {"W": of(lambda bits: bytes(count * bits // 8)), "is_quantized_weight": True, "quantization_type": method,
            "nbits": V, **(scaled if method == "linear" else palette)}  # fmt: skip


GROUPED = of(lambda groups: C // groups)

NEURAL_SWEEPS: tuple[NeuralSweep, ...] = (
    _neural("kernel_width", KERNELS, "convolution", "convolution", NX,
            **KERNEL | {"height": 1, "width": V, "W": Weight((1, V, C, C))}),
    _neural("kernel_height", KERNELS, "convolution", "convolution", NX,
            **KERNEL | {"height": V, "width": 1, "W": Weight((V, 1, C, C))}),
    _neural("stride", STRIDES, "convolution", "convolution", NX,
            **KERNEL | {"stride_height": V, "stride_width": V}),
    _neural("dilation", DILATIONS, "convolution", "convolution", NX, **KERNEL, dilation_factors=[V, V]),
    _neural("groups", GROUPS, "convolution", "convolution", NX,
            **KERNEL | {"groups": V, "kernel_channels": GROUPED, "W": Weight((3, 3, GROUPED, C))}),
    _neural("stride", STRIDES, "deconvolution", "convolution", NX, is_deconv=True,
            **KERNEL | {"border_mode": "valid", "stride_height": V, "stride_width": V}),
    *(_neural(f"{kind.lower()}_kernel_width", KERNELS, "pooling", "pooling", NX, layer_type=kind,
              **WINDOW | {"height": 1, "width": V}) for kind in ("MAX", "AVERAGE")),
    *(_neural(f"{kind.lower()}_stride", STRIDES, "pooling", "pooling", NX, layer_type=kind,
              **WINDOW | {"stride_height": V, "stride_width": V}) for kind in ("MAX", "AVERAGE")),
    _neural("scale", (2, 3, 4, 8), "upsample", "upsample", NX, scaling_factor_h=V, scaling_factor_w=V),
    *(_neural("broadcast", tuple(OTHERS), name, f"{method}_broadcastable", NX, OTHER)
      for name, method in (("addBroadcastable", "add"), ("multiplyBroadcastable", "multiply"),
                           ("subtractBroadcastable", "subtract"), ("divideBroadcastable", "divide"))),
    *(_neural(f"{method}_bits", BITS, "convolution", "convolution", NX, **KERNEL | _kept(9 * C * C, method))
      for method in ("linear", "lut")),
    *(_neural(f"{method}_bits", BITS, "innerProduct", "inner_product", (1, 128, C), b=None, input_channels=C,
              output_channels=C, has_bias=False, **_kept(C * C, method)) for method in ("linear", "lut")),
    _neural("width", EXTENTS, "activation.relu", "activation", (1, 16, 1, V), non_linearity="RELU"),
)  # fmt: skip
