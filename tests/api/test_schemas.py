"""The published JSON Schemas are current, and are schemas."""

from pathlib import Path

import jsonschema
import pytest

from anedb.api import schemas
from anedb.errors import UnknownNameError

PUBLISHED = Path(__file__).parents[2] / "docs" / "schemas"


@pytest.mark.parametrize("name", sorted(schemas.files()))
def test_the_published_file_is_current(name):
    assert (PUBLISHED / name).read_text(encoding="utf-8") == schemas.files()[name], (
        "python -m anedb.api.schemas docs/schemas"
    )


def test_nothing_else_is_published():
    assert {path.name for path in PUBLISHED.iterdir()} == set(schemas.files())


@pytest.mark.parametrize("name", schemas.names())
def test_each_is_a_schema_with_a_name_of_its_own(name):
    found = schemas.get(name)
    jsonschema.Draft202012Validator.check_schema(found)
    assert name in found["$id"]


def test_a_schema_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(UnknownNameError, match="nosuch") as raised:
        schemas.get("nosuch")
    assert "verdict" in raised.value.tip
