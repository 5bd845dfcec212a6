"""Derived features: what conditions, neighbours and flips speak about. Each is defined here, once.

docs/answers.md lists them (a test compares). `features` tells what can be told of a layer, of either format.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from anedb.domain.layer import Layer
from anedb.domain.value import value
from anedb.evidence.broadcast import broadcast
from anedb.evidence.facts import CONVOLUTIONS, Facts, number, whole

Derive = Callable[[Facts], Any]

STATES = frozenset({"read_state", "write_state", "coreml_update_state"})


@value
class Feature:
    name: str
    unit: str
    "What a number counts; empty: not a number."
    doc: str
    kind: str
    "`int`, `bool`, `str`, `list`, `map` or `any`: its type in a condition."
    derive: Derive | None = None
    "From a layer; None where it cannot be told. No function: it comes with the question, not with the layer."
    primary: bool = False
    "An independent coordinate of a configuration: two layers that agree in all of them are alike."
    extent: bool = False
    "A channel count or extent: it matters near its limits, so neighbours may differ in it."
    params: tuple[str, ...] = ()
    "Parameters it comes from, where a default may stand in for what a question leaves open."

    @property
    def numeric(self) -> bool:
        return self.kind == "int"


def _item(values: Any, back: int) -> int | None:
    return whole(values[-back]) if values and len(values) >= back else None


def _along(back: int) -> Derive:
    "The extent of x along its last spatial axis but (back - 1)."

    def derive(facts: Facts) -> int | None:
        first = facts.spatial()
        if first is None or facts.shape is None or len(facts.shape) - first < back:
            return None
        return whole(facts.shape[-back])

    return derive


def _kernel(back: int) -> Derive:
    return lambda facts: _item(facts.kernel, back)


def _stride(back: int) -> Derive:
    return lambda facts: _item(facts.stride, back)


def _dilation(back: int) -> Derive:
    return lambda facts: _item(facts.dilation, back)


def _dtype(facts: Facts) -> str | None:
    kind = facts.x.dtype
    if kind == "bool":
        # What `select` picks from tells what it computes in; the condition is bool whatever that is.
        numbers = [operand.dtype for operand in facts.inputs if operand.dtype != "bool"]
        kind = numbers[0] if numbers else kind
    return None if kind == "unknown" else kind


def _dtypes(facts: Facts) -> list[str] | None:
    return [operand.dtype for operand in facts.inputs] or None


def _dilated(facts: Facts) -> bool | None:
    return None if facts.dilation is None else max(facts.dilation) > 1


def _groups(facts: Facts) -> int | None:
    found = facts.params.get("groups")
    return whole(facts.params.get("nGroups") if found is None else found)


def _in_channels(facts: Facts) -> int | None:
    params = facts.params
    if facts.weight is not None and len(facts.weight) > 1:
        if facts.layer.type in ("conv", "conv_quantized"):
            return _times(facts.weight[1], _groups(facts))
        return whole(facts.weight[0 if facts.layer.type in CONVOLUTIONS else 1])
    if "kernelChannels" in params:
        # NeuralNetwork counts the channels of one group, a deconvolution's all of them.
        return _times(params["kernelChannels"], 1 if params.get("isDeconvolution") is True else _groups(facts))
    if "inputChannels" in params:
        return whole(params["inputChannels"])
    return _channels(facts) if facts.layer.type in CONVOLUTIONS else None


def _out_channels(facts: Facts) -> int | None:
    if facts.weight is not None and len(facts.weight) > 1:
        if facts.layer.type == "conv_transpose":
            return _times(facts.weight[1], _groups(facts))
        return whole(facts.weight[0])
    return whole(facts.params.get("outputChannels"))


def _times(count: Any, groups: int | None) -> int | None:
    return None if type(count) is not int or groups is None else count * groups


def _depthwise(facts: Facts) -> bool | None:
    groups = _groups(facts)
    if groups is None or groups == 1:
        return None if groups is None else False
    channels = _in_channels(facts)
    return None if channels is None else groups == channels


def _batch(facts: Facts) -> int | None:
    if facts.shape is None or len(facts.shape) < 2:
        return None
    leading = facts.shape[: (facts.spatial() or 2) - 1]
    known = [dim for dim in leading if type(dim) is int]
    return prod(known) if known and len(known) == len(leading) else None


def _channels(facts: Facts) -> int | None:
    if facts.shape is None or len(facts.shape) < 2:
        return None
    return whole(facts.shape[(facts.spatial() or 2) - 1])


def _extent_max(facts: Facts) -> int | None:
    return max((dim for dim in facts.shape or () if type(dim) is int), default=None)


def _elements(facts: Facts) -> int | None:
    if facts.shape is None or any(type(dim) is not int for dim in facts.shape):
        return None
    return prod(dim for dim in facts.shape if type(dim) is int)


def _weight_const(facts: Facts) -> bool | None:
    return next((operand.const for operand in facts.inputs if operand.name in ("weight", "weights")), None)


def _const_operands(facts: Facts) -> list[str] | None:
    return [operand.name for operand in facts.inputs if operand.const] if facts.inputs else None


def _scale(back: int) -> Derive:
    name = "scale_factor_width" if back == 1 else "scale_factor_height"

    def derive(facts: Facts) -> int | str | None:
        found = facts.params.get(name)
        if found is None:
            factors = facts.params.get("scalingFactor")
            found = factors[-back] if isinstance(factors, tuple) and len(factors) >= back else None
        return number(found)

    return derive


def _axes(facts: Facts) -> list[int] | None:
    found = facts.params.get("axes")
    return list(found) if isinstance(found, tuple) and all(type(item) is int for item in found) else None


def _inner(facts: Facts) -> int | None:
    if facts.layer.type not in ("matmul", "batchedMatmul") or not facts.shape:
        return None
    swapped = facts.params.get("transpose_x") is True or facts.params.get("transposeA") is True
    return _item(facts.shape, 2 if swapped and len(facts.shape) > 1 else 1)


def _table_rows(facts: Facts) -> int | None:
    kind, params = facts.layer.type, facts.params
    if kind in ("embedding", "embeddingND"):
        return whole(params.get("inputDim", params.get("vocabSize")))
    if not kind.startswith("gather") or not facts.inputs or not (shape := facts.inputs[0].shape):
        return None
    axis = params.get("axis", 0)
    return whole(shape[axis]) if type(axis) is int and -len(shape) <= axis < len(shape) else None


_STRIDES, _DILATIONS = ("strides", "stride"), ("dilations", "dilationFactor")

FEATURES: dict[str, Feature] = {
    it.name: it
    for it in (
        Feature(name="rank", unit="axes", doc="Number of axes of x.", kind="int", primary=True,
                derive=lambda it: None if it.shape is None else len(it.shape)),
        Feature(name="dtype", unit="", kind="str", primary=True, derive=_dtype,
                doc="Element type of x, the primary operand: the first that is not constant; of a bool one, of what it "
                "picks from."),
        Feature(name="dtypes", unit="", doc="Element types of all operands, in the catalogue's order.", kind="list",
                primary=True, derive=_dtypes),
        Feature(name="kernel_depth", unit="elements", doc="Kernel extent along depth, 3-D only.", kind="int",
                primary=True, derive=_kernel(3)),
        Feature(name="kernel_height", unit="elements", doc="Kernel extent along height; 1-D layers have none.",
                kind="int", primary=True, derive=_kernel(2)),
        Feature(name="kernel_width", unit="elements", doc="Kernel extent along width, the last axis.", kind="int",
                primary=True, derive=_kernel(1)),
        Feature(name="stride_height", unit="elements", doc="Step of the window along height.", kind="int",
                primary=True, derive=_stride(2), params=_STRIDES),
        Feature(name="stride_width", unit="elements", doc="Step of the window along width.", kind="int",
                primary=True, derive=_stride(1), params=_STRIDES),
        Feature(name="dilations", unit="elements", doc="Dilation per spatial axis; 1 is none.", kind="list",
                derive=lambda it: None if it.dilation is None else list(it.dilation), params=_DILATIONS),
        Feature(name="dilation_height", unit="elements", doc="Dilation along height.", kind="int", primary=True,
                derive=_dilation(2), params=_DILATIONS),
        Feature(name="dilation_width", unit="elements", doc="Dilation along width.", kind="int", primary=True,
                derive=_dilation(1), params=_DILATIONS),
        Feature(name="dilated", unit="", doc="Whether any dilation is above 1.", kind="bool", derive=_dilated,
                params=_DILATIONS),
        Feature(name="groups", unit="groups", doc="Groups of a grouped convolution; 1 is an ordinary one.", kind="int",
                primary=True, derive=_groups, params=("groups", "nGroups")),
        Feature(name="depthwise", unit="", doc="Whether there is one group per input channel, and more than one.",
                kind="bool", derive=_depthwise, params=("groups", "nGroups")),
        Feature(name="in_channels", unit="channels", doc="Channels a convolution or product takes in, all groups.",
                kind="int", derive=_in_channels),
        Feature(name="out_channels", unit="channels", doc="Channels a convolution or product gives out.", kind="int",
                primary=True, extent=True, derive=_out_channels),
        Feature(name="batch", unit="elements", kind="int", primary=True, extent=True, derive=_batch,
                doc="First axis of x; in a NeuralNetwork all before the channels, multiplied, and of (C, H, W) none."),
        Feature(name="channels", unit="channels", kind="int", primary=True, extent=True, derive=_channels,
                doc="Second axis of x; in a NeuralNetwork the third from the end, but for its 3-D layers."),
        Feature(name="depth", unit="elements", kind="int", primary=True, extent=True, derive=_along(3),
                doc="Extent of x along depth: the third axis from the end, of rank 5; in a NeuralNetwork of 3-D "
                "layers."),
        Feature(name="height", unit="elements", doc="Extent of x along height: the last axis but one, from rank 4.",
                kind="int", primary=True, extent=True, derive=_along(2)),
        Feature(name="width", unit="elements", doc="Extent of x along width: the last axis, from rank 3.", kind="int",
                primary=True, extent=True, derive=_along(1)),
        Feature(name="extent_max", unit="elements", doc="The longest axis of x.", kind="int", derive=_extent_max),
        Feature(name="elements", unit="elements", doc="Elements of x in all.", kind="int", derive=_elements),
        Feature(name="broadcast", unit="",
                doc="How two operands of an elementwise layer are matched: none, scalar, channel, spatial, general.",
                kind="str", primary=True, derive=broadcast),
        Feature(name="dynamic", unit="", doc="Whether any operand has a flexible axis.", kind="bool", primary=True,
                derive=lambda it: it.dynamic if it.dynamic or it.shape is not None else None),
        Feature(name="enumerated", unit="", kind="bool", primary=True,
                doc="Whether a flexible axis is one of a few stated extents, and not a range.",
                derive=lambda it: it.enumerated if it.dynamic or it.shape is not None else None),
        Feature(name="weight_const", unit="", doc="Whether the weight is known when the model is compiled.",
                kind="bool", derive=_weight_const),
        Feature(name="const_operands", unit="", doc="Names of the operands that are constant.", kind="list",
                primary=True, derive=_const_operands),
        Feature(name="scale_height", unit="", doc="Upsampling factor along height: an integer, or decimal text.",
                params=("scale_factor_height", "scalingFactor"),
                kind="any", primary=True, derive=_scale(2)),
        Feature(name="scale_width", unit="", doc="Upsampling factor along width: an integer, or decimal text.",
                params=("scale_factor_width", "scalingFactor"),
                kind="any", primary=True, derive=_scale(1)),
        Feature(name="axis", unit="", doc="The one axis a layer works along, as stated: negative counts from the end.",
                kind="int", derive=lambda it: whole(it.params.get("axis"))),
        Feature(name="axes", unit="", doc="The axes a layer works along, as stated.", kind="list", derive=_axes),
        Feature(name="inner", unit="elements", doc="The contracted extent of a matrix product.", kind="int",
                primary=True, extent=True, derive=_inner),
        Feature(name="table_rows", unit="rows", doc="Rows of the table that a gather or embedding looks up in.",
                kind="int", primary=True, extent=True, derive=_table_rows),
        Feature(name="state", unit="", doc="Whether the layer reads or writes a state.", kind="bool",
                derive=lambda it: it.layer.type in STATES),
        Feature(name="format", unit="", doc="`neuralnetwork` or `mlprogram`.", kind="str",
                derive=lambda it: it.layer.format),
        Feature(name="layer_type", unit="", kind="str",
                doc="The layer type in its format. (CEL has a `type` of its own.)", derive=lambda it: it.layer.type),
        Feature(name="params", unit="", doc="All parameters in canonical form, by name; no value is a float.",
                kind="map", derive=lambda it: it.params),
        Feature(name="concept", unit="", doc="The concept the layer type belongs to.", kind="str"),
        Feature(name="opset", unit="", doc="The opset a MIL op is called under, `iOS18`, where known.", kind="str"),
        Feature(name="chip", unit="", doc="The chip asked about.", kind="str"),
        Feature(name="engine", unit="", doc="Its engine architecture, `H16`.", kind="str"),
        Feature(name="os", unit="", doc="The operating system asked about, `macOS`.", kind="str"),
        Feature(name="release", unit="release", doc="Its Core ML release, by the number of iOS.", kind="int"),
    )
}  # fmt: skip
"Every feature by name, in the order of docs/answers.md."

DERIVED: tuple[tuple[str, Derive], ...] = tuple((it.name, it.derive) for it in FEATURES.values() if it.derive)
TARGET = ("chip", "engine", "os", "release")


def features(layer: Layer) -> dict[str, Any]:
    "What can be told of a layer, by feature name; what a partial layer leaves open is not in it."
    facts = Facts(layer)
    return {name: value for name, derive in DERIVED if (value := derive(facts)) is not None}
