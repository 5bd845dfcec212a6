"""What nobody says is asked for all at once; what two say differently is an error; nothing is guessed."""

import pytest

from anedb.domain.foreign import ForeignReport
from anedb.errors import AnedbError, UnknownNameError, UsageError
from anedb.ingest.importing.complete import Completed, Given, complete

ALL = {"chip": "M4", "device": "Mac16,12", "os": "macOS", "version": "27.0.1", "build": "26A434"}
ALL |= {"units": "cpu-and-ne", "date": "2026-10-05"}


def of(given: Given | None = None, **said: str) -> Completed:
    return complete([("plan.tsv", ForeignReport(format="plan_tsv", **said))], given or Given())


def test_a_file_that_says_everything_needs_nothing():
    found = of(**ALL)
    assert not found.needs and found.units == ("cpu-and-ne",) and found.date == "2026-10-05"
    on = found.environment()
    assert (on.chip, on.device, on.os, on.version, on.build) == ("M4", "Mac16,12", "macOS", "27.0.1", "26A434")


def test_everything_that_is_missing_is_asked_for_at_once():
    assert [need.option for need in of().needs] == ["--chip", "--os", "--units", "--date"]


def test_options_say_the_rest():
    given = Given(device="Mac16,12", os="macOS 27.0.1 (26A434)", units="CPU_AND_NE", date="2026-10-05")
    found = of(given)
    assert not found.needs and found.environment() == of(**ALL).environment() and found.units == ("cpu-and-ne",)


def test_a_chip_follows_from_its_device_and_a_version_from_a_known_build():
    found = of(device="Mac16,12", build="26A434")
    assert found.target.chip == "M4" and (found.target.os, found.target.version) == ("macOS", "27.0.1")
    assert of(build="29Z999").target.version is None


def test_neither_build_nor_device_is_asked_of_anybody():
    found = of(chip="M1", os="macOS", version="14.5", units="all", date="2024-08-03")
    assert not found.needs and found.environment().build == "" and found.environment().device == ""


@pytest.mark.parametrize(
    ("said", "given", "words"),
    [
        ({"chip": "M4"}, Given(chip="M2"), "plan.tsv says chip M4, the option says M2"),
        ({"chip": "M4"}, Given(device="Mac14,2"), "Mac14,2"),
        ({"engine": "H16"}, Given(chip="M2"), "says engine H16, and M2 has"),
        ({"os": "macOS", "version": "14.5"}, Given(os="macOS 15.1"), "OS version 14.5"),
        ({"os": "macOS"}, Given(os="iOS 26.0"), "says OS macOS, the option says iOS"),
        ({"build": "26A434"}, Given(os="macOS 27.0.1 (26A999)"), "build 26A434"),
        ({"build": "26A434"}, Given(os="macOS 14.5"), "26A434"),
        ({"units": "all"}, Given(units="cpu-and-ne"), "compute units all"),
        ({"date": "2026-10-05"}, Given(date="2026-10-06"), "date 2026-10-05"),
        ({}, Given(units="gpu-only"), "no setting of compute units"),
        ({}, Given(date="5.10.2026"), "no day"),
        ({}, Given(date="2026-02-30"), "no day"),
    ],
)
def test_a_contradiction_is_an_error_that_names_both(said, given, words):
    with pytest.raises(UsageError) as caught:
        of(given, **said)
    assert words in caught.value.message


def test_a_name_nobody_knows_is_never_taken_for_another():
    with pytest.raises(UnknownNameError):
        of(Given(chip="M44"))


def test_an_engine_alone_is_no_chip():
    assert of(engine="H16").needs[0].option == "--chip"
    assert of(Given(chip="M4"), engine="H16").target.engine == "H16"


def test_a_shorter_version_agrees_with_a_longer_one():
    assert of(Given(os="macOS 27"), os="macOS", version="27.0.1").target.version == "27.0.1"
    with pytest.raises(AnedbError):
        of(Given(os="macOS 27.1"), os="macOS", version="27.0.1")


def test_two_files_of_one_call_are_of_one_machine():
    reports = [(name, ForeignReport(format="plan_tsv", chip=chip)) for name, chip in (("a", "M4"), ("b", "M2"))]
    with pytest.raises(UsageError, match="a says chip M4, b says M2"):
        complete(reports, Given())


def test_units_are_each_file_s_own():
    reports = [("a", ForeignReport(format="f", units="all")), ("b", ForeignReport(format="f"))]
    found = complete(reports, Given())
    assert found.units == ("all", "") and "--units" in [need.option for need in found.needs]


def test_the_version_of_coremltools_is_taken_from_the_tool_that_names_it():
    assert of(tool="anecheck, coremltools 9.0").coremltools == "9.0" and of(tool="swift").coremltools == ""
