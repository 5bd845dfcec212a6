"""Where a layer might run: chip, engine, OS release, device."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    id: str
    "As people write it: `A15`, `M4 Pro`."
    engine: str | None
    "Engine architecture, `H11` … `H18`; None: not known, or Core ML cannot use one."
    engine_source: str | None = None
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    identifier: str
    "`iPhone15,3`, `Mac16,12`."
    name: str
    chip: str
    source: str
    confidence: str = ""
    disputed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
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
