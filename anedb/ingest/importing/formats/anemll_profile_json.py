"""anemll-profile's report as JSON, `-j FILE` of newer builds: each operation in order, and what is not on the engine.

An operation has function, output, operator, device and cost, and whether the engine is offered it; what else is
supported stands only with those that are not on the engine. A reason is what the log said of any operation of that
type, so only one that stands alone is an operation's own. Of a NeuralNetwork the tool makes up names, which are left
out. Compute units and version are in it; nothing of the machine.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from anedb.catalog import normalise
from anedb.domain.foreign import ForeignReport, ForeignRow
from anedb.domain.observation import Reason, Unit
from anedb.errors import BadFileError
from anedb.ingest.importing import refusals
from anedb.ingest.importing.jsontext import field, load, share_ppm

TITLE = "anemll-profile's report as JSON, -j (Anemll, shipstuff)"

TOOL = "anemll-profile"
ALL, LESS = "ordered_placements", "fallback_ops"
LONGEST = 126
"Bytes of a name that the tool keeps whole."

_SIGN = re.compile(rf'"tool"\s{{0,9}}:\s{{0,9}}"{TOOL}"|"(?:first_|last_)?short_type"\s{{0,9}}:')

Fallback = dict[tuple[str, int], dict[str, Any]]
"Function and index -> what is told of an operation that is not on the engine."


def recognise(head: str) -> bool:
    return head.lstrip().startswith("{") and _SIGN.search(head) is not None


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the operation that is wrong."
    found, where = load(text, path), str(path)
    reasons = field(found, "unsupported_reasons_by_type", dict, where, {})
    fallback = _fallback(field(found, LESS, list, where, []), where)
    # Of a report without the list of all there is the list of some.
    name = ALL if ALL in found else LESS
    network = field(field(found, "model", dict, where, {}), "format", str, where, "") == "Neural Network"
    rows = []
    for number, each in enumerate(field(found, name, list, where)):
        at = f"{name}/{number}"
        rows.append(_row(each, fallback, reasons, network, at, f"{where}: {at}", partial=name == LESS))
    return ForeignReport(
        format="anemll_profile_json",
        rows=tuple(rows),
        units=_units(found, where),
        tool=f"{TOOL} {field(found, 'version', str, where, '')}".strip(),
        model=field(field(found, "model", dict, where, {}), "display_name", str, where, ""),
        notes=() if rows else ("no operation that has both a device and a cost",),
    )


def _units(found: Any, where: str) -> str:
    "`All (CPU+GPU+ANE)` is all."
    said = field(field(found, "compute", dict, where, {}), "mode", str, where, "")
    units = normalise.compute_units(said.partition(" (")[0])
    if said and not units:
        raise BadFileError(f'{where}: "{said[:40]}" is no setting of compute units')
    return units


def _fallback(found: list[Any], where: str) -> Fallback:
    told: Fallback = {}
    for number, each in enumerate(found):
        at = f"{where}: {LESS}/{number}"
        told[field(each, "function", str, at, ""), field(each, "index", int, at)] = each
    return told


def _row(
    each: Any, fallback: Fallback, reasons: dict[str, Any], network: bool, place: str, where: str, *, partial: bool
) -> ForeignRow:
    printed, function = field(each, "type", str, where), field(each, "function", str, where, "")
    more = fallback.get((function, field(each, "index", int, where)), {})
    operator, opset = normalise.operator(printed)
    offered = _offered(more, where)
    if "ane_supported" in each and offered and each["ane_supported"] is not (Unit.ANE in offered):
        raise BadFileError(f"{where}: its two lists disagree on whether the engine is offered it")
    refused = Unit.ANE not in offered if offered else each.get("ane_supported") is False
    return ForeignRow(
        operator=operator,
        opset=opset,
        name="" if network else _name(each, printed, where),
        offered=offered,
        chosen=_unit(field(each, "device", str, where), where),
        cost_ppm=None if network else share_ppm(each, "cost", where),
        reason=_reason(reasons, printed, where) if refused else None,
        function="" if network else function,
        place=place,
        partial=partial,
    )


def _name(each: Any, printed: str, where: str) -> str:
    "Empty: an operation without an output, for which the tool puts its type, and a name that may be cut off."
    said = field(each, "name", str, where, "")
    return "" if said == printed or len(said.encode()) > LONGEST else said


def _offered(more: dict[str, Any], where: str) -> tuple[str, ...] | None:
    "None: not told. That the engine was chosen does not tell what else was offered."
    said = field(more, "supported", str, where, "")
    return tuple(sorted({_unit(word, where) for word in said.split(",") if word})) or None


def _unit(word: str, where: str) -> str:
    found = normalise.unit(word)
    if not found:
        raise BadFileError(f"{where}: {word[:40]!r} is no compute unit that is known")
    return found


def _reason(reasons: dict[str, Any], printed: str, where: str) -> Reason | None:
    "Several, of which nobody knows whose they are, stay text."
    said = [text for text in field(reasons, printed, list, where, []) if isinstance(text, str) and text.strip()]
    if len(said) == 1:
        return refusals.reason(said[0])
    return Reason(code=refusals.UNMAPPED, text="; ".join(said)[: refusals.LONGEST]) if said else None
