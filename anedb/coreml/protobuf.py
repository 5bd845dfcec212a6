"""coremltools' protobuf modules without coremltools: its `__init__` takes a second and prints warnings on Linux,
the generated modules alone take 0.07 s."""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

_REAL = "coremltools.proto"
_OURS = "_anedb_coreml_proto"
"""The package the modules live in when coremltools itself is not imported. Both may be loaded in one process: the
descriptor pool takes identical files twice and hands out the same message classes."""


def load(name: str) -> ModuleType:
    """One generated module: `load("MIL_pb2")`, `load("Model_pb2")`, `load("NeuralNetwork_pb2")`.

    Never runs `coremltools/__init__.py`. Raises `ModuleNotFoundError` where coremltools is not installed or has no such
    module.
    """
    loaded = sys.modules.get(f"{_REAL}.{name}")
    if loaded is not None:
        return loaded
    _package()
    return importlib.import_module(f"{_OURS}.{name}")


@cache
def folder() -> Path:
    "coremltools' folder `proto`, found without importing it. Raises `ModuleNotFoundError`."
    spec = importlib.util.find_spec("coremltools")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("coremltools is not installed", name="coremltools")
    return Path(spec.submodule_search_locations[0]) / "proto"


@cache
def _package() -> ModuleType:
    "An empty package whose modules are those of `coremltools/proto`, so that their relative imports work."
    spec = importlib.machinery.ModuleSpec(_OURS, None, is_package=True)
    spec.submodule_search_locations = [str(folder())]
    module = importlib.util.module_from_spec(spec)
    sys.modules[_OURS] = module
    return module
