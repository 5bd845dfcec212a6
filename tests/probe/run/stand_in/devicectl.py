"""A stand-in for `devicectl` and the app that coremltools puts on a phone: a folder ($PHONE) is the phone's, and a
request that is copied there is answered at once, as coremltools' remote_device.py wants it."""

import json
import os
import shutil
import struct
import sys
import time
from pathlib import Path

PHONE = Path(os.environ["PHONE"])
TENSOR = {"shape": [2], "strides": [1], "dataType": "Float32"}


def main(words):
    told = Path(words[words.index("-j") + 1]) if "-j" in words else None
    if words[:2] == ["list", "devices"]:
        print("A table with names and identifiers")
        told.write_text(os.environ["MAC_DEVICES"])
    elif words[:3] == ["device", "install", "app"]:
        say(told, {"installedApplications": [{"bundleID": "x", "databaseUUID": "y"}]})
    elif words[:3] == ["device", "process", "launch"]:
        time.sleep(60)
    elif words[:2] == ["device", "copy"]:
        copy(words[2], words, told)


def say(told, result):
    told.write_text(json.dumps({"result": result}))


def option(words, name):
    for place, word in enumerate(words):
        if word == name:
            return words[place + 1]
    return None


def copy(way, words, told):
    source, destination = option(words, "--source"), option(words, "--destination")
    if way == "to":
        put(Path(source), PHONE / destination)
        if destination.endswith("message.json"):
            answer(json.loads(Path(source).read_text()), PHONE / destination)
    else:
        put(PHONE / source, Path(destination))
    say(told, {"source": source, "destination": destination})


def put(source, destination):
    destination.parent.mkdir(parents=True, exist_ok=True)
    (shutil.copytree if source.is_dir() else shutil.copy)(source, destination)


def answer(request, message):
    params, root = request["params"], message.parents[3]
    folder = root / "responses" / request["id"]
    folder.mkdir(parents=True)
    result = {"modelID": params["modelID"], "duration": 2_000_000}
    found = {"id": request["id"], "result": result}
    kind = request["method"].rpartition(".")[2]
    if kind == "ComputePlan":
        result["infos"] = json.loads((PHONE / "plan.json").read_text())
    elif kind == "Prediction":
        data = struct.pack("<2f", 1.0, 2.0)
        (folder / "out.bin").write_bytes(data)
        found["resource"] = "out.bin"
        result["outputs"] = {"y": TENSOR | {"storage": {"offset": 0, "size": len(data)}}}
    (folder / "message.json").write_text(json.dumps(found))


main(sys.argv[1:])
