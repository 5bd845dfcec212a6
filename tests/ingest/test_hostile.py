"""Files made to be slow, large or loud: each is judged in seconds, within memory, without a traceback."""

import json
import time
import tracemalloc

import pytest

from anedb.ingest import read
from anedb.ingest.check import check
from anedb.ingest.problems import SHOWN

from . import runs

HEAD, *BODY = runs.good().splitlines(keepends=True)
LINE = json.loads(BODY[0])


def changed(**more) -> bytes:
    return json.dumps({**LINE, **more}, separators=(",", ":")).encode() + b"\n"


def seen(count: int, **more) -> bytes:
    return changed(seen=[{**LINE["seen"][0], **more, "place": str(number)} for number in range(count)])


def filled(line: bytes) -> bytes:
    "As many lines as fit."
    return HEAD + line * min(read.MAX_LINES - 1, (read.MAX_FILE_BYTES - len(HEAD)) // len(line))


FILES = {
    "unknown types": HEAD + b"".join(changed(type=f"type{number}") for number in range(10_000)),
    "unknown parameters": HEAD + b"".join(changed(params={f"p{number}": 1}) for number in range(10_000)),
    "unknown fields": HEAD + b"".join(changed(**{f"f{number}": 1}) for number in range(5_000)),
    "one line repeated": filled(BODY[0]),
    "a long list of the wrong type": HEAD + changed(inputs=[{**LINE["inputs"][0], "shape": [None] * 40_000}]),
    "a long list of parameters of the wrong type": HEAD + changed(params={"strides": [None] * 40_000}),
    "many observations, all the same": HEAD + changed(seen=LINE["seen"] * 1_500),
    "many observations with a wrong word": HEAD + seen(1_200, units="x"),
    "many operands": HEAD + changed(inputs=[{**LINE["inputs"][0], "name": f"x.{number}"} for number in range(4_000)]),
    "many axes": HEAD + changed(inputs=[{**LINE["inputs"][0], "shape": [1] * 100_000}]),
    "many keys": HEAD + changed(params={f"k{number}": 1 for number in range(15_000)}),
    "a long text": HEAD + changed(type="x" * 200_000),
    "brackets in a text": HEAD + changed(type="[{" * 100_000),
    "quotes": HEAD + b'"\\' * 100_000 + b"\n",
    "empty objects": HEAD + b"{}\n" * 19_000,
    "empty lines": HEAD + b"\n" * 19_000,
    "long digits": HEAD + b'{"a":' + b"9" * 200_000 + b"}\n",
    "no newline at all": b"x" * 7_000_000,
    "nulls": HEAD + b"\0" * 7_000_000,
    "characters that mislead": HEAD + changed(type="\u202e" * 20_000),
}


@pytest.mark.parametrize("name", FILES)
def test_it_is_judged_in_seconds(name):
    start = time.perf_counter()
    found = check(FILES[name], "run.jsonl", today=runs.TODAY)
    assert time.perf_counter() - start < 10
    assert found.problems and len(found.problems) <= SHOWN + 1
    assert all(len(str(problem)) < 2_500 for problem in found.problems)
    assert all(line.isprintable() for problem in found.problems for line in str(problem).splitlines())


@pytest.mark.parametrize("name", ["one line repeated", "many keys", "nulls"])
def test_it_is_judged_within_memory(name):
    tracemalloc.start()
    try:
        check(FILES[name], "run.jsonl", today=runs.TODAY)
        # The data themselves were there before; an exception of Pydantic's keeps a line's values for a moment.
        assert tracemalloc.get_traced_memory()[1] < len(FILES[name]) + 12_000_000
    finally:
        tracemalloc.stop()
