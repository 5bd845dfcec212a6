"""A run from the command line: checked, previewed, stored once, withdrawn."""

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from anedb.api import schemas

SAMPLES = Path(__file__).parents[1] / "samples"
GOOD = sorted((SAMPLES / "good").glob("*.jsonl"))


@pytest.fixture
def mine(anedb, database, tmp_path, monkeypatch):
    "The command line on a database of this test's own."
    own = tmp_path / "own.sqlite"
    shutil.copy(database, own)
    monkeypatch.setenv("ANEDB_URL", str(own))
    return anedb


def test_a_good_run_is_previewed_stored_once_and_then_known(mine):
    run = str(GOOD[0])
    looked = mine("submit", "--dry-run", run, "--json").json()["submissions"][0]
    assert looked["status"] == "would be stored" and looked["problems"] == []
    assert mine("submit", run, "--json").json()["submissions"][0]["status"] == "stored"
    before = mine("db", "status", "--json").json()["counts"]["observations"]
    again = mine("submit", run, "--json")
    assert again.code == 0 and again.json()["submissions"][0]["status"] == "already known"
    assert mine("db", "status", "--json").json()["counts"]["observations"] == before


def test_a_dry_run_stores_nothing(mine):
    before = mine("db", "status", "--json").json()
    mine("submit", "--dry-run", str(GOOD[0]))
    assert mine("db", "status", "--json").json() == before


def test_the_preview_says_which_answers_move_and_they_do(mine):
    found = mine("submit", "--dry-run", str(GOOD[0]), "--json").json()["submissions"][0]
    assert found["moves"], "a run on a new machine moves something"
    assert {move["about"] for move in found["moves"]} <= {"offered", "chosen"}
    assert all(move["before"] != move["after"] for move in found["moves"])


def test_the_result_keeps_to_the_published_schema(mine):
    for arguments in (("--dry-run", str(GOOD[0])), (str(GOOD[0]),), (str(SAMPLES / "bad" / "nosuch.jsonl"),)):
        jsonschema.validate(mine("submit", *arguments, "--json").json(), schemas.get("submitted"))


def test_to_writes_it_under_its_fingerprint_ready_for_a_pull_request(mine, tmp_path):
    found = mine("submit", "--to", str(tmp_path / "data"), str(GOOD[0]), "--json").json()["submissions"][0]
    written = Path(found["written"])
    assert written.is_relative_to(tmp_path / "data" / "submissions")
    assert found["run"].removeprefix("v1:").startswith(written.stem)
    assert written.read_bytes() == GOOD[0].read_bytes()


def test_a_bad_run_says_everything_that_is_wrong_and_exits_2(mine, tmp_path):
    lines = GOOD[0].read_text().splitlines()
    broken = json.loads(lines[1])
    broken["params"]["nosuch"] = 1
    broken["inputs"][0]["dtype"] = "fp17"
    bad = tmp_path / "bad.jsonl"
    bad.write_text("\n".join([lines[0], json.dumps(broken), "{", *lines[3:]]) + "\n")
    ran = mine("submit", str(bad))
    assert ran.code == 2 and "Traceback" not in ran.out + ran.err
    assert "bad.jsonl:2" in ran.out and "bad.jsonl:3" in ran.out
    assert "\ufffd" not in ran.out


def test_several_files_are_told_apart(mine):
    ran = mine("submit", "--dry-run", str(GOOD[0]), "nowhere.jsonl", "--json")
    assert ran.code == 2
    assert [each["status"] for each in ran.json()["submissions"]] == ["would be stored", "refused"]


def test_a_run_kept_aside_lies_beside_its_reasons_and_counts_for_nothing(mine, tmp_path, monkeypatch):
    aside = next(path for path in sorted((SAMPLES / "bad").glob("canary*.jsonl")))
    home = tmp_path / "home"
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    before = mine("db", "status", "--json").json()["counts"]["observations"]
    found = mine("submit", str(aside), "--json").json()["submissions"][0]
    assert found["status"] == "kept aside"
    assert Path(found["written"]).read_bytes() == aside.read_bytes()
    assert json.loads(Path(found["written"]).with_suffix(".problems.json").read_text())
    assert mine("db", "status", "--json").json()["counts"]["observations"] == before


def test_a_withdrawn_run_counts_for_nothing_and_stays_visible(mine):
    stored = mine("submit", str(GOOD[0]), "--json").json()["submissions"][0]
    name = stored["run"].removeprefix("v1:")[:16]
    ran = mine("retract", name, "--reason", "the battery saver was on", "--json")
    assert ran.code == 0 and ran.json()["what"] == stored["run"]
    about = mine("show", stored["run"], "--json").json()["about"]
    assert about["retracted"][0]["reason"] == "the battery saver was on"
    assert mine("submit", str(GOOD[0]), "--json").json()["submissions"][0]["status"] == "already known"


def test_what_cannot_be_withdrawn_is_named(mine):
    assert "deadbeefdeadbeef" in mine("retract", "deadbeefdeadbeef", "--reason", "x").err
    assert mine("retract", "nosuch", "--reason", "x").code == 2
    assert "reason" in mine("retract", "nosuch", "--reason", " ").err
