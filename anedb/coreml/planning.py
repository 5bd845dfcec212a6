"""Core ML itself, through coremltools' own classes: compile a model, ask for its plan, load it, predict.

Works on a Mac only: elsewhere coremltools has no `libcoremlpython`. Whatever Core ML says as an error comes out as a
`RuntimeError` or an `Exception` of coremltools'; it may also never return, or end the process: callers sit in a process
of their own (`anedb.probe.child`).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anedb.coreml import plan_structure
from anedb.coreml.plan_structure import Planned
from anedb.coreml.quiet import coremltools
from anedb.domain.observation import ComputeUnits

UNITS = {
    ComputeUnits.ALL.value: "ALL",
    ComputeUnits.CPU_AND_NE.value: "CPU_AND_NE",
    ComputeUnits.CPU_AND_GPU.value: "CPU_AND_GPU",
    ComputeUnits.CPU_ONLY.value: "CPU_ONLY",
}
"Our settings -> coremltools' `ComputeUnit`."


def available() -> bool:
    "Whether coremltools came with its compiled module, which is what talks to Core ML."
    coremltools()
    from coremltools.models import compute_plan

    return compute_plan._MLComputePlanProxy is not None


def setting(units: str) -> Any:
    return coremltools().ComputeUnit[UNITS[units]]


def engine_cores() -> int:
    "Of this machine's engine; 0: it has none that Core ML can use, or does not say."
    coremltools()
    from coremltools.models.compute_device import MLComputeDevice, MLNeuralEngineComputeDevice

    for each in MLComputeDevice.get_all_compute_devices():
        if isinstance(each, MLNeuralEngineComputeDevice):
            return int(each.total_core_count)
    return 0


class Local:
    "One model on this machine. The compiled model stays in `folder`."

    def __init__(self, model: Path, folder: Path) -> None:
        self.model = model
        self.compiled = folder / f"{model.stem}.mlmodelc"

    def compile(self) -> None:
        coremltools()
        from coremltools.models.utils import compile_model

        compile_model(str(self.model), str(self.compiled))

    def plan(self, units: str) -> list[Planned] | None:
        "None: Core ML gave no plan, and no error either."
        coremltools()
        from coremltools.models.compute_plan import MLComputePlan

        found = MLComputePlan.load_from_path(str(self.compiled), setting(units))
        return None if found is None or found.model_structure is None else plan_structure.rows(found)

    def load(self, units: str) -> Loaded:
        return Loaded(self.compiled, units)


class Loaded:
    "A model that is ready to predict under one setting."

    def __init__(self, compiled: Path, units: str) -> None:
        coremltools()
        from coremltools.models import CompiledMLModel

        began = time.perf_counter_ns()
        self._model = CompiledMLModel(str(compiled), setting(units))
        self.load_ns = self._told("get_load_duration_in_nano_seconds") or time.perf_counter_ns() - began

    def predict(self, inputs: Mapping[str, Any], stateful: bool) -> tuple[dict[str, Any], int]:
        "Outputs by name, and how long it took in nanoseconds, by Core ML's own clock where it has one."
        state = self._model.make_state() if stateful else None
        began = time.perf_counter_ns()
        found = self._model.predict(dict(inputs), state)
        return found, self._told("get_last_predict_duration_in_nano_seconds") or time.perf_counter_ns() - began

    def _told(self, name: str) -> int:
        "coremltools 8 has no such function, and Core ML may have no answer."
        ask = getattr(self._model._proxy, name, None)
        return int(ask() or 0) if ask is not None else 0
