"""What the names in a NeuralNetwork stand for, and how that is put together where a nested network is run or not.

A network in a branch or loop reads and gives values of the network around it; nothing is handed over by position.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from anedb.coreml.shapes.dims import Shape, either
from anedb.domain.layer import DType, Operand

UNKNOWN = DType.UNKNOWN.value


class Known(NamedTuple):
    "What is known of a value by its name."

    dtype: str
    shape: Shape
    const: bool = False

    def operand(self, name: str) -> Operand:
        return Operand(name=name, dtype=self.dtype, shape=self.shape, const=self.const)


NOTHING = Known(UNKNOWN, None)

Before = Mapping[str, Known | None]
"Names that a nested network gave, and what they stood for before; None: nothing."


class Scope:
    def __init__(self) -> None:
        self.known: dict[str, Known] = {}
        self._before: dict[str, Known | None] | None = None
        "Of the nested network that is read; None: none is."

    def get(self, name: str) -> Known:
        return self.known.get(name, NOTHING)

    def give(self, name: str, value: Known) -> None:
        if self._before is not None:
            self._before.setdefault(name, self.known.get(name))
        self.known[name] = value

    def nested(self, read: Callable[[], None]) -> Before:
        "Reads a nested network."
        outer, self._before = self._before, {}
        read()
        given, self._before = self._before, outer
        if outer is not None:
            for name, before in given.items():
                outer.setdefault(name, before)
        return given

    def alternatives(self, reads: Iterable[Callable[[], None]]) -> None:
        """Reads nested networks of which one is run: a value that was there before, or that each gives, has what all
        have in common. One that only some give is taken to be theirs: nothing else may read it."""
        olds: dict[str, Known | None] = {}
        ways: list[dict[str, Known]] = []
        for read in reads:
            before = self.nested(read)
            ways.append({name: self.known[name] for name in before})
            olds = {**before, **olds}
            self._restore(before)
        for name, old in olds.items():
            found = [value for way in ways if (value := way.get(name, old)) is not None]
            for value in found[1:]:
                found[0] = join(found[0], value)
            self.give(name, found[0])

    def _restore(self, before: Before) -> None:
        for name, value in before.items():
            if value is None:
                del self.known[name]
            else:
                self.known[name] = value

    def widen(self, before: Before, *, wholly: bool) -> bool:
        """Whether a round of a loop hands on other shapes than it took. Its values then have either shape, as they have
        behind the loop, which may be run no more; `wholly`: any shape, so that another round changes nothing."""
        carried = {name: old for name, old in before.items() if old is not None}
        joined = {name: join(old, self.known[name]) for name, old in carried.items()}
        changed = joined != carried
        for name, value in joined.items():
            self.give(name, NOTHING if changed and wholly else value)
        return changed

    def forget(self, names: Iterable[str]) -> None:
        "What is given again, nobody knows in what shape."
        for name in names:
            if name in self.known:
                self.give(name, NOTHING)


def join(one: Known, other: Known) -> Known:
    dtype = one.dtype if one.dtype == other.dtype else UNKNOWN
    return Known(dtype, either(one.shape, other.shape), one.const and other.const)
