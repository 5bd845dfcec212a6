"""Measuring: models on this Mac or a tethered device, each in a process of its own, and a submission of what was seen.

The submission is an ordinary one: it is sealed and checked by the same code as a stranger's.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

from anedb.api import database, probe_report
from anedb.api.ask import Asker
from anedb.api.device_key import key_for
from anedb.api.doctor import coremltools_version
from anedb.api.submit import today
from anedb.api.suite import NAMES, wanted_asks
from anedb.catalog import records
from anedb.domain.observation import ComputeUnits
from anedb.domain.plain import plain
from anedb.domain.probed import Probed
from anedb.domain.submission import Environment, Suite
from anedb.domain.suite import WANTED_LIMIT
from anedb.errors import StoreError, UsageError
from anedb.ingest.timings import Conditions, Timing
from anedb.ingest.timings import render as render_times
from anedb.ingest.write import ordered, put, seal
from anedb.probe import environment as machine_facts
from anedb.probe import journal as journals
from anedb.probe import tasks as what
from anedb.probe.journal import Journal, Run
from anedb.probe.mac import Commands, Machine
from anedb.probe.outcome import Measured
from anedb.probe.private import Private
from anedb.probe.runner import OnModel, Runner, Settings, Task
from anedb.probe.suite import WANTED, Tier, asks
from anedb.probe.worker import Limits
from anedb.store.location import default_url

TIERS = tuple(Tier)
UNITS = tuple(each.value for each in (ComputeUnits.CPU_ONLY, ComputeUnits.CPU_AND_NE, ComputeUnits.ALL,
                                      ComputeUnits.CPU_AND_GPU))  # fmt: skip
"The CPU first: what the others give is compared with it."
ENDING, TIMES = ".submission.jsonl", ".timings.jsonl"
TIMEOUT_S, MEMORY_GB = 300, 8.0
"A 16x16 convolution has taken 229 s and 11 GB to compile (751k-note-conv16): it is told as beyond the memory limit."


class ProbeOptions(TypedDict, total=False):
    "What `probe` may be told."

    suite: str
    units: Sequence[str]
    device: str
    team: str
    out: Path | str | None
    limit: int
    timeout: float
    memory: float
    resume: bool
    timed: bool
    own_cache: bool
    contributor: str
    device_key: str
    comment: str
    on_model: OnModel | None
    machine: Machine | None


def probe(
    models: Sequence[Path | str] = (),
    *,
    url: str | None = None,
    suite: str = "",
    units: Sequence[str] = (),
    device: str = "",
    team: str = "",
    out: Path | str | None = None,
    limit: int = 0,
    timeout: float = TIMEOUT_S,
    memory: float = MEMORY_GB,
    resume: bool = False,
    timed: bool = True,
    own_cache: bool = True,
    contributor: str = "anonymous",
    device_key: str = "",
    comment: str = "",
    on_model: OnModel | None = None,
    machine: Machine | None = None,
) -> Probed:
    """A suite (`quick` where nothing is named), or the models named. `url`: the database that is asked in the end what
    is new; the user's own where it is not said.

    Raises `StoreError` where this machine cannot measure or the result cannot be written; `UsageError`,
    `UnknownNameError` and `BadFileError` for what cannot be asked.
    """
    if models and suite:
        raise UsageError("a suite or models of your own, not both at once")
    on = machine or Commands()
    machine_facts.require(on)
    there, name = _where(on, device)
    tasks, asked = _asked(models, suite or "quick", url, there)
    tasks = tasks[:limit] if limit else tasks
    place = _place(out, there, asked)
    run = _run(there, tasks, asked, _settings(units), timed)
    journal = (journals.resume if resume else journals.start)(_beside(place, journals.ENDING), run)
    resumed = sum(task.id in journal.done for task in tasks)
    limits = Limits(timeout, int(memory * 2**30))
    settings = Settings(run.units, limits, journal.run.nonce, timed, name, team, own_cache and not device)
    before, began = _conditions(on, device), time.monotonic()
    Runner(on, settings, Private.of(on)).run(tasks, journal, on_model)
    took = int(time.monotonic() - began)
    after = _conditions(on, device)
    there = replace(there, low_power=before.low_power or after.low_power) if not device else there
    conditions = _both(before, after, journal.run.nonce)
    seal_it = _Sealer(there, asked, contributor, device_key, comment, conditions)
    return seal_it(url or default_url(), journal, place, len(tasks), resumed, took)


def _where(on: Machine, device: str) -> tuple[Environment, str]:
    "The machine that is measured; and the tethered device's own name, by which coremltools finds it."
    if not device:
        found = machine_facts.environment(on, coremltools_version())
        return found, ""
    found = machine_facts.remote_environment(on, device, coremltools_version())
    name = next(each["name"] for each in machine_facts.tethered(on) if device in (each["name"], each["device"]))
    return found, name


def _asked(
    models: Sequence[Path | str], suite: str, url: str | None, there: Environment
) -> tuple[list[Task], Suite | None]:
    if models:
        return what.of_models([Path(each) for each in models]), None
    if suite == WANTED:
        here = f"{there.os} {there.version}"
        wanted, _ = wanted_asks(Asker(database.ready(url)), chips=(there.chip,), os=here, limit=WANTED_LIMIT)
        return what.of_suite(wanted), what.suite(suite, wanted)
    if suite not in TIERS and Path(suite).exists():
        return what.of_folder(Path(suite))
    if suite not in TIERS:
        raise UsageError(
            f"there is no suite {suite!r}", tip=f"there are {', '.join(NAMES)}, or a folder of `anedb suite build`"
        )
    found = asks(suite)
    return what.of_suite(found), what.suite(suite, found)


def _settings(units: Sequence[str]) -> tuple[str, ...]:
    odd = [each for each in units if each not in UNITS]
    if odd:
        raise UsageError(f"{odd[0]!r} is no compute-units setting", tip=f"there are {', '.join(UNITS)}")
    return tuple(each for each in UNITS if not units or each in units)


def _run(there: Environment, tasks: Sequence[Task], asked: Suite | None, units: tuple[str, ...], timed: bool) -> Run:
    return Run(
        suite=f"{asked.id if asked else what.OWN} {what.digest(tasks)}",
        units=units,
        timed=timed,
        chip=there.chip,
        device=there.device,
        version=there.version,
        build=there.build,
        coremltools=there.coremltools,
        tool=there.tool,
        nonce=secrets.token_hex(16),
    )


def _place(out: Path | str | None, there: Environment, asked: Suite | None) -> Path:
    named = "-".join((there.chip.replace(" ", ""), there.os, there.version, asked.id if asked else "models"))
    name = f"{named.lower()}{ENDING}"
    if out is None:
        return Path(name)
    found = Path(out)
    if found.is_dir():
        return found / name
    if not found.parent.is_dir():
        raise StoreError(f"{found.parent} is no folder", tip="make it first, or choose another --out")
    return found


def _beside(place: Path, ending: str) -> Path:
    return place.with_name(place.name + ending) if ending == journals.ENDING else place.with_suffix(ending)


def _conditions(on: Machine, device: str) -> machine_facts.Conditions:
    "Of this Mac; of a tethered device only what coremltools tells is known, and that is nothing."
    from anedb.coreml import planning

    try:
        cores = 0 if device else planning.engine_cores()
    except Exception:
        cores = 0  # macOS 14.4 has the call; whatever it says instead, the count is not worth a run
    return machine_facts.conditions(on, cores)


def _both(before: machine_facts.Conditions, after: machine_facts.Conditions, nonce: str) -> Conditions:
    return Conditions(
        nonce=nonce,
        power=before.power if before.power == after.power else "battery",
        thermal="limited" if "limited" in (before.thermal, after.thermal) else after.thermal,
        xcode=before.xcode,
        engine_cores=before.engine_cores,
    )


class _Sealer:
    "What was measured as a submission, written beside its times, and told."

    def __init__(
        self, there: Environment, asked: Suite | None, contributor: str, key: str, comment: str, conditions: Conditions
    ) -> None:
        self.there, self.asked, self.contributor = there, asked, contributor
        self.key, self.comment, self.conditions = key, comment, conditions

    def __call__(self, url: str, journal: Journal, place: Path, models: int, resumed: int, seconds: int) -> Probed:
        found = list(journal.done.values())
        lines = ordered(line for each in found for line in each.lines)
        told = probe_report.counted(found, models, resumed, seconds, lines)
        if not lines:
            journal.remove()
            return told
        header = seal(
            lines,
            environment=self.there,
            contributor=self.contributor,
            device_key=self.key or key_for(self.there),
            date=today(),
            suite=self.asked,
            comment=self.comment,
        )
        times = _times(found, {line.fingerprint for line in lines})
        told = replace(
            told,
            header=records.header_to_json(header),
            conditions=plain(self.conditions),
            example=records.line_to_json(lines[0]),
            run=header.fingerprints.run,
        )
        written = _write(place, records.render(header, lines))
        beside = _beside(place, TIMES)
        if times:
            _write(beside, render_times(header.fingerprints.run, times, self.conditions))
        journal.remove()
        return probe_report.previewed(told, url, written, str(beside) if times else "")


def _write(place: Path, text: str) -> str:
    try:
        put(place, text)
    except OSError as error:
        raise StoreError(f"{place} cannot be written: {error.strerror or error}", tip="The journal is kept.") from None
    return str(place)


def _times(found: Sequence[Measured], layers: set[str]) -> list[Timing]:
    return [Timing(**plain(time)) for each in found for time in each.times if time.layer in layers]
