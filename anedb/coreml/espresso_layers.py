"""How Espresso calls the layers of a NeuralNetwork: its types, modes and fields as the catalogue's layers.

A row is here only where a real compiled file, or a run of one, showed it (see `espresso`). What is not known of a layer
is left open, or the layer is a `Problem` with its sentence: nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

from anedb.catalog import layers
from anedb.coreml.overrides import overrides
from anedb.domain.layer import Dim, DType, Format, InputKind, LayerType, Operand

Shape: TypeAlias = tuple[Dim, ...] | None
Fields: TypeAlias = dict[str, Any]


class Told(NamedTuple):
    "What is known of a layer."

    name: str
    "The catalogue's type."
    params: dict[str, Any]
    left: tuple[str, ...] = ()
    "Parameters that are left open though they have a default."
    weights: tuple[str, ...] = ()
    "Weights it has, of the shapes that the parameters give them."


class Problem(Exception):
    "Why a layer cannot be told in the catalogue's words; its text is a sentence for people."


ACTIVATIONS: dict[int, tuple[str, tuple[str, ...]]] = {
    0: ("activation.relu", ()),
    1: ("activation.tanh", ()),
    3: ("activation.sigmoid", ()),
    5: ("activation.scaledTanh", ("alpha", "beta")),
    6: ("activation.linear", ("alpha", "beta")),
    7: ("activation.sigmoidHard", ("alpha", "beta")),
    8: ("activation.elu", ("alpha",)),
    9: ("activation.thresholdedReLU", ("alpha",)),
    10: ("activation.softplus", ()),
    12: ("activation.softsign", ()),
    20: ("erf", ()),
}
"By `mode`: layer and the fields it takes. 2 is leakyReLU or prelu, 19, 21 and 22 are gelu."

GELU = {19: "EXACT", 21: "TANH_APPROXIMATION", 22: "SIGMOID_APPROXIMATION"}

TWO = {
    0: ("add", "addBroadcastable"),
    1: ("multiply", "multiplyBroadcastable"),
    13: ("", "powBroadcastable"),
    22: ("min", "minBroadcastable"),
    23: ("max", "maxBroadcastable"),
    33: ("", "subtractBroadcastable"),
    36: ("", "modBroadcastable"),
    100: ("equal", "equal"),
    101: ("whereBroadcastable", "whereBroadcastable"),
    102: ("", "divideBroadcastable"),
    103: ("lessThan", "lessThan"),
    104: ("lessEqual", "lessEqual"),
    105: ("greaterThan", "greaterThan"),
    106: ("greaterEqual", "greaterEqual"),
    107: ("notEqual", "notEqual"),
    1021: ("", "floorDivBroadcastable"),
}
"By `operation`: the layer with, and with `nd_mode`, for several inputs."

ONE: dict[int, tuple[str, dict[str, str]]] = {
    2: ("add", {"alpha": "alpha"}),
    3: ("multiply", {"alpha": "alpha"}),
    10: ("unary.inverse", {}),
    11: ("unary.sqrt", {}),
    12: ("unary.rsqrt", {}),
    24: ("unary.abs", {}),
    26: ("unary.log", {}),
    27: ("unary.exp", {}),
    35: ("exp2", {}),
    37: ("round", {}),
    38: ("sign", {}),
    114: ("cos", {}),
    115: ("sin", {}),
    117: ("floor", {}),
    118: ("ceil", {}),
    119: ("clip", {"minVal": "alpha", "maxVal": "beta"}),
    121: ("tan", {}),
    122: ("cosh", {}),
    123: ("sinh", {}),
    124: ("tanh", {}),
    125: ("acos", {}),
    126: ("asin", {}),
    127: ("atan", {}),
    128: ("acosh", {}),
    129: ("asinh", {}),
    130: ("atanh", {}),
}
"By `operation`: the layer for one input, and the catalogue's parameters by field."

FUSED = {
    "fused_relu": "a ReLU",
    "has_relu": "a ReLU",
    "fused_tanh": "a tanh",
    "has_tanh": "a tanh",
    "has_prelu": "a PReLU",
    "has_batch_norm": "a batch normalization",
}
"Fields by which the compiler says that it put the layer behind into this one."


def fused(layer: Fields) -> Iterator[str]:
    return (name for field, name in FUSED.items() if layer.get(field) == 1)


def translate(
    layer: Fields, operands: list[Operand], results: list[Shape]
) -> tuple[LayerType, dict[str, Any], list[Operand], tuple[str, ...]]:
    """The layer type, its parameters, its operands by the catalogue's names, weights among them, and what is left open.

    Raises `Problem`.
    """
    written = layer.get("type")
    reader = _READERS.get(written) if isinstance(written, str) else None
    if reader is None:
        raise Problem(f'"{written}" is a layer of the compiled form that we cannot name yet: check the model itself')
    told = reader(layer, operands, results)
    kind = layers.get(Format.NEURALNETWORK.value, told.name)
    return kind, told.params, [*_named(kind, operands), *_weights(layer, told)], told.left


def _named(kind: LayerType, operands: list[Operand]) -> Iterator[Operand]:
    "Operands in the order of the catalogue's inputs; weights come from elsewhere."
    told = [item for item in kind.inputs if item.kind in (InputKind.OPERAND, InputKind.VARIADIC) and not item.const]
    for number, operand in enumerate(operands):
        if not told:
            raise Problem(f'"{kind.name}" takes no input, and the compiled layer has {len(operands)}')
        if told[0].kind == InputKind.VARIADIC:
            name = f"{told[0].name}.{number}"
        elif number < len(told):
            name = told[number].name
        else:
            raise Problem(f'"{kind.name}" takes {len(told)} inputs, and the compiled layer has {len(operands)}')
        yield Operand(name=name, dtype=operand.dtype, shape=operand.shape, const=operand.const)


def _weights(layer: Fields, told: Told) -> Iterator[Operand]:
    "Their type is known where the field that names them tells it; quantized ones have other fields."
    plain = "fp32" if "blob_weights" in layer else DType.UNKNOWN.value
    for name in told.weights:
        dtype = "fp16" if name == "weights" and "blob_weights_f16" in layer else plain
        yield Operand(name=name, dtype=dtype, shape=_weight_shape(told, name), const=True)


def _weight_shape(told: Told, name: str) -> Shape:
    for row in overrides()["neuralnetwork_weight_shapes"]:
        if row["layer"] == told.name and name in row["weights"]:
            return tuple(extent for text in row["shape"] for extent in _extents(text, told.params))
    return None


def _extents(text: str, params: dict[str, Any]) -> list[int]:
    "Axes that `outputChannels`, `kernelSize` or `outputChannels/nGroups` stands for."
    name, _, by = text.partition("/")
    value = params[name]
    return [*value] if isinstance(value, list) else [value // params[by] if by else value]


def whole(layer: Fields, name: str, default: int | None = None) -> int:
    "A field that is a whole number; without a default it has to be there."
    value = layer.get(name, default)
    if type(value) is not int or abs(value) >= 2**53:
        raise Problem(f'the field "{name}" of the compiled layer is no whole number')
    return value


def number(layer: Fields, name: str) -> float | None:
    "None: missing, or no number that a layer could have."
    value = layer.get(name)
    plain = type(value) in (int, float) and abs(value) < 1e300  # type: ignore[arg-type]
    return float(value) if plain else None  # type: ignore[arg-type]


def _pair(layer: Fields, first: str, second: str, default: int | None = None) -> list[int]:
    return [whole(layer, first, default), whole(layer, second, default)]


def _padding(layer: Fields) -> dict[str, Any]:
    "`pad_mode`: 0 as given, 1 same, 2 valid. No file with the other kind of `same` was seen: the usual one is meant."
    mode = whole(layer, "pad_mode", 0)
    if mode == 1:
        return {"paddingType": "same"}
    if mode not in (0, 2):
        raise Problem(f"padding mode {mode} of the compiled form is none that we know")
    return {"paddingType": "valid", "paddingAmounts": [whole(layer, f"pad_{edge}", 0) for edge in "tblr"]}


def _convolution(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    "`C` is the number of channels that come out, `K` of those that go in."
    groups = max(whole(layer, "n_groups", 1), 1)
    into, biased = whole(layer, "K"), layer.get("has_biases") == 1
    params = {
        "outputChannels": whole(layer, "C"),
        "nGroups": groups,
        "kernelSize": _pair(layer, "Ny", "Nx"),
        "stride": _pair(layer, "stride_y", "stride_x", 1),
        "hasBias": biased,
        **_padding(layer),
    }
    weights = _with_bias(biased)
    if layer.get("type") == "convolution":
        dilation = _pair(layer, "dilation_y", "dilation_x", 1)
        return Told("convolution", params | {"kernelChannels": into // groups, "dilationFactor": dilation}, (), weights)
    params["kernelChannels"] = into
    if "deconv_out_height" in layer:
        params["outputShape"] = _pair(layer, "deconv_out_height", "deconv_out_width")
    return Told("deconvolution", params, (), weights)


def _with_bias(biased: bool) -> tuple[str, ...]:
    return ("weights", "bias") if biased else ("weights",)


def _inner_product(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    "`nB` in, `nC` out; a look-up is the same with a table."
    into, out, biased = whole(layer, "nB"), whole(layer, "nC"), layer.get("has_biases") == 1
    weights = _with_bias(biased)
    if not layer.get("is_lookup"):
        params = {"inputChannels": into, "outputChannels": out, "hasBias": biased}
        return Told("innerProduct", params, (), weights)
    if layer.get("nd_mode"):
        return Told("embeddingND", {"vocabSize": into, "embeddingSize": out, "hasBias": biased}, (), weights)
    return Told("embedding", {"inputDim": into, "outputChannels": out, "hasBias": biased}, (), weights)


def _activation(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    mode = whole(layer, "mode")
    if mode in GELU:
        return Told("gelu", {"mode": GELU[mode]})
    if mode == 2 and layer.get("weights"):
        return Told("activation.prelu", {})
    if mode == 2:
        return Told("activation.leakyReLU", {"alpha": number(layer, "alpha")})
    if mode not in ACTIVATIONS:
        raise Problem(f"activation mode {mode} of the compiled form is none that we know")
    name, fields = ACTIVATIONS[mode]
    return Told(name, {field: number(layer, field) for field in fields})


def _elementwise(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    operation = whole(layer, "operation")
    if len(operands) == 1 and operation in ONE:
        name, fields = ONE[operation]
        return Told(name, {key: number(layer, field) for key, field in fields.items()})
    if len(operands) > 1 and operation in TWO:
        plain, nd = TWO[operation]
        name = nd if layer.get("nd_mode") or not plain else plain
        return Told(name, {})
    raise Problem(f"elementwise operation {operation} of {len(operands)} inputs is none that we know")


def _pool(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    kinds = {0: "AVERAGE", 1: "MAX", 2: "L2"}
    kind = whole(layer, "avg_or_max")
    if kind not in kinds:
        raise Problem(f"pooling {kind} of the compiled form is none that we know")
    params: dict[str, Any] = {"type": kinds[kind]}
    if layer.get("is_global"):
        return Told("pooling", params | {"globalPooling": True})
    params |= {"kernelSize": _pair(layer, "size_y", "size_x"), "stride": _pair(layer, "stride_y", "stride_x", 1)}
    params |= _padding(layer)
    style = whole(layer, "top_shape_style", 0)
    if style == 2 and params["paddingType"] == "valid":
        params["paddingType"] = "includeLastPixel"
    elif style != 0:
        raise Problem(f"pooling with output style {style} is none that we know")
    if kind == 0:
        params["avgPoolExcludePadding"] = layer.get("average_count_exclude_padding") == 1
    return Told("pooling", params)


def _batchnorm(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    "With statistics of its own the compiler has folded epsilon into them: it is not to be had."
    params: dict[str, Any] = {"channels": whole(layer, "C")}
    if not layer.get("training"):
        return Told("batchnorm", params, ("epsilon",), ("gamma", "beta", "mean", "variance"))
    params |= {"computeMeanVar": True, "instanceNormalization": layer.get("training_instancenorm") == 1}
    epsilon = number(layer, "training_eps")
    return Told("batchnorm", params | {"epsilon": epsilon}, ("epsilon",) if epsilon is None else (), ("gamma", "beta"))


def _concat(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    if layer.get("axis", 1) != 1:
        raise Problem("a concat along another axis than the channels is none that we know")
    return Told("concat", {"sequenceConcat": False})


def _softmax_nd(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    return Told("softmaxND", {"axis": whole(layer, "nd_axis")})


def _split(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    "Sizes are those of the outputs; where they are equal it is a number of splits, as converters write it."
    axis = whole(layer, "nd_axis")
    sizes = [shape[axis] if shape and -len(shape) <= axis < len(shape) else None for shape in results]
    if None in sizes:
        return Told("splitND", {"axis": axis}, ("numSplits", "splitSizes"))
    if len(set(sizes)) == 1:
        return Told("splitND", {"axis": axis, "numSplits": len(sizes)})
    return Told("splitND", {"axis": axis, "numSplits": len(sizes), "splitSizes": sizes})


def _upsample(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    mode = whole(layer, "mode")
    if mode not in (0, 1):
        raise Problem(f"upsampling mode {mode} of the compiled form is none that we know")
    params: dict[str, Any] = {"mode": ("NN", "BILINEAR")[mode]}
    if layer.get("use_fractional_scale_factors"):
        factors = [number(layer, f"fractional_scaling_factor_{axis}") for axis in "yx"]
        params["fractionalScalingFactor"] = factors
    else:
        params["scalingFactor"] = _pair(layer, "scaling_factor_y", "scaling_factor_x")
    if mode == 1:
        ends = "ALIGN_CORNERS_TRUE" if layer.get("align_corners") else "ALIGN_CORNERS_FALSE"
        params["linearUpsampleMode"] = "DEFAULT" if layer.get("is_legacy_mode") else ends
    return Told("upsample", params)


def _reshape(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    if layer.get("dynamic_shape"):
        return Told("reshapeDynamic", {})
    shape = [whole(layer, f"dst_{axis}", 1) for axis in ("seq", "n", "k", "h", "w")]
    if "dst_nd_rank" in layer:
        rank = whole(layer, "dst_nd_rank")
        return Told("reshapeStatic", {"targetShape": shape[len(shape) - rank :] if 0 < rank <= 5 else shape})
    modes = {0: "CHANNEL_FIRST", 1: "CHANNEL_LAST"}
    mode = whole(layer, "mode", 0)
    if mode not in modes:
        raise Problem(f"reshape mode {mode} of the compiled form is none that we know")
    target = shape[2:] if shape[0] == 1 else [shape[0], *shape[2:]]
    return Told("reshape", {"targetShape": target, "mode": modes[mode]})


def _transpose(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    "Espresso counts axes from the fastest: `axis_k: 0` says that channels come from the width."
    shape = (operands[0].shape if operands else None) or (results[0] if results else None)
    if not shape:
        return Told("transpose", {})
    rank = len(shape)
    from_fastest = [whole(layer, f"axis_{axis}") for axis in ("seq", "n", "k", "h", "w")[5 - rank :]]
    axes = [rank - 1 - axis for axis in from_fastest]
    if sorted(axes) != list(range(rank)):
        raise Problem("the axes of the compiled transpose do not fit the rank of its input")
    return Told("transpose", {"axes": axes})


def _axes(layer: Fields) -> list[int]:
    return [whole(layer, f"axes_{index}") for index in range(min(whole(layer, "size_of_axes"), 5))]


def _expand_dims(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    return Told("expandDims", {"axes": _axes(layer)})


def _squeeze(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    axes = _axes(layer)
    return Told("squeeze", {"axes": axes} if axes else {"squeezeAll": True})


def _general_padding(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    kinds = {0: "constant", 1: "reflection", 2: "replication"}
    kind = whole(layer, "pad_pad_mode", 0)
    if kind not in kinds:
        raise Problem(f"padding {kind} of the compiled form is none that we know")
    amounts = [whole(layer, f"pad_{edge}", 0) for edge in "tblr"]
    params: dict[str, Any] = {"paddingType": kinds[kind], "paddingAmounts": amounts}
    return Told("padding", params | ({"value": number(layer, "pad_value") or 0} if kind == 0 else {}))


def _rnn(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    "Which number stands for which activation is not known, nor how the weights are laid out: both stay open."
    weights = layer.get("weights")
    if layer.get("arch") != 1 or not isinstance(weights, dict):
        raise Problem(f"recurrent layer {layer.get('arch')} of the compiled form is none that we know")
    params = {
        "inputVectorSize": whole(layer, "input_size"),
        "outputVectorSize": whole(layer, "hidden_size"),
        "sequenceOutput": layer.get("encoder_output_sequence") == 1,
        "hasBiasVectors": layer.get("bias_vector_flag") == 1,
        "hasPeepholeVectors": layer.get("lstm_has_peepholes") == 1,
        "coupledInputAndForgetGate": layer.get("coupled_input_forget") == 1,
        "cellClipThreshold": number(layer, "cell_clip_threshold"),
    }
    if any(name.endswith("_reverse") for name in weights):
        return Told("biDirectionalLSTM", params, ("activationsForwardLSTM", "activationsBackwardLSTM"))
    return Told("uniDirectionalLSTM", params, ("activations",))


def _reorganize(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    back = layer.get("reverse") == 1
    mode = "PIXEL_SHUFFLE" if layer.get("pixel_shuffle") == 1 else "DEPTH_TO_SPACE" if back else "SPACE_TO_DEPTH"
    return Told("reorganizeData", {"mode": mode, "blockSize": whole(layer, "block_size")})


def _top_k(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    bottom = layer.get("do_bottomk") is True
    return Told("topK", {"axis": whole(layer, "axis"), "K": whole(layer, "num_k"), "useBottomK": bottom})


def _gather(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    kinds = {0: "gather", 2: "gatherAlongAxis"}
    mode = whole(layer, "mode", 0)
    if mode not in kinds:
        raise Problem(f"gather mode {mode} of the compiled form is none that we know")
    return Told(kinds[mode], {"axis": whole(layer, "axis")})


def _arg_sort(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    return Told("argSort", {"axis": whole(layer, "axis"), "descending": layer.get("ascending") is False})


def _plain(name: str, *left: str) -> Callable[[Fields, list[Operand], list[Shape]], Told]:
    "A layer without parameters, or one whose parameters we cannot read and leave open."
    return lambda layer, operands, results: Told(name, {}, left)


def _lrn(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    params = {"localSize": whole(layer, "local_size"), "alpha": number(layer, "alpha"), "beta": number(layer, "beta")}
    return Told("lrn", params, ("k",))


def _stack(layer: Fields, operands: list[Operand], results: list[Shape]) -> Told:
    return Told("stack", {"axis": whole(layer, "nd_axis")})


_READERS: dict[str, Callable[[Fields, list[Operand], list[Shape]], Told]] = {
    "activation": _activation,
    "argsort": _arg_sort,
    "batch_matmul": _plain("batchedMatmul", "transposeA", "transposeB"),
    "batchnorm": _batchnorm,
    "concat": _concat,
    "convolution": _convolution,
    "copy": _plain("copy"),
    "crop": _plain("crop", "cropAmounts"),
    "deconvolution": _convolution,
    "elementwise": _elementwise,
    "expand_dims": _expand_dims,
    "flatten": _plain("flatten", "mode"),
    "gather_nd": _gather,
    "general_concat": _plain("concatND", "axis"),
    "general_padding": _general_padding,
    "get_shape": _plain("getShape"),
    "inner_product": _inner_product,
    "l2_normalize": _plain("l2normalize", "epsilon"),
    "lrn": _lrn,
    "pool": _pool,
    "reshape": _reshape,
    "rnn_arch": _rnn,
    "slice": _plain("slice"),
    "softmax": _plain("softmax"),
    "softmax_nd": _softmax_nd,
    "space_to_depth": _reorganize,
    "split_nd": _split,
    "squeeze": _squeeze,
    "stack_nd": _stack,
    "topk": _top_k,
    "transpose": _transpose,
    "upsample": _upsample,
}
