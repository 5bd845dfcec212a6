"""Suites as models on disk. Works on any machine; the same suite gives the same bytes with the same coremltools."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anedb.coreml import neural_network, nn_probes, probes, spec
from anedb.coreml.nn_probes import Row
from anedb.coreml.packages import spec_bytes, write_package
from anedb.coreml.probes import Probe
from anedb.domain.layer import Layer
from anedb.domain.model import Network, Op
from anedb.domain.observation import Context
from anedb.errors import AnedbError, UsageError
from anedb.fingerprint import fingerprint
from anedb.probe.from_layer import ways
from anedb.probe.suite import Ask

CONSTEXPR = "constexpr_"
"Expanded when the model is compiled: what is asked about is the layer that reads it."


@dataclass(frozen=True, slots=True)
class Built:
    model: Any
    "coremltools' `MLModel` of an ML Program; the `Model` protobuf of a NeuralNetwork."
    op: Op
    "The operation that is asked about, as a reader of the file finds it."


def build(ask: Ask) -> Built:
    """Raises `UsageError` where coremltools cannot build it, or builds something else than was asked for: the
    message says why, in its words."""
    try:
        if isinstance(ask.made, Row):
            return _neural(ask, ask.made)
        if isinstance(ask.made, Probe):
            return _program(ask, ask.made, as_written=True)
        return _layer(ask, ask.made)
    except AnedbError:
        raise
    except Exception as error:  # coremltools raises ValueError, TypeError, RuntimeError, AssertionError, IndexError ...
        raise UsageError(f"{ask.id} cannot be built: {_short(error)}") from None


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _neural(ask: Ask, row: Row) -> Built:
    model = nn_probes.build(row).spec
    if ask.target:
        least = model.specificationVersion
        if least > int(ask.target):
            raise UsageError(f"{ask.id}: the layer came with version {least} of the specification")
        model.specificationVersion = int(ask.target)
    return Built(model, _asked(neural_network.networks(model), ask))


def _program(ask: Ask, probe: Probe, *, as_written: bool) -> Built:
    model = probes.model(probe, wrapped=ask.context == Context.IN_MODEL, target=ask.target, as_written=as_written)
    return Built(model, _asked(spec.read(model.get_spec().SerializeToString()).networks, ask))


def _layer(ask: Ask, layer: Layer) -> Built:
    "The first way that gives the very layer."
    wanted, why = fingerprint(layer.hashed()), "it comes out as another layer"
    for probe, as_written in ways(layer, "asked"):
        try:
            found = _program(ask, probe, as_written=as_written)
        except Exception as error:
            why = _short(error)
            continue
        if found.op.fingerprint == wanted:
            return found
    raise UsageError(f"{ask.id} cannot be built: {why}")


def _asked(networks: Iterable[Network], ask: Ask) -> Op:
    "Of operations of one type the first that the wrapping did not add."
    type = "conv" if ask.type.startswith(CONSTEXPR) else ask.type
    for network in networks:
        for op in network.ops:
            if op.layer.type == type and not op.name.startswith("wrap_"):
                return op
    raise UsageError(f"{ask.id}: the model that was built has no {type}")


def write(ask: Ask, built: Built, folder: Path) -> Path:
    "The model under a name of its own. Raises `OSError`."
    if isinstance(ask.made, Row):
        path = folder / f"{file_name(ask.id)}.mlmodel"
        path.write_bytes(spec_bytes(built.model))
        return path
    path = folder / f"{file_name(ask.id)}.mlpackage"
    write_package(built.model, path)
    return path


def file_name(id: str) -> str:
    "An id as the name of a file on any system."
    return "".join(each if each.isalnum() or each in "-_.=+@" else "_" for each in id)
