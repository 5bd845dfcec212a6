"What the ledger says holds a claim of 751K's study does hold it: the same row, and the same answer."

import json
import os
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from anedb.catalog import files, ledger, records

EVIDENCE = os.environ.get("ANEDB_EVIDENCE", "")
pytestmark = pytest.mark.skipif(not EVIDENCE, reason="ANEDB_EVIDENCE names no folder with the public evidence")

ALONE = "751k-plan-iso-cpune"


@cache
def claims():
    read = map(json.loads, Path(EVIDENCE, "claims.jsonl").read_text(encoding="utf-8").splitlines())
    return {claim["id"]: claim for claim in read if claim["id"].startswith("751k-")}


@cache
def lines():
    return {entry.id: entry for entry in ledger.entries() if entry.id.startswith("751k-")}


@cache
def seen(source):
    "Test model -> layer type, what was seen."
    found = defaultdict(list)
    _, listed = records.read(files.root() / f"observations/{source}.jsonl")
    for line in listed:
        for each in line.seen:
            found[each.model].append((line.layer, each))
    return found


@cache
def outputs():
    "Test model and operation -> the name of its output."
    path = Path(EVIDENCE, "dumps/751K_opdispatch/plan_iso_cpune.tsv")
    cells = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return {(row[0], row[1]): row[3] for row in cells if len(row) > 3}


def test_every_claim_of_the_study_has_a_line():
    assert claims().keys() == lines().keys() and len(lines()) == 317


def test_a_plan_that_the_ledger_names_says_what_the_claim_says():
    for id, claim in claims().items():
        if id.startswith("751k-iso-"):
            params = claim["params"]
            place = outputs()[params["test_model"], str(params["op_index"])]
            assert ALONE in lines()[id].observations
            ((layer, each),) = [it for it in seen(ALONE)[params["test_model"]] if it[1].place == place]
            assert layer.type == claim["layer"], id
            assert ("ane" in each.offered, each.chosen) == (claim["observed"] == "ane", params["preferred"].lower()), id


def test_with_all_units_too_where_the_ledger_says_so():
    for id, entry in lines().items():
        if id.startswith("751k-iso-") and "751k-plan-iso-all" in entry.observations:
            params = claims()[id]["params"]
            place = outputs()[params["test_model"], str(params["op_index"])]
            ((_, each),) = [it for it in seen("751k-plan-iso-all")[params["test_model"]] if it[1].place == place]
            assert sorted(each.offered) == sorted(unit.lower() for unit in params["supported_with_all_units"]), id


def test_a_compile_that_the_ledger_names_says_what_the_claim_says():
    for id, entry in lines().items():
        if id.startswith("751k-anecc-") and entry.observations:
            claim = claims()[id]
            (source,) = entry.observations
            header, _ = records.read(files.root() / f"observations/{source}.jsonl")
            ((layer, each),) = seen(source)[claim["params"]["test_model"]]
            assert (layer.type, header.target.chip) == (claim["layer"], claim["chip"]), id
            assert each.offered == (("ane",) if claim["observed"] == "ane" else ()), id


def test_only_what_ended_without_an_answer_is_excused():
    excused = {id for id, entry in lines().items() if entry.why}
    assert excused == {id for id, claim in claims().items() if claim["params"].get("result") == "OOM"}
