"""CONTRIBUTING's examples are copied by people, so they must be right as they stand."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ROWS = re.findall(r"<!-- adds a row to data/(\S+)(?: (\w+))? -->\n```json\n(.*?)\n```", TEXT, re.DOTALL)
"File, the list inside it, the row."


@pytest.fixture
def data(tmp_path, monkeypatch):
    folder = tmp_path / "data"
    shutil.copytree(
        ROOT / "data", folder, ignore=shutil.ignore_patterns("observations", "plans", "ledger", "submissions")
    )
    (folder / "observations").mkdir()
    return folder


def add(folder: Path, name: str, inside: str, row: dict) -> None:
    path = folder / name
    whole = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    (whole[inside] if inside else whole).append(row)
    path.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")


def anedb(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "anedb", *arguments]
    environment = {**os.environ, "ANEDB_DATA": str(folder), "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def problems(folder: Path) -> set[str]:
    found = json.loads(anedb(folder, "data", "check", "--json").stdout)
    return {json.dumps(each) for each in found["problems"]}


def test_there_is_an_example_of_everything_that_is_a_row():
    assert {name for name, _, _ in ROWS} == {
        "sources.json", "claims/mine.json", "workarounds.json", "chips.json", "devices.json",
    }  # fmt: skip


def test_the_examples_added_together_leave_data_as_clean_as_it_was(data):
    before = problems(data)
    for name, inside, row in ROWS:
        add(data, name, inside, json.loads(row))
    assert anedb(data, "data", "fmt").returncode == 0
    assert problems(data) - before == set()


def test_an_example_without_its_source_would_be_sent_back(data):
    before = problems(data)
    for name, inside, row in ROWS:
        if name != "sources.json":
            add(data, name, inside, json.loads(row))
    anedb(data, "data", "fmt")
    assert any("example-forum-pool" in each for each in problems(data) - before)


def test_the_sweep_is_a_row_of_the_suites_table():
    from anedb.probe import sweeps

    row = re.findall(r"<!-- a row of anedb/probe/sweeps.py -->\n```python\n(.*?)\n```", TEXT, re.DOTALL)[0]
    sweep = eval(row, dict(vars(sweeps)))
    assert isinstance(sweep, sweeps.Sweep)
    assert [sweep.case(value) for value in sweep.values]


def test_it_opens_with_measure_look_send():
    first = TEXT.partition("## Send a measurement")[2].partition("\n## ")[0]
    places = [
        first.index(each) for each in ("**Measure.**", "**Look at what will be sent.**", "**Send it.**", "Without git")
    ]
    assert places == sorted(places)


def test_every_command_it_names_exists():
    from anedb.cli.main import COMMANDS

    named = set(re.findall(r"(?:`|^)anedb ([a-z]+)", TEXT, re.MULTILINE))
    assert named <= set(COMMANDS), named - set(COMMANDS)
