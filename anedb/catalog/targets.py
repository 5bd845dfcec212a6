"""Where a layer might run: chips, devices and OS releases made into a `Target`."""

from __future__ import annotations

from anedb.catalog.chips import chip, chips, chips_of, engine, engine_of, engines
from anedb.catalog.releases import OsVersion, builds, minor, os_version, release, release_of, releases
from anedb.domain.target import Device, Target
from anedb.errors import UsageError

__all__ = [
    "OsVersion",
    "builds",
    "chip",
    "chips",
    "chips_of",
    "device",
    "devices",
    "engine",
    "engine_of",
    "engines",
    "minor",
    "os_version",
    "release",
    "release_of",
    "releases",
    "resolve",
    "same_release",
]


def device(name: str) -> Device:
    "See `anedb.catalog.devices.device`. Its 193 rows are read when a device is first asked for, and not before."
    from anedb.catalog import devices as found

    return found.device(name)


def devices() -> tuple[Device, ...]:
    "Every device."
    from anedb.catalog import devices as found

    return found.devices()


def resolve(chip: str | None = None, device: str | None = None, os: str | None = None) -> Target:
    """The target that was named; what was not named stays None.

    Raises `UnknownNameError` for a name the catalogue does not have, `UsageError` where chip, device and OS
    contradict each other.
    """
    said = os_version(os)._asdict() if os is not None else {}
    on_chip, engine_id, identifier = _machine(chip, device, said.get("os"))
    return Target(chip=on_chip, engine=engine_id, device=identifier, **said)


def same_release(one: Target, other: Target) -> bool:
    "Both are of one Core ML release, whatever the OS. False where either is not known."
    return one.release is not None and one.release == other.release


def _machine(name: str | None, asked: str | None, system: str | None) -> tuple[str | None, str | None, str | None]:
    "Chip, engine and device identifier."
    wanted = chip(name) if name is not None else None
    if asked is None:
        return (wanted.id, wanted.engine, None) if wanted else (None, None, None)
    from anedb.catalog.devices import chips_in, device, devices_named, engine_in, system_of

    found = device(asked)
    runs = system_of(found.identifier)
    if system and runs and system != runs:
        raise UsageError(f"{found.name} ({found.identifier}) runs {runs}, not {system}")
    if wanted and wanted.id not in chips_in(found):
        has = " or ".join(chips_in(found))
        raise UsageError(
            f"{found.name} ({found.identifier}) has {has}, not {wanted.id}", tip="leave one of the two out"
        )
    # A name that several identifiers share says the chip, not which of them it is.
    identifier = found.identifier if len(devices_named(asked)) == 1 else None
    return (wanted.id if wanted else found.chip or None), engine_in(found), identifier
