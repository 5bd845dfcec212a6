"""An ML Program of any size, shaped like what coremltools writes for a transformer: constants are operations, every
operation has its name as an attribute, weights are in the weight file."""

from __future__ import annotations

from typing import Any

from anedb.coreml import protobuf, values

CODES = {name: number for number, name in values.DTYPES.items()}
WIDTH, LENGTH, HEADS = 768, 128, 12
SIZE = WIDTH // HEADS


class Writer:
    "Appends operations to the block of a function."

    def __init__(self, block: Any) -> None:
        self.block = block
        self.count = 0
        self.offset = 64

    def op(self, type: str, dtype: str, shape: tuple[int, ...], /, **inputs: Any) -> str:
        "An operation whose inputs are names, or constants made on the spot: `(dtype, shape, values)`."
        self.count += 1
        name = f"{type}_{self.count}_cast_fp16"
        bound = {key: self._bound(name, key, value) for key, value in inputs.items()}
        made = self._made(type, name, dtype, shape)
        for key, names in bound.items():
            for each in names:
                made.inputs[key].arguments.add(name=each)
        return name

    def _bound(self, name: str, key: str, value: Any) -> list[str]:
        if isinstance(value, tuple):
            return [self._const(f"{name}_{key}_0", *value)]
        return value if isinstance(value, list) else [value]

    def _const(self, name: str, dtype: str, shape: tuple[int, ...], flat: Any) -> str:
        made = self._made("const", name, dtype, shape)
        held = made.attributes["val"]
        held.type.CopyFrom(made.outputs[0].type)
        if flat is None:
            held.blobFileValue.fileName = "@model_path/weights/weight.bin"
            held.blobFileValue.offset = self.offset
            self.offset += 4096
        elif dtype == "fp16":
            held.immediateValue.tensor.bytes.values = flat
        else:
            field = {"int32": "ints", "bool": "bools", "string": "strings"}[dtype]
            getattr(held.immediateValue.tensor, field).values.extend(flat)
        return name

    def _made(self, type: str, name: str, dtype: str, shape: tuple[int, ...]) -> Any:
        made = self.block.operations.add(type=type)
        typed(made.outputs.add(name=name).type.tensorType, dtype, shape)
        said = made.attributes["name"]
        said.type.tensorType.dataType = CODES["string"]
        said.immediateValue.tensor.strings.values.append(name)
        return made


def typed(tensor: Any, dtype: str, shape: tuple[int, ...]) -> None:
    tensor.dataType = CODES[dtype]
    tensor.rank = len(shape)
    for size in shape:
        tensor.dimensions.add().constant.size = size


def transformer(blocks: int) -> Any:
    "A `Model` of so many encoder layers, 26 operations each; 142 make 3,692."
    model = protobuf.load("Model_pb2").Model(specificationVersion=9)
    model.mlProgram.version = 1
    function = model.mlProgram.functions["main"]
    function.opset = "CoreML8"
    typed(function.inputs.add(name="x").type.tensorType, "fp16", (1, LENGTH, WIDTH))
    writer = Writer(function.block_specializations["CoreML8"])
    last = "x"
    for _ in range(blocks):
        last = _encoder(writer, last)
    writer.block.outputs.append(last)
    return model


def _encoder(out: Writer, x: str) -> str:
    whole, split = (1, LENGTH, WIDTH), (1, LENGTH, HEADS, SIZE)
    parts = []
    for _ in range(3):
        y = _linear(out, x, WIDTH, WIDTH)
        y = out.op("reshape", "fp16", split, x=y, shape=("int32", (4,), split))
        parts.append(out.op("transpose", "fp16", (1, HEADS, LENGTH, SIZE), x=y, perm=("int32", (4,), (0, 2, 1, 3))))
    square = (1, HEADS, LENGTH, LENGTH)
    no, yes = ("bool", (), [False]), ("bool", (), [True])
    y = out.op("mul", "fp16", (1, HEADS, LENGTH, SIZE), x=parts[0], y=("fp16", (), b"\0\x30"))
    y = out.op("matmul", "fp16", square, x=y, y=parts[1], transpose_x=no, transpose_y=yes)
    y = out.op("softmax", "fp16", square, x=y, axis=("int32", (), [-1]))
    y = out.op("matmul", "fp16", (1, HEADS, LENGTH, SIZE), x=y, y=parts[2], transpose_x=no, transpose_y=no)
    y = out.op("transpose", "fp16", split, x=y, perm=("int32", (4,), (0, 2, 1, 3)))
    y = _linear(out, out.op("reshape", "fp16", whole, x=y, shape=("int32", (3,), whole)), WIDTH, WIDTH)
    x = _norm(out, out.op("add", "fp16", whole, x=x, y=y))
    y = _linear(out, x, WIDTH, 4 * WIDTH)
    y = out.op("gelu", "fp16", (1, LENGTH, 4 * WIDTH), x=y, mode=("string", (), ["EXACT"]))
    y = out.op("add", "fp16", whole, x=x, y=_linear(out, y, 4 * WIDTH, WIDTH))
    y = _norm(out, out.op("relu", "fp16", whole, x=y))
    y = out.op("clip", "fp16", whole, x=y, alpha=("fp16", (), b"\0\xbc"), beta=("fp16", (), b"\0\x3c"))
    return out.op("concat", "fp16", whole, values=[y], axis=("int32", (), [-1]), interleave=no)


def _linear(out: Writer, x: str, wide: int, to: int) -> str:
    weight, bias = ("fp16", (to, wide), None), ("fp16", (to,), None)
    return out.op("linear", "fp16", (1, LENGTH, to), x=x, weight=weight, bias=bias)


def _norm(out: Writer, x: str) -> str:
    gamma, beta = ("fp16", (WIDTH,), None), ("fp16", (WIDTH,), None)
    axes, small = ("int32", (1,), [-1]), ("fp16", (), b"\xa8\x00")
    return out.op("layer_norm", "fp16", (1, LENGTH, WIDTH), x=x, axes=axes, gamma=gamma, beta=beta, epsilon=small)
