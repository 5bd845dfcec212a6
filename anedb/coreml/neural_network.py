"NeuralNetwork models, classifiers and regressors as networks of operations, with what a reader should know of them."

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from anedb.coreml import neural_inputs
from anedb.coreml.neural_graph import NESTED, Reader
from anedb.coreml.shapes import written
from anedb.domain.layer import Format
from anedb.domain.model import Network, Tensor

KINDS = ("neuralNetwork", "neuralNetworkClassifier", "neuralNetworkRegressor")
"Members of `Model.Type` that are one network of layers."

MOST, LONGEST = 10, 100
"Names in a note, and characters of each."


def networks(model: Any, prefix: str = "") -> tuple[Network, ...]:
    """The one network of a `Model` message, called `main`, or by the prefix in a pipeline; of a model of another type
    its networks, as `anedb.coreml.spec` has them. Layers that only training needs are left out.

    Weights may have been left out by `anedb.coreml.slim`. Raises `BadFileError` where the message says no type.
    """
    kind = model.WhichOneof("Type")
    if kind in KINDS:
        return (_network(getattr(model, kind), model.description, prefix or "main"),)
    from anedb.coreml import spec

    return tuple(spec.read(model.SerializeToString()).networks)


def _network(network: Any, description: Any, name: str) -> Network:
    legacy = neural_inputs.is_legacy(network)
    inputs = tuple(
        Tensor(each.name, each.dtype, written(each.shape, legacy))
        for each in neural_inputs.tensors(description, network)
    )
    reader = Reader(inputs, legacy=legacy)
    reader.read(network, name)
    return Network(
        name=name,
        format=Format.NEURALNETWORK.value,
        ops=tuple(reader.ops),
        inputs=inputs,
        outputs=_outputs(network, description, reader),
    )


def _outputs(network: Any, description: Any, reader: Reader) -> tuple[str, ...]:
    """Values that the model gives. A classifier's label and its probabilities by label are made of one more: the one it
    names, else what its last layer gives."""
    found = [feature.name for feature in description.output if feature.name in reader.scope.known]
    if "labelProbabilityLayerName" in network.DESCRIPTOR.fields_by_name:
        named = network.labelProbabilityLayerName
        last = [op.outputs[0].name for op in reader.ops[-1:] if op.outputs]
        found += [named] if named in reader.scope.known else last
    return tuple(dict.fromkeys(found))


def notes(model: Any) -> tuple[str, ...]:
    "What a reader should know of a NeuralNetwork: that it can be trained, and which layers are an app's own code."
    kind = model.WhichOneof("Type")
    if kind not in KINDS:
        return ()
    network = getattr(model, kind)
    return (*_trained(model, network), *_customs(network))


def _trained(model: Any, network: Any) -> Iterator[str]:
    if model.isUpdatable or network.HasField("updateParams"):
        count = sum(layer.isUpdatable for layer in network.layers)
        layers = f"{count} of its layers" if count != 1 else "one of its layers"
        yield f"updatable: {layers} can be trained on the device; what only training needs is not listed"


def _customs(network: Any) -> Iterator[str]:
    names = sorted(set(_class_names(network)))
    if names:
        shown = ", ".join(name[:LONGEST] or "without a name" for name in names[:MOST])
        more = f" and {len(names) - MOST:,} more" if len(names) > MOST else ""
        yield f"custom layers, which are the app's own code: {shown}{more}"


def _class_names(network: Any) -> Iterator[str]:
    for layer in network.layers:
        field = layer.WhichOneof("layer")
        if field == "custom":
            yield layer.custom.className
        for name in NESTED.get(field, ()):
            yield from _class_names(getattr(getattr(layer, field), name))
