"""One target's profile, and the changelog of verdicts."""

import json
import shutil

import jsonschema
import pytest

import anedb
from anedb.api import changes, schemas
from anedb.catalog import layers
from anedb.domain.plain import plain
from anedb.errors import BadFileError, UnknownNameError, UsageError
from anedb.evidence.condition import check


@pytest.fixture(scope="module")
def profile(database):
    with anedb.open(database) as db:
        return db.profile(chip="M4")


def test_a_profile_keeps_to_its_schema_and_has_every_layer_type(profile):
    jsonschema.validate(plain(profile), schemas.get("profile"))
    assert sorted(profile.ops) == sorted(layers.all_types())
    assert profile.target.engine == "H16"


def test_its_conditions_are_cel_and_speak_of_the_target(profile):
    told = [each for op in profile.ops.values() for each in op.conditions] + list(profile.conditions)
    assert len(told) > 20
    assert [each.when for each in told if check(each.when)] == []
    assert all(each.weight > 0 for each in told)


def test_its_layers_are_answered_as_a_query_would(profile, database):
    assert profile.layers
    with anedb.open(database) as db:
        mark, told = next(iter(profile.layers.items()))
        format, type = told.type.split(":")
        layer = db._asker.knowledge(format, type).layers[mark]
        inputs = list(layer.inputs)
        asked = db.query(type, format=format, params=layer.params, inputs=inputs, chip="M4")
        assert (asked.offered.answer, asked.offered.probability) == (told.offered, told.offered_probability)


def test_a_profile_needs_a_target_that_is_known(database):
    with anedb.open(database) as db:
        with pytest.raises(UsageError):
            db.profile()
        with pytest.raises(UnknownNameError):
            db.profile(chip="A99")


@pytest.fixture
def two(tmp_path):
    "Two exports with one row, as small as they can be."
    part = {"answer": "yes", "probability": 0.9, "observations": 3}
    cell = {"engine": "H16", "release": None, "offered": part, "chosen": part, "sources": ["a"]}
    table = {"rows": [{"format": "mlprogram", "type": "conv", "cells": [cell]}]}
    index = {"kind": "anedb-data", "data_version": "1", "anedb": "0", "date": "2026", "files": []}
    index["layers"] = [{"format": "mlprogram", "type": "conv", "path": "x"}]
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "table.json").write_text(json.dumps(table))
        (tmp_path / name / "index.json").write_text(json.dumps(index))
        (tmp_path / name / "SHA256SUMS").write_text("")
    return tmp_path / "a", tmp_path / "b", table


def test_an_export_does_not_differ_from_itself(two):
    a, b, _ = two
    found = changes.compare(a, b)
    assert (found.changed, found.same, found.moved) == ((), 2, 0)
    jsonschema.validate(plain(found), schemas.get("data-changes"))


def test_a_changed_word_is_told_with_the_sources_behind_it(two):
    a, b, table = two
    cell = table["rows"][0]["cells"][0]
    cell["offered"] = {"answer": "no", "probability": 0.1, "observations": 5}
    cell["chosen"] = {"answer": "yes", "probability": 0.95, "observations": 3}
    cell["sources"] = ["a", "new"]
    (b / "table.json").write_text(json.dumps(table))
    found = changes.compare(a, b)
    (only,) = found.changed
    assert (only.about, only.a, only.b, only.sources) == ("offered", "yes", "no", ("new",))
    assert found.moved == 1


def test_what_was_unknown_and_is_gone_is_no_change(two):
    a, b, table = two
    table["rows"] = []
    (b / "table.json").write_text(json.dumps(table))
    assert [each.b for each in changes.compare(a, b).changed] == ["", ""]
    for half in ("offered", "chosen"):
        old = json.loads((a / "table.json").read_text())
        old["rows"][0]["cells"][0][half] = {"answer": "unknown", "probability": None, "observations": 0}
        (a / "table.json").write_text(json.dumps(old))
    assert changes.compare(a, b).changed == ()


def test_what_is_no_export_is_refused(two, tmp_path):
    a, b, _ = two
    with pytest.raises(UsageError):
        changes.compare(a, tmp_path)
    (b / "table.json").write_text("[")
    with pytest.raises(BadFileError):
        changes.compare(a, b)
    shutil.rmtree(b)
    with pytest.raises(UsageError):
        changes.compare(a, b)
