"""A Core ML specification, the message `Model` of a `.mlmodel` file: its networks, whatever kind of model it is.

The outer message is walked, not parsed: so an ML Program needs no generated module of coremltools' for it, and a
pipeline's or classifier's tables are never loaded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from mmap import mmap
from typing import Any

from anedb.coreml import flexible, program, wire
from anedb.coreml.pieces import Span
from anedb.coreml.wire import LEN, VARINT, Buffer, MalformedError
from anedb.domain.model import Network
from anedb.errors import BadFileError

NEWEST = 10
"The specification version of iOS 26: the newest that coremltools 9 writes."

DEEPEST = 8
"Pipelines in pipelines."
MOST_PARTS = 1000
HELD = 2**26
"Bytes of an ML Program that are read into memory; of a larger one most are constants, which are stepped over."

PIPELINES = {200: "pipelineClassifier", 201: "pipelineRegressor", 202: "pipeline"}
NEURAL_NETWORKS = {303: "neuralNetworkRegressor", 403: "neuralNetworkClassifier", 500: "neuralNetwork"}
MLPROGRAM = 502
WITHOUT_LAYERS = {
    300: "glmRegressor",
    301: "supportVectorRegressor",
    302: "treeEnsembleRegressor",
    304: "bayesianProbitRegressor",
    400: "glmClassifier",
    401: "supportVectorClassifier",
    402: "treeEnsembleClassifier",
    404: "kNearestNeighborsClassifier",
    501: "itemSimilarityRecommender",
    560: "classConfidenceThresholding",
    600: "oneHotEncoder",
    601: "imputer",
    602: "featureVectorizer",
    603: "dictVectorizer",
    604: "scaler",
    606: "categoricalMapping",
    607: "normalizer",
    609: "arrayFeatureExtractor",
    610: "nonMaximumSuppression",
    900: "identity",
    2003: "soundAnalysisPreprocessing",
    2004: "gazetteer",
    2005: "wordEmbedding",
}
ELSEWHERE = {
    555: ("customModel", "an app's own code runs it"),
    556: ("linkedModel", "a reference to another compiled model, which is not in this file"),
    2000: ("textClassifier", "the system has the network, the file does not"),
    2001: ("wordTagger", "the system has the network, the file does not"),
    2002: ("visionFeaturePrint", "the system has the network, the file does not"),
    2006: ("audioFeaturePrint", "the system has the network, the file does not"),
    3000: ("serializedModel", "a model in a format of its own"),
}
TYPES = {
    **PIPELINES,
    **NEURAL_NETWORKS,
    MLPROGRAM: "mlProgram",
    **WITHOUT_LAYERS,
    **{number: name for number, (name, _) in ELSEWHERE.items()},
}
"Members of `Model.Type` by number (Model.proto)."


@dataclass(slots=True)
class Spec:
    "What was found in a `Model`."

    type: str = ""
    version: int = 0
    networks: list[Network] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(data: Buffer) -> Spec:
    "Raises `BadFileError`: damaged, or no model."
    return _model(data, 0, len(data), "", DEEPEST)


def _model(data: Buffer, at: int, end: int, prefix: str, deepest: int) -> Spec:
    found = Spec()
    chosen, others = 0, set()
    spans: list[Span] = []
    for number, kind, start, stop in wire.fields(data, at, end):
        if number in TYPES and kind == LEN:
            spans = [*spans, (start, stop)] if number == chosen else [(start, stop)]
            chosen = number
        elif number == 1 and kind == VARINT:
            found.version = _signed(wire.varint(data, start, stop)[0])
        else:
            others.add(number)
    if not chosen:
        raise BadFileError(_nothing(others, prefix), tip=_tip(others))
    found.type = TYPES[chosen]
    if found.version > NEWEST and not prefix:
        found.notes.append(
            f"specification version {found.version} is newer than {NEWEST}, the newest that anedb knows: "
            "operations it brings are listed as problems"
        )
    if chosen in NEURAL_NETWORKS:
        _neural_network(data, (at, end), prefix, found)
    elif len(spans) == 1:
        _typed(data, spans[0], chosen, prefix, found, deepest)
    else:  # protobuf merges a message that is there several times: the same as one after the other
        merged = b"".join(data[first:last] for first, last in spans)
        _typed(merged, (0, len(merged)), chosen, prefix, found, deepest)
    if chosen == MLPROGRAM:
        found.networks = list(flexible.told(tuple(found.networks), data, (at, end)))
    return found


def _typed(data: Buffer, body: Span, number: int, prefix: str, found: Spec, deepest: int) -> None:
    if number == MLPROGRAM:
        if isinstance(data, mmap) and body[1] < HELD:
            data = data[: body[1]]  # each of its bytes is looked at, and in memory that takes half the time
        found.networks += program.read(data, *body, prefix)
        if not found.networks:
            found.notes.append("a program without functions")
    elif number in PIPELINES:
        _pipeline(data, body, number, prefix, found, deepest)
    else:
        name = prefix or "main"
        found.networks.append(Network(name=name, format="", note=_without_layers(number)))


def _without_layers(number: int) -> str:
    if number in ELSEWHERE:
        name, why = ELSEWHERE[number]
        return f"{name}: {why}"
    return f"{WITHOUT_LAYERS[number]}: a model without layers; Core ML runs it on the CPU"


def _neural_network(data: Buffer, whole: Span, prefix: str, found: Spec) -> None:
    from google.protobuf.message import DecodeError

    from anedb.coreml import neural_network, protobuf
    from anedb.coreml.slim import slim

    try:
        model: Any = protobuf.load("Model_pb2").Model.FromString(slim(data, *whole))
    except DecodeError:
        raise MalformedError("its neural network is damaged, or nested too deep") from None
    found.networks += neural_network.networks(model, prefix)
    found.notes += neural_network.notes(model)


def _pipeline(data: Buffer, body: Span, number: int, prefix: str, found: Spec, deepest: int) -> None:
    if not deepest:
        raise MalformedError(f"pipelines are nested more than {DEEPEST} deep")
    models = (
        _parts(data, body) if number == 202 else [part for span in _parts(data, body) for part in _parts(data, span)]
    )
    if len(models) > MOST_PARTS:
        raise MalformedError(f"a pipeline of {len(models):,} models, more than {MOST_PARTS:,}")
    for index, span in enumerate(models):
        part = _model(data, *span, f"{prefix}/{index}" if prefix else str(index), deepest - 1)
        found.networks += part.networks
        found.notes += [f"part {index}: {note}" for note in part.notes]
    if not models:
        found.notes.append("a pipeline without models")


def _parts(data: Buffer, body: Span) -> list[Span]:
    "Field 1 of a message: `Pipeline.models`, or the pipeline of a `PipelineClassifier`."
    return [(start, stop) for number, kind, start, stop in wire.fields(data, *body) if number == 1 and kind == LEN]


def _signed(number: int) -> int:
    return number - (1 << 64) if number >> 63 else number


def _nothing(others: set[int], prefix: str) -> str:
    where = f"part {prefix} of the pipeline" if prefix else "it"
    if {7, 8} <= others:
        return "it is an ONNX model"
    return f"{where} states no kind of model that anedb knows"


def _tip(others: set[int]) -> str:
    if {7, 8} <= others:
        return "convert it from where it came: coremltools takes PyTorch and TensorFlow"
    return "is it a Core ML model? If so, it may be newer than this version of anedb"
