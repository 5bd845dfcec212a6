"""A whole model on a target: every layer's verdict, where each is likely to go, and what to change.

docs/placement.md tells in plain words how a placement is predicted.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from anedb.api.ask import UNITS, Asker
from anedb.api.judged import Judge
from anedb.api.planned import Planner, costs
from anedb.catalog import placement, targets
from anedb.domain.check import SCHEMA_VERSION, Check, CheckedModel
from anedb.domain.model import Model
from anedb.domain.observation import ComputeUnits
from anedb.domain.target import Target
from anedb.errors import AnedbError, BadFileError, UsageError

if TYPE_CHECKING:
    from anedb.domain.diff import Diff

Told = Callable[[str, int, int], None]
"Path, how many are done, how many there are."


def check(
    asker: Asker,
    paths: Sequence[Path | str],
    *,
    chips: Sequence[str] = (),
    devices: Sequence[str] = (),
    os: str | None = None,
    units: str = ComputeUnits.CPU_AND_NE,
    on_model: Told | None = None,
) -> Check:
    """Every model at the paths, folders searched, on every target asked for; without any, on no particular chip.

    A file that cannot be read is told in `failed` where there are others, and raised where it is the only one. Raises
    `UnknownNameError`, `UsageError` and `BadFileError`. One model is in memory at a time, and what is said of it.
    """
    wanted = asked_targets(chips, devices, os, units)
    found = list(_files(paths))
    models: list[CheckedModel] = []
    failed: list[dict[str, str]] = []
    for number, path in enumerate(found):
        if on_model is not None:
            on_model(str(path), number, len(found))
        try:
            models += answers(asker, read(path), wanted, units)
        except BadFileError as error:
            if len(found) == 1:
                raise
            failed.append(refusal(path, error))
    return Check(
        schema_version=SCHEMA_VERSION,
        data_version=asker.data_version,
        units=units,
        costs=costs(placement.load().scheduler),
        models=tuple(models),
        failed=tuple(failed),
    )


def compare(
    asker: Asker,
    a: Path | str,
    b: Path | str | None,
    *,
    chips: Sequence[str] = (),
    devices: Sequence[str] = (),
    os: str | None = None,
    units: str = ComputeUnits.CPU_AND_NE,
) -> Diff:
    """Two models on one target, or one model on two.

    Raises `UsageError` where that is not what was asked for.
    """
    from anedb.api.diff import diff

    wanted = asked_targets(chips, devices, os, units)
    if len(wanted) != (2 if b is None else 1):
        asked = "one model needs two targets" if b is None else "two models need one target"
        raise UsageError(f"{asked}, not {len(wanted)}", tip="name chips with --chip, devices with --device")
    found = answers(asker, read(Path(a)), wanted, units)
    if b is not None:
        found += answers(asker, read(Path(b)), wanted, units)
    return diff(*found, data_version=asker.data_version)


def asked_targets(chips: Sequence[str], devices: Sequence[str], os: str | None, units: str) -> list[Target]:
    if units not in UNITS:
        raise UsageError(f"compute units {units!r} leave the engine out, or are none", tip=f"use {' or '.join(UNITS)}")
    named = [targets.resolve(chip, None, os) for chip in chips] + [targets.resolve(None, it, os) for it in devices]
    return named or [targets.resolve(None, None, os)]


def answers(asker: Asker, model: Model, wanted: Iterable[Target], units: str) -> list[CheckedModel]:
    "One model, once for each target."
    asker._forget_if_changed()  # a run may have been stored since the last model
    with without_collecting():
        return [Planner(model, target, units, Judge(asker, target, units)).checked() for target in wanted]


@contextmanager
def without_collecting() -> Iterator[None]:
    "Thousands of values are made and none forms a circle: looking for circles meanwhile takes a third of the time."
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def read(path: Path) -> Model:
    from anedb.coreml.read import read_model

    with without_collecting():
        return read_model(path)


def refusal(path: Path, error: AnedbError) -> dict[str, str]:
    return {"path": str(path), "error": error.message, "tip": error.tip}


def _files(paths: Sequence[Path | str]) -> Iterable[Path]:
    "A folder gives the models in it. Raises `BadFileError` for one without any."
    from anedb.coreml.read import find_models

    for each in paths:
        found = find_models(Path(each))
        if not found:
            raise BadFileError(
                f"{each}: there is no Core ML model in this folder",
                tip="a model is a .mlmodel, .mlpackage or .mlmodelc, or Core ML's analytics.mil",
            )
        yield from found
