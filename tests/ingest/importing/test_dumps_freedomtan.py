"""The real dumps of freedomtan, where they are: every row is understood, and two forms of one run say the same."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from anedb.ingest.importing.reading import read_report

FOLDER = Path(os.environ.get("ANEDB_EVIDENCE", ""), "dumps/freedomtan")
pytestmark = pytest.mark.skipif("ANEDB_EVIDENCE" not in os.environ, reason="ANEDB_EVIDENCE names no folder of dumps")


def read(name):
    return read_report(FOLDER / name)


def test_all_119_operations_of_the_dictionary_with_engine_and_build():
    report = read("without_compute_plan_output.txt")
    assert (report.format, report.engine, report.build) == ("segmentation_analytics", "H13", "23F79")
    assert len(report.rows) == 119
    assert [row.operator for row in report.rows if row.chosen != "ane"] == [
        "tensor_buffer_to_tensor",
        "mul",
        "add",
        "cast",
        "cast",
    ]


def test_refused_are_those_of_fp32_and_each_says_so():
    rows = read("without_compute_plan_output.txt").rows
    said = Counter(row.reason.code for row in rows if row.reason)
    assert said == {"dtype": 2, "output-dtype": 3}
    assert {row.reason.value for row in rows if row.reason} == {"fp32"}


def test_the_table_says_of_each_operation_what_the_dictionary_says():
    table, dictionary = read("without_compute_plan_2.csv").rows, read("without_compute_plan_output.txt").rows
    assert len(table) == 119
    for one, other in zip(table, dictionary, strict=True):
        assert (one.operator, one.opset, one.offered, one.chosen) == (
            other.operator,
            other.opset,
            other.offered,
            other.chosen,
        )
        assert one.reason == other.reason


def test_the_log_has_13_operations():
    report = read("readme_mlcomputeplan_log_excerpt.txt")
    assert report.format == "compute_plan_log"
    assert Counter(row.chosen for row in report.rows) == {"ane": 10, "cpu": 3}
    assert (report.rows[0].operator, report.rows[0].cost_ppm) == ("mul", 46175)
