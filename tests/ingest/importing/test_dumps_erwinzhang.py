"""The real reports of erwinzhang7's anecheck, where they are: every row is understood, and the sweep says the same."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from anedb.ingest.importing.reading import read_report

FOLDER = Path(os.environ.get("ANEDB_EVIDENCE", ""), "dumps/erwinzhang")
pytestmark = pytest.mark.skipif("ANEDB_EVIDENCE" not in os.environ, reason="ANEDB_EVIDENCE names no folder of dumps")

REPORTS = [
    ("experiments-bert-CPU_AND_NE", "cpu-and-ne", {"ane": 141, "cpu": 7}),
    ("experiments-resnet50-ALL", "all", {"ane": 115, "gpu": 7}),
    ("experiments-mobilenet-ALL", "all", {"ane": 118}),
    ("experiments-mobilenet-CPU_AND_NE", "cpu-and-ne", {"ane": 118}),
    ("experiments-resnet50-CPU_AND_NE", "cpu-and-ne", {"ane": 122}),
    ("experiments-bert-ALL", "all", {"ane": 87, "gpu": 54, "cpu": 7}),
    ("m5max-mobilenet-CPU_AND_NE", "cpu-and-ne", {"ane": 118}),
]


@pytest.mark.parametrize(("name", "units", "chosen"), REPORTS)
def test_every_operation_has_operator_choice_and_offer(name, units, chosen):
    report = read_report(FOLDER / f"{name}.json")
    assert (report.format, report.units, report.notes) == ("anecheck_json", units, ())
    assert Counter(row.chosen for row in report.rows) == chosen
    assert all(row.operator and row.offered and row.chosen in row.offered for row in report.rows)
    assert all(row.cost_ppm is not None for row in report.rows)


def test_the_residual_additions_of_two_stages_go_to_the_gpu():
    rows = read_report(FOLDER / "experiments-resnet50-ALL.json").rows
    additions = [row.chosen for row in rows if row.operator == "add"]
    assert additions == ["gpu"] * 7 + ["ane"] * 9


@pytest.mark.parametrize(("name", "chip", "version"), [("m4-pro", "M4 Pro", "26.5.1"), ("m5-max", "M5 Max", "26.6")])
def test_a_sweep_has_five_models_under_three_settings(name, chip, version):
    report = read_report(FOLDER / f"placement-{name}.json")
    assert (report.format, report.chip, report.os, report.version) == ("placement_sweep", chip, "macOS", version)
    assert len({(each.model, each.units) for each in report.counts}) == 15


@pytest.mark.parametrize(("name", "units", "chosen"), REPORTS[:-1])
def test_a_sweep_counts_what_the_report_of_its_model_lists(name, units, chosen):
    model = name.split("-")[1] + "-b16.mlpackage"
    counts = read_report(FOLDER / "placement-m4-pro.json").counts
    assert {each.unit: each.count for each in counts if (each.model, each.units) == (model, units)} == chosen
