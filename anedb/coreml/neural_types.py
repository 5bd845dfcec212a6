"""NeuralNetwork layer types from the protobuf descriptors.

A layer's message is flattened: fields of nested messages stand beside the layer's own (`paddingAmounts`,
`asymmetryMode`), a `oneof` becomes a parameter that names the member chosen (`paddingType`), weights become operands.
`anedb.coreml.neural` reads a layer of a model by the same rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from anedb.catalog.naming import DECONVOLUTIONS, NEURALNETWORK, activation_type, unary_type
from anedb.coreml.overrides import finished, overrides
from anedb.coreml.protobuf import load
from anedb.domain.layer import InputKind, InputSpec, LayerType, ParamValue

WEIGHT_TYPES = ("fp32", "fp16", "int8", "uint1", "uint2", "uint3", "uint4", "uint6", "uint8")
"Stored as floats, halves, int8 for dynamic quantization, or 1 to 8 bits by table or scale."

ONEOFS = {
    "ConvolutionPaddingType": "paddingType",
    "PoolingPaddingType": "paddingType",
    "PaddingType": "paddingType",
}
"What we call the parameter that says which member of a `oneof` was chosen."

ONEOF_DEFAULTS = {"ConvolutionPaddingType": "valid", "PoolingPaddingType": "valid", "PaddingType": "constant"}

LEFT_OUT = {
    "CustomLayerParams": ("parameters", "description"),
    "LoopLayerParams": ("conditionVar",),
    "ConvolutionLayerParams": ("isDeconvolution",),
    "Convolution3DLayerParams": ("isDeconvolution",),
    "UnaryFunctionLayerParams": ("type",),
}
"""Fields that are no part of a layer here: a custom layer's settings and description are its author's business, names
of tensors say nothing, and what tells two layer types apart is in their names."""

NOT_FOR = {
    "convolution": ("outputShape",),
    "deconvolution": ("dilationFactor",),
    "convolution3d": ("outputShape",),
    "deconvolution3d": ("dilationDepth", "dilationHeight", "dilationWidth"),
}
"NeuralNetwork.proto: the output shape is for deconvolution only, and dilation is ignored there."

UNARY_FIELDS = {"RSQRT": ("epsilon",), "INVERSE": ("epsilon",), "POWER": ("alpha",), "THRESHOLD": ("alpha",)}
"Which of the optional fields a unary function reads; shift and scale are for all of them."


def read() -> list[LayerType]:
    "Every layer type, activations and unary functions told apart, by name."
    found = [finished(kind) for field in layer_fields() for kind in _types(field)]
    return sorted(found, key=lambda kind: kind.name)


def layer_fields() -> list[Any]:
    "The descriptors of the members of `NeuralNetworkLayer.layer`."
    return list(load("NeuralNetwork_pb2").NeuralNetworkLayer.DESCRIPTOR.oneofs_by_name["layer"].fields)


def _types(field: Any) -> Iterator[LayerType]:
    if field.name == "activation":
        for member in field.message_type.oneofs_by_name["NonlinearityType"].fields:
            yield _type(activation_type(member.name), field, member.message_type, member.message_type.name)
    elif field.name == "unary":
        yield from _unary(field)
    else:
        yield _type(field.name, field, field.message_type, field.message_type.name)
        if field.name in DECONVOLUTIONS:
            yield _type(DECONVOLUTIONS[field.name], field, field.message_type, field.message_type.name)


def _unary(field: Any) -> Iterator[LayerType]:
    for member in field.message_type.enum_types_by_name["Operation"].values:
        kind = _type(unary_type(member.name), field, field.message_type, field.message_type.name)
        keep = {"x", "shift", "scale", *UNARY_FIELDS.get(member.name, ())}
        yield replace(kind, inputs=tuple(item for item in kind.inputs if item.name in keep))


def _type(name: str, field: Any, message: Any, message_name: str) -> LayerType:
    drop = NOT_FOR.get(name, ())
    weights_and_params = [item for item in flattened(message) if item.name not in drop]
    weights = [item for item in weights_and_params if item.kind != InputKind.PARAM]
    params = [item for item in weights_and_params if item.kind == InputKind.PARAM]
    told = {item.name for item in weights_and_params}
    data = [item for item in _data_inputs(field.name) if item.name not in told]
    inputs = (*data, *weights, *params)
    return LayerType(
        format=NEURALNETWORK, name=name, concept="", inputs=inputs, since=_since(field), message=message_name
    )


def _since(field: Any) -> str:
    for rule in overrides()["neuralnetwork_since"]:
        if field.name in rule["layers"]:
            return str(rule["since"])
    rules = overrides()["neuralnetwork_since_by_field_number"]
    return str(next(rule["since"] for rule in rules if field.number < rule["below"]))


def _data_inputs(layer: str) -> Iterator[InputSpec]:
    for text in input_names(layer):
        kind = InputKind.VARIADIC if text.endswith("*") else InputKind.OPERAND
        yield InputSpec(name=text.rstrip("*?"), kind=kind.value, required=not text.endswith("?"))


def input_names(layer: str) -> list[str]:
    """Names of a layer's inputs in their order, `?` after one that may be missing, `*` after one of any number.

    An input that takes the place of a parameter has that parameter's name.
    """
    rules = overrides()["neuralnetwork_inputs"]
    return next((list(rule["inputs"]) for rule in rules if layer in rule["layers"]), ["x"])


def flattened(message: Any) -> Iterator[InputSpec]:
    "Parameters and weights of a message, nested ones beside its own."
    told: set[str] = set()
    seen: set[str] = set()
    for field in message.fields:
        if field.name in LEFT_OUT.get(message.name, ()):
            continue
        oneof = field.containing_oneof
        if oneof is not None and oneof.name in ONEOFS and oneof.name not in told:
            told.add(oneof.name)
            members = "|".join(member.name for member in oneof.fields)
            yield param(ONEOFS[oneof.name], members, default=ONEOF_DEFAULTS[oneof.name])
        for item in _field(field):
            if item.name not in seen:  # two members of a oneof may share a field: paddingAmounts
                seen.add(item.name)
                yield item


def _field(field: Any) -> Iterator[InputSpec]:
    if field.message_type is None:
        yield _scalar(field)
        return
    name = field.message_type.name
    if name == "WeightParams":
        kind = InputKind.VARIADIC if repeated(field) else InputKind.OPERAND
        yield InputSpec(name=field.name, kind=kind.value, types=WEIGHT_TYPES, const=True)
    elif name == "NeuralNetwork":
        yield InputSpec(name=field.name, kind=InputKind.BLOCK.value)
    elif name == "BorderAmounts":
        yield param(field.name, "int", is_list=True, default=())
    elif name == "ActivationParams":
        members = "|".join(member.name for member in field.message_type.oneofs_by_name["NonlinearityType"].fields)
        yield param(field.name, members, is_list=repeated(field), default=() if repeated(field) else None)
    elif name == "LSTMWeightParams":
        yield from _lstm_weights(field)
    elif lone := lone_field(field):
        yield replace(_scalar(lone), name=field.name)
    else:
        yield from flattened(field.message_type)


def _lstm_weights(field: Any) -> Iterator[InputSpec]:
    for prefix in ("forward.", "backward.") if repeated(field) else ("",):
        for item in flattened(field.message_type):
            yield replace(item, name=prefix + item.name)


def lone_field(field: Any) -> Any:
    "The enum inside a message that holds nothing else (`SamplingMode`), outside of any `oneof`; else None."
    inner = list(field.message_type.fields)
    alone = len(inner) == 1 and inner[0].enum_type is not None and field.containing_oneof is None
    return inner[0] if alone else None


def repeated(field: Any) -> bool:
    return bool(field.is_repeated)


def _scalar(field: Any) -> InputSpec:
    if field.enum_type is not None:
        names = [member.name for member in field.enum_type.values]
        return param(field.name, "|".join(names), default=names[0])
    type_name, zero = SCALARS[field.cpp_type]
    default: ParamValue = () if repeated(field) else zero
    return param(field.name, type_name, is_list=repeated(field), default=default)


SCALARS: dict[int, tuple[str, ParamValue]] = {
    1: ("int", 0),
    2: ("int", 0),
    3: ("int", 0),
    4: ("int", 0),
    5: ("float", "0"),
    6: ("float", "0"),
    7: ("bool", False),
    9: ("str", ""),
}
"`FieldDescriptor.cpp_type` -> our word, and what protobuf reads where nothing is set."


def param(name: str, types: str, *, is_list: bool = False, default: ParamValue | None = None) -> InputSpec:
    return InputSpec(name=name, kind=InputKind.PARAM.value, types=(types,), is_list=is_list, default=default)
