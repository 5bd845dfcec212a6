"""One model, measured: compiled, planned, loaded and run under each setting, told step by step.

This runs in a process of its own. Every step is told when it begins and when it ends, so that whoever listens knows
which one Core ML did not come back from, and keeps what was measured before.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any, Protocol

from anedb.coreml import feeding, plan_cache
from anedb.coreml.plan_structure import Planned
from anedb.domain.observation import ComputeUnits
from anedb.errors import AnedbError

Say = Callable[[dict[str, Any]], None]
CPU = ComputeUnits.CPU_ONLY.value
HOME = "CFFIXED_USER_HOME"
"The variable Core Foundation takes the home folder from: where Core ML's cache then is."

COMPILE, INPUTS, PLAN, LOAD, PREDICT, REFERENCE = "compile", "inputs", "plan", "load", "predict", "reference"
LEAST, MOST = 10, 100
"Predictions that are timed."
SECONDS = 0.1
"Spent on them, if that many fit."
WARMING = 2
"Predictions after the first that are not timed either."


class Ready(Protocol):
    load_ns: int

    def predict(self, inputs: dict[str, Any], stateful: bool) -> tuple[dict[str, Any], int]: ...


class Runner(Protocol):
    "Where a model runs: `anedb.coreml.planning.Local`, or a tethered device."

    def compile(self) -> None: ...
    def plan(self, units: str) -> list[Planned] | None: ...
    def load(self, units: str) -> Ready: ...


def measure(runner: Runner, job: dict[str, Any], say: Say) -> None:
    "`job`: `path`, `units`, `nonce`, `timed` (false: plans only)."
    if not _step(say, COMPILE, "", lambda: _compile(runner)):
        return
    fed = _Fed(runner, Path(job["path"]), job["nonce"], say) if job["timed"] else None
    for units in job["units"]:
        _step(say, PLAN, units, lambda units=units: _plan(runner, units))  # type: ignore[misc]
        if fed is not None:
            fed.run(units)


def _step(say: Say, name: str, units: str, work: Callable[[], dict[str, Any]]) -> bool:
    "Whether it was done. Core ML's errors come as exceptions of any class; its words go no further than the parent."
    say({"begin": name, "units": units})
    try:
        found = work()
    except Exception as error:
        unasked = isinstance(error, AnedbError)
        say({"failed": name, "units": units, "what": str(error)[:4000], "unasked": unasked})
        return False
    say({"end": name, "units": units, **found})
    return True


def _compile(runner: Runner) -> dict[str, Any]:
    runner.compile()
    return {}


def _plan(runner: Runner, units: str) -> dict[str, Any]:
    homes = [Path(each) for each in dict.fromkeys((os.environ.get(HOME, ""), str(Path.home()))) if each]
    before = plan_cache.files(homes)
    rows = runner.plan(units)
    written = [path for path, when in plan_cache.files(homes).items() if before.get(path) != when]
    return {"ops": rows, "refusals": plan_cache.refusals(written)}


class _Fed:
    "A model with its inputs, and what the CPU makes of them."

    def __init__(self, runner: Runner, model: Path, nonce: str, say: Say) -> None:
        self.runner, self.say = runner, say
        self.inputs: dict[str, Any] | None = None
        self.reference: dict[str, Any] | None = None
        _step(say, INPUTS, "", lambda: self._prepare(model, nonce))

    def _prepare(self, model: Path, nonce: str) -> dict[str, Any]:
        self.inputs, self.stateful = feeding.inputs(model, nonce)
        return {}

    def run(self, units: str) -> None:
        if self.inputs is None:
            return
        if units != CPU and self.reference is None:
            _step(self.say, REFERENCE, CPU, self._refer)
        loaded: list[Ready] = []
        if _step(self.say, LOAD, units, lambda: self._load(units, loaded)):
            _step(self.say, PREDICT, units, lambda: self._predict(units, loaded[0]))

    def _load(self, units: str, into: list[Ready]) -> dict[str, Any]:
        into.append(self.runner.load(units))
        return {"ns": into[0].load_ns}

    def _refer(self) -> dict[str, Any]:
        self.reference, _ = self._once(self.runner.load(CPU))
        return {}

    def _once(self, model: Ready) -> tuple[dict[str, Any], int]:
        assert self.inputs is not None
        return model.predict(self.inputs, self.stateful)

    def _predict(self, units: str, model: Ready) -> dict[str, Any]:
        outputs, first = self._once(model)
        if units == CPU and self.reference is None:
            self.reference = outputs
        for _ in range(WARMING):
            self._once(model)
        times = sorted(self._times(model))
        return {
            "first_ns": max(first, 1),
            "repeats": len(times),
            "median_ns": max(int(statistics.median(times)), 1),
            "least_ns": max(times[0], 1),
            "most_ns": max(times[-1], 1),
            "outputs": feeding.digest(outputs),
            "error": feeding.distance(outputs, self.reference) if self.reference is not None else "",
        }

    def _times(self, model: Ready) -> Iterator[int]:
        began = monotonic()
        for count in range(MOST):
            if count >= LEAST and monotonic() - began > SECONDS:
                return
            yield self._once(model)[1]


def scratch() -> tempfile.TemporaryDirectory[str]:
    "A folder for one model's compiled form."
    return tempfile.TemporaryDirectory(prefix="anedb-", ignore_cleanup_errors=True)
