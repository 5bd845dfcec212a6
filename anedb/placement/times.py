"""How long Core ML's scheduler would take an operation to be, on each unit.

Its own estimates, as far as recorded plans show them, are plain: bytes moved over a rate that hardly differs between
units, and for convolutions and products with constant weights FLOPs over a rate that does, in classes of FLOPs per
byte. `tools/placement` learns the rates; where a chip has none, those of the nearest engine generation stand in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from anedb.catalog import layers
from anedb.domain.model import Op
from anedb.domain.observation import Unit
from anedb.domain.placement import Placement, TargetRates

ANY = "*"


class Clock:
    "Times for one chip. `estimate` is cheap: rates are looked up once for each kind of operation."

    def __init__(self, placement: Placement, chip: str = "", engine: str = "", units: Sequence[str] = ()) -> None:
        self.units = tuple(units)
        self._targets = nearest(placement.targets, chip, engine)
        self._computed = frozenset(placement.computed)
        self._kept: dict[tuple[str, bool], tuple[tuple[float, ...], ...]] = {}
        self.steps = tuple(sorted({step for target in self._targets for step in target.steps}))
        "Of every chip: where one has no rate of its own, another's is found by that one's classes."

    @property
    def learnt_from(self) -> str:
        "The chip whose rates are taken first."
        return self._targets[0].chip if self._targets else ""

    def has(self, unit: str) -> bool:
        "Whether the very chip's own plans told of this unit."
        return bool(self._targets) and any(rate.unit == unit for rate in self._targets[0].rates)

    def estimate(
        self, concept: str, flops: int | None, moved: int | None, *, constant: bool
    ) -> tuple[float, ...] | None:
        "Milliseconds on each unit; None: not known. `moved` is bytes, `constant` whether it has a constant weight."
        if flops is None or moved is None:
            return None
        by_flops = constant and concept in self._computed
        rows = self._rates(concept, by_flops)
        if by_flops:
            rates = rows[self._class(flops, moved)]
            return tuple([flops / rate / 1e6 for rate in rates])
        return tuple([moved / rate / 1e6 for rate in rows[0]])

    def _class(self, flops: int, moved: int) -> int:
        intensity = flops / moved if moved else 0.0
        return sum(intensity >= step for step in self.steps)

    def _rates(self, concept: str, by_flops: bool) -> tuple[tuple[float, ...], ...]:
        "By class of intensity (one row for bytes), for each unit."
        found = self._kept.get((concept, by_flops))
        if found is None:
            steps: Iterable[int | None] = range(len(self.steps) + 1) if by_flops else (None,)
            found = self._kept[concept, by_flops] = tuple(
                tuple(self._rate(unit, concept, step) for unit in self.units) for step in steps
            )
        return found

    def _rate(self, unit: str, concept: str, step: int | None) -> float:
        """The concept's own, of the nearest chip that has one; or what holds for all, as much slower or faster as the
        concept is elsewhere: where both units' times are known, what is slow on one is slow on the other."""
        own = self._find(unit, concept, step)
        if own:
            return own
        common = self._find(unit, ANY, step) or 1.0
        for other in self.units:
            known, beside = self._find(other, concept, step), self._find(other, ANY, step)
            if known and beside:
                return common * known / beside
        return common

    def _find(self, unit: str, concept: str, step: int | None) -> float | None:
        for target in self._targets:
            own = None if step is None else sum(mark <= self.steps[step - 1] for mark in target.steps) if step else 0
            for rate in target.rates:
                if rate.unit == unit and rate.concept == concept and rate.step == own:
                    return rate.rate
        return None


def concept(op: Op) -> str:
    known = layers.lookup(op.layer.format, op.layer.type)
    return known.concept if known else op.type


def constant_weight(op: Op) -> bool:
    return any(operand.const for operand in op.layer.inputs[1:])


def nearest(targets: Iterable[TargetRates], chip: str, engine: str) -> list[TargetRates]:
    "The chip's own first, then by distance of the engine generation, the newer of two."
    number = generation(engine)
    return sorted(
        targets, key=lambda it: (it.chip != chip, abs(generation(it.engine) - number), -generation(it.engine), it.chip)
    )


def generation(engine: str) -> int:
    "`H16` -> 16; where none is named, the newest that is known well."
    digits = "".join(letter for letter in engine if letter.isdigit())
    return int(digits) if digits else 16


def units_of(setting: str) -> tuple[str, ...]:
    "The units a compute-units setting lets Core ML choose from, the engine first."
    return (Unit.ANE, Unit.GPU, Unit.CPU) if setting == "all" else (Unit.ANE, Unit.CPU)
