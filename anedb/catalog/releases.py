"""OS versions and the Core ML releases they belong to, from data/os_releases.json."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from anedb.catalog import files
from anedb.catalog.chips import cite
from anedb.domain.target import Release
from anedb.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from anedb.domain.engine import Build

RELEASES = "os_releases.json"
SYSTEMS = ("iOS", "macOS", "tvOS", "watchOS", "visionOS")

# iPadOS is numbered with iOS; Core ML tells the two apart nowhere.
SPELLINGS = {
    **{each.casefold(): each for each in SYSTEMS},
    "ipados": "iOS",
    "iphoneos": "iOS",
    "osx": "macOS",
    "macosx": "macOS",
    "mac": "macOS",
    "appletvos": "tvOS",
    "xros": "visionOS",
}


class OsVersion(NamedTuple):
    "What was said of an OS; what was not said is None."

    os: str
    version: str | None
    release: int | None
    build: str | None


def os_version(text: str) -> OsVersion:
    """`iOS 17.4`, `ios17`, `macOS 27.0 (26A434)`, `macOS`, or a known build alone, as OS, version, release and build.

    Raises `UnknownNameError` for an OS or release that does not exist, with those that do, and `UsageError` for what
    cannot be read or contradicts itself.
    """
    words, version, build = _split(text)
    if not words and not build:
        raise UsageError(f'"{text}" is no OS version', tip="write it like this: 'iOS 17.4', 'macOS 27.0 (26A434)'")
    known = _builds().get(build or "")
    if words:
        system = _system(words)
    elif known:
        system = known["os"]
    else:
        raise UnknownNameError(f'no OS is known by the build "{build}"', tip="name the OS: 'macOS 27.0'")
    version = version or (known["version"] if known and known["os"] == system else None)
    number = release_of(system, version) if version else None
    if build:
        _check_build(build, system, version, number)
    return OsVersion(system, version, number, build)


def release_of(system: str, version: str) -> int:
    "The Core ML release of an OS version, 17 for macOS 14.5. Raises `UnknownNameError` with those that exist."
    first = _first(system, version)
    for each in releases():
        if each.versions.get(system) == first:
            return each.number
    known = [each.versions[system] for each in releases() if system in each.versions]
    near = tuple(f"{system} {each}" for each in sorted(known, key=lambda it: abs(_number(it) - _number(first)))[:2])
    raise UnknownNameError(
        f"there is no {system} {first} with Core ML",
        tip=f"{system} with Core ML is {', '.join(known)}",
        suggestions=near,
    )


@cache
def releases() -> tuple[Release, ...]:
    "Every Core ML release, oldest first."
    data = files.read_json(RELEASES)
    return tuple(Release(**{**row, "source": cite(row["source"], data["sources"])}) for row in data["releases"])


def release(number: int) -> Release:
    "Raises `UnknownNameError` with those that exist."
    for each in releases():
        if each.number == number:
            return each
    known = ", ".join(str(each.number) for each in releases())
    raise UnknownNameError(f"there is no Core ML release {number}", tip=f"releases go by their iOS number: {known}")


def builds() -> tuple[Build, ...]:
    "The OS builds that evidence names."
    from anedb.domain.engine import Build

    sources = files.read_json(RELEASES)["sources"]
    return tuple(Build(**{**row, "source": cite(row["source"], sources)}) for row in _builds().values())


def minor(version: str) -> tuple[int, int]:
    '(17, 4) for "17.4.1"; (17, 0) for "17". Raises `ValueError` for what is no version.'
    parts = [int(part) for part in version.split(".")]
    return parts[0], parts[1] if len(parts) > 1 else 0


# Read by hand: compiling a regular expression would take longer than all the rest of the look-up.
def _split(text: str) -> tuple[str, str | None, str | None]:
    """`macOS 27.0 (26A434)` as name, version and build. An empty name and no build: it cannot be read."""
    words = text.replace("(", " ").replace(")", " ").split()
    build = _spell_build(words.pop()) if words and _is_build(words[-1]) else None
    rest = " ".join(words)
    cut = next((place for place, letter in enumerate(rest) if letter.isdigit()), len(rest))
    version = rest[cut:]
    if version and not _is_version(version):
        return "", None, None
    return rest[:cut].rstrip(" -"), version or None, build


def _is_version(text: str) -> bool:
    parts = text.split(".")
    return text.isascii() and len(parts) <= 3 and all(part.isdigit() and len(part) <= 3 for part in parts)


def _is_build(text: str) -> bool:
    "`26A434`, `25E5207k`."
    number = text[3:-1] if text[-1:].isalpha() else text[3:]
    return text.isascii() and len(text) <= 10 and text[:2].isdigit() and text[2:3].isalpha() and number.isdigit()


def _system(text: str) -> str:
    found = SPELLINGS.get("".join(text.casefold().split()))
    if found is None:
        raise UnknownNameError(f'there is no OS "{text.strip()}"', tip=f"known are {', '.join(SYSTEMS)}")
    return found


def _first(system: str, version: str) -> str:
    "What tells one yearly version from the next: `10.15` of macOS `10.15.7`, `14` of `14.5`."
    parts = version.split(".")
    return ".".join(parts[:2]) if system == "macOS" and parts[0] == "10" else parts[0]


def _number(version: str) -> float:
    return float(".".join(version.split(".")[:2]))


def _spell_build(text: str) -> str:
    return text[:3].upper() + text[3:].lower()


@cache
def _builds() -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in files.read_json(RELEASES)["builds"]}


def _check_build(build: str, system: str, version: str | None, number: int | None) -> None:
    "Raises `UsageError` where a build belongs to another OS version than the one named."
    known = _builds().get(build)
    if known and (known["os"] != system or (version and minor(version) != minor(known["version"]))):
        raise UsageError(f"build {build} is {known['os']} {known['version']}, not {system} {version or ''}".rstrip())
    expected = release(number).builds.get(system) if number is not None else None
    if expected is not None and int(build[:2]) != expected:
        raise UsageError(f"build {build} is not of {system} {version}", tip=f"those builds begin with {expected}")
