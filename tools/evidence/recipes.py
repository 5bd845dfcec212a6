"""The test models of 751K's op-dispatch study, as probes.

`claims.jsonl` says what each model tests and with which parameters. What it leaves out (the slope of an elu, the size
of a crop) is a fact of the study's generator, `tools/03_compile/opdispatch_gen.py` at revision 5cb462b, and stands in
`makers.py` in our own form. Nothing is taken on trust: a recipe counts only where the built model has the operators
and output names of the dump.
"""

from __future__ import annotations

from collections.abc import Callable

from anedb.coreml.probes import Probe
from tools.evidence import makers
from tools.evidence.makers import Built, Params

Maker = Callable[[str, Params], Built]

BY_OP: dict[str, Maker] = {
    **dict.fromkeys(makers.UNARY, makers.unary),
    **dict.fromkeys(makers.BINARY, makers.binary),
    **dict.fromkeys(makers.COMPARE, makers.compare),
    **dict.fromkeys(makers.POOLS, makers.pool),
    **dict.fromkeys(makers.RECURRENT, makers.recurrent),
    **dict.fromkeys((f"reduce_{name}" for name in makers.REDUCE), makers.reduce),
    **dict.fromkeys(makers.SAME_NAMES, makers.same_names),
    "conv": makers.conv,
    "conv_transpose": makers.conv,
    "linear": makers.linear,
    "matmul": makers.matmul,
    "scaled_dot_product_attention": makers.attention,
    "reduce_argmax": makers.argmax,
    "layer_norm": makers.layer_norm,
    "concat": makers.concat,
    "stack": makers.concat,
    "slice_by_index": makers.slice,
    "pixel_unshuffle": makers.unshuffle,
    "space_to_batch": makers.space_to_batch,
    "upsample_nearest_neighbor": makers.upsample,
    "upsample_bilinear": makers.upsample,
    "resize_bilinear": makers.resize_to,
    "resize_nearest_neighbor": makers.resize_to,
    "resize": makers.resize,
    "resample": makers.resample,
    "affine": makers.affine,
    "crop_resize": makers.crop_resize,
    "gather": makers.gather,
    "scatter": makers.scatter,
    "one_hot": makers.one_hot,
}
"By the op that the model's first row names."

BY_MODEL: dict[str, Maker] = {
    "select": makers.select,
    "cast_f16_i32": makers.only_cast,
    "cast_f16_i8": makers.only_cast,
    "cast_i32_f16": makers.only_cast,
    "quantize_i8": makers.quantize,
    "q_dq_i8": makers.quantize_and_back,
    "relu_f32": lambda op, params: makers.unary("relu", params),
    "matmul_f32": lambda op, params: makers.matmul("matmul", params),
    "slice_dyn": makers.slice_at_run_time,
    "squeeze_expand": makers.squeeze_expand,
    "gather_along_axis": makers.gather_along_axis,
    "gather_nd": makers.gather_nd,
    "fill_like": makers.fill_like,
    "random_normal": makers.random,
    "nonzero": makers.nonzero,
}
"Models whose first row is not the op under test, or that hold several."


def probe(model: str, op: str, params: Params) -> Probe:
    "The probe of one test model. Raises `KeyError` where there is no recipe for it."
    make = BY_MODEL.get(model) or BY_OP[op]
    inputs, steps = make(op, params)
    return Probe(name=model, inputs=tuple(inputs), steps=tuple(steps))
