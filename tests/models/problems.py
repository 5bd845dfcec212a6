"""Models with one known problem each, set between ordinary layers; and models of every make-up that a reader meets.

`PROBLEMS` are NeuralNetworks: one row for each entry of the list of layers that are said not to run on the engine (or
that are said to run on it although people doubt it). `MAKEUPS` are functions that return a `Model` protobuf.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anedb.coreml.nn_probes import Shape, Weight, add
from anedb.coreml.probes import Const, Probe, Ref, Step, Tensor
from anedb.coreml.probes import build as build_program
from anedb.probe import mil_cases as mil_ops
from anedb.probe.nn_cases import BACK, CONSTANTS, LSTM, weights

CHANNELS, SIDE = 64, 64
"Large enough that the engine is worth a launch and a few switches."
X = (1, CHANNELS, SIDE, SIDE)
ROW = CHANNELS * SIDE
LAST = "@"
"The output of the layer before."
FIRST = "first"
"The output of the first relu: what a skip connection adds."


@dataclass(frozen=True, slots=True)
class Part:
    "A layer of a chain."

    type: str
    "As the catalogue has it."
    method: str
    args: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[str, ...] = (LAST,)
    "`LAST`, `FIRST`, or a name that another part gives."
    gives: tuple[str, ...] = ()
    "Names of its outputs, where another part asks for them; the first goes to the next."


def conv(channels: int = CHANNELS, to: int = CHANNELS, **more: Any) -> Part:
    args = {"kernel_channels": channels, "output_channels": to, "height": 3, "width": 3, "stride_height": 1,
            "stride_width": 1, "border_mode": "same", "groups": 1, "W": Weight((3, 3, channels, to)), "b": None,
            "has_bias": False}  # fmt: skip
    return Part("deconvolution" if more.get("is_deconv") else "convolution", "convolution", {**args, **more})


RELU = Part("activation.relu", "activation", {"non_linearity": "RELU"})
CONTEXT = (conv(), RELU, conv(), RELU)
"What stands before and behind a problem, so that the engine has something to do on both sides."


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    name: str
    type: str
    "The catalogue type that the model is about."
    parts: tuple[Part, ...]
    "What stands between the ordinary layers."
    blocks: bool = True
    "The list says that the type does not run on the engine."
    channels: int = CHANNELS
    "Of what the last part gives."
    last: bool = False
    "Nothing follows it."

    @property
    def chain(self) -> tuple[Part, ...]:
        after = () if self.last else (conv(self.channels), RELU, conv(), RELU)
        return (*CONTEXT, *self.parts, *after)

    @property
    def types(self) -> list[str]:
        "Of its layers, in order; constants are none."
        return [part.type for part in self.chain if part.type not in CONSTANTS]


def broadcastable(name: str) -> Problem:
    type = f"{name}Broadcastable"
    return Problem(name=type, type=type, parts=(Part(type, f"{name}_broadcastable", inputs=(LAST, FIRST)),))


def recurrent(type: str, method: str, features: int, args: dict[str, Any]) -> Problem:
    "Rows of the image as steps in time, and back."
    return Problem(
        name=type,
        type=type,
        parts=(
            Part("reshapeStatic", "reshape_static", {"output_shape": (SIDE, 1, ROW, 1, 1)}),
            Part(type, method, args),
            Part("reshapeStatic", "reshape_static", {"output_shape": (1, features, SIDE, 1)}),
        ),
        channels=features,
    )


SIZES = {"hidden_size": 8, "input_size": ROW, "output_all": True}
LSTM_ROWS = {**LSTM, "W_x": weights(4, 8, ROW), **SIZES}
WHICH = {"constant_value": Weight((CHANNELS,)), "shape": (CHANNELS,)}
CUSTOM = Part("custom", "custom")

PROBLEMS: tuple[Problem, ...] = (
    *(broadcastable(name) for name in ("add", "multiply", "subtract", "divide")),
    Problem(
        name="concatND",
        type="concatND",
        parts=(Part("concatND", "concat_nd", {"axis": 1}, (LAST, FIRST)),),
        channels=2 * CHANNELS,
    ),
    Problem(
        name="splitND",
        type="splitND",
        parts=(
            Part("splitND", "split_nd", {"axis": 1}, gives=("left", "right")),
            Part("add", "elementwise", {"mode": "ADD"}, ("left", "right")),
        ),
        channels=CHANNELS // 2,
    ),
    recurrent("uniDirectionalLSTM", "unilstm", 8, LSTM_ROWS),
    recurrent("biDirectionalLSTM", "bidirlstm", 16, {**LSTM_ROWS, **BACK, "W_x_back": weights(4, 8, ROW)}),
    recurrent("gru", "gru", 8, {"W_h": weights(3, 8, 8), "W_x": weights(3, 8, ROW), "b": weights(3, 8), **SIZES}),
    recurrent(
        "simpleRecurrent",
        "simple_rnn",
        8,
        {"W_h": Weight((8, 8)), "W_x": Weight((8, ROW)), "b": Weight((8,)), "activation": "TANH", **SIZES},
    ),
    Problem(
        name="gather",
        type="gather",
        parts=(
            Part("loadConstantND", "load_constant_nd", WHICH, (), ("which",)),
            Part("gather", "gather", {"axis": 1}, ("a3", "which")),
        ),
    ),
    Problem(name="dilated convolution", type="convolution", parts=(conv(dilation_factors=[2, 2]), RELU)),
    Problem(name="custom in the middle", type="custom", parts=(CUSTOM,)),
    Problem(name="custom at the end", type="custom", parts=(CUSTOM,), last=True),
    Problem(
        name="upsample",
        type="upsample",
        parts=(Part("upsample", "upsample", {"scaling_factor_h": 2, "scaling_factor_w": 2}),),
        blocks=False,
    ),
    Problem(
        name="deconvolution",
        type="deconvolution",
        parts=(conv(is_deconv=True, border_mode="valid", height=2, width=2, stride_height=2, stride_width=2,
                    W=Weight((2, 2, CHANNELS, CHANNELS))),),
        blocks=False,
    ),
)  # fmt: skip


def network(parts: tuple[Part, ...], shape: Shape = X, mode: str | None = None, output: str = "out") -> Any:
    "The builder of a NeuralNetwork whose layers follow each other; `builder.spec` is the model."
    from coremltools.models import datatypes
    from coremltools.models.neural_network import NeuralNetworkBuilder

    builder = NeuralNetworkBuilder(
        [("x", datatypes.Array(*shape))], [(output, None)], mode=mode, disable_rank5_shape_mapping=True
    )
    last = "x"
    for number, part in enumerate(parts):
        named = {LAST: last, FIRST: "a1"}
        final = number == len(parts) - 1
        outputs = list(part.gives) or [output if final else f"a{number}"]
        add(builder, part.method, f"layer{number}", [named.get(name, name) for name in part.inputs], outputs, part.args)
        last = outputs[0]
    return builder


def problem(item: Problem) -> Any:
    "The problem's `Model`."
    return network(item.chain).spec


def alternating() -> Any:
    "ANE, CPU, ANE, CPU, ANE, as the list of unsupported layers has it."
    return network((*CONTEXT, *ADD, *CONTEXT, *ADD, *CONTEXT)).spec


ADD = (Part("addBroadcastable", "add_broadcastable", {}, (LAST, FIRST)),)


def pipeline() -> Any:
    "Two networks, the second reads what the first gives."
    from coremltools.models import datatypes
    from coremltools.models.pipeline import Pipeline

    first, second = network(CONTEXT, output="between").spec, network(CONTEXT).spec
    second.description.input[0].name = "between"
    second.neuralNetwork.layers[0].input[0] = "between"
    whole = Pipeline([("x", datatypes.Array(*X))], [("out", datatypes.Array(*X))])
    whole.add_model(first)
    whole.add_model(second)
    return whole.spec


HEAD = (
    Part("pooling", "pooling", {"height": 1, "width": 1, "stride_height": 1, "stride_width": 1, "is_global": True,
                                "layer_type": "AVERAGE", "padding_type": "VALID"}),
    Part("flattenTo2D", "flatten_to_2d"),
    Part("innerProduct", "inner_product", {"W": Weight((3, CHANNELS)), "b": Weight((3,)), "input_channels": CHANNELS,
                                           "output_channels": 3, "has_bias": True}),
)  # fmt: skip
CLASSES = (*CONTEXT, *HEAD, Part("softmaxND", "softmax_nd", {"axis": -1}))


def classifier() -> Any:
    builder = network(CLASSES, mode="classifier")
    builder.set_class_labels(["cat", "dog", "owl"])
    return builder.spec


def regressor() -> Any:
    return network((*CONTEXT, *HEAD), mode="regressor").spec


def updatable() -> Any:
    "A network that learns its last layer on the device."
    from coremltools.models.neural_network import SgdParams

    builder = network((*CONTEXT, *HEAD, Part("softmax", "softmax")))
    builder.make_updatable([f"layer{len(CONTEXT) + 2}"])
    with contextlib.redirect_stdout(io.StringIO()):  # it prints what it does
        builder.set_categorical_cross_entropy_loss(name="loss", input="out")
    builder.set_sgd_optimizer(SgdParams(lr=0.01, batch=1))
    builder.set_epochs(1)
    return builder.spec


def flexible() -> Any:
    "Any height and width from 64 to 256."
    from coremltools.models.neural_network import flexible_shape_utils

    spec = network(CONTEXT).spec
    flexible_shape_utils.set_multiarray_ndshape_range(spec, "x", list(X), [1, CHANNELS, 256, 256])
    return spec


def deep(layers: int) -> Any:
    "So many layers of convolution, relu and add, at three sizes; few channels, so that the file stays small."
    parts: list[Part] = []
    while len(parts) < layers:
        parts += (conv(8, 8), RELU, conv(8, 8), Part("add", "elementwise", {"mode": "ADD"}, (LAST, f"a{len(parts)}")))
        parts.append(RELU)
        if len(parts) in (200, 401):
            parts.append(Part("upsample", "upsample", {"scaling_factor_h": 2, "scaling_factor_w": 2}))
    return network(tuple(parts[:layers]), (1, 8, 32, 32)).spec


# ML Programs

IMAGE = Tensor((1, 8, 32, 32))
WEIGHT = Const((8, 8, 3, 3))


def program(name: str, inputs: tuple[Tensor, ...], *steps: Step, **more: Any) -> Any:
    return build_program(Probe(name=name, inputs=inputs, steps=steps), as_written=True, **more)


def convolutions(count: int, weight: Const = WEIGHT) -> Iterator[Step]:
    "A chain of convolutions and relus on the first input."
    for number in range(count):
        yield Step("conv", {"x": Ref(2 * number), "weight": weight, "pad_type": "same"})
        yield Step("relu", {"x": Ref(2 * number + 1)})


def single_precision() -> Any:
    "Everything in fp32."
    image, weight = Tensor(IMAGE.shape, "fp32"), Const(WEIGHT.shape, "fp32")
    return program("fp32", (image,), *convolutions(3, weight))


def integers() -> Any:
    image = Tensor(IMAGE.shape, "int32")
    steps = [Step(op, {"x": Ref(0), "y": Ref(number + 1)}) for number, op in enumerate(("add", "mul", "sub"))]
    return program("int32", (image, image), *steps)


def rank_5() -> Any:
    return program("rank5", (Tensor((1, 2, 8, 16, 16)),), Step("relu", {"x": Ref(0)}), Step("tanh", {"x": Ref(1)}))


def rank_6() -> Any:
    "Six axes at the input only: coremltools refuses an operation that gives as many."
    return program("rank6", (Tensor((1, 2, 2, 4, 8, 8)),), Step("reduce_sum", {"x": Ref(0), "axes": (0,)}))


def tiny() -> Any:
    "One by one: not worth a launch of the engine."
    return program("tiny", (Tensor((1, 8, 1, 1)),), *convolutions(1, Const((8, 8, 1, 1))))


def condition() -> Any:
    "`cond` with a layer in each of its blocks."
    return _controlled("cond")


def loop() -> Any:
    "`while_loop` with layers in its condition and in its body."
    return _controlled("while_loop")


def _controlled(op: str) -> Any:
    case = next(case for case in mil_ops.CASES if case.op == op)
    return build_program(case.probe, as_written=True)


def two_functions(folder: Path) -> Path:
    "A package with the functions `small` and `large`, which share a weight, as coremltools saves it."
    from coremltools.models.utils import MultiFunctionDescriptor, save_multifunction

    from anedb.coreml.quiet import coremltools, silence

    ct, description = coremltools(), MultiFunctionDescriptor()
    for name, size in (("small", 16), ("large", 64)):
        made = program_of(Tensor((1, 8, size, size)))
        path = folder / f"{name}.mlpackage"
        with silence():
            model = ct.convert(made, minimum_deployment_target=ct.target.iOS18, skip_model_load=True)
            model.save(str(path))
            description.add_function(str(path), src_function_name="main", target_function_name=name)
    description.default_function_name = "small"
    with silence():
        save_multifunction(description, str(folder / "both.mlpackage"))
    return folder / "both.mlpackage"


def program_of(image: Tensor) -> Any:
    from anedb.coreml.probes import program as unbuilt

    return unbuilt(Probe(name="one", inputs=(image,), steps=tuple(convolutions(2))))


MAKEUPS: dict[str, Callable[[], Any]] = {
    "alternating": alternating,
    "pipeline": pipeline,
    "classifier": classifier,
    "regressor": regressor,
    "updatable": updatable,
    "flexible": flexible,
    "single_precision": single_precision,
    "integers": integers,
    "rank_5": rank_5,
    "rank_6": rank_6,
    "tiny": tiny,
    "condition": condition,
    "loop": loop,
}


def write(spec: Any, path: Path) -> Path:
    "A `.mlmodel`, or where the path ends so an `.mlpackage` without a weight file."
    if path.suffix != ".mlpackage":
        path.write_bytes(spec.SerializeToString())
        return path
    inner = path / "Data" / "com.apple.CoreML"
    inner.mkdir(parents=True)
    (inner / "model.mlmodel").write_bytes(spec.SerializeToString())
    (path / "Manifest.json").write_text(MANIFEST)
    return path


MANIFEST = """{"fileFormatVersion": "1.0.0", "rootModelIdentifier": "A", "itemInfoEntries": {"A": {
 "author": "com.apple.CoreML", "description": "", "name": "model.mlmodel", "path": "com.apple.CoreML/model.mlmodel"}}}
"""
