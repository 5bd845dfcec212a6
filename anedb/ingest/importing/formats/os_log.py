"""Refusals in a log: Espresso's of 2020 and later (`Kernel validation warning NAME (KIND) @ 33: …`, `Unsupported op 8
(KIND): …`), MPSGraph's (`'anec.matmul' op Invalid configuration …`) and E5RT's.

A log says what the engine was refused for, never what was accepted, and nothing of the machine. Espresso's kinds are
its own kernels, of which one serves several layers (`inner_product` may be a look-up in a table): they stay as printed,
and the name tells which layer it is. What names no layer, as E5RT's words for a whole model, is told as a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from anedb.catalog import facts
from anedb.domain.foreign import ForeignReport, ForeignRow
from anedb.domain.observation import Method, Unit
from anedb.errors import BadFileError
from anedb.ingest.importing import refusals

TITLE = "refusals from a log: Espresso's os_log, E5RT, MPSGraph (Apple)"

REFUSED = (Unit.CPU.value,)
"What is left when the engine is refused: the CPU takes every layer. Of the GPU these logs say nothing."

LONGEST = 4000
"Characters of a line that are looked at."

MOST_NOTES = 20

_ESPRESSO = re.compile(
    r"Kernel validation warning (?P<name>[^\n]{1,300}?) \((?P<kind>\w{1,60})\)"
    r" @ (?P<index>\d{1,9}): (?P<text>[^\n]{1,2000})"
)
_UNSUPPORTED = re.compile(
    r"Unsupported op (?P<index>\d{1,9}) \((?P<kind>[\w.]{1,60}|<private>)\): (?P<text>[^\n]{1,2000})"
)
_GRAPH = re.compile(r"(?P<text>'anec\.(?P<kind>\w{1,60})' op [^\n]{1,2000})")
_LOCATION = re.compile(r'loc\((?:callsite\(){0,9}"(?P<name>[^"\n]{1,300})"')
_WHOLE = re.compile(r"Tensor dimensions N\d|MILCompilerForANE error|ANECCompile\w{0,20}\(")
_DATE = re.compile(r"(?P<date>\d{4}-\d\d-\d\d) \d\d:\d\d:\d\d")
_SIGNS = ("Kernel validation warning ", "'anec.", "E5RT", "MILCompilerForANE", "ANECCompile")
_OTHERS = ("[CostModelFeature]", "[ComputePlan]", "/analytics.mil:", "\t✅", "═══", "Intercepted evaluation")
"What only other tools print, which may quote these logs."


def recognise(head: str) -> bool:
    if head.lstrip()[:1] in ("{", "[", "") and not head.lstrip().startswith("[Espresso::"):
        return False
    return any(sign in head for sign in _SIGNS) and not any(sign in head for sign in _OTHERS)


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` where it has no refusal. What a log repeats is one row; other lines are passed over."
    rows: dict[tuple[str, ...], ForeignRow] = {}
    whole: dict[str, None] = {}
    date = ""
    for number, line in _lines(text):
        row = _row(line, number)
        if row is not None:
            rows.setdefault((row.operator, row.name, row.place, row.reason.text if row.reason else ""), row)
        elif _WHOLE.search(line):
            whole.setdefault(facts.reason_title(refusals.reason(line)))
        else:
            continue
        date = date or next((found["date"] for found in _DATE.finditer(line[:60])), "")
    if not rows and not whole:
        raise BadFileError(f"{path}: no refusal that is known in it", tip="it says: Kernel validation warning")
    return ForeignReport(
        format="os_log",
        rows=tuple(rows.values()),
        method=Method.PROFILER.value,
        date=date,
        notes=(*_notes(bool(rows)), *(f"of no layer that the log names: {each}" for each in list(whole)[:MOST_NOTES])),
    )


def _notes(rows: bool) -> tuple[str, ...]:
    return ("only refusals; the CPU stands for what is left, since a log says nothing of the GPU",) if rows else ()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    "Lines, each with the two after it where a list begins at its end: `FAILED: err=(`."
    found = text.splitlines()
    for number, line in enumerate(found, start=1):
        more = found[number : number + 2] if line.endswith("(") else []
        yield number, " ".join([line, *more])[:LONGEST]


def _row(line: str, number: int) -> ForeignRow | None:
    if said := _ESPRESSO.search(line):
        return _refused(said["kind"], said["name"], f"operation {said['index']}", said["text"])
    if said := _UNSUPPORTED.search(line):
        return _refused(said["kind"], "", f"operation {said['index']}", said["text"])
    if said := _GRAPH.search(line):
        where = _LOCATION.search(line)
        return _refused(f"anec.{said['kind']}", where["name"] if where else "", f"line {number}", said["text"])
    return None


def _refused(kind: str, name: str, place: str, text: str) -> ForeignRow:
    reason = refusals.reason(text.strip().strip('"'))
    return ForeignRow(operator=kind, name=name, offered=REFUSED, reason=reason, place=place)
