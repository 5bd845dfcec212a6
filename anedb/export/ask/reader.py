"""Reading the exported knowledge, as `anedb.store.reader.Reader` reads a database. One file a layer type.

This file is translated into JavaScript with the judge, so it keeps to what anedb.export.ask.translate knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from anedb.domain.claim import Claim, Workaround
from anedb.domain.knowledge import Cell, Knowledge, Tally
from anedb.domain.layer import Layer, Operand
from anedb.domain.observation import Reason, Source
from anedb.domain.target import Target

ALL = "*"
"The subject of claims about every layer: they stand in the file `core`."


class ExportReader:
    "`files(name)` gives a file's value, or raises: `core`, and `mlprogram:conv` for each layer type."

    def __init__(self, files: Callable[[str], Any]) -> None:
        self.files = files
        self.sources: dict[str, Source | None] = {}
        self.read: dict[str, Knowledge] = {}

    def meta(self) -> dict[str, str]:
        found: dict[str, str] = self.files("core")["meta"]
        return found

    def changes(self) -> int:
        return 0

    def family_sources(self, category: str) -> list[str]:
        found: list[str] = self.files("core")["family_sources"].get(category, [])
        return found

    def knowledge(self, format: str, type: str) -> Knowledge:
        name = f"{format}:{type}"
        known = self.read.get(name)
        if known is None:
            known = self.read[name] = self._knowledge(format, type, self.files(name))
        return known

    def claims(self, subjects: Sequence[str]) -> tuple[Claim, ...]:
        found = []
        for subject in subjects:
            home = self.files("core" if subject == ALL else subjects[0])
            found += [_claim(row) for row in home["claims"].get(subject, [])]
        return tuple(found)

    def withdrawn(self, fingerprint: str | None, subjects: Sequence[str]) -> tuple[list[Target], list[Claim]]:
        "An export holds nothing that was taken back."
        return [], []

    def workarounds(self, subjects: Sequence[str]) -> tuple[Workaround, ...]:
        found = []
        for subject in subjects:
            home = self.files("core" if subject == ALL else subjects[0])
            found += [_workaround(row) for row in home["workarounds"].get(subject, [])]
        return tuple(found)

    def source(self, id: str) -> Source | None:
        if id not in self.sources:
            row = self.files("core")["sources"].get(id)
            self.sources[id] = None if row is None else Source(**row)
        return self.sources[id]

    def _knowledge(self, format: str, type: str, found: Any) -> Knowledge:
        operands = [_operand(row) for row in found["operands"]]
        layers = {row[0]: _layer(format, type, row[1], [operands[each] for each in row[2]]) for row in found["layers"]}
        shared = Shared(
            marks=[row[0] for row in found["layers"]],
            targets=[_target(row) for row in found["targets"]],
            names=found["names"],
            tallies=[Tally(**row) for row in found["tallies"]],
            reasons=[Reason(**row) for row in found["reasons"]],
        )
        cells = tuple([_cell(row, shared) for row in found["cells"]])
        return Knowledge(format=format, type=type, layers=layers, cells=cells)


class Shared(NamedTuple):
    "What cells name by number."

    marks: list[str]
    targets: list[Target]
    names: list[str]
    tallies: list[Tally]
    reasons: list[Reason]


def _operand(row: list[Any]) -> Operand:
    name, dtype, shape, const = row
    return Operand(name=name, dtype=dtype, shape=None if shape is None else tuple(shape), const=bool(const))


def _layer(format: str, type: str, params: dict[str, Any], inputs: list[Operand]) -> Layer:
    told = {name: _value(it) for name, it in params.items()}
    return Layer(format=format, type=type, params=told, inputs=tuple(inputs))


def _value(item: Any) -> Any:
    return tuple([_value(each) for each in item]) if isinstance(item, list) else item


def _target(row: list[Any]) -> Target:
    chip, engine, os, version, release, build, device = row
    return Target(chip=chip, engine=engine, os=os, version=version, release=release, build=build, device=device)


def _cell(row: list[Any], shared: Shared) -> Cell:
    id, layer, target, units, context, offered, chosen, ran, newest, sources, reasons, witnesses, kinds = row
    tallies, names = shared.tallies, shared.names
    return Cell(
        id=id,
        layer=shared.marks[layer],
        target=shared.targets[target],
        units=units,
        context=context,
        offered=tuple([tallies[each] for each in offered]),
        chosen=tuple([tallies[each] for each in chosen]),
        ran=tuple([tallies[each] for each in ran]),
        newest=newest,
        sources=tuple([names[each] for each in sources]),
        reasons=tuple([shared.reasons[each] for each in reasons]),
        witnesses=tuple([names[each] for each in witnesses]),
        kinds=tuple([(each[0], each[1]) for each in kinds]),
    )


def _claim(row: dict[str, Any]) -> Claim:
    return Claim(**{**row, "engines": tuple(row["engines"]), "chips": tuple(row["chips"])})


def _workaround(row: dict[str, Any]) -> Workaround:
    return Workaround(**{**row, "use": tuple(row["use"]), "evidence": tuple(row["evidence"])})
