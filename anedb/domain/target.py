"""Where a layer might run: chip, engine, OS release, device."""

from __future__ import annotations

from dataclasses import field

from anedb.domain.value import value


@value
class Chip:
    id: str
    "As people write it: `A15`, `M4 Pro`."
    engine: str | None
    "Engine architecture, `H11` … `H18`; None: not known, or Core ML cannot use one."
    engine_source: str | None = None
    engine_basis: str = ""
    "`measured` on a device, `stated` by a table, `inferred` from the chip's siblings; empty: no engine known."
    names: tuple[str, ...] = ()
    "Other spellings, `A15 Bionic`."
    cores: int | None = None
    tops: str | None = None
    "Trillions of operations a second as the vendor states them, in decimal text."
    usable: bool = True
    "Whether Core ML can use its engine."
    source: str = ""
    products: tuple[str, ...] = ()
    note: str = ""
    disputed: str = ""
    "What another source says instead, with its name; empty: nobody disagrees."


@value
class Device:
    identifier: str
    "`iPhone15,3`, `Mac16,12`."
    name: str
    chip: str
    "Empty where tables disagree: then `candidates` has what it may be."
    source: str
    confidence: str = ""
    "`measured report`, `table`, `two tables`, `inferred` or `tables disagree`."
    disputed: str = ""
    "What another source says instead; empty: nobody disagrees."
    candidates: tuple[str, ...] = ()
    "The chips this device may have, where tables disagree."


@value
class Release:
    "One Core ML release: the OS versions of one autumn."

    number: int
    "Its iOS number: macOS 14 is of release 17."
    versions: dict[str, str]
    "OS -> its version, `macOS` -> `10.15`. An OS that is missing did not exist yet."
    opset: str | None = None
    "The MIL opset it brought, `iOS15`."
    specification_version: int | None = None
    "The model format it brought."
    builds: dict[str, int] = field(default_factory=dict)
    "OS -> the number its builds begin with, `macOS` -> 23 for `23F79`."
    dates: dict[str, str] = field(default_factory=dict)
    "OS -> first day out; one that is missing we are not sure of."
    source: str = ""
    note: str = ""


@value
class Target:
    "What was asked for or measured on. Everything may be missing; what is missing is not guessed."

    chip: str | None = None
    engine: str | None = None
    os: str | None = None
    "`iOS`, `macOS`, `tvOS`, `watchOS`, `visionOS`."
    version: str | None = None
    "As stated: `17.4`, `27.0.1`."
    release: int | None = None
    "The Core ML release this OS version belongs to, by its iOS number: macOS 14 and iOS 17 are both 17."
    build: str | None = None
    "`26A434`."
    device: str | None = None
    "A device identifier, `Mac16,12`."
