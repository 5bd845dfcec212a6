"""Core ML's segmentation analytics as freedomtan's `coreml_profiling_without_compute_plan` logs them: a property list
an operation, each after a line with the place in Core ML's cache, which has engine and OS build.

The operations come in no order; each has its index in the program. Copies of buffers, which Core ML adds, are rows too.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from anedb.catalog import normalise
from anedb.domain.foreign import ForeignReport, ForeignRow
from anedb.domain.observation import Reason, Unit
from anedb.errors import BadFileError
from anedb.ingest.importing import refusals

TITLE = "segmentation analytics, a property list an operation (freedomtan, coreml_profiling_without_compute_plan)"

ENGINE = "ane"
TOOL = "coreml_profiling_without_compute_plan"

_BEGIN = re.compile(
    r"(?:(?P<date>\d{4}-\d\d-\d\d) .{0,200} )?at (?P<path>/.{1,900}/analytics\.mil):(?P<line>\d{1,9}):\d{1,9}, \{\s*"
)
_CACHE = re.compile(r"com\.apple\.e5rt\.e5bundlecache/(?P<build>\w{1,12})/.{1,400}/(?P<engine>H\d{2})[A-Z]?\.bundle/")
_MODEL = re.compile(r"the mlmodelc directory: (?P<url>\S{1,900})")
_DATE = re.compile(r"\d{4}-\d\d-\d\d ")
_PAIR = re.compile(r'\s{1,40}"?(?P<name>\w{1,40})"? = "?(?P<value>[^\n]{0,2000}?)"?;')


def recognise(head: str) -> bool:
    return "BackendSupport = " in head and "/analytics.mil:" in head and "OpIndex = " in head


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the line that is wrong."
    found: list[tuple[int, ForeignRow]] = []
    places, models, dates = set(), set(), set()
    entry: list[str] | None = None
    start = 0
    for number, line in enumerate(text.splitlines(), start=1):
        begun = _BEGIN.fullmatch(line)
        if begun or (entry is None and (_MODEL.search(line))):
            _whole(entry is None, start, path)
            models |= {each["url"] for each in _MODEL.finditer(line)}
            if begun:
                entry, start = [], number
                places.add(begun["path"])
                dates |= {begun["date"]} - {None}
        elif entry is not None and line.rstrip() == "}":
            found.append(_row(entry, start, path))
            entry = None
        elif entry is not None:
            entry.append(line)
        elif line.strip() and not _DATE.match(line):
            raise BadFileError(f"{path}:{number}: stands between two operations and is none")
    _whole(entry is None, start, path)
    return _report(found, places, models, dates, path)


def _whole(whole: bool, start: int, path: Path) -> None:
    if not whole:
        raise BadFileError(f"{path}:{start}: the operation that begins here does not end", tip="is the file whole?")


def _report(
    found: list[tuple[int, ForeignRow]], places: set[str], models: set[str], dates: set[str], path: Path
) -> ForeignReport:
    if len(places) > 1:
        raise BadFileError(f"{path}: of {len(places)} programs; each needs a file of its own")
    if len({index for index, _ in found}) < len(found):
        raise BadFileError(f"{path}: two operations have one index", tip="is it the log of two runs?")
    cache = _CACHE.search(next(iter(places), ""))
    return ForeignReport(
        format="segmentation_analytics",
        rows=tuple(row for _, row in sorted(found, key=lambda item: item[0])),
        engine=cache["engine"] if cache else "",
        build=cache["build"] if cache else "",
        model=_model(next(iter(models))) if len(models) == 1 else "",
        tool=TOOL,
        date=max(dates, default=""),
        notes=("from a method of Core ML that is not public; the operations are those after Core ML's own passes",),
    )


def _model(url: str) -> str:
    return unquote(url.removeprefix("file://"))


def _row(entry: list[str], start: int, path: Path) -> tuple[int, ForeignRow]:
    from anedb.coreml.analytics import SUFFIX

    fields, tables = _fields(entry)
    for name in ("OpIndex", "OpType", "SelectedBackend"):
        if name not in fields:
            raise BadFileError(f"{path}:{start}: an operation without {name}")
    if not re.fullmatch(r"\d{1,9}", fields["OpIndex"]):
        raise BadFileError(f"{path}:{start}: OpIndex {fields['OpIndex'][:40]!r} is no number")
    operator, opset = normalise.operator(fields["OpType"])
    offered = [name for name, value in tables.get("BackendSupport", []) if value == "1"]
    chosen = _unit(fields["SelectedBackend"], start, path)
    return int(fields["OpIndex"]), ForeignRow(
        operator=operator,
        opset=opset,
        name=fields.get("Output", "").removesuffix(SUFFIX),
        offered=tuple(sorted({_unit(name, start, path) for name in offered})),
        chosen=chosen,
        reason=_reason(tables.get("ValidationMessages", []), chosen),
        place=f"line {start}",
    )


def _fields(entry: list[str]) -> tuple[dict[str, str], dict[str, list[tuple[str, str]]]]:
    "What stands by itself, and what stands in a dictionary. The output is the last one named in the path."
    fields: dict[str, str] = {}
    tables: dict[str, list[tuple[str, str]]] = {}
    inside = ""
    for line in entry:
        stripped = line.strip()
        if stripped.endswith(("= {", "=     {")):
            inside = stripped.partition(" ")[0]
            tables[inside] = []
        elif stripped in ("};", "},", "}", ");"):
            inside = ""
        elif pair := _PAIR.fullmatch(line):
            name, value = pair["name"], pair["value"]
            if inside:
                tables[inside].append((name, value))
            else:
                fields[name] = value
    return fields, tables


def _unit(word: str, start: int, path: Path) -> str:
    found = normalise.unit(word)
    if not found:
        raise BadFileError(f"{path}:{start}: {word[:40]!r} is no backend that is known")
    return found


def _reason(messages: list[tuple[str, str]], chosen: str) -> Reason | None:
    said = next((text for name, text in messages if normalise.unit(name) == Unit.ANE), "")
    return refusals.reason(said.replace('\\"', '"')) if said and chosen != Unit.ANE else None
