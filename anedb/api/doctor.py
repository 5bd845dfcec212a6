"What measuring needs, and whether this machine has it."

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from anedb.catalog import targets
from anedb.domain.probed import Check, Doctor
from anedb.probe import environment
from anedb.probe.mac import Commands, Machine

ROOM = 5 * 2**30
"Bytes. A full disk has made Core ML give empty plans."


def doctor(machine: Machine | None = None) -> Doctor:
    on = machine or Commands()
    checks = tuple(_checks(on))
    return Doctor(able=all(each.ok for each in checks if each.needed), checks=checks)


def coremltools_version() -> str:
    "Empty: it is not installed."
    try:
        return version("coremltools")
    except PackageNotFoundError:
        return ""


def _checks(on: Machine) -> Iterator[Check]:
    mac = environment.is_mac(on)
    yield _system(on, mac)
    yield _compiled()
    free = shutil.disk_usage(tempfile.gettempdir()).free
    yield Check(name="room", ok=free >= ROOM, needed=False, found=f"{free / 2**30:.0f} GB free", tip=(
        "" if free >= ROOM else "with little room Core ML's plans come back empty"))  # fmt: skip
    if mac:
        yield from _conditions(on)
        yield _xcode(on)
        yield _tethered(on)


def _system(on: Machine, mac: bool) -> Check:
    found, build = environment.macos(on) if mac else ("", "")
    new = bool(found) and targets.minor(found) >= environment.LEAST
    told = f"macOS {found} ({build})" if mac else "not a Mac"
    tip = "" if new else "update to macOS 14.4 or newer" if mac else environment.ELSEWHERE
    return Check(name="macOS", ok=new, needed=True, found=told, tip=tip)


def _compiled() -> Check:
    from anedb.coreml import planning

    has = coremltools_version()
    able = bool(has) and planning.available()
    tip = "" if able else "install its wheel for macOS: libcoremlpython, which talks to Core ML, is in it"
    told = has or "not installed"
    return Check(name="coremltools", ok=able, needed=True, found=told if able else f"{told}, without Core ML", tip=tip)


def _conditions(on: Machine) -> Iterator[Check]:
    found = environment.conditions(on, 0)
    mains = found.power == "mains"
    yield Check(name="power", ok=mains, needed=False, found=found.power or "not known", tip=(
        "" if mains else "times are steadier on mains"))  # fmt: skip
    yield Check(name="low power mode", ok=not found.low_power, needed=False, found="on" if found.low_power else "off",
                tip="it slows the machine; the run says so" if found.low_power else "")  # fmt: skip
    cool = found.thermal != "limited"
    yield Check(name="temperature", ok=cool, needed=False, found=found.thermal or "not known", tip=(
        "" if cool else "let it cool down: times would be too long"))  # fmt: skip


def _xcode(on: Machine) -> Check:
    found = environment.form("xcode", on.run("xcodebuild", "-version"))
    tip = "" if found else "only --device needs it: install Xcode and open it once"
    return Check(name="Xcode", ok=bool(found), needed=False, found=found or "not found", tip=tip)


def _tethered(on: Machine) -> Check:
    found = environment.tethered(on)
    told = ", ".join(f"{each['device']} ({each['os']} {each['version']})" for each in found)
    tip = "" if found else "to measure an iPhone or iPad: connect it, trust this Mac, switch on developer mode"
    return Check(name="tethered device", ok=bool(found), needed=False, found=told or "none", tip=tip)
