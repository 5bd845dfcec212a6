"Answers as they would be without some of the evidence."

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from anedb.api.ask import Asker
from anedb.catalog import facts, layers
from anedb.domain.claim import Claim, Workaround
from anedb.domain.knowledge import Cell, Families, Knowledge
from anedb.domain.layer import LayerType
from anedb.evidence.index import Indexed
from anedb.store import families


class Blind(Asker):
    """An asker that does not see some cells, nor what some sources claim.

    What it has read of layer types that lose nothing it shares with the one it was made of.
    """

    def __init__(
        self, base: Asker, hidden: Callable[[Cell], bool], types: Collection[str] | None = None,
        sources: Collection[str] = (),
    ) -> None:  # fmt: skip
        super().__init__(base.reader)
        self.base, self.hidden, self.types = base, hidden, types
        self.hidden_sources = frozenset(sources)
        "Of claims."
        self.families = self._families() if types is None else base.families
        """Where only one layer type loses anything they are as they were: no layer type is of its own family."""

    def _families(self) -> Families:
        offered: dict[str, dict[str, bool]] = {}
        concepts: dict[str, str] = {}
        for format, type, _ in self.base.reader.types():
            concept = layers.get(format, type).concept
            category = self.base.families.category.get(concept, "")
            told = list(families.told(self.knowledge(format, type)))
            if told:
                offered.setdefault(category, {})[f"{format}:{type}"] = any(told)
                concepts[f"{format}:{type}"] = concept
        return Families(
            category=self.base.families.category, offered=offered, concept=concepts, engines=self.base.families.engines
        )

    def indexed(self, format: str, type: str) -> Indexed:
        if self.types is not None and type not in self.types:
            return self.base.indexed(format, type)
        return super().indexed(format, type)

    def knowledge(self, format: str, type: str) -> Knowledge:
        known = self.base.reader.knowledge(format, type)
        cells = tuple(cell for cell in known.cells if not self.hidden(cell))
        layers = {cell.layer for cell in cells}
        return replace(known, cells=cells, layers={key: it for key, it in known.layers.items() if key in layers})

    def said(self, kind: LayerType) -> tuple[tuple[Claim, ...], tuple[Workaround, ...]]:
        claims, workarounds = self.base.said(kind)
        if not self.hidden_sources:
            return claims, workarounds
        key = kind.format, kind.name
        found = self._said.get(key)
        if found is None:
            kept = tuple(claim for claim in claims if claim.source not in self.hidden_sources)
            found = self._said[key] = kept, workarounds
        return found


def of_the_same_authors(sources: Iterable[str]) -> frozenset[str]:
    """These, and all else that is by who made them: what somebody writes about a dump tells what is in it, and another
    dump of the same machine has the same layers."""
    given, known = frozenset(sources), facts.sources()
    authors = {known[each].author for each in given if each in known}
    return given.union(each.id for each in known.values() if each.author in authors)
