"""Where a run is made: what a Mac's own tools say of it, each fact in its form and nothing else.

A fact that is not in its form is left out; no line of any tool leaves as it is. Tools are `sysctl`, `sw_vers`,
`xcodebuild`, `pmset`, and `devicectl` for a tethered device.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anedb
from anedb.catalog import devices, targets
from anedb.domain.submission import Environment
from anedb.domain.value import value
from anedb.errors import AnedbError, StoreError, UnknownNameError
from anedb.probe.mac import Machine

LEAST = (14, 4)
"macOS, the first that hands out its plans."

FORMS = {
    "chip": re.compile(r"Apple ([AMSR]\d{1,2}[XZ]?(?: (?:Pro|Max|Ultra))?)(?: \(Virtual\))?", re.ASCII),
    "device": re.compile(r"([A-Za-z]{2,16}\d{1,3},\d{1,3})", re.ASCII),
    "version": re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,2})", re.ASCII),
    "build": re.compile(r"(\d{2}[A-Z]\d{1,6}[a-z]?)", re.ASCII),
    "xcode": re.compile(r"Xcode (\d{1,2}(?:\.\d{1,2}){0,2})", re.ASCII),
    "coremltools": re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,2}(?:[ab]\d{1,2}|rc\d{1,2})?)", re.ASCII),
}
"What each fact looks like; the group is what is kept."

POWER = {"AC Power": "mains", "Battery Power": "battery", "UPS Power": "ups"}
PLATFORMS = {"iPhone": "iOS", "iPad": "iOS", "AppleTV": "tvOS", "Watch": "watchOS", "RealityDevice": "visionOS"}
NO_MAC = "this is not a Mac: Core ML, and with it the engine, is only there"
ELSEWHERE = "here you can: anedb suite build (models to take to a Mac), anedb check MODEL, anedb import FILE"


@value
class Conditions:
    "What may change the times of a run, and none of its facts."

    power: str
    "`mains`, `battery` or `ups`; empty: not known."
    low_power: bool
    thermal: str
    "`nominal`, or `limited` where the system had slowed the processor; empty: not known."
    xcode: str
    engine_cores: int
    "0: not known."


def form(name: str, text: str) -> str:
    "The fact as it may be told; empty where the text is nothing of that form."
    first = next(iter(text.strip().splitlines()), "")
    found = FORMS[name].fullmatch(first.strip())
    return found[1] if found else ""


def is_mac(machine: Machine) -> bool:
    return machine.run("sw_vers", "-productName").strip() in ("macOS", "Mac OS X")


def macos(machine: Machine) -> tuple[str, str]:
    "Version and build; empty where they cannot be told."
    version = form("version", machine.run("sw_vers", "-productVersion"))
    return version, form("build", machine.run("sw_vers", "-buildVersion"))


def require(machine: Machine) -> None:
    "Raises `StoreError` where nothing can be measured: not a Mac, or a macOS that hands out no plans."
    if not is_mac(machine):
        raise StoreError(NO_MAC, tip=ELSEWHERE)
    version, _ = macos(machine)
    if not version or targets.minor(version) < LEAST:
        least = ".".join(map(str, LEAST))
        raise StoreError(f"macOS {version or '?'} hands out no compute plans: {least} or newer does", tip=ELSEWHERE)


def environment(machine: Machine, coremltools: str) -> Environment:
    "Of this Mac. Raises `StoreError` where it does not say which it is."
    version, build = macos(machine)
    found = Environment(
        chip=_chip(form("chip", machine.run("sysctl", "-n", "machdep.cpu.brand_string"))),
        device=form("device", machine.run("sysctl", "-n", "hw.model")),
        os="macOS",
        version=version,
        build=build,
        coremltools=form("coremltools", coremltools),
        tool=f"anedb {anedb.__version__}",
        virtual=machine.run("sysctl", "-n", "kern.hv_vmm_present").strip() == "1",
        low_power=low_power(machine),
    )
    if not found.chip or not found.build:
        raise StoreError("this Mac does not say which chip it has, or which build of macOS", tip="anedb doctor")
    return found


def _chip(name: str) -> str:
    "As the catalogue spells it; a chip that it does not have yet keeps its own name, and is refused when it is sent."
    try:
        return targets.chip(name).id if name else ""
    except UnknownNameError:
        return name


def conditions(machine: Machine, engine_cores: int) -> Conditions:
    drawing = re.search(r"Now drawing from '([A-Za-z ]{1,20})'", machine.run("pmset", "-g", "batt"))
    return Conditions(
        power=POWER.get(drawing[1], "") if drawing else "",
        low_power=low_power(machine),
        thermal=thermal(machine.run("pmset", "-g", "therm")),
        xcode=form("xcode", machine.run("xcodebuild", "-version")),
        engine_cores=engine_cores,
    )


def low_power(machine: Machine) -> bool:
    return re.search(r"^\s*lowpowermode\s+1\s*$", machine.run("pmset", "-g"), re.MULTILINE) is not None


def thermal(said: str) -> str:
    limits = [int(each) for each in re.findall(r"CPU_(?:Speed|Scheduler)_Limit\s*=\s*(\d{1,3})", said)]
    if any(limit < 100 for limit in limits) or re.search(r"[Tt]hermal warning level set to [1-9]", said):
        return "limited"
    return "nominal" if limits or "No thermal warning" in said else ""


def tethered(machine: Machine) -> list[dict[str, str]]:
    """Devices that are connected: `name` (to find it by; it never leaves), `device`, `os`, `version`, `build`. Empty
    where there is no `devicectl`, or nothing is connected."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "devices.json"
        machine.run("xcrun", "devicectl", "list", "devices", "-j", str(told))
        try:
            found = json.loads(told.read_text(encoding="utf-8"))["result"]["devices"]
        except (OSError, ValueError, KeyError, TypeError):
            return []
    return [each for one in found if isinstance(one, Mapping) and (each := _tethered(one))]


def _tethered(found: Mapping[str, Any]) -> dict[str, str]:
    hardware, said = found.get("hardwareProperties", {}), found.get("deviceProperties", {})
    device = form("device", str(hardware.get("productType", "")))
    system = next((name for start, name in PLATFORMS.items() if device.startswith(start)), "")
    if not system or found.get("connectionProperties", {}).get("tunnelState") != "connected":
        return {}
    return {
        "name": str(said.get("name", "")),
        "device": device,
        "os": system,
        "version": form("version", str(said.get("osVersionNumber", ""))),
        "build": form("build", str(said.get("osBuildUpdate", ""))),
    }


def remote_environment(machine: Machine, name: str, coremltools: str) -> Environment:
    "Of a tethered device, found by its name or identifier. Raises `UnknownNameError`, `StoreError`."
    found = next((each for each in tethered(machine) if name in (each["name"], each["device"])), None)
    if found is None:
        raise UnknownNameError(f"no device called {name!r} is connected", tip="anedb doctor lists what is connected")
    try:
        chips = devices.chips_in(targets.device(found["device"]))
    except AnedbError:
        chips = ()
    if len(chips) != 1 or not found["version"] or not found["build"]:
        raise StoreError(f"{found['device']} does not say which chip, or which system, it has")
    return Environment(
        chip=chips[0],
        device=found["device"],
        os=found["os"],
        version=found["version"],
        build=found["build"],
        coremltools=form("coremltools", coremltools),
        tool=f"anedb {anedb.__version__}",
    )
