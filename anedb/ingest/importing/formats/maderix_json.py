"""maderix's `community_results.json`: what many people's Macs took for a training step, and peak rates of the engine.

Each result is of one Mac and of one network written for the engine's private interface, a part of whose step runs
there. No operation stands in it by itself, so nothing of it becomes an observation: what each says is shown. Its date
is the report's, and no Mac's.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from anedb.domain.foreign import ForeignReport
from anedb.domain.observation import Method
from anedb.errors import BadFileError
from anedb.ingest.importing.jsontext import field, load

TITLE = "maderix's community results: times and rates of a training step, a Mac a row (private interface)"

RESULTS = "training_results"
NUMBERS = {
    "ms_per_step": "ms a step",
    "ane_ms": "ms of it on the engine",
    "compile_ms": "ms to compile",
    "ane_tflops": "TFLOPS on the engine in training",
    "peak_tflops_inmem": "TFLOPS at most, in memory",
    "peak_tflops": "TFLOPS at most",
    "sustained_tflops": "TFLOPS sustained",
}
NONE = "times and rates of whole programs, no operation by itself: nothing to store"

_KEYS = re.compile(rf'"{RESULTS}"\s{{0,9}}:')
_RATES = re.compile(r'"(?:ane_tflops|ane_ms|peak_tflops(?:_inmem)?)"\s{0,9}:')


def recognise(head: str) -> bool:
    return head.lstrip().startswith("{") and bool(_KEYS.search(head) and _RATES.search(head))


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the result that is wrong."
    found = load(text, path)
    results = field(found, RESULTS, list, str(path))
    if not results:
        raise BadFileError(f"{path}: no result in {RESULTS}")
    notes = [_result(each, f"{path}: {RESULTS}/{number}") for number, each in enumerate(results)]
    return ForeignReport(
        format="maderix_json",
        method=Method.PRIVATE_API.value,
        model=field(found, "model", str, str(path), ""),
        notes=(NONE, *notes),
    )


def _result(each: Any, where: str) -> str:
    "One line: the Mac, and what was measured on it."
    system = field(each, "macos", str, where, "")
    who = field(each, "chip", str, where) + (f", macOS {system}" if system else "")
    there = [name for name in NUMBERS if each.get(name) is not None]
    said = [f"{_span(each[name], where)} {NUMBERS[name]}" for name in there]
    said += [limit] if (limit := field(each, "channel_constraint", str, where, "")) else []
    return f"{who}: {', '.join(said) or 'no number'}"


def _span(value: Any, where: str) -> str:
    "`[148, 163]` -> `148 to 163`. Raises `BadFileError`: no number, and no two."
    numbers = value if isinstance(value, list) else [value]
    odd = [each for each in numbers if isinstance(each, bool) or not isinstance(each, int | float)]
    if odd or not 1 <= len(numbers) <= 2:
        raise BadFileError(f"{where}: {str(value)[:40]} is no number, and no least and most")
    return " to ".join(dict.fromkeys(f"{each:.6g}" for each in numbers))
