"""The whole of a file: every problem at once, nothing hidden by another, nothing said twice."""

import copy
import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anedb.catalog import records
from anedb.domain.submission import OBSERVATIONS, SourceHeader
from anedb.domain.target import Target
from anedb.ingest import identity
from anedb.ingest.check import check
from anedb.ingest.problems import SHOWN
from anedb.ingest.write import ordered

from . import runs

GOOD = runs.good()
PRINTS = check(GOOD, "good", today=runs.TODAY).header.fingerprints


def checked(data: bytes, **more):
    return check(data, "run.jsonl", today=runs.TODAY, **more)


def problems(data: bytes, **more) -> list[tuple[str, str]]:
    return [(problem.code, problem.where) for problem in checked(data, **more).problems]


def test_one_bad_line_does_not_hide_the_next():
    found = runs.objects()
    found[1]["seen"][0]["units"] = "cpu-and-ane"
    found[3]["seen"][0]["chosen"] = "gpu"
    found[4]["extra"] = 1
    del found[5]["format"]
    assert problems(runs.to_bytes(found)) == [
        ("vocabulary.units", "run.jsonl:2 /seen/0/units"),
        ("plausible.chosen-not-offered", "run.jsonl:4 /seen/0/chosen"),
        ("plausible.outside-units", "run.jsonl:4 /seen/0/chosen"),
        ("schema.unknown-field", "run.jsonl:5 /extra"),
        ("schema.missing-field", "run.jsonl:6 /format"),
    ]


def test_one_line_tells_all_that_its_schema_misses():
    found = runs.objects()
    relu = runs.at(found, "relu")
    relu |= {"typ": "relu", "params": {"a": [1, [None]], "b": None}, "inputs": [{"name": 1, "shape": [True, "?"]}]}
    number = found.index(relu) + 1
    assert sorted(problems(runs.to_bytes(found))) == sorted(
        (code, f"run.jsonl:{number} {at}")
        for code, at in [
            ("schema.unknown-field", "/typ"),
            ("schema.type", "/params/a/1/0"),
            ("schema.type", "/params/b"),
            ("schema.type", "/inputs/0/name"),
            ("schema.missing-field", "/inputs/0/dtype"),
            ("schema.type", "/inputs/0/shape/0"),
        ]
    )


def test_a_misspelt_field_gets_did_you_mean():
    found = runs.objects()
    found[0]["environment"]["bulid"] = "24B83"
    assert checked(runs.to_bytes(found)).problems[0].tip == "Did you mean `build`?"


def test_a_broken_header_does_not_hide_the_lines():
    found = runs.objects()
    del found[0]["date"]
    runs.at(found, "cumsum")["type"] = "cumsun"
    codes = [code for code, _ in problems(runs.to_bytes(found))]
    assert codes[0] == "schema.missing-field" and "vocabulary.layer" in codes


def test_a_newer_file_is_told_to_update_and_no_more():
    found = runs.objects()
    found[0] |= {"schema_version": "1.1.0", "new_field": 1}
    (only,) = checked(runs.to_bytes(found)).problems
    assert only.code == "schema.version" and "update" in only.tip


@pytest.mark.parametrize("version", [None, 1, "", "one", "1.0", "1.0.0.0", "²", "-1.0.0", "9" * 5000 + ".0.0"])
def test_a_version_that_is_none_is_told(version):
    found = runs.objects()
    found[0]["schema_version"] = version
    assert [code for code, _ in problems(runs.to_bytes(found))] == ["schema.version"]


@pytest.mark.parametrize("kind", [None, 5, ["anedb-submission"], "anedb-observations", "x" * 5000])
def test_only_a_submission_is_taken_from_a_stranger(kind):
    found = runs.objects()
    found[0]["kind"] = kind
    assert [code for code, _ in problems(runs.to_bytes(found))] == ["schema.kind"]


