"""How the test models of 751K's study are put together, one function per kind of operation.

Each takes the op and the parameters that `claims.jsonl` states and gives the inputs and steps of a probe.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anedb.coreml.probes import Argument, Const, Ref, Step, Tensor

Params = Mapping[str, Any]
Built = tuple[list[Tensor], list[Step]]
X0, X1, X2, X3 = (Ref(i) for i in range(4))

UNARY: dict[str, dict[str, Argument]] = {
    **{
        name: {}
        for name in (
            "relu",
            "sigmoid",
            "tanh",
            "silu",
            "softplus",
            "softsign",
            "exp",
            "exp2",
            "sqrt",
            "abs",
            "sign",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "sinh",
            "cosh",
            "atanh",
            "ceil",
            "square",
            "l2_norm",
        )
    },
    "elu": {"alpha": 1.0},
    "clip": {"alpha": Const((), fill=-1.0), "beta": Const((), fill=1.0)},
    "thresholded_relu": {"alpha": 0.5},
    "sigmoid_hard": {"alpha": 0.2, "beta": 0.5},
    "scaled_tanh": {"alpha": 1.0, "beta": 1.0},
    "instance_norm": {"gamma": Const((64,), fill=1.0), "beta": Const((64,))},
    "batch_norm": {"mean": Const((64,)), "variance": Const((64,), fill=1.0)},
}
BINARY = ("add", "sub", "mul", "real_div", "minimum", "pow", "floor_div", "mod")
COMPARE = ("equal", "not_equal", "less", "less_equal", "greater")
POOLS = ("avg_pool", "max_pool", "l2_pool")
REDUCE = ("mean", "max", "min", "prod", "l2_norm", "sum_square", "log_sum_exp", "sum")
RECURRENT = {"lstm": 4, "gru": 3, "rnn": 1}
SAME_NAMES = {
    "softmax": ["axis"],
    "cumsum": ["axis"],
    "transpose": ["perm"],
    "tile": ["reps"],
    "pad": ["pad", "mode"],
    "space_to_depth": ["block_size"],
    "depth_to_space": ["block_size"],
    "pixel_shuffle": ["upscale_factor"],
    "band_part": ["lower", "upper"],
    "reshape": ["shape"],
    "split": ["num_splits", "axis"],
    "topk": ["k", "axis"],
    "gelu": ["mode"],
    "leaky_relu": ["alpha"],
    "local_response_norm": ["size"],
    "slice_by_size": ["begin", "size"],
}
"Ops whose parameters have the same names in the claims and in MIL."


def _x(params: Params) -> Tensor:
    return Tensor(tuple(params["x"]), params.get("dtype", "fp16"))


def _value(value: Any) -> Argument:
    return tuple(_value(item) for item in value) if isinstance(value, list) else value


def one(op: str, params: Params, **more: Argument) -> Built:
    return [_x(params)], [Step(op, {"x": X0, **more})]


def unary(op: str, params: Params) -> Built:
    return one(op, params, **UNARY[op])


def same_names(op: str, params: Params) -> Built:
    return one(op, params, **{name: _value(params[name]) for name in SAME_NAMES[op]})


def binary(op: str, params: Params) -> Built:
    x = _x(params)
    y = params.get("y", params["x"])
    if isinstance(y, float):
        return [x], [Step(op, {"x": X0, "y": Const((), x.dtype, y)})]
    return [x, Tensor(tuple(y), x.dtype)], [Step(op, {"x": X0, "y": X1})]


def compare(op: str, params: Params) -> Built:
    inputs, steps = binary(op, params)
    return inputs, [*steps, _cast(len(inputs), "fp16")]


def _cast(index: int, dtype: str) -> Step:
    return Step("cast", {"x": Ref(index), "dtype": dtype})


def select(op: str, params: Params) -> Built:
    above = Step("greater", {"x": X0, "y": Const(())})
    return [_x(params)] * 3, [above, Step("select", {"cond": Ref(3), "a": X1, "b": X2})]


def only_cast(op: str, params: Params) -> Built:
    return [Tensor(tuple(params["x"]), params["from"])], [_cast(0, params["to"])]


def quantize(op: str, params: Params) -> Built:
    scale = Const((), fill=0.1)
    return [_x(params)], [Step("quantize", {"input": X0, "scale": scale, "output_dtype": params["output_dtype"]})]


def quantize_and_back(op: str, params: Params) -> Built:
    inputs, steps = quantize(op, params)
    return inputs, [*steps, Step("dequantize", {"input": Ref(1), "scale": Const((), fill=0.1)})]


def conv(op: str, params: Params) -> Built:
    shape = tuple(params["weight"])
    fixed = params.get("weight_is_const", True)
    more = {name: _value(params[name]) for name in ("strides", "groups", "pad_type") if name in params}
    inputs = [_x(params)] if fixed else [_x(params), Tensor(shape)]
    return inputs, [Step(op, {"x": X0, "weight": Const(shape) if fixed else X1, **more})]


def pool(op: str, params: Params) -> Built:
    "Strides that a claim leaves out are MIL's default, 1, but for the one 3-D pool."
    kernel = params["kernel"]
    strides = params.get("strides", kernel if len(kernel) > 2 else [1] * len(kernel))
    more: dict[str, Argument] = {"strides": _value(strides), "pad_type": params.get("pad_type", "valid")}
    return one(op, params, kernel_sizes=_value(kernel), **more)


def linear(op: str, params: Params) -> Built:
    weight = tuple(params["weight"])
    return one(op, params, weight=Const(weight), bias=Const(weight[:1]))


def matmul(op: str, params: Params) -> Built:
    x, y = _x(params), tuple(params["y"])
    more: dict[str, Argument] = {"transpose_y": True} if params.get("transpose_y") else {}
    if params.get("y_is_const"):
        return [x], [Step(op, {"x": X0, "y": Const(y), **more})]
    return [x, Tensor(y, x.dtype)], [Step(op, {"x": X0, "y": X1, **more})]


def attention(op: str, params: Params) -> Built:
    inputs = [Tensor(tuple(params[name])) for name in "qkv"]
    args: dict[str, Argument] = {"query": X0, "key": X1, "value": X2}
    if "attn_mask" in params:
        return [*inputs, Tensor(tuple(params["attn_mask"]))], [Step(op, {**args, "attn_mask": X3})]
    return inputs, [Step(op, args)]


def recurrent(op: str, params: Params) -> Built:
    width, hidden, gates = params["x"][2], params["hidden"], RECURRENT[op]
    state = Const((params["x"][1], hidden))
    args: dict[str, Argument] = {"initial_h": state, **({"initial_c": state} if op == "lstm" else {})}
    args |= {"weight_ih": Const((gates * hidden, width)), "weight_hh": Const((gates * hidden, hidden))}
    return one(op, params, **args, output_sequence=True)


def reduce(op: str, params: Params) -> Built:
    return one(op, params, axes=_value(params["axes"]), keep_dims=True)


def argmax(op: str, params: Params) -> Built:
    inputs, steps = one(op, params, axis=params["axis"], keep_dims=True)
    return inputs, [*steps, _cast(1, "fp16")]


def layer_norm(op: str, params: Params) -> Built:
    axes = _value(params["axes"])
    if params["axes"] == [1]:
        return one(op, params, axes=axes, epsilon=1e-5)
    width = (params["x"][params["axes"][0]],)
    return one(op, params, axes=axes, gamma=Const(width, fill=1.0), beta=Const(width))


def concat(op: str, params: Params) -> Built:
    more: dict[str, Argument] = {"interleave": True} if params.get("interleave") else {}
    return [_x(params)] * params["n_inputs"], [Step(op, {"values": (X0, X1), "axis": params["axis"], **more})]


def slice(op: str, params: Params) -> Built:
    begin, end = params.get("begin", [0] * len(params["x"])), params.get("end", params["x"])
    more = {"stride": _value(params["stride"])} if "stride" in params else {}
    return one(op, params, begin=_value(begin), end=_value(end), **more)


def slice_at_run_time(op: str, params: Params) -> Built:
    inputs = [_x(params), Tensor((len(params["x"]),), "int32")]
    return inputs, [Step("slice_by_size", {"x": X0, "begin": X1, "size": _value(params["size"])})]


def squeeze_expand(op: str, params: Params) -> Built:
    inputs, steps = one("squeeze", params, axes=(2,))
    return inputs, [*steps, Step("expand_dims", {"x": Ref(1), "axes": (3,)})]


def unshuffle(op: str, params: Params) -> Built:
    return one(op, params, downscale_factor=Const((), "uint32", params["downscale_factor"]))


def space_to_batch(op: str, params: Params) -> Built:
    return one(op, params, block_shape=_value(params["block_shape"]), paddings=((0, 0), (0, 0)))


def upsample(op: str, params: Params) -> Built:
    scale = params["scale"]
    more: dict[str, Argument] = {"align_corners": True} if params.get("align_corners") else {}
    return one(op, params, scale_factor_height=scale, scale_factor_width=scale, **more)


def resize_to(op: str, params: Params) -> Built:
    height, width = params["target"]
    return one(op, params, target_size_height=height, target_size_width=width)


def resize(op: str, params: Params) -> Built:
    shape, dims = Const((2,), "int32", params["target"][0]), Const((), "uint32", 2)
    return one(op, params, shape=shape, resized_dims=dims, interpolation_mode=params["interpolation_mode"])


SAMPLING: dict[str, Argument] = {
    "padding_mode": "constant",
    "padding_value": Const(()),
    "coordinates_mode": "normalized_minus_one_to_one",
    "align_corners": True,
}


def resample(op: str, params: Params) -> Built:
    inputs = [_x(params), Tensor(tuple(params["coordinates"]))]
    return inputs, [Step(op, {"x": X0, "coordinates": X1, "sampling_mode": params["sampling_mode"], **SAMPLING})]


def affine(op: str, params: Params) -> Built:
    height, width = params["output"]
    more: dict[str, Argument] = {"transform_matrix": Const((1, 6)), "output_height": height, "output_width": width}
    return one(op, params, **more, sampling_mode=params["sampling_mode"], **SAMPLING)


def crop_resize(op: str, params: Params) -> Built:
    boxes: dict[str, Argument] = {"boxes": Const(tuple(params["boxes"])), "box_indices": Const((4,), "int32")}
    size: dict[str, Argument] = {"target_height": 8, "target_width": 8, "normalized_coordinates": False}
    return one(op, params, **boxes, **size, box_coordinate_mode="CORNERS_HEIGHT_FIRST")


GATHERED = {1: 32, 3: 16}
"How many constant indices the two `gather` models have, by axis."


def gather(op: str, params: Params) -> Built:
    indices = Const((GATHERED[params["axis"]],), "int32")
    return one(op, params, indices=indices, axis=params["axis"])


def gather_along_axis(op: str, params: Params) -> Built:
    inputs = [_x(params), Tensor(tuple(params["x"]), "int32")]
    return inputs, [Step("gather_along_axis", {"x": X0, "indices": X1, "axis": params["axis"]})]


def gather_nd(op: str, params: Params) -> Built:
    return [_x(params), Tensor((8, 2), "int32")], [Step("gather_nd", {"x": X0, "indices": X1})]


def scatter(op: str, params: Params) -> Built:
    x = _x(params)
    inputs = [x, Tensor((4,), "int32"), Tensor((*x.shape[:3], 4))]
    return inputs, [Step(op, {"data": X0, "indices": X1, "updates": X2, "axis": params["axis"]})]


def one_hot(op: str, params: Params) -> Built:
    size = params["one_hot_vector_size"]
    return [Tensor((1, 64), "int32")], [Step(op, {"indices": X0, "one_hot_vector_size": size})]


def fill_like(op: str, params: Params) -> Built:
    return [_x(params)], [Step("fill_like", {"ref_tensor": X0, "value": 1.0})]


def random(op: str, params: Params) -> Built:
    shape = _value(params["shape"])
    steps = [Step("random_normal", {"shape": shape}), _cast(1, "fp16"), Step("add", {"x": X0, "y": Ref(2)})]
    return [Tensor(tuple(params["shape"]))], steps


def nonzero(op: str, params: Params) -> Built:
    return [_x(params)], [Step("non_zero", {"x": X0}), _cast(1, "fp16")]
