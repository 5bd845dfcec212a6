"""The published JSON Schemas are current, and say what the checks say."""

import json
from pathlib import Path

import jsonschema
import pytest

from anedb.ingest import schema

from . import runs
from .test_retractions import GOOD as RETRACTION
from .test_timings import GOOD as TIMINGS

FOLDER = Path(__file__).parents[2] / "docs" / "schemas"
SCHEMAS = schema.schemas()

BEYOND = {
    "schema.path",
    "canonical.form",
    "canonical.order",
    "canonical.duplicate",
    "canonical.count",
    "canonical.open",
    "fingerprint.layer",
    "fingerprint.environment",
    "fingerprint.result",
    "fingerprint.run",
    "vocabulary.layer",
    "vocabulary.parameter",
    "vocabulary.chip",
    "vocabulary.device",
    "vocabulary.device-chip",
    "vocabulary.os",
    "vocabulary.version",
    "vocabulary.build",
    "vocabulary.reason",
    "vocabulary.date",
    "vocabulary.future",
    "vocabulary.too-early",
    "plausible.nothing-seen",
    "plausible.outside-units",
    "plausible.chosen-not-offered",
    "plausible.no-engine",
    "plausible.os-device",
    "canary.must-run",
    "canary.must-not",
    "canary.must-fail",
}
"What takes the catalogue, two fields, or a sum to see."

SILENT_BY_LAW = {"canonical.duplicate"}


def validator(name: str, part: str = "") -> jsonschema.Draft202012Validator:
    found = SCHEMAS[name]
    if part:
        found = {**found, "anyOf": [{"$ref": f"#/$defs/{part}"}]}
    return jsonschema.Draft202012Validator(found)


def fits(data: bytes) -> bool:
    header, *rest = [json.loads(line) for line in data.splitlines()]
    return validator("submission.schema.json", "Header").is_valid(header) and all(
        validator("submission.schema.json", "Line").is_valid(line) for line in rest
    )


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_published_schema_is_current(name, request):
    if request.config.getoption("--regen"):
        schema.write(FOLDER)
    assert (FOLDER / name).read_text(encoding="utf-8") == schema.render(SCHEMAS[name]), (
        "python -m anedb.ingest.schema docs/schemas"
    )


@pytest.mark.parametrize("name", SCHEMAS)
def test_it_is_a_versioned_2020_12_schema_that_is_closed(name):
    found = SCHEMAS[name]
    jsonschema.Draft202012Validator.check_schema(found)
    assert found["$schema"].endswith("2020-12/schema") and found["$id"].endswith(":1") and "1.0.0" in found["title"]
    for part in (found, *found.get("$defs", {}).values()):
        assert "properties" not in part or part["additionalProperties"] is False


def test_the_good_run_fits():
    assert fits(runs.good())


@pytest.mark.parametrize("code", [code for code in runs.BAD if not code.startswith(("size.", "encoding.", "json."))])
def test_a_bad_run_does_not_fit_unless_no_schema_could_tell(code):
    expected = code in BEYOND - SILENT_BY_LAW
    assert fits(runs.BAD[code]()) is expected


def test_timings_and_retractions_fit():
    for line in TIMINGS.splitlines():
        validator("submission-timings.schema.json").validate(json.loads(line))
    validator("retraction.schema.json").validate(
        {"what": RETRACTION.what, "reason": RETRACTION.reason, "by": RETRACTION.by, "date": RETRACTION.date}
    )


def test_fields_are_described():
    fields = SCHEMAS["submission.schema.json"]["$defs"]["Seen"]["properties"]
    assert fields["model"].get("enum") is None
    described = [
        field
        for part in SCHEMAS["submission.schema.json"]["$defs"].values()
        for field in part.get("properties", {}).values()
        if "description" in field
    ]
    assert len(described) > 10


def test_every_bound_is_of_a_field_that_exists():
    known = {
        (name, field)
        for each in SCHEMAS.values()
        for name, part in {each["title"]: each, **each.get("$defs", {})}.items()
        for field in part.get("properties", {})
    }
    assert set(schema.BOUNDS) <= known | {
        ("Retraction", "date"),
        ("Retraction", "reason"),
        ("Retraction", "by"),
    }