def test_many_problems_are_capped_and_counted():
    found = runs.objects()
    line = runs.at(found, "relu")
    line["seen"] = [{**line["seen"][0], "units": f"u{number}"} for number in range(SHOWN + 50)]
    result = checked(runs.sealed(found))
    assert len(result.problems) == SHOWN + 1
    assert result.unlisted > 0
    last = result.problems[-1]
    assert last.code == "size.problems" and str(result.unlisted) in last.what


def test_codes_of_unlisted_problems_are_known_too():
    found = runs.objects()
    found[1]["seen"][0]["chosen"] = "gpu"
    for line in found[2:]:
        line["seen"] = [{**line["seen"][0], "units": f"u{number}"} for number in range(SHOWN)]
    assert "vocabulary.units" in checked(runs.sealed(found)).codes


def test_a_copy_under_another_name_is_kept_aside():
    header, body = runs.run(contributor="somebody-else", device_key="0123456789abcdef" * 2, date="2026-11-21")
    data = records.render(header, body).encode()
    assert checked(data).ok
    result = checked(data, known_results={PRINTS.result})
    assert [problem.code for problem in result.problems] == ["copy.result"]
    assert result.aside and not result.ok


@pytest.mark.parametrize(
    ("code", "aside"),
    [
        ("canary.must-run", True),
        ("plausible.chosen-not-offered", True),
        ("vocabulary.chip", False),
        ("json.syntax", False),
    ],
)
def test_well_formed_and_implausible_is_kept_aside_and_malformed_refused(code, aside):
    assert checked(runs.BAD[code]()).aside is aside


@pytest.mark.parametrize(
    ("date", "code"),
    [
        ("2026-11-23", None),
        ("2026-11-24", "vocabulary.future"),
        ("9999-12-31", "vocabulary.future"),
        ("2026-11-2", "vocabulary.date"),
        ("20261122", "vocabulary.date"),
        ("2026-W47-7", "vocabulary.date"),
        ("٢٠٢٦-11-22", "vocabulary.date"),
        ("2023-06-01", "vocabulary.too-early"),
        ("2024-06-15", None),
    ],
)
def test_a_day_must_have_come_and_the_os_be_out(date, code):
    found = runs.objects()
    found[0]["date"] = date
    assert {code for code, _ in problems(runs.sealed(found))} == ({code} if code else set())


@pytest.mark.parametrize(
    "name",
    [
        "../up",
        "a/../../b",
        "..",
        "/etc/passwd",
        "\\\\server\\share",
        "C:\\models\\x",
        "~/models",
        "file:///x",
        "x/Users/me/y",
    ],
)
@pytest.mark.parametrize("field", ["model", "suite"])
def test_no_name_is_a_path_that_climbs(name, field):
    found = runs.objects()
    if field == "suite":
        found[0]["suite"]["id"] = name
    else:
        runs.at(found, "relu")["seen"][0]["model"] = name
    assert {code for code, _ in problems(runs.sealed(found))} == {"schema.path"}


def test_a_layer_name_may_begin_with_a_slash():
    found = runs.objects()
    runs.at(found, "relu")["seen"][0]["place"] = "/encoder/layers.0/Relu"
    assert problems(runs.sealed(found)) == []


def test_lines_are_read_lazily_and_again():
    result = checked(GOOD)
    assert list(result.lines) == list(result.lines) == runs.lines()
    assert runs.lines()[0] in result.lines


def test_a_record_of_a_public_source_is_checked_by_the_same_rules():
    body = ordered(runs.lines()[:2])
    header = SourceHeader(
        kind=OBSERVATIONS,
        schema_version="1.0.0",
        source="751k-plan-iso-cpune",
        target=Target(chip="M4", os="macOS", version="27.0.1", build="26A434", device="Mac16,12"),
        witness="751K:Mac16,12",
        date="2026-10-05",
        layers=2,
    )
    data = records.render(header, body).encode()
    result = checked(data, kinds=(OBSERVATIONS,))
    assert result.problems == () and result.target.engine == "H16" and result.target.release == 27
    wrong = data.replace(b'"source":"751k-plan-iso-cpune"', b'"source":"nobody"')
    assert [problem.code for problem in checked(wrong, kinds=(OBSERVATIONS,)).problems] == ["vocabulary.source"]


