"Every refusal in the evidence, where it is, becomes a reason of the vocabulary."

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from anedb.ingest.importing.refusals import reason

STUDY = Path(os.environ.get("ANEDB_EVIDENCE", ""), "dumps/751K_opdispatch")
pytestmark = pytest.mark.skipif("ANEDB_EVIDENCE" not in os.environ, reason="ANEDB_EVIDENCE names no folder of dumps")
SAID = re.compile(r'\{"ane", "((?:[^"\\]|\\.)*)"\}')


def messages():
    table = (STUDY / "validation_messages.tsv").read_text(encoding="utf-8").splitlines()[1:]
    found = [line.split("\t")[4] for line in table if line.strip()]
    for path in sorted((STUDY / "analytics").glob("*.mil")):
        found += [each.replace('\\"', '"') for each in SAID.findall(path.read_text(encoding="utf-8"))]
    return [each for each in found if each]


def test_no_refusal_of_the_study_is_unmapped():
    found = messages()
    assert len(found) > 40
    assert [text for text in found if reason(text).code == "unmapped"] == []
