"""A tethered iPhone or iPad, through coremltools' remote device support: it builds a small app with Xcode, puts it on
the device, and talks to it by files.

One object of coremltools' compiles, sends, plans and runs a model; it is loaded once a setting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from anedb.coreml import plan_structure
from anedb.coreml.plan_structure import Planned
from anedb.coreml.planning import setting
from anedb.coreml.quiet import coremltools
from anedb.errors import StoreError


@cache
def _loop() -> asyncio.AbstractEventLoop:
    "One for the whole process: coremltools keeps the loop that it was made in."
    found = asyncio.new_event_loop()
    asyncio.set_event_loop(found)
    return found


def finished(work: Coroutine[Any, Any, Any]) -> Any:
    return _loop().run_until_complete(work)


@cache
def ready(name: str, team: str) -> Any:
    """The device of that name, with coremltools' app running on it; made ready once a process.

    `team`: the development team that signs the app; empty: what Xcode's project says. Raises `StoreError` where no
    such device is connected, whatever coremltools raises where the app cannot be built.
    """
    coremltools()
    from coremltools.models.ml_program.experimental.remote_device import AppSigningCredentials, Device, DeviceState

    found = [each for each in Device.get_devices() if each.name == name and each.state == DeviceState.CONNECTED]
    if not found:
        raise StoreError("the device is not connected")
    _loop()
    credentials = AppSigningCredentials(development_team=team) if team else None
    return finished(found[0].prepare_for_model_debugging(credentials=credentials))


class Remote:
    def __init__(self, model: Path, folder: Path, device: Any) -> None:
        self.model, self.folder, self.device = model, folder, device
        self._loaded: dict[str, Any] = {}

    def compile(self) -> None:
        "Here, as a first look; coremltools compiles it again for each setting before it sends it."
        coremltools()
        from coremltools.models.utils import compile_model

        compile_model(str(self.model), str(self.folder / f"{self.model.stem}.mlmodelc"))

    def plan(self, units: str) -> list[Planned] | None:
        found = finished(self._there(units).retrieve_compute_plan())
        return None if found is None or found.model_structure is None else plan_structure.rows(found)

    def load(self, units: str) -> RemoteLoaded:
        return RemoteLoaded(self._there(units))

    def _there(self, units: str) -> Any:
        if units not in self._loaded:
            from coremltools.models.ml_program.experimental.async_wrapper import MLModelAsyncWrapper

            made = MLModelAsyncWrapper.from_spec_or_path(
                spec_or_path=str(self.model), weights_dir="", compute_units=setting(units), device=self.device
            )
            finished(made.load())
            self._loaded = {units: made}
        return self._loaded[units]


class RemoteLoaded:
    def __init__(self, model: Any) -> None:
        self._model = model
        self.load_ns = int(model.load_duration_in_nano_seconds or 0)

    def predict(self, inputs: Mapping[str, Any], stateful: bool) -> tuple[dict[str, Any], int]:
        "By the device's own clock. Raises `StoreError` for a model with a state, which coremltools cannot run there."
        if stateful:
            raise StoreError("a model with a state cannot be run on a tethered device")
        found = finished(self._model.predict(dict(inputs)))
        return found, int(self._model.last_predict_duration_in_nano_seconds or 0)
