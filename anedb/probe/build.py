"""Suites as models on disk. Works on any machine; the same suite gives the same bytes with the same coremltools."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from anedb.coreml import neural_network, nn_probes, packages, probes, spec
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
ASKED = "asked"
"What the operation asked about is called: the converter adds others of its type, as casts at the model's borders."


@dataclass(frozen=True, slots=True)
class Built:
    model: Any
    "coremltools' `MLModel` of an ML Program; the `Model` protobuf of a NeuralNetwork."
    op: Op
    "The operation that is asked about, as a reader of the file finds it."


def build(ask: Ask) -> Built:
    """Raises `UsageError` where coremltools cannot build it, or builds something else than was asked for: the
    message says why, in its words. Raises `OSError` where there is no room for it."""
    try:
        if isinstance(ask.made, Row):
            return _neural(ask, ask.made)
        if isinstance(ask.made, Probe):
            return _program(ask, ask.made, as_written=True)
        return _layer(ask, ask.made)
    except (AnedbError, OSError):
        raise
    except Exception as error:  # coremltools raises ValueError, TypeError, RuntimeError, AssertionError, IndexError ...
        raise UsageError(f"{ask.id} cannot be built: {_short(error)}") from None


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _neural(ask: Ask, row: Row) -> Built:
    model = _wrapped(row) if ask.context == Context.IN_MODEL else nn_probes.build(row, old=_old(ask.target)).spec
    if ask.target:
        least = model.specificationVersion
        if least > int(ask.target):
            raise UsageError(f"{ask.id}: the layer came with version {least} of the specification")
        model.specificationVersion = int(ask.target)
    return Built(model, _asked(neural_network.networks(model), ask))


def _old(version: str) -> bool:
    return bool(version) and int(version) < nn_probes.EXACT


def _wrapped(row: Row) -> Any:
    "What the layer gives is read off the model that has it alone."
    (alone,) = neural_network.networks(nn_probes.build(row).spec)
    shape = alone.ops[-1].outputs[0].shape
    if shape is None or len(shape) != 4 or not all(isinstance(size, int) for size in shape):
        raise UsageError(f"what {row.name} gives is no image that a convolution could take")
    return nn_probes.build(row, between=shape).spec


def _program(ask: Ask, probe: Probe, *, as_written: bool) -> Built:
    probe = _marked(probe, _reader(ask))
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


def _reader(ask: Ask) -> str:
    return "conv" if ask.type.startswith(CONSTEXPR) else ask.type


def _marked(probe: Probe, type: str) -> Probe:
    steps = tuple(replace(each, name=ASKED) if each.op == type and not each.name else each for each in probe.steps)
    return replace(probe, steps=steps)


def _asked(networks: Iterable[Network], ask: Ask) -> Op:
    "The one that is marked; where a layer makes another of that type, as in a nested network, the first unwrapped one."
    type = _reader(ask)
    own = [
        op for network in networks for op in network.ops if op.layer.type == type and not op.name.startswith("wrap_")
    ]
    if not own:
        raise UsageError(f"{ask.id}: the model that was built has no {type}")
    return next((op for op in own if op.name.startswith(ASKED)), own[0])


def version(ask: Ask, built: Built) -> str:
    "The opset, or the version of the specification: what a model says for itself."
    return str(built.model.specificationVersion) if isinstance(ask.made, Row) else built.op.opset


def write(ask: Ask, built: Built, folder: Path) -> Path:
    "The model under a name of its own. Raises `OSError`."
    if isinstance(ask.made, Row):
        path = folder / f"{file_name(ask.id)}.mlmodel"
        path.write_bytes(spec_bytes(built.model))
        return path
    path = folder / f"{file_name(ask.id)}.mlpackage"
    write_package(built.model, path)
    return path


def discard(built: Built) -> None:
    "Frees the disk of it. Thousands are built in a row."
    packages.discard(built.model)


def file_name(id: str) -> str:
    "An id as the name of a file on any system."
    return "".join(each if each.isalnum() or each in "-_.=+@" else "_" for each in id)
