"""What is said of models that people use, in short: `ANEDB_REAL_MODELS` names the folder they are in.

tests/golden/real_models.json was read when it was written. What it says is computed from evidence that grows, so it
changes: read the diff, and ask of each line whether the new answer is the better one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import anedb
from anedb.domain.check import Check, CheckedModel
from tests.api.test_planned import check_whole

REAL = os.environ.get("ANEDB_REAL_MODELS", "")
TARGETS = {"A15": "iOS 18", "M4": "macOS 26", "M1": None}

pytestmark = pytest.mark.skipif(not REAL, reason="ANEDB_REAL_MODELS names no folder of real models")


@pytest.fixture(scope="module")
def checks(database: str) -> list[Check]:
    with anedb.open(database) as db:
        return [db.check([REAL], chips=[chip], os=os) for chip, os in TARGETS.items()]


def models(checks: list[Check]) -> Iterator[CheckedModel]:
    return (model for found in checks for model in found.models)


def short(model: CheckedModel) -> dict[str, Any]:
    found = model.summary
    return {
        "model": Path(model.path).relative_to(REAL).as_posix(),
        "target": " ".join(it for it in (model.target.chip, model.target.os, model.target.version) if it),
        "type": model.type,
        "layers": found.layers,
        "offered": {answer: count for answer, count in found.offered.items() if count},
        "placed": {unit: count for unit, count in found.placed.items() if count},
        "segments": found.segments,
        "switches": found.switches,
        "mflops": round(found.flops / 1e6),
        "flops_unknown": found.flops_unknown,
        "blockers": [f"{it.type}: {it.why}; {it.text}" for it in model.blockers],
        "unsettled": sorted({it.type for it in model.unsettled}),
    }


def test_what_is_said_of_each_model_is_what_it_was(checks: list[Check], golden: Callable[[str, str], None]) -> None:
    lines = [json.dumps(short(model), ensure_ascii=False) for model in models(checks)]
    failed = [{**it, "path": Path(it["path"]).relative_to(REAL).as_posix()} for it in checks[0].failed]
    lines += [json.dumps({"failed": it["path"], "tip": it["tip"]}, ensure_ascii=False) for it in failed]
    golden("real_models.json", "[\n" + ",\n".join(f" {line}" for line in lines) + "\n]\n")


def test_each_hangs_together(checks: list[Check]) -> None:
    for model in models(checks):
        check_whole(model)


def test_every_file_is_answered_or_told_why_not(checks: list[Check]) -> None:
    from anedb.coreml.read import find_models

    paths = {str(path) for path in find_models(Path(REAL))}
    for found in checks:
        assert {it.path for it in found.models} | {it["path"] for it in found.failed} == paths


def test_a_layer_of_a_model_is_read(checks: list[Check]) -> None:
    "Nothing in them is unknown to the catalogue."
    assert [(it.path, layer.problem) for it in models(checks) for layer in it.layers if layer.problem] == []
