"""A Mac to measure on: its tools as small scripts first on PATH, and a stand-in for coremltools' compiled module alone.

Every tool says, beside what is asked of it, what must not leave: a serial number, a UDID, names, a home folder.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

SERIAL, UDID = "C02XL0THJGH5", "00008110-001C2D3E4F506172"
PERSON, HOST, FULL = "janeappleseed", "Janes-MacBook-Air", "Jane Appleseed"
SECRETS = (SERIAL, UDID, PERSON, HOST, FULL, "Appleseed")
STAND_IN = Path(__file__).parent / "stand_in"

DEVICES = {
    "result": {
        "devices": [
            {
                "identifier": "5B2F1C1D-0000-4000-8000-AAAABBBBCCCC",
                "deviceProperties": {"name": f"{FULL}'s iPhone", "osVersionNumber": "18.1", "osBuildUpdate": "22B83"},
                "hardwareProperties": {
                    "udid": UDID, "serialNumber": SERIAL, "productType": "iPhone14,5", "deviceType": "iPhone",
                },
                "connectionProperties": {"tunnelState": "connected"},
            }
        ]
    }
}  # fmt: skip

TOOLS = {
    "sw_vers": 'case "$1" in -productName) echo macOS;; -productVersion) echo "$MAC_VERSION";; '
    "-buildVersion) echo 24B83;; esac",
    "sysctl": 'case "$2" in machdep.cpu.brand_string) echo "Apple M2";; hw.model) echo Mac14,2;; '
    f'kern.hv_vmm_present) echo 0;; *) echo "kern.hostname: {HOST} {SERIAL}";; esac',
    "xcodebuild": 'for each; do case "$each" in SYMROOT=*) mkdir -p "${each#SYMROOT=}/runner.app";; esac; done; '
    f'echo "Xcode 16.1"; echo "Build version 16B40"; echo "/Users/{PERSON}/Library/Developer"',
    "xcrun": 'exec "$@"',
    "devicectl": f'exec "{sys.executable}" -S "{STAND_IN}/devicectl.py" "$@"',
    "pmset": 'case "$2" in batt) echo "Now drawing from \'Battery Power\'"; '
    f'echo " -InternalBattery-0 (id=22347875) 81%; {SERIAL}";; '
    'therm) echo "Note: No thermal warning level has been recorded"; echo "  CPU_Speed_Limit  = 100";; '
    f'*) echo " Currently in use: {HOST}"; echo " lowpowermode         1";; esac',
    "id": f'echo "{FULL}"',
    "scutil": f'echo "{HOST}"',
    "hostname": f'echo "{HOST}.local"',
}


@dataclass
class Ran:
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Mac:
    folder: Path
    env: dict[str, str]
    answers: dict[str, Any] = field(default_factory=dict)

    def says(self, answers: dict[str, Any]) -> None:
        "What Core ML answers; see stand_in/libcoremlpython.py."
        (self.folder / "answers.json").write_text(json.dumps(answers))

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "anedb", *arguments]

    def anedb(self, *arguments: str) -> Ran:
        done = subprocess.run(
            self.command(*arguments), env=self.env, cwd=self.folder, capture_output=True, text=True, check=False
        )
        return Ran(done.returncode, done.stdout, done.stderr)


def made(folder: Path, database: str) -> Mac:
    "Everything of it under `folder`."
    home = folder / "Users" / PERSON
    work = home / "work"
    work.mkdir(parents=True)
    tools = folder / "bin"
    tools.mkdir()
    for name, script in TOOLS.items():
        (tools / name).write_text(f"#!/bin/sh\n{script}\n")
        (tools / name).chmod(0o755)
    answers = work / "answers.json"
    ours = os.pathsep.join([str(STAND_IN), str(Path(__file__).parents[3])])
    here = {
        "HOME": str(home), "USER": PERSON, "LOGNAME": PERSON, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": ours, "STAND_IN": str(answers), "STAND_IN_APP": str(folder / "app"),
        "PHONE": str(folder / "phone"), "MAC_VERSION": "15.1", "MAC_DEVICES": json.dumps(DEVICES),
        "ANEDB_URL": database, "COLUMNS": "200",
    }  # fmt: skip
    (folder / "app" / "ModelRunner.xcworkspace").mkdir(parents=True)
    found = Mac(work, {**os.environ, **here})
    found.says({})
    return found


@pytest.fixture
def mac(tmp_path, database, monkeypatch) -> Mac:
    "Of this test alone; this process sees its tools too."
    found = made(tmp_path, database)
    for name in ("HOME", "USER", "LOGNAME", "PATH", "PYTHONPATH", "STAND_IN", "MAC_VERSION", "MAC_DEVICES"):
        monkeypatch.setenv(name, found.env[name])
    return found


def built(folder: Path, type: str, name: str = "", format: str = "mlprogram") -> Path:
    "A model of the first plain question about that layer, under a name of its own."
    from anedb.probe.build import build, write
    from anedb.probe.suite import asks

    each = next(
        one for one in asks("standard")
        if one.type == type and one.format == format and one.context == "isolated" and not one.canary + one.axis
    )  # fmt: skip
    each = replace(each, target="iOS18") if format == "mlprogram" else each
    path = write(each, build(each), Path(tempfile.mkdtemp(dir=folder)))
    return path.rename(path.with_name(f"{name or type}{path.suffix}"))


@pytest.fixture
def model(tmp_path) -> Callable[..., Path]:
    "`model('conv')`: see `built`."
    return partial(built, tmp_path)
