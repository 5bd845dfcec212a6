"""docs/formats.md tells what the code does."""

import json
import re
from pathlib import Path

import pytest

from anedb.ingest import plausible, problems, read, text, words
from anedb.ingest.codes import CODES, STAGES, stage

from .test_samples import GOOD

DOC = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_listed_with_its_meaning(code):
    assert f"| `{code}` | {CODES[code].replace('|', '&#124;')} |" in DOC


def test_no_code_is_listed_that_does_not_exist():
    assert set(re.findall(r"^\| `([a-z]+\.[a-z0-9-]+)` \|", DOC, re.MULTILINE)) == set(CODES)


def test_stages_are_listed_in_the_order_they_are_checked():
    assert re.findall(r"^### (.+)$", DOC.partition("## Problems")[2], re.MULTILINE) == list(STAGES)
    assert {stage(code) for code in CODES} == set(STAGES)


def test_the_example_is_the_sample():
    head, line = re.findall(r"```json\n(.*?)\n```", DOC, re.DOTALL)[:2]
    lines = GOOD.read_text(encoding="utf-8").splitlines()
    assert json.loads(head) == json.loads(lines[0])
    assert line in lines


def test_the_limits_are_those_of_the_code():
    for number in (read.MAX_FILE_BYTES, read.MAX_LINE_BYTES, read.MAX_LINES):
        assert f"{number:,}" in DOC
    assert f"{text.MAX_NESTING} levels" in DOC and f"At most {problems.SHOWN} are listed" in DOC
    assert f"{words.LENGTHS['model']} characters for `model`" in DOC and f"{words.LENGTH} for the rest" in DOC
    assert f"{plausible.MAX_RANK} axes" in DOC and plausible.MAX_EXTENT == 2**31
