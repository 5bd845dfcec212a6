"A tethered iPhone: coremltools' own remote device support above a stand-in for `devicectl` and `xcodebuild`."

import json
from pathlib import Path

from anedb.coreml.read import read_model

from .conftest import FULL, SECRETS, UDID

NAME = f"{FULL}'s iPhone"


def plan(path):
    "As coremltools' app tells it."
    name = read_model(path).networks[0].ops[0].name
    where = [
        {"program": {}},
        {"programFunction": {"data": {"name": "main"}}},
        {"programBlock": {"data": {"index": -1}}},
        {"programOperation": {"data": {"outputName": name}}},
    ]
    engine = {"neuralEngine": {"totalCoreCount": 16}}
    usage = {"preferred": engine, "supported": [{"cpu": {}}, engine]}
    return [{"deviceUsage": usage, "estimatedCost": 1.0, "path": {"components": where}}]


def test_a_phone_is_measured_by_name_and_neither_its_name_nor_its_udid_leaves(mac, model):
    path = model("relu")
    phone = Path(mac.env["PHONE"])
    phone.mkdir()
    (phone / "plan.json").write_text(json.dumps(plan(path)))
    ran = mac.anedb("probe", str(path), "--device", NAME, "--units", "cpu-and-ne", "--out", "run.jsonl", "--json")
    assert ran.code == 0, ran.err + ran.out
    found = ran.json()
    on = found["header"]["environment"]
    assert (on["chip"], on["device"], on["os"], on["version"]) == ("A15", "iPhone14,5", "iOS", "18.1")
    assert [(each["chosen"], each["offered"]) for each in found["example"]["seen"]] == [("ane", ["ane", "cpu"])]
    assert found["parts"][0]["timed"] == 1
    told = ran.out + "".join((mac.folder / name).read_text() for name in ("run.jsonl", "run.timings.jsonl"))
    assert not any(secret in told for secret in (*SECRETS, UDID, NAME))


def test_a_device_that_is_not_connected_is_told(mac, model):
    ran = mac.anedb("probe", str(model("relu")), "--device", "nobody's", "--json")
    assert ran.code == 2 and "is connected" in ran.json()["error"]["message"]


def test_a_device_that_cannot_be_made_ready_ends_the_run(mac, model):
    tools = Path(mac.env["PATH"].split(":")[0])
    (tools / "xcodebuild").write_text("#!/bin/sh\nexit 65\n")
    ran = mac.anedb("probe", str(model("relu")), "--device", "iPhone14,5", "--json")
    assert ran.code == 3 and "could not be made ready" in ran.json()["error"]["message"]
