"""mobius' `coreml-cli --json`: for each model and setting of compute units where the operations go, with chip, macOS
and day; with `--fallback` what is not on the engine, by reason.

Operations are listed with `--ops` alone; without it, and with `--fallback`, there are shares and numbers. It says what
was chosen. What is supported, and why not, is there with `--detailed` from a method of Core ML that is not public, set
beside operations by name: where two have one name, it is left out. Of the reasons of `--fallback` two are the tool's
own words and say nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from anedb.catalog import normalise
from anedb.domain.foreign import ForeignCount, ForeignReport, ForeignRow
from anedb.domain.observation import ComputeUnits, Reason, Unit
from anedb.errors import BadFileError
from anedb.ingest.importing import machine, refusals
from anedb.ingest.importing.jsontext import field, load

TITLE = "mobius' coreml-cli --json, also with --ops and --fallback (FluidInference)"

TOOL = "mobius coreml-cli"
HIDDEN = "what is supported, and refusals, are from a method of Core ML that is not public"
UNKNOWN = "unknown"
UNSUPPORTED = ("", "unsupported")
OWN_WORDS = ("ANE supported but scheduler chose CPU", "ANE not available for this op")
"The second is what the tool says of every operation, too, when it gets no detail at all."

LEFT = {ComputeUnits.CPU_AND_NE.value: (Unit.CPU.value,)}
"What is left where the engine is refused: without the GPU to choose from, the CPU. Else it is not told."

_HARDWARE = re.compile(r'"hardware"\s{0,9}:')
_MODELS = re.compile(r'"models"\s{0,9}:')
_PARTS = re.compile(r'"(?:model_name|results|fallback|cold_compile_ms)"\s{0,9}:')
_DAY = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d", re.ASCII)


def recognise(head: str) -> bool:
    return head.lstrip().startswith("{") and all(key.search(head) for key in (_HARDWARE, _MODELS, _PARTS))


class _Found:
    "What has been read so far."

    def __init__(self) -> None:
        self.rows: list[ForeignRow] = []
        self.counts: list[ForeignCount] = []
        self.notes: list[str] = []


def read(text: str, path: Path) -> ForeignReport:
    "Raises `BadFileError` with the model or operation that is wrong."
    said, where = load(text, path), str(path)
    found = _Found()
    for number, model in enumerate(field(said, "models", list, where)):
        _model(model, f"models/{number}", where, found)
    if not (found.rows or found.counts or found.notes):
        raise BadFileError(f"{where}: no result in it", tip="is the file whole?")
    if any(row.reason or row.offered for row in found.rows):
        found.notes.append(HIDDEN)
    hardware = field(said, "hardware", dict, where, {})
    version = machine.macos(field(hardware, "os_version", str, where, ""))
    day = _DAY.match(field(hardware, "timestamp", str, where, ""))
    return ForeignReport(
        format="mobius_json",
        rows=tuple(found.rows),
        counts=tuple(found.counts),
        chip=machine.chip(field(hardware, "chip", str, where, "")),
        os="macOS" if version else "",
        version=version,
        tool=TOOL,
        date=day["day"] if day else "",
        notes=tuple(found.notes),
    )


def _model(model: Any, place: str, where: str, found: _Found) -> None:
    name = field(model, "model_name", str, f"{where}: {place}")
    for number, result in enumerate(field(model, "results", list, f"{where}: {place}", [])):
        _result(result, name, f"{place}/results/{number}", where, found)
    if "fallback" in model:
        _fallback(field(model, "fallback", dict, f"{where}: {place}"), name, f"{place}/fallback", where, found)


def _units(each: Any, where: str) -> str:
    said = field(each, "compute_units", str, where)
    units = normalise.compute_units(said)
    if not units:
        raise BadFileError(f'{where}: "{said[:40]}" is no setting of compute units')
    return units


def _result(result: Any, model: str, place: str, where: str, found: _Found) -> None:
    units = _units(result, f"{where}: {place}")
    if error := field(result, "error", str, f"{where}: {place}", ""):
        found.notes.append(f"{model}, {units}: no plan ({error[:200]})")
        return
    if "operations" not in result:
        found.notes.append(
            f"{model}, {units}: {_shares(result, f'{where}: {place}')}; operations are listed with --ops"
        )
        return
    operations = field(result, "operations", list, f"{where}: {place}")
    names = Counter(field(each, "name", str, f"{where}: {place}", "") for each in operations)
    for number, each in enumerate(operations):
        inside = f"{place}/operations/{number}"
        found.rows.append(_row(each, model, units, names, inside, f"{where}: {inside}"))


def _shares(result: Any, where: str) -> str:
    "`ane 97.5%, cpu 2.5%`, of the cost; of the number of layers where the model is a NeuralNetwork."
    summary = field(result, "summary", dict, where)
    told = [(unit, summary.get(f"{unit}_percent")) for unit in map(str, Unit)]
    if any(isinstance(share, bool) or not isinstance(share, int | float) for _, share in told):
        raise BadFileError(f"{where}: its summary has no shares of the units")
    return ", ".join(f"{unit} {share:g}%" for unit, share in told if share) or "no share of any unit"


def _row(each: Any, model: str, units: str, names: Counter[str], place: str, where: str) -> ForeignRow:
    printed, name = field(each, "type", str, where), field(each, "name", str, where, "")
    operator, opset = normalise.operator(printed)
    chosen = field(each, "device", str, where)
    detail = field(each, "detailed", dict, where, {}) if names[name] == 1 else {}
    return ForeignRow(
        operator=operator,
        opset=opset,
        # The tool puts the type where an operation has no output.
        name="" if name == printed else name,
        offered=_offered(detail, where),
        chosen=None if chosen == UNKNOWN else _unit(chosen, where),
        cost_ppm=_cost_ppm(each, where),
        reason=_reason(detail, chosen, where),
        model=model,
        place=place,
        units=units,
    )


def _unit(word: Any, where: str) -> str:
    found = normalise.unit(word) if isinstance(word, str) else ""
    if not found:
        raise BadFileError(f"{where}: {str(word)[:40]!r} is no compute device that is known")
    return found


def _offered(detail: dict[str, Any], where: str) -> tuple[str, ...] | None:
    backends = field(detail, "supported_backends", list, where, [])
    return tuple(sorted({_unit(each, where) for each in backends if each not in UNSUPPORTED})) or None


def _reason(detail: dict[str, Any], chosen: str, where: str) -> Reason | None:
    said = field(field(detail, "validation_messages", dict, where, {}), "ane", str, where, "").strip()
    return refusals.reason(said) if said and normalise.unit(chosen) != Unit.ANE else None


def _cost_ppm(each: Any, where: str) -> int | None:
    "None for 0, too: the tool writes that of every operation without a cost."
    cost = each.get("cost_percent")
    if cost is None or cost == 0:
        return None
    if isinstance(cost, bool) or not isinstance(cost, int | float) or not 0 <= cost <= 100:
        raise BadFileError(f"{where}: `cost_percent` is no share of the cost, 0 to 100")
    return round(cost * 10_000)


def _fallback(said: Any, model: str, place: str, where: str, found: _Found) -> None:
    "Numbers by unit, and a row for each operation that the engine's compiler refused in words of its own."
    at = f"{where}: {place}"
    units, whole = _units(said, at), field(said, "total_ops", int, at)
    numbers = {unit: field(said, f"{unit}_ops", int, at) for unit in map(str, Unit)}
    if sum(numbers.values()) != whole:
        raise BadFileError(f"{at}: {sum(numbers.values())} operations by unit, {whole} in all")
    for unit in (Unit.ANE.value, Unit.GPU.value):
        found.counts.append(ForeignCount(what="*", unit=unit, count=numbers[unit], of=whole, model=model, units=units))
    if numbers[Unit.CPU.value]:
        found.notes.append(f"{model}, {units}: {numbers[Unit.CPU.value]} of {whole} on the CPU or without an answer")
    for number, each in enumerate(field(said, "reasons", list, at)):
        _refused(each, model, units, f"{place}/reasons/{number}", where, found)


def _refused(each: Any, model: str, units: str, place: str, where: str, found: _Found) -> None:
    at = f"{where}: {place}"
    text, names = field(each, "reason", str, at), field(each, "ops", list, at)
    if field(each, "count", int, at) != len(names):
        raise BadFileError(f"{at}: {len(names)} operations, and it counts {each['count']}")
    if text in OWN_WORDS:
        found.notes.append(f"{model}, {units}: {len(names)} not on the engine: {text}")
        return
    types = list(field(each, "op_types", dict, at, {}))
    operator, opset = normalise.operator(types[0]) if len(types) == 1 else ("", "")
    if any(not isinstance(name, str) for name in names):
        raise BadFileError(f"{at}: an operation whose name is no text")
    # The tool puts the type where an operation has no output.
    named = [(number, name) for number, name in enumerate(names) if name not in types]
    if len(named) < len(names):
        found.notes.append(
            f"{model}, {units}: {len(names) - len(named)} refused operations without a name: {text[:200]}"
        )
    for number, name in named:
        found.rows.append(
            ForeignRow(
                operator=operator,
                opset=opset,
                name=name,
                offered=LEFT.get(units),
                reason=refusals.reason(text),
                model=model,
                place=f"{place}/ops/{number}",
                units=units,
            )
        )
