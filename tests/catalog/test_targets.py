"""Chips, engines, devices and OS releases: every row has its source, and no name is answered as another."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anedb.catalog import targets
from anedb.catalog.devices import chips_in, engine_in, system_of
from anedb.domain.target import Device, Target
from anedb.errors import UnknownNameError, UsageError

DATA = Path(__file__).parents[2] / "data"
CHIPS = [each.id for each in targets.chips()]
DEVICES = [each.identifier for each in targets.devices()]
RELEASES = targets.releases()
VERSIONS = [(system, each.versions[system], each.number) for each in RELEASES for system in each.versions]


def rows(name):
    data = json.loads((DATA / name).read_text())
    return [(row, data["sources"]) for part in data.values() if isinstance(part, list) for row in part]


@pytest.mark.parametrize("name", ["chips.json", "engines.json", "devices.json", "os_releases.json"])
def test_every_row_has_a_source_that_is_described(name):
    for row, sources in rows(name):
        assert row["source"], row
        assert set(row["source"]) <= sources.keys(), row


@pytest.mark.parametrize("name", ["chips.json", "engines.json", "devices.json", "os_releases.json"])
def test_a_source_is_a_title_and_an_address_or_says_it_has_none(name):
    for source in json.loads((DATA / name).read_text())["sources"].values():
        assert source["title"] and (source["url"].startswith("https://") or "table" in source["title"])


def test_the_catalogue_is_complete():
    assert (len(CHIPS), len(DEVICES)) == (40, 193)
    assert [each.id for each in targets.engines()] == [f"H{number}" for number in range(11, 19)]
    assert [each.number for each in RELEASES] == [11, 12, 13, 14, 15, 16, 17, 18, 26, 27]
    assert sum(system_of(each) == "macOS" for each in DEVICES) == 52


def test_no_two_rows_share_a_name():
    names = [name for each in targets.chips() for name in (each.id, *each.names)]
    assert len(names) == len(set(names)) and len(DEVICES) == len(set(DEVICES))


def test_every_chip_has_an_engine_or_says_why_not():
    for each in targets.chips():
        assert each.engine in {engine.id for engine in targets.engines()} or each.note, each.id
        assert (each.engine is None) == (each.engine_basis == ""), each.id
        assert each.engine_basis != "inferred" or each.note, each.id


@pytest.mark.parametrize("identifier", DEVICES)
def test_every_device_has_a_chip_we_know_or_says_which_it_may_be(identifier):
    found = targets.device(identifier)
    assert set(chips_in(found)) <= set(CHIPS) and chips_in(found)
    assert bool(found.chip) != bool(found.candidates)
    assert found.chip or found.disputed
    assert system_of(identifier) is not None


def test_sixteen_macs_are_disputed_between_chips_of_one_engine():
    open_rows = [each for each in targets.devices() if not each.chip]
    assert len(open_rows) == 16
    assert all(engine_in(each) for each in open_rows)


def test_a_device_that_may_have_either_of_two_engines_has_none_known():
    torn = Device(identifier="Mac99,1", name="Mac", chip="", source="nobody", candidates=("M1", "M4"))
    assert engine_in(torn) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("A15", "A15"),
        ("A15 Bionic", "A15"),
        ("a15bionic", "A15"),
        ("m4-pro", "M4 Pro"),
        ("Apple M4 Pro", "M4 Pro"),
        ("s9", "S9"),
    ],
)
def test_a_chip_goes_by_the_names_people_write(name, expected):
    assert targets.chip(name).id == expected


@pytest.mark.parametrize("name", ["A99", "M4 Bionic", "M", "", "A1", "H13", "A15 Pro"])
def test_an_unknown_chip_is_never_answered_as_another(name):
    with pytest.raises(UnknownNameError, match=f'there is no chip "{name}"'):
        targets.chip(name)


@given(st.text(max_size=8))
def test_any_text_is_a_chip_we_have_or_unknown(name):
    with contextlib.suppress(UnknownNameError):
        assert targets.chip(name).id in CHIPS


@pytest.mark.parametrize(
    ("chip", "engine"),
    [
        ("A11", None),
        ("A12", "H11"),
        ("A12X", "H11"),
        ("A13", "H12"),
        ("A14", "H13"),
        ("M1 Ultra", "H13"),
        ("A15", "H14"),
        ("M2", "H14"),
        ("A16", "H15"),
        ("M3 Max", "H15"),
        ("A17 Pro", "H16"),
        ("M4", "H16"),
        ("A18 Pro", "H17"),
        ("M6", "H18"),
        ("A20", None),
        ("S9", None),
    ],
)
def test_engines_are_those_of_the_naming_table_not_of_the_naming_trap(chip, engine):
    assert targets.engine_of(chip) == engine
    assert engine is None or chip in targets.chips_of(engine)


def test_extent_limits_rise_with_h16():
    for each in targets.engines():
        width = {limit.axis: limit.largest for limit in each.limits}.get("W")
        assert width == {11: None, 12: None, 13: 16384, 14: 16384, 15: 16384}.get(int(each.id[1:]), 65536)


def test_what_a_device_calls_its_engine_agrees_with_its_chip():
    for each in targets.engines():
        assert all(targets.engine_of(seen.chip) == each.id for seen in each.measured)
        assert all(targets.engine(target) is each for target in each.compiler_targets)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("iOS 17.4", ("iOS", "17.4", 17, None)),
        ("ios17", ("iOS", "17", 17, None)),
        ("iPadOS 18.1", ("iOS", "18.1", 18, None)),
        ("macOS 27.0.1", ("macOS", "27.0.1", 27, None)),
        ("macOS 27.0 (26A434)", ("macOS", "27.0", 27, "26A434")),
        ("macos 27.0.1 26a434", ("macOS", "27.0.1", 27, "26A434")),
        ("26A434", ("macOS", "27.0.1", 27, "26A434")),
        ("23F79", ("macOS", "14.5", 17, "23F79")),
        ("OS X 10.13.6", ("macOS", "10.13.6", 11, None)),
        ("macos-14", ("macOS", "14", 17, None)),
        ("watchOS 10", ("watchOS", "10", 17, None)),
        ("visionOS 2.1", ("visionOS", "2.1", 18, None)),
        ("macOS", ("macOS", None, None, None)),
    ],
)
def test_an_os_version_is_read_as_people_write_it(text, expected):
    assert targets.os_version(text) == expected


@pytest.mark.parametrize(("system", "version", "number"), VERSIONS)
def test_one_release_ties_the_systems_together(system, version, number):
    assert targets.os_version(f"{system} {version}.1").release == number
    assert system in targets.release(number).versions


@pytest.mark.parametrize(
    "text", ["iOS 19", "iOS 25", "iOS 10", "iOS 28", "macOS 16", "macOS 10", "macOS 10.12", "visionOS 3", "iOS 017"]
)
def test_an_impossible_release_is_refused_with_those_that_exist(text):
    with pytest.raises(UnknownNameError, match="with Core ML") as caught:
        targets.os_version(text)
    assert "26, 27" in caught.value.tip and len(caught.value.suggestions) == 2


@pytest.mark.parametrize("text", ["Windows 11", "iSO 17", "99Z1"])
def test_an_unknown_system_is_refused(text):
    with pytest.raises(UnknownNameError):
        targets.os_version(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "17.4",
        "iOS 17.4.1.2",
        "iOS 17.4 beta",
        "iOS 17 . 4",
        "iOS ١٧",
        "macOS 14.5 (26A434)",
        "iOS 27 (26A434)",
        "macOS 14 (22A1)",
    ],
)
def test_what_cannot_be_read_or_contradicts_itself_is_refused(text):
    with pytest.raises(UsageError):
        targets.os_version(text)


@given(st.text(alphabet="iOSmac 0123456789.()AFabc-", max_size=20))
def test_any_text_is_an_os_version_or_an_error_of_ours(text):
    try:
        found = targets.os_version(text)
    except (UnknownNameError, UsageError):
        return
    assert found.os in ("iOS", "macOS") and (found.version is None) == (found.release is None)


def test_builds_of_a_release_begin_with_its_number():
    for each in targets.builds():
        number = targets.os_version(f"{each.os} {each.version}").release
        assert each.id.startswith(str(targets.release(number).builds[each.os]))


def test_what_is_not_named_is_not_guessed():
    assert targets.resolve() == Target()
    assert targets.resolve(chip="M4") == Target(chip="M4", engine="H16")
    assert targets.resolve(os="macOS 14.5") == Target(os="macOS", version="14.5", release=17)
    assert targets.resolve(device="Mac16,12", os="26A434") == Target(
        chip="M4", engine="H16", device="Mac16,12", os="macOS", version="27.0.1", release=27, build="26A434"
    )


def test_a_disputed_mac_keeps_its_chip_open_and_its_engine():
    assert targets.resolve(device="Mac14,5") == Target(chip=None, engine="H14", device="Mac14,5")
    assert targets.resolve(device="Mac14,5", chip="M2 Max").chip == "M2 Max"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"chip": "A15", "device": "iPhone15,3"}, ["A15", "iPhone15,3"]),
        ({"chip": "M4", "device": "Mac14,5"}, ["M4", "Mac14,5"]),
        ({"device": "Mac16,12", "os": "iOS 17"}, ["Mac16,12", "iOS"]),
        ({"device": "iPhone15,3", "os": "macOS 14"}, ["iPhone15,3", "macOS"]),
        ({"device": "MacBook Pro 14 (2023)"}, ["MacBook Pro 14 (2023)"]),
    ],
)
def test_a_contradiction_is_refused_and_both_sides_named(asked, words):
    with pytest.raises(UsageError) as caught:
        targets.resolve(**asked)
    assert all(word in caught.value.message for word in words)


def test_a_device_goes_by_its_name_where_that_says_the_chip():
    assert targets.resolve(device="iPhone 13") == Target(chip="A15", engine="H14", device="iPhone14,5")
    # Two identifiers have this name: the chip is known, which of them it is is not.
    assert targets.resolve(device="iPhone 8") == Target(chip="A11")


@pytest.mark.parametrize("name", ["iPhone15,9", "iPad111", "Mac99,1", ""])
def test_an_unknown_device_is_never_answered_as_another(name):
    with pytest.raises(UnknownNameError):
        targets.device(name)


def test_minor_versions_and_releases_compare():
    assert (targets.minor("17.4.1"), targets.minor("17")) == ((17, 4), (17, 0))
    assert targets.same_release(Target(release=17, os="iOS"), Target(release=17, os="macOS"))
    assert not targets.same_release(Target(), Target())


def test_a_look_up_of_chip_and_os_reads_no_devices_and_nothing_heavy():
    code = (
        "import sys; from anedb.catalog import targets; targets.resolve(chip='M4', os='macOS 27.0');"
        "heavy = {'anedb.catalog.devices', 'anedb.domain.engine', 'difflib', 'pydantic', 'rapidfuzz'};"
        "assert not heavy & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": str(DATA.parent)})


@pytest.mark.skipif("ANEDB_EVIDENCE" not in os.environ, reason="ANEDB_EVIDENCE does not name the gathered evidence")
def test_rows_agree_with_the_gathered_evidence():
    found = json.loads((Path(os.environ["ANEDB_EVIDENCE"]) / "devices.json").read_text())
    assert {row["chip"].removesuffix(" Bionic") for row in found["chips"]} == set(CHIPS)
    for row in found["mobile_identifiers"] + [row for row in found["mac_identifiers"] if row["chip"]]:
        assert targets.device(row["identifier"]).chip == row["chip"].removesuffix(" Bionic")
    for row in found["chips"]:
        stated = row["ane_arch"] if row["ane_arch_source"] and "?" not in (row["ane_arch"] or "") else None
        assert stated is None or stated.casefold().startswith(targets.engine_of(row["chip"]).casefold())
