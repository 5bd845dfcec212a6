"""The layer types coremltools knows, as catalogue values: what `anedb data generate` writes to data/layers.

Read from the protobuf descriptors (NeuralNetwork) and from the MIL op registry (ML Program). What neither says in a
form a program can read is in data/layer_overrides.json, each entry with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from anedb.catalog import layers
from anedb.coreml import mil_types, neural_types
from anedb.coreml.overrides import overrides
from anedb.domain.layer import LayerType


def layer_types() -> list[LayerType]:
    """Every layer type of both formats, by format and name, with its concept.

    Imports coremltools (a second, and seven warnings on Linux). Raises `DataError` for a type without a concept.
    """
    return layers.with_concepts([*mil_types.read(), *neural_types.read()])


def unused_rules(types: list[LayerType]) -> Iterator[str]:
    "Names in the rules that are about no input of any type: leftovers, or misspelt."
    known = {
        (kind.format, f"{owner}.{item.name}") for kind in types for item in kind.inputs for owner in (kind.name, "*")
    }
    for rule in overrides()["rules"]:
        yield from (f"{rule['format']}:{name}" for name in rule["inputs"] if (rule["format"], name) not in known)
