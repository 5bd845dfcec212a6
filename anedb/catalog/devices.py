"""Devices by identifier, from data/devices.json."""

from __future__ import annotations

from functools import cache

from anedb.catalog import files
from anedb.catalog.chips import cite, engine_of, fold, suggestions
from anedb.domain.target import Device
from anedb.errors import UnknownNameError, UsageError

DEVICES = "devices.json"

# What an identifier begins with -> what the device runs.
SYSTEMS = {
    "iPhone": "iOS",
    "iPad": "iOS",
    "iPod": "iOS",
    "AppleTV": "tvOS",
    "Watch": "watchOS",
    "RealityDevice": "visionOS",
}
MACS = ("Mac", "iMac", "VirtualMac")


def device(name: str) -> Device:
    """The device of that identifier, or of that name where the name says which chip it has.

    A name that several identifiers share gives the first of them. Raises `UnknownNameError` with suggestions, and
    `UsageError` where devices of that name have different chips.
    """
    found = devices_named(name)
    if len({(each.chip, each.candidates) for each in found}) > 1:
        listed = ", ".join(f"{each.identifier} ({' or '.join(chips_in(each))})" for each in found)
        raise UsageError(f'devices called "{name}" have different chips', tip=f"say which: {listed}")
    return found[0]


def devices_named(name: str) -> tuple[Device, ...]:
    "The one device of that identifier, else all of that name. Raises `UnknownNameError`."
    exact = _by_identifier().get(_bare(name))
    found = (exact,) if exact else _by_name().get(fold(name), ())
    if not found:
        # An identifier is told by its comma; then only identifiers can have been meant.
        known = [each.identifier if "," in name else each.name for each in devices()]
        tip = "identifiers look like iPhone15,3"
        raise UnknownNameError(f'there is no device "{name}"', tip=tip, suggestions=suggestions(name, known))
    return found


@cache
def devices() -> tuple[Device, ...]:
    "Every device."
    data = files.read_json(DEVICES)
    return tuple(
        Device(
            **{
                **row,
                "source": cite(row["source"], data["sources"]),
                "candidates": tuple(row.get("candidates", ())),
            }
        )
        for row in data["devices"]
    )


def chips_in(found: Device) -> tuple[str, ...]:
    "The chip of a device; all that it may be where tables disagree."
    return (found.chip,) if found.chip else found.candidates


def engine_in(found: Device) -> str | None:
    "The engine of a device; known also where tables disagree about the chip, if all it may be have the same."
    engines = {engine_of(each) for each in chips_in(found)}
    return engines.pop() if len(engines) == 1 else None


def system_of(identifier: str) -> str | None:
    "`macOS` for `Mac16,12`; None for a family we do not know."
    if identifier.startswith(MACS):
        return "macOS"
    return next((system for start, system in SYSTEMS.items() if identifier.startswith(start)), None)


@cache
def _by_name() -> dict[str, tuple[Device, ...]]:
    found: dict[str, tuple[Device, ...]] = {}
    for each in devices():
        found[fold(each.name)] = (*found.get(fold(each.name), ()), each)
    return found


@cache
def _by_identifier() -> dict[str, Device]:
    return {_bare(each.identifier): each for each in devices()}


def _bare(identifier: str) -> str:
    "Case and spaces do not matter. The comma does: iPad1,11 is not iPad11,1."
    return "".join(identifier.casefold().split())
