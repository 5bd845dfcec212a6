"From a suite through the stand-in to a submission that `anedb submit` takes, and to verdicts that moved."

import json
import shutil
from dataclasses import replace

import jsonschema
import pytest

from anedb.api import schemas

from .conftest import made


@pytest.fixture(scope="module")
def quick(tmp_path_factory, database):
    "A run over the first questions of the quick suite."
    mac = made(tmp_path_factory.mktemp("mac"), database)
    return mac, mac.anedb("probe", "--limit", "3", "--units", "cpu-and-ne,cpu-only", "--out", "run.jsonl", "--json")


def test_a_suite_becomes_a_submission_that_moves_a_verdict(quick, database, tmp_path):
    mac, ran = quick
    assert ran.code == 0, ran.err
    found = ran.json()
    jsonschema.validate(found, schemas.get("probed"))
    assert (found["status"], found["models"], found["problems"]) == ("written", 3, [])
    assert found["new"] and all("cpu-and-ne" in each for each in found["new"])
    own = tmp_path / "own.sqlite"
    shutil.copy(database, own)
    mac = replace(mac, env={**mac.env, "ANEDB_URL": str(own)})
    layer = found["example"]
    asked = ("query", layer["type"], "--chip", "M2", "--os", "macOS 15.1", "--json")
    before = mac.anedb(*asked).json()
    sent = mac.anedb("submit", "run.jsonl", "--json").json()["submissions"][0]
    assert sent["status"] == "stored" and len(sent["moves"]) >= len(found["new"])
    assert mac.anedb(*asked).json() != before


def test_the_submission_and_its_times_belong_together(quick):
    from anedb.ingest import timings
    from anedb.ingest.check import check

    mac, ran = quick
    data = (mac.folder / "run.jsonl").read_bytes()
    checked = check(data, "run.jsonl", today="2099-01-01")
    assert checked.ok and not checked.aside
    layers = frozenset(line.fingerprint for line in checked.lines)
    beside = (mac.folder / "run.timings.jsonl").read_bytes()
    found, problems = timings.check(beside, "run", run=ran.json()["run"], layers=layers)
    assert problems == () and len(found) == 6
    assert {each.median_ns for each in found if each.units == "cpu-only"} == {300_000}
    assert {each.median_ns for each in found if each.units == "cpu-and-ne"} == {120_000}
    assert all(each.load_ns == 5_000_000 and each.repeats >= 10 and each.error == "0" for each in found)
    assert all(each.outputs.startswith("v1:") for each in found)


def test_the_journal_is_gone_when_the_submission_is_there(quick):
    mac, _ = quick
    assert not list(mac.folder.glob("*.journal"))


def test_numbers_that_are_not_the_cpus_are_told(mac, model):
    mac.says({"default": {"wrong": {"CPU_AND_NE": 3.0}}})
    found = mac.anedb("probe", str(model("relu")), "--units", "cpu-and-ne", "--json").json()
    assert [(each["model"], each["units"]) for each in found["differs"]] == [("relu", "cpu-and-ne")]


def test_a_run_that_contradicts_a_canary_is_written_and_said_to_be_unbelievable(mac):
    mac.says({"default": {"offered": {"relu": ["cpu"], "add": ["cpu"], "conv": ["cpu"]}}})
    ran = mac.anedb("probe", "--limit", "1", "--units", "cpu-and-ne", "--plans-only", "--json")
    assert ran.code == 2
    found = ran.json()
    assert found["status"] == "kept aside" and found["problems"][0]["code"] == "canary.must-run"
    assert (mac.folder / found["written"]).is_file()


def test_what_is_printed_for_people_has_every_field_that_is_sent(mac):
    ran = mac.anedb("probe", "--limit", "1", "--units", "cpu-only", "--out", "run.jsonl")
    header = json.loads((mac.folder / "run.jsonl").read_text().splitlines()[0])
    for name in ("device_key", "contributor", "environment.chip", "environment.build", "suite.sha256", "times.nonce"):
        assert name in ran.out
    assert header["device_key"] in ran.out and "anedb submit run.jsonl" in ran.out


def test_a_run_that_a_macos_too_old_would_make_says_what_is_missing(mac):
    mac.env["MAC_VERSION"] = "14.3"
    ran = mac.anedb("probe", "--limit", "1")
    assert ran.code == 3 and "macOS 14.3" in ran.err and "14.4" in ran.err and "Traceback" not in ran.err
    told = mac.anedb("doctor", "--json")
    assert told.code == 3
    jsonschema.validate(told.json(), schemas.get("doctor"))
    assert [each["name"] for each in told.json()["checks"] if each["needed"] and not each["ok"]] == ["macOS"]


def test_a_mac_with_all_it_needs_is_told_so(mac):
    told = mac.anedb("doctor", "--json")
    found = {each["name"]: each["found"] for each in told.json()["checks"]}
    assert told.code == 0 and told.json()["able"]
    assert found["macOS"] == "macOS 15.1 (24B83)" and found["power"] == "battery" and found["low power mode"] == "on"
    assert found["tethered device"] == "iPhone14,5 (iOS 18.1)" and found["Xcode"] == "16.1"


def test_elsewhere_one_line_says_so_and_what_works_there(mac):
    (mac.folder.parents[2] / "bin" / "sw_vers").unlink()
    ran = mac.anedb("probe")
    assert ran.code == 3 and ran.out == "" and "not a Mac" in ran.err and "anedb check" in ran.err
    assert len(ran.err.splitlines()) == 2


def test_times_go_with_the_run_into_a_checkout(quick, database, tmp_path):
    mac, _ = quick
    own = tmp_path / "own.sqlite"
    shutil.copy(database, own)
    mac = replace(mac, env={**mac.env, "ANEDB_URL": str(own)})
    written = mac.anedb("submit", "run.jsonl", "--to", "data", "--json").json()["submissions"][0]["written"]
    beside = (mac.folder / written).with_suffix(".timings.jsonl")
    assert beside.read_text() == (mac.folder / "run.timings.jsonl").read_text()


def test_a_folder_of_built_models_is_a_suite(mac, model, tmp_path):
    from anedb.coreml.read import read_model
    from anedb.probe.manifest import Manifest, Member, write

    path = model("relu")
    op = read_model(path).networks[0].ops[0]
    member = Member(id="relu@iOS18", file=path.name, fingerprint=op.fingerprint, place=op.place, context="isolated")
    gone = replace(member, id="gone", file="gone.mlpackage")
    write(Manifest(name="quick", version="1", digest="a" * 64, models=(member,)), path.parent)
    command = ("probe", "--suite", str(path.parent), "--units", "cpu-only", "--plans-only", "--json")
    found = mac.anedb(*command).json()
    assert found["header"]["suite"] == {"id": "quick", "version": "1", "sha256": "a" * 64}
    assert found["example"]["seen"][0]["model"] == "relu@iOS18"
    write(Manifest(name="quick", version="1", digest="a" * 64, models=(member, gone)), path.parent)
    assert "lacks gone.mlpackage" in mac.anedb(*command).json()["error"]["message"]
