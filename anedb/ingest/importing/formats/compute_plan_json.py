"""`ComputePlan.to_dict()` of coremltools 9 (`coremltools.models.ml_program.experimental.remote_device`), as JSON.

That is a plan made on a device that coremltools drives from afar. It has `infos`: for every output of an operation its
path in the model, the devices supported and preferred, and the cost. No operator is named, only outputs, so a model has
to tell what each is. `to_dict()` keys `infos` by objects, which no JSON can be; both ways out are read: the list of
values, which the device itself sends, and an object under whatever keys.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from anedb.catalog import normalise
from anedb.domain.foreign import ForeignReport, ForeignRow
from anedb.errors import BadFileError
from anedb.ingest.importing.jsontext import field, load, share_ppm

TITLE = "ComputePlan.to_dict() as JSON (coremltools 9, remote device)"


def recognise(head: str) -> bool:
    return head.lstrip().startswith("{") and '"infos"' in head and '"deviceUsage"' in head


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the entry that is wrong."
    found = load(text, path)
    infos = found.get("infos") if isinstance(found, dict) else None
    if isinstance(infos, dict):
        infos = list(infos.values())
    if not isinstance(infos, list):
        raise BadFileError(f"{path}: no list `infos`", tip="write json.dump of a plan's to_dict(), its infos as a list")
    rows = [_row(info, f"{path}: infos/{number}", number) for number, info in enumerate(infos)]
    kept = [row for row in rows if row is not None]
    silent = len(rows) - len(kept)
    notes = (f"{silent} entries without a device, left out: constants, mostly",) if silent else ()
    return ForeignReport(format="compute_plan_json", rows=tuple(kept), notes=notes)


def _row(info: Any, where: str, number: int) -> ForeignRow | None:
    "None: an entry that says nothing of where it goes."
    usage = field(info, "deviceUsage", dict, where, {})
    if not usage:
        return None
    name, function = _place(field(field(info, "path", dict, where), "components", list, where), where)
    supported = field(usage, "supported", list, where)
    return ForeignRow(
        operator="",
        name=name,
        offered=tuple(sorted({_unit(each, where) for each in supported})),
        chosen=_unit(field(usage, "preferred", dict, where), where),
        cost_ppm=share_ppm(info, "estimatedCost", where),
        function=function,
        place=f"infos/{number}",
    )


def _unit(device: Any, where: str) -> str:
    "`{'neuralEngine': {'totalCoreCount': 16}}` -> `ane`."
    word = next(iter(device)) if isinstance(device, dict) and len(device) == 1 else ""
    found = normalise.unit(word) if word else ""
    if not found:
        raise BadFileError(f"{where}: no compute device that is known")
    return found


NAMES = {"programOperation": "outputName", "neuralNetworkLayer": "name"}
PARTS = {"programFunction": "name", "pipelineModel": "name"}


def _place(components: list[Any], where: str) -> tuple[str, str]:
    "Name of the output or layer, and of the function or part of a pipeline, `encoder/main`. The innermost name counts."
    name, parts = "", []
    for each in components:
        kind = next(iter(each)) if isinstance(each, dict) and len(each) == 1 else ""
        data = field(each[kind], "data", dict, where, {}) if kind and isinstance(each[kind], dict) else {}
        if kind in NAMES:
            name = field(data, NAMES[kind], str, where)
        elif kind in PARTS:
            parts.append(field(data, PARTS[kind], str, where))
    if not name:
        raise BadFileError(f"{where}: its path names no operation and no layer")
    return name, "/".join(parts)
