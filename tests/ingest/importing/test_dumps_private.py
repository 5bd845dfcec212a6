"""ANEForge's sweep and maderix's results as published, where they are: every row is understood."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from anedb.ingest.importing.reading import read_report

DUMPS = Path(os.environ.get("ANEDB_EVIDENCE", ""), "dumps")
pytestmark = pytest.mark.skipif("ANEDB_EVIDENCE" not in os.environ, reason="ANEDB_EVIDENCE names no folder of dumps")


def sweep():
    return read_report(DUMPS / "aneforge/full_mil_vocabulary_sweep.json")


def test_all_166_operations_of_the_sweep():
    report = sweep()
    assert (report.format, report.method, len(report.rows)) == ("aneforge_sweep", "private-api", 166)
    assert Counter((row.offered, row.ran) for row in report.rows) == {(("ane",), "ane"): 116, ((), None): 50}
    assert "of 116 operations that ran, 97 gave the reference's result" in report.notes


def test_a_cause_is_named_for_36_of_the_50_refused_and_the_rest_keep_their_words():
    said = [row.reason for row in sweep().rows if row.reason]
    assert Counter(each.code for each in said) == {"unsupported-op": 36, "unmapped": 14}
    assert all("ane_e5rt_program_compile failed" in each.text for each in said if each.code == "unmapped")


def test_each_of_maderix_results_is_told_with_its_mac():
    notes = read_report(DUMPS / "maderix/community_results.json").notes
    told = [note.partition(":")[0] for note in notes[1:]]
    assert len(told) == 7 and told[:2] == ["M1 Pro, macOS 15.0", "M1 Max, macOS 15.6.1"]
    assert any("148 to 163 ms a step" in note for note in notes)
    assert any("ch=512 only" in note for note in notes)
