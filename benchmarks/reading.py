"""Reading whole models, against the protobuf library parsing the same files: time and memory. By itself:
`python -m benchmarks.reading`."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from subprocess import run
from typing import Any

from anedb.coreml import protobuf
from anedb.coreml.read import read_model
from benchmarks import programs
from benchmarks.measure import Figure, in_turn

BLOCKS = 142
"Of the transformer: 3,692 operations, and 5,538 constants."
LAYERS = 844
GIGABYTE = 2**30

PARSE = "protobuf parsing the file"
READ = "from pathlib import Path; from anedb.coreml.read import read_model; read_model(Path(sys.argv[1]))"
LIBRARY = (
    "from anedb.coreml.protobuf import load; load('Model_pb2').Model.FromString(open(sys.argv[1], 'rb').read()); "
    "from anedb.coreml import read"
)
PEAK = "import sys; {}; print(next(it.split()[1] for it in open('/proc/self/status') if it.startswith('VmHWM')))"
"Linux only. What `getrusage` says of a process that has just begun is its parent's peak."


def figures(folder: Path) -> Iterator[Figure]:
    spec = written(folder / "program.mlmodel", programs.transformer(BLOCKS).SerializeToString())
    yield timed("reading an ML Program of 3,692 operations", spec, 5)
    yield peak("the same, peak memory of a process", spec)
    network = written(folder / "network.mlmodel", convolutions(LAYERS).SerializeToString())
    yield timed(f"reading a NeuralNetwork of {LAYERS} layers", network, None)
    yield peak("the same, peak memory of a process", network)
    large = sparse(folder / "large.mlmodel", GIGABYTE)
    yield Figure("reading a NeuralNetwork of 1 GB", seconds(large), None, "", "0.1 s", seconds(large) < 0.1)
    yield Figure("the same, peak memory of a process", peak_of(READ, large), None, "", "", None, unit="B")


def timed(name: str, path: Path, times: int | None) -> Figure:
    "Medians in turn, the file in the system's cache."
    value, floor = in_turn(partial(seconds, path), partial(parsing, path), 15)
    return Figure(name, value, floor, PARSE, f"{times} ×" if times else "", value <= times * floor if times else None)


def peak(name: str, path: Path) -> Figure:
    return Figure(name, peak_of(READ, path), peak_of(LIBRARY, path), PARSE, "", None, unit="B")


def peak_of(code: str, path: Path) -> float:
    command = [sys.executable, "-c", PEAK.format(code), str(path)]
    return float(run(command, capture_output=True, text=True, check=True).stdout) * 1024


def seconds(path: Path) -> float:
    start = time.perf_counter()
    read_model(path)
    return time.perf_counter() - start


def parsing(path: Path) -> float:
    Model = protobuf.load("Model_pb2").Model
    start = time.perf_counter()
    Model.FromString(path.read_bytes())
    return time.perf_counter() - start


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def convolutions(layers: int) -> Any:
    "Convolutions and activations in turn, 36 kB of weights to a convolution."
    model = protobuf.load("Model_pb2").Model(specificationVersion=4)
    image = model.description.input.add(name="v0").type.multiArrayType
    image.shape.extend([32, 64, 64])
    image.dataType = 65600  # FLOAT32
    for number in range(layers):
        layer = model.neuralNetwork.layers.add(name=f"layer_{number}", input=[f"v{number}"], output=[f"v{number + 1}"])
        if number % 2:
            layer.activation.ReLU.SetInParent()
            continue
        made = layer.convolution
        made.outputChannels = made.kernelChannels = 32
        made.kernelSize.extend([3, 3])
        made.same.SetInParent()
        made.weights.floatValue.extend([0.5] * (32 * 32 * 9))
    return model


def sparse(path: Path, size: int) -> Path:
    "An inner product whose weights are a hole in the file."
    from anedb.coreml.wire import packed

    data = packed(1 << 3 | 2) + packed(size)  # WeightParams.floatValue
    for number in (20, 140, 1, 500):  # its weights, the layer's innerProduct, layers, neuralNetwork
        data = packed(number << 3 | 2) + packed(len(data) + size) + data
    with open(path, "wb") as file:
        file.write(b"\x08\x04" + data)
        file.truncate(2 + len(data) + size)
    return path


def main() -> int:
    from benchmarks.__main__ import line

    found = []
    with tempfile.TemporaryDirectory() as folder:
        for figure in figures(Path(folder)):
            found.append(figure)
            print(line(figure), flush=True)
    return 0 if all(figure.within is not False for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
