"""The folder of `anedb export data`."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import jsonschema
import pyarrow.parquet as pq
import pytest

import anedb
from anedb.api import schemas
from anedb.catalog import layers
from anedb.domain.exported import DataIndex, DataLayer, LayerFile, Observed
from anedb.domain.knowledge import Tally
from anedb.domain.table import TableCell
from anedb.domain.target import Target
from anedb.domain.verdict import Part
from anedb.errors import UsageError
from anedb.export.data import accessor, csv_rows, papers, parquet


@pytest.fixture(scope="module")
def exported(database, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "data"
    with anedb.open(database) as db:
        db.export_data(folder)
    return folder


def test_the_same_data_give_the_same_bytes_in_another_process_from_another_database(exported, tmp_path):
    env = {
        **os.environ,
        "ANEDB_URL": f"sqlite:///{tmp_path}/other.sqlite",
        "PYTHONHASHSEED": "20261123" if os.environ.get("PYTHONHASHSEED") != "20261123" else "1",
    }
    other = tmp_path / "again"
    subprocess.run([sys.executable, "-m", "anedb", "export", "data", str(other)], env=env, check=True)
    one, two = (
        {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
        for root in (exported, other)
    )
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []


def test_what_one_installation_went_through_is_not_in_its_export(exported, database, tmp_path):
    "A database that was written to once more, with nothing new: tests that run at once once differed in this."
    shutil.copy(database, tmp_path / "copy.sqlite")
    with sqlite3.connect(tmp_path / "copy.sqlite") as copy:
        copy.execute("UPDATE meta SET value = value + 1 WHERE name = 'changes'")
    with anedb.open(os.fspath(tmp_path / "copy.sqlite")) as db:
        db.export_data(tmp_path / "again")
    assert (tmp_path / "again" / "anedb.sqlite").read_bytes() == (exported / "anedb.sqlite").read_bytes()


def test_the_index_names_every_layer_type_and_the_digest_of_every_file(exported):
    data = accessor.open(exported)
    jsonschema.validate(data.index, schemas.get("data-index"))
    assert sorted(data) == sorted(layers.all_types())
    data.verify()
    there = {str(path.relative_to(exported)) for path in exported.rglob("*") if path.is_file()}
    assert there == {each["path"] for each in data.index["files"]} | {"index.json", "SHA256SUMS"}
    (exported / "table.md").write_bytes(kept := (exported / "table.md").read_bytes())
    try:
        (exported / "table.md").write_bytes(kept + b" ")
        with pytest.raises(ValueError, match=r"table\.md"):
            data.verify()
    finally:
        (exported / "table.md").write_bytes(kept)


@pytest.mark.parametrize("name", ["mlprogram:conv", "neuralnetwork:addBroadcastable", "mlprogram:gather"])
def test_a_layer_s_file_keeps_to_its_schema_and_names_its_sources(exported, name):
    found = accessor.open(exported).layer(name)
    jsonschema.validate(found, schemas.get("data-layer"))
    sources = {each["id"] for each in found["sources"]}
    assert {each["source"] for each in found["claims"]} <= sources
    assert found["claims"] and found["verdicts"]


def test_every_form_has_the_same_answers(exported):
    data = accessor.open(exported)
    cells = [
        (row["format"], row["type"], cell["engine"], cell["release"], cell["offered"]["answer"])
        for row in data.table()["rows"]
        for cell in row["cells"]
    ]
    with sqlite3.connect(exported / "anedb.sqlite") as db:
        stored = db.execute("SELECT format, type, engine, release, offered FROM verdicts").fetchall()
        seen = db.execute("SELECT count(*) FROM observation_view").fetchone()[0]
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert stored == cells
    assert [row["offered"] for row in data.rows("verdicts")] == [each[4] for each in cells]
    assert sum(1 for _ in data.rows("observations")) == seen > 1000


def test_parquet_has_the_rows_of_csv(exported):
    data = accessor.open(exported)
    found = pq.read_table(exported / "verdicts.parquet")
    assert found.column("offered").to_pylist() == [row["offered"] for row in data.rows("verdicts")]
    assert str(found.schema.field("offered_probability").type) == "double"
    assert pq.read_table(exported / "observations.parquet").num_rows == sum(1 for _ in data.rows("observations"))


def test_the_exported_database_answers_as_the_one_it_is_from(exported, database):
    with anedb.open(database) as one:
        from anedb.api.ask import Asker, question
        from anedb.store.reader import open_reader

        with open_reader(str(exported / "anedb.sqlite")) as reader:
            asked = question("conv", params=["dilations=2,2"], chip="M4")
            assert Asker(reader).verdict("conv", asked) == one.query("conv", params=["dilations=2,2"], chip="M4")


def test_without_pyarrow_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError) as caught:
        parquet.render({"a": "int"}, [(1,)], {})
    assert "anedb[parquet]" in caught.value.tip


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "＝1"])
def test_text_stays_text_in_a_spreadsheet_and_comes_back_as_it_was(text, tmp_path):
    (tmp_path / "observations.csv").write_text(csv_rows.render(["a"], [(text,)]), encoding="utf-8", newline="")
    (tmp_path / "index.json").write_text(json.dumps({"kind": "anedb-data", "layers": [], "files": []}))
    line = (tmp_path / "observations.csv").read_bytes().decode().split("\r\n", 1)[1]
    assert line.lstrip('"').startswith("'")
    assert [row["a"] for row in accessor.open(tmp_path).rows("observations")] == [text]


def test_a_folder_of_something_else_is_left_alone(database, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with anedb.open(database) as db, pytest.raises(UsageError, match="something else"):
        db.export_data(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_earlier_export_loses_what_it_no_longer_has_and_nothing_else(tmp_path):
    from anedb.api.folder import write

    write(tmp_path / "e", {"a/b.txt": b"1", "c.txt": b"2", "SHA256SUMS": f"{'0' * 64}  a/b.txt\n".encode()})
    (tmp_path / "outside.txt").write_text("stays")
    with (tmp_path / "e" / "SHA256SUMS").open("a") as file:
        file.write(f"{'0' * 64}  ../outside.txt\n{'0' * 64}  {tmp_path}/outside.txt\n")
    write(tmp_path / "e", {"c.txt": b"3", "SHA256SUMS": b""})
    assert not (tmp_path / "e" / "a" / "b.txt").exists()
    assert (tmp_path / "outside.txt").read_text() == "stays"
    assert (tmp_path / "e" / "c.txt").read_bytes() == b"3"


def test_package_json_leads_to_files_that_are_there(exported):
    package = json.loads((exported / "package.json").read_text())
    assert (exported / package["main"]).is_file() and (exported / package["types"]).is_file()
    assert package["license"] == "CC0-1.0" and package["version"][0].isdigit()
    assert "doi" not in (exported / "CITATION.cff").read_text().lower()


@pytest.mark.parametrize(
    "kind", [DataIndex, DataLayer, LayerFile, Observed, Tally, Target, Part, TableCell], ids=lambda kind: kind.__name__
)
def test_the_types_for_typescript_have_every_field(kind):
    missing = [name for name in kind.__dataclass_fields__ if not re.search(rf"\b{name}:", papers.TYPES)]
    assert missing == []
