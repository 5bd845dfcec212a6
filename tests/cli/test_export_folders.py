"""Everything as data, one target's profile, and the changelog of verdicts, from the command line."""

import json
import shutil

import jsonschema
import pytest

from anedb.api import schemas


@pytest.fixture
def exports(anedb, tmp_path):
    "Two exports; in the second one answer is another."
    assert anedb("export", "data", str(tmp_path / "a"), "--no-parquet").code == 0
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    table = json.loads((tmp_path / "b" / "table.json").read_text())
    row = next(each for each in table["rows"] if each["type"] == "gather")
    row["cells"][0]["offered"]["answer"] = "mixed"
    (tmp_path / "b" / "table.json").write_text(json.dumps(table))
    return str(tmp_path / "a"), str(tmp_path / "b")


def test_the_changelog_of_verdicts_tells_what_changed(anedb, exports):
    told = anedb("diff", *exports)
    assert told.code == 0 and "1 answer changed" in told.out and "gather" in told.out and "→ ◐ mixed" in told.out
    found = anedb("diff", *exports, "--json").json()
    jsonschema.validate(found, schemas.get("data-changes"))
    assert [each["b"] for each in found["changed"]] == ["mixed"]
    assert "The same" in anedb("diff", exports[0], exports[0]).out


def test_an_export_and_something_else_are_not_compared(anedb, exports, tmp_path):
    ran = anedb("diff", exports[0], str(tmp_path))
    assert ran.code == 2 and "is no export" in ran.err


def test_parquet_is_left_out_where_it_is_not_wanted(exports, tmp_path):
    assert not list((tmp_path / "a").glob("*.parquet")) and (tmp_path / "a" / "verdicts.csv").is_file()


def test_a_profile_is_written_and_the_same_each_time(anedb, tmp_path):
    out = tmp_path / "m4.json"
    assert anedb("export", "profile", "--chip", "M4", "-o", str(out)).code == 0
    found = json.loads(out.read_text())
    jsonschema.validate(found, schemas.get("profile"))
    assert anedb("export", "profile", "--chip", "M4").out == out.read_text()


@pytest.mark.parametrize("options", [(), ("--chip", "A99"), ("--chip", "M4", "--units", "cpu-only")])
def test_a_profile_of_no_target_exits_2(anedb, options):
    assert anedb("export", "profile", *options).code == 2
