"What is published as counts only: every row has a line in its ledger, and what is entered adds up to the counts."

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from anedb.catalog import facts, files, ledger, plans, records

EVIDENCE = os.environ.get("ANEDB_EVIDENCE", "")
SOURCE = "oruka-hifigan-a15"
ROWS = files.root() / "ledger/rows/ops_counts.jsonl"
SETTINGS = {"all": "all", "cpuAndNeuralEngine": "cpu-and-ne"}
needs_evidence = pytest.mark.skipif(not EVIDENCE, reason="ANEDB_EVIDENCE names no folder with the public evidence")


def rows():
    lines = Path(EVIDENCE, "ops_counts.jsonl").read_text(encoding="utf-8").splitlines()
    return {f"ops_counts.jsonl:{number}": json.loads(line) for number, line in enumerate(lines, start=1)}


def placed():
    "(model, setting) -> how many of a type are on a unit, of the shipped plans; '' is not known."
    _, found = plans.read(files.root() / f"plans/{SOURCE}.jsonl")
    return {(plan.name, plan.units): Counter((op.type, op.seen.chosen) for op in plan.network.ops) for plan in found}


def stated():
    "The same of the source's tables."
    found: dict[tuple[str, str], Counter[tuple[str, str]]] = {}
    for row in rows().values():
        if row["source"].startswith("orukahairuka") and row["compute_units"] in SETTINGS:
            key = row["model"], SETTINGS[row["compute_units"]]
            op = row["opset_op"].rpartition(".")[2]
            found.setdefault(key, Counter())[op, row["preferred"]] += row["count"]
    return found


def test_each_line_of_the_ledger_is_entered_or_excused_by_what_is_there() -> None:
    entries = ledger.read(ROWS)
    claims = {claim.id for claim in facts.claims()}
    assert ledger.canonical_text(ROWS) == ROWS.read_text(encoding="utf-8")
    assert len({entry.id for entry in entries}) == len(entries) == 334
    for entry in entries:
        assert bool(entry.why) != bool(entry.claims or entry.observations), entry.id
        assert set(entry.claims) <= claims and set(entry.observations) <= {SOURCE}, entry.id


def test_what_is_excused_is_what_is_listed_as_left_out() -> None:
    listed = json.loads((files.root() / "observations/NOT_ENTERED.json").read_text())["rows"]
    left_out = {row["row"]: row["why"] for row in listed if row["row"].startswith("ops_counts.jsonl:")}
    assert left_out == {entry.id: entry.why for entry in ledger.read(ROWS) if entry.why}


def test_more_is_not_said_of_an_iphone_than_is_known() -> None:
    "What was offered is not published; nor is which 2 of 19 short convolutions are not on the engine."
    header, lines = records.read(files.root() / f"observations/{SOURCE}.jsonl")
    assert (header.target.chip, header.target.os, header.target.release) == ("A15", "iOS", 26)
    assert all(seen.offered is None and seen.chosen for line in lines for seen in line.seen)
    unknown = {key: {op for (op, unit) in found if not unit} for key, found in placed().items()}
    assert unknown["HiFiGAN_Generator_float16_fixed262", "cpu-and-ne"] == {"conv"}
    assert {key[0][:11] for key, types in unknown.items() if types} == {"HiFiGAN_Gen"}


@needs_evidence
def test_the_ledger_has_a_line_for_every_row() -> None:
    assert {entry.id for entry in ledger.read(ROWS)} == set(rows())


@needs_evidence
def test_plans_add_up_to_the_published_counts() -> None:
    assert placed().keys() == stated().keys()
    for key, counts in stated().items():
        for op in {op for op, _ in counts}:
            ours = Counter({unit: n for (type, unit), n in placed()[key].items() if type == op})
            theirs = Counter({unit: n for (type, unit), n in counts.items() if type == op})
            unknown = ours.pop("", 0)
            assert not ours - theirs and sum((theirs - ours).values()) == unknown, (key, op)


@needs_evidence
def test_a_row_called_observed_is() -> None:
    "At least one operation of its type is on its unit in an observation of its model and setting."
    _, lines = records.read(files.root() / f"observations/{SOURCE}.jsonl")
    seen = {(each.model, each.units, line.layer.type, each.chosen) for line in lines for each in line.seen}
    for entry in ledger.read(ROWS):
        if entry.observations:
            row = rows()[entry.id]
            op = row["opset_op"].rpartition(".")[2]
            assert (row["model"], SETTINGS[row["compute_units"]], op, row["preferred"]) in seen, entry.id