SPEEDY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def harmless(data: bytes) -> None:
    "Either something is wrong with it, or it is the same run."
    result = checked(data)
    if result.ok:
        assert result.header.fingerprints == PRINTS
        assert identity.fingerprints(result.header, identity.result(result.lines)) == PRINTS
    for problem in result.problems:
        assert str(problem).isprintable() or "\n    " in str(problem)


@SPEEDY
@given(st.data())
def test_flipped_bytes_are_noticed_or_mean_nothing(data):
    found = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 3))):
        found[data.draw(st.integers(0, len(found) - 1))] = data.draw(st.integers(0, 255))
    harmless(bytes(found))


@SPEEDY
@given(st.data())
def test_cut_and_doubled_pieces_are_noticed(data):
    one, other = sorted(data.draw(st.integers(0, len(GOOD))) for _ in range(2))
    harmless(data.draw(st.sampled_from([GOOD[:one] + GOOD[other:], GOOD[:other] + GOOD[one:], GOOD[one:other]])))


def places(value, here=()):
    "Every place of a value, as the way to it."
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inside:
        yield (*here, key)
        yield from places(item, (*here, key))


OBJECTS = runs.objects()
PLACES = list(places(OBJECTS))
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=8)
    | st.just([])
    | st.just({})
)


def parent(found, way):
    for key in way[:-1]:
        found = found[key]
    return found


@SPEEDY
@given(st.sampled_from(PLACES), VALUES)
def test_a_swapped_value_is_noticed_or_means_nothing(way, value):
    found = copy.deepcopy(OBJECTS)
    parent(found, way)[way[-1]] = value
    harmless(runs.to_bytes(found) if not has_surrogate(value) else b"{}")


@SPEEDY
@given(st.sampled_from(PLACES))
def test_a_dropped_key_is_noticed_or_means_nothing(way):
    found = copy.deepcopy(OBJECTS)
    del parent(found, way)[way[-1]]
    harmless(runs.to_bytes(found))


@SPEEDY
@given(st.sampled_from(PLACES), st.sampled_from(PLACES))
def test_two_values_exchanged_are_noticed_or_mean_nothing(one, other):
    found = copy.deepcopy(OBJECTS)
    try:
        first, second = parent(found, one), parent(found, other)
        first[one[-1]], second[other[-1]] = second[other[-1]], first[one[-1]]
        data = runs.to_bytes(found)
    except (KeyError, IndexError, TypeError, ValueError, RecursionError):
        return  # one is inside the other
    harmless(data)


def has_surrogate(value) -> bool:
    return isinstance(value, str) and any(0xD800 <= ord(char) < 0xE000 for char in value)


def big(lines: int) -> bytes:
    "A run of many layers: one convolution over as many extents."
    found = []
    for number in range(lines):
        x = runs.fp16("x", 1, 64, 32, number + 1)
        weight = runs.fp16("weight", 64, 64, 3, 3, const=True)
        found.append(runs.line("conv", {"pad_type": "same"}, x, weight, of=(runs.seen(),)))
    body = ordered(found)
    from anedb.ingest.write import seal

    header, _ = runs.run()
    sealed = seal(body, environment=header.environment, contributor="x", device_key=header.device_key, date=header.date)
    return records.render(sealed, body).encode()


def test_memory_stays_within_twice_the_file():
    data = big(3000)
    checked(data)
    tracemalloc.start()
    try:
        assert checked(data).ok
        assert tracemalloc.get_traced_memory()[1] < len(data)
    finally:
        tracemalloc.stop()


def test_a_line_takes_microseconds():
    data = big(2000)
    checked(data)
    start = time.perf_counter()
    assert checked(data).ok
    # Some 50 on the machine this was written on; a slower or busy one may take its time.
    assert (time.perf_counter() - start) / 2000 < 500e-6
