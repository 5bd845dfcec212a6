"""The JSON export keeps to its published schema."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from table_samples import TABLE, tables

from anedb.export import json_table

PUBLISHED = Path(__file__).parents[2] / "docs" / "schemas" / "table.schema.json"
VALIDATOR = jsonschema.Draft202012Validator(json_table.schema())


def test_the_published_schema_is_current(request):
    text = json.dumps(json_table.schema(), ensure_ascii=False, indent=1) + "\n"
    if request.config.getoption("--regen"):
        PUBLISHED.write_text(text, encoding="utf-8")
    assert PUBLISHED.read_text(encoding="utf-8") == text


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(json_table.schema())


@given(tables())
def test_every_export_keeps_to_the_schema(table):
    VALIDATOR.validate(json.loads(json_table.render(table)))


def broken(change):
    found = json.loads(json_table.render(TABLE))
    change(found)
    return found


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found.pop("counts"),
        lambda found: found.update(more=1),
        lambda found: found.update(kind="other"),
        lambda found: found["rows"][0]["cells"][0]["offered"].update(answer="perhaps"),
        lambda found: found["rows"][0]["cells"][0].update(release="17"),
    ],
)
def test_the_schema_can_refuse(change):
    assert not VALIDATOR.is_valid(broken(change))


def test_an_export_says_which_schema_and_data_it_is_of():
    found = json.loads(json_table.render(TABLE))
    assert (found["kind"], found["schema_version"], found["data_version"]) == ("anedb-table", "1.0.0", "0123456789ab")
    assert found["generated_from"] == "2026-10-05"


def test_a_name_survives_the_export():
    types = {row["type"] for row in json.loads(json_table.render(TABLE))["rows"]}
    assert types == {row.type for row in TABLE.rows}
