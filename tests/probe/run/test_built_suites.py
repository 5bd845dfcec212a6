"What is wanted of this machine, measured at once; and a folder of `anedb suite build`."

import json

from anedb.probe import manifest


def canaries_caught(ran):
    "The stand-in offers the engine for everything: a suite's own canaries give such a machine away."
    codes = {each["code"] for each in ran.json()["problems"]}
    return ran.json()["status"] == "kept aside" and codes == {"canary.must-not", "canary.must-fail"}


def test_what_is_wanted_of_this_machine_is_measured(mac):
    ran = mac.anedb(
        "probe", "--suite", "wanted", "--limit", "9", "--units", "cpu-and-ne", "--plans-only", "--out", "w.jsonl",
        "--json",
    )  # fmt: skip
    assert ran.json()["models"] == 9
    assert canaries_caught(ran)
    header = json.loads((mac.folder / "w.jsonl").read_text().splitlines()[0])
    assert header["suite"]["id"] == "wanted" and len(header["suite"]["sha256"]) == 64


def test_a_built_folder_is_the_suite_that_its_name_would_be(mac):
    assert mac.anedb("suite", "build", "quick", "there", "--limit", "8").code == 0
    told = manifest.read(mac.folder / "there")
    options = ("--limit", "8", "--units", "cpu-and-ne", "--plans-only", "--json")
    ran = mac.anedb("probe", "--suite", "there", *options, "--out", "folder.jsonl")
    assert canaries_caught(ran)
    lines = [json.loads(each) for each in (mac.folder / "folder.jsonl").read_text().splitlines()]
    assert lines[0]["suite"] == {"id": "quick", "version": told.version, "sha256": told.digest}
    assert {each["fingerprint"] for each in lines[1:]} <= {each.fingerprint for each in told.models}
    assert len(lines) > 6
