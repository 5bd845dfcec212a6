"""`anedb sign` as a person uses it: look, sign, send, check."""

import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest

from anedb.api import schemas

GOOD = Path(__file__).parents[1] / "samples" / "good" / "m2-macos-15.1.jsonl"
pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen here (openssh-client)")


@pytest.fixture
def key(tmp_path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key")], check=True)
    return tmp_path / "key"


@pytest.fixture
def run(tmp_path):
    return Path(shutil.copy(GOOD, tmp_path / "run.jsonl"))


@pytest.fixture
def mine(anedb, database, tmp_path, monkeypatch):
    monkeypatch.setenv("ANEDB_URL", str(shutil.copy(database, tmp_path / "own.sqlite")))
    return anedb


def test_a_signed_run_is_proven_by_the_signers_public_key(anedb, run, key):
    made = anedb("sign", str(run), "--key", str(key), "--json").json()
    jsonschema.validate(made, schemas.get("signed"))
    assert made["signatures"][0]["signature"]["status"] == "signed"
    told = anedb("sign", "--check", str(run), "--keys", f"{key}.pub")
    assert told.code == 0 and "signed by the contributor" in told.out and "SHA256:" in told.out


def test_a_missing_signature_and_a_changed_file_are_told_and_exit_2(anedb, run, key):
    assert "signature.missing" in (ran := anedb("sign", "--check", str(run))).out and ran.code == 2
    anedb("sign", str(run), "--key", str(key))
    run.write_text(run.read_text().replace("lid open", "lid shut"))
    assert "signature.tampered" in (ran := anedb("sign", "--check", str(run))).out and ran.code == 2


def test_a_run_that_is_not_in_order_is_not_signed(anedb, run, key):
    run.write_text(run.read_text()[:-40])
    ran = anedb("sign", str(run), "--key", str(key))
    assert ran.code == 2 and "not in order" in ran.err and not Path(f"{run}.sig").exists()


def test_the_signature_goes_along_into_a_pull_request(mine, run, key, tmp_path):
    mine("sign", str(run), "--key", str(key))
    found = mine("submit", str(run), "--to", str(tmp_path / "data"), "--json").json()["submissions"][0]
    assert found["signature"]["status"] == "signed"
    assert mine("sign", "--check", found["written"], "--keys", f"{key}.pub").code == 0


def test_a_run_with_a_bad_signature_is_kept_aside(mine, run, key):
    mine("sign", str(run), "--key", str(key))
    run.write_text(run.read_text().replace("lid open", "lid shut"))
    found = mine("submit", str(run), "--dry-run", "--json").json()["submissions"][0]
    assert found["status"] == "kept aside" and found["problems"][0]["code"] == "signature.tampered"


def test_options_that_do_not_go_together_are_refused(anedb, run):
    for options in (("--fetch",), ("--check", "--fetch", "--keys", "x"), ("--check", "--key", "x")):
        assert anedb("sign", str(run), *options).code == 2


def test_a_run_counts_as_the_contributors_own_where_submit_knows_the_key(mine, run, key, tmp_path):
    import sqlite3

    def stored():
        return (
            sqlite3.connect(tmp_path / "own.sqlite").execute("SELECT signed FROM runs WHERE origin = 'user'").fetchall()
        )

    mine("sign", str(run), "--key", str(key))
    mine("submit", str(run))
    assert stored() == [("",)]
    assert mine("submit", str(run), "--keys", f"{key}.pub", "--fetch").code == 2
    found = mine("submit", str(run), "--keys", f"{key}.pub", "--json").json()["submissions"][0]
    assert found["signature"]["status"] == "proven" and found["status"] == "already known"
    assert stored() == [(found["signature"]["key"].split()[1],)]
