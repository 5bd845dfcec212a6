"""Models measured one after the other, each in a process of its own, each finished one in the journal.

Where a process dies or is stopped, the setting it was busy with has failed, and another process does the rest.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anedb.coreml.read import read_model
from anedb.errors import BadFileError, StoreError, UsageError
from anedb.probe import measure
from anedb.probe.heard import Heard, Job
from anedb.probe.journal import Journal
from anedb.probe.mac import Machine
from anedb.probe.outcome import Failure, Measured
from anedb.probe.private import Private
from anedb.probe.worker import Child, DiedError, Limits

DEVICE = "device"
NOT_READY = "the device could not be made ready: coremltools could not put its app on it, or start it"
TO_DO = "Is it unlocked, trusted, in developer mode, and Xcode signed in? --team names the team that signs the app."

NOT_BUILT = "the model cannot be built with this coremltools"

OnModel = Callable[[str, int, int], None]
"Id, how many are done, how many there are."


@dataclass(frozen=True, slots=True)
class Task:
    "A model that is built when its turn has come."

    id: str
    make: Callable[[Path], Job]
    "Into a folder that is gone afterwards. Raises `UsageError` where the model cannot be built."


@dataclass(frozen=True, slots=True)
class Settings:
    units: tuple[str, ...]
    limits: Limits
    nonce: str
    timed: bool = True
    device: str = ""
    "A tethered device by name; empty: this machine."
    team: str = ""
    own_cache: bool = True
    "Core ML's cache in a folder of the child's own, gone after the model."


class Runner:
    def __init__(self, machine: Machine, settings: Settings, private: Private) -> None:
        self.machine, self.settings, self.private = machine, settings, private
        self._child: Child | None = None
        self._home: tempfile.TemporaryDirectory[str] | None = None

    def run(self, tasks: Sequence[Task], journal: Journal, on_model: OnModel | None = None) -> None:
        """All that the journal does not have yet. Raises `StoreError` where the journal cannot be written, or the
        tethered device cannot be made ready."""
        waiting = [task for task in tasks if task.id not in journal.done]
        before = len(tasks) - len(waiting)
        try:
            for count, task in enumerate(waiting, before):
                if on_model is not None:
                    on_model(task.id, count, len(tasks))
                journal.add(self._task(task))
        finally:
            self.close()

    def _task(self, task: Task) -> Measured:
        with tempfile.TemporaryDirectory(prefix="anedb-", ignore_cleanup_errors=True) as folder:
            try:
                job = task.make(Path(folder))
            except UsageError:
                return Measured(id=task.id, note=NOT_BUILT)
            return self.one(job)

    def one(self, job: Job) -> Measured:
        "Never raises for what Core ML does: that is what was measured."
        try:
            model = read_model(job.path)
        except BadFileError:
            return Measured(id=job.id, note="the file cannot be read as a model")
        heard = Heard(job, model, self.private)
        todo = self._job(job)
        while todo["units"]:
            try:
                self._listen(todo, heard)
                break
            except DiedError as error:
                heard.died(error)
                if heard.failures[-1].step == DEVICE:
                    raise StoreError(NOT_READY, tip=TO_DO) from None
                todo = _rest(todo, heard.failures[-1])
            finally:
                if not self.settings.device:
                    self.close()
        return heard.measured(self.settings.units)

    def _job(self, job: Job) -> dict[str, Any]:
        on = self.settings
        return {
            "path": str(job.path), "units": list(on.units), "nonce": on.nonce, "timed": on.timed, "device": on.device,
            "team": on.team, "seconds": on.limits.seconds,
        }  # fmt: skip

    def _listen(self, todo: dict[str, Any], heard: Heard) -> None:
        child = self._started()
        try:
            for event in child.ask(todo, self.settings.limits):
                if event.get("failed") == DEVICE:
                    raise StoreError(NOT_READY, tip=TO_DO)
                heard.take(event, child.said() if "failed" in event else "")
        except DiedError:
            self.close()
            raise

    def _started(self) -> Child:
        if self._child is None:
            self._home = tempfile.TemporaryDirectory(prefix="anedb-", ignore_cleanup_errors=True)
            self._child = Child(self.machine, Path(self._home.name) if self.settings.own_cache else None)
        return self._child

    def close(self) -> None:
        if self._child is not None:
            self._child.close()
        if self._home is not None:
            self._home.cleanup()
        self._child = self._home = None


def _rest(todo: dict[str, Any], failure: Failure) -> dict[str, Any]:
    "What another process can still do: nothing where the model did not even compile."
    if failure.step in (measure.INPUTS, measure.REFERENCE):
        return {**todo, "timed": False}
    units = todo["units"]
    if failure.units not in units:
        return {**todo, "units": []}
    return {**todo, "units": units[units.index(failure.units) + 1 :]}
