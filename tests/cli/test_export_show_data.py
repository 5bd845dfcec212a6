"""The table, single things, and the facts under review, from the command line."""

import json
import os
import shutil

import jsonschema
import pytest

from anedb.api import schemas
from anedb.catalog import layers


@pytest.mark.parametrize("format", ["json", "csv", "markdown"])
def test_the_same_data_give_the_same_bytes(anedb, format):
    one, other = anedb("export", format).out, anedb("export", format).out
    assert one == other and len(one) > 10_000


def test_the_json_export_keeps_to_its_schema_and_has_every_layer(anedb):
    found = json.loads(anedb("export", "json").out)
    jsonschema.validate(found, schemas.get("table"))
    assert len(found["rows"]) == len(layers.all_types("mlprogram")) + len(layers.all_types("neuralnetwork"))
    assert found["generated_from"].startswith("2026-")


def test_out_writes_a_whole_file(anedb, tmp_path):
    out = tmp_path / "table.csv"
    assert anedb("export", "csv", "-o", str(out)).code == 0
    assert out.read_bytes().decode() == anedb("export", "csv").out
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]


def test_out_that_cannot_be_written_exits_3(anedb, tmp_path):
    assert anedb("export", "csv", "-o", str(tmp_path / "no" / "table.csv")).code == 3


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("conv", "layer"),
        ("AddBroadcastableLayer", "layer"),
        ("A15", "chip"),
        ("iPhone15,3", "device"),
        ("H16", "engine"),
        ("hol-dil", "claim"),
        ("hollance-unsupported-layers", "source"),
        ("dtype", "reason"),
        ("hol-add", "workaround"),
        ("o1", "observation"),
        ("c1", "observations"),
    ],
)
def test_show_finds_each_kind_of_thing(anedb, name, kind):
    found = anedb("show", name, "--json").json()
    assert found["kind"] == kind
    jsonschema.validate(found, schemas.get("thing"))
    assert anedb("show", name).out.startswith(kind)


@pytest.mark.parametrize("name", ["nosuchthing", "", "o999999999", "c999999999", "v1:beef"])
def test_show_of_nothing_exits_2(anedb, name):
    assert anedb("show", name).code == 2


def test_the_shipped_data_are_clean(anedb):
    ran = anedb("data", "check")
    assert ran.code == 0, ran.out
    assert anedb("data", "fmt", "--check").code == 0


def test_the_catalogue_is_what_the_installed_coremltools_gives(anedb):
    ran = anedb("data", "generate", "--check")
    assert ran.code == 0, ran.out


@pytest.fixture
def own_database(database, monkeypatch, tmp_path) -> None:
    "Of these commands some write. Asked for after `anedb`, which names the one that all tests share."
    monkeypatch.setenv("ANEDB_URL", os.fspath(shutil.copy(database, tmp_path / "own.sqlite")))


@pytest.mark.parametrize(
    ("arguments", "schema"),
    [
        (("data", "check"), "problems"),
        (("data", "fmt", "--check"), "changed"),
        (("data", "build"), "status"),
        (("db", "status"), "status"),
        (("db", "upgrade"), "status"),
        (("show", "nosuch"), "error"),
        (("query", "nosuchlayer"), "error"),
    ],
)
def test_every_command_has_json_that_keeps_to_a_published_schema(anedb, arguments, schema, own_database):
    jsonschema.validate(anedb(*arguments, "--json").json(), schemas.get(schema))


def test_files_out_of_form_are_named_and_exit_1(anedb, monkeypatch, tmp_path):
    from anedb.catalog import files

    shutil.copytree(files.root(), tmp_path / "data")
    claims = tmp_path / "data" / "claims" / "hollance.json"
    claims.write_text(json.dumps(json.loads(claims.read_text())))
    monkeypatch.setattr(files, "root", lambda: tmp_path / "data")
    ran = anedb("data", "fmt", "--check", "--json")
    assert ran.code == 1 and ran.json()["files"] == ["claims/hollance.json"] and not ran.json()["written"]
    assert anedb("data", "fmt").out == "changed claims/hollance.json\n"
    assert anedb("data", "fmt", "--check").code == 0
