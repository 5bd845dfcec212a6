"""What might be measured: layers of networks that people run, and layer types that nobody has seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from anedb.api.ask import Asker
from anedb.api.telling import short
from anedb.catalog import canonical, layers, plans
from anedb.domain.layer import DType, Format, InputKind, InputSpec, Layer, LayerType, Operand, ParamValue
from anedb.domain.model import Network
from anedb.domain.plan import Role
from anedb.errors import UnknownNameError, UsageError
from anedb.fingerprint import fingerprint

NOT_RUN = ("const", "constexpr_")
"MIL operations that are worked out when a model is compiled: no engine is offered them."


class Candidate(NamedTuple):
    "A layer that might be measured."

    layer: Layer
    open: tuple[str, ...]
    fingerprint: str | None
    counts: dict[str, int]
    "By network: how many of its operations are this layer."
    like: str = ""
    "The layer type whose recorded layer lent the operands."

    @property
    def occurrences(self) -> int:
        return sum(self.counts.values())


Found = dict[str, Candidate]
"By fingerprint, or by what is told of a layer that leaves something open."


def of_networks(models: Sequence[Path | str]) -> tuple[Found, dict[str, int]]:
    "Every layer of recorded and given networks; and the networks' operations."
    found: Found = {}
    sizes: dict[str, int] = {}
    for name, network in (*recorded(), *given(models)):
        sizes[name] = sizes.get(name, 0) + _count(found, name, network)
    return found, sizes


def recorded() -> Iterator[tuple[str, Network]]:
    "Plans of whole networks. One that was planned on several targets or settings counts once."
    told: set[str] = set()
    for path in plans.plan_files():
        for plan in plans.read(path)[1]:
            if plan.role == Role.NETWORK and plan.name not in told:
                told.add(plan.name)
                yield f"{plan.source}/{plan.name}", plan.network


def given(models: Sequence[Path | str]) -> Iterator[tuple[str, Network]]:
    "Raises `BadFileError`."
    if not models:
        return
    from anedb.api.check import read

    for path in models:
        for network in read(Path(path)).networks:
            yield str(path), network


def _count(found: Found, name: str, network: Network) -> int:
    for op in network.ops:
        if op.problem or layers.lookup(op.layer.format, op.layer.type) is None:
            continue
        key = op.fingerprint or f"{fingerprint(op.layer.hashed())} {' '.join(op.open)}"
        known = found.get(key)
        if known is None:
            known = found[key] = Candidate(op.layer, op.open, op.fingerprint or None, {})
        known.counts[name] = known.counts.get(name, 0) + 1
    return len(network.ops)


def unseen(asker: Asker, found: Found) -> tuple[list[Candidate], float]:
    """One candidate for each layer type that nothing was ever seen of and that no network has, and how often each is
    taken to occur.

    How often is Good and Turing's estimate (1953): as much as there is of what occurs once, shared out among all that
    does not occur at all.
    """
    counts = Counter[str]()
    for each in found.values():
        counts[f"{each.layer.format}:{each.layer.type}"] += each.occurrences
    kinds = [it for it in map(_kind, layers.all_types()) if _runs(it)]
    seen = {f"{format}:{type}" for format, type, _ in asker.reader.types()}
    absent = [it for it in kinds if f"{it.format}:{it.name}" not in counts]
    once = sum(count == 1 for count in counts.values())
    donors = _donors(asker, seen)
    wanted = [typical(it, donors.get(_category(it), ())) for it in absent if f"{it.format}:{it.name}" not in seen]
    return wanted, max(once, 1) / max(len(absent), 1)


def _kind(name: str) -> LayerType:
    return layers.get(*name.split(":", 1))


def _runs(kind: LayerType) -> bool:
    return not kind.internal and not (kind.format == Format.MLPROGRAM and kind.name.startswith(NOT_RUN))


def _category(kind: LayerType) -> str:
    return layers.concept_of(kind).category


def _donors(asker: Asker, seen: Iterable[str]) -> dict[str, list[Layer]]:
    "Layers that were seen, by category, the most often seen first."
    counted: dict[str, list[tuple[int, str, Layer]]] = {}
    for name in sorted(seen):
        format, _, type = name.partition(":")
        known = asker.knowledge(format, type)
        cells = Counter(cell.layer for cell in known.cells)
        into = counted.setdefault(_category(layers.get(format, type)), [])
        into += [(-cells[mark], short(layer), layer) for mark, layer in known.layers.items()]
    return {name: [it[2] for it in sorted(rows, key=lambda it: it[:2])] for name, rows in counted.items()}


def typical(kind: LayerType, donors: Sequence[Layer]) -> Candidate:
    """A layer of the type with what a layer of its category was seen with, where that leaves nothing open: the same
    required operands and parameters by name. Else the type, with what is left open."""
    required = [it for it in kind.inputs if it.required]
    for donor in donors:
        lent = _lent(kind, required, donor)
        if lent is None:
            continue
        try:
            layer, left = canonical.canonical(kind, *lent)
        except (UnknownNameError, UsageError):
            continue
        if not left:
            return Candidate(layer, (), fingerprint(layer.hashed()), {}, f"{donor.format}:{donor.type}")
    layer, left = canonical.canonical(kind, {}, ())
    return Candidate(layer, left or ("operands",), None, {})


def _lent(
    kind: LayerType, required: Sequence[InputSpec], donor: Layer
) -> tuple[dict[str, ParamValue], list[Operand]] | None:
    "None where the donor cannot lend all that is required, or has no operand computed at run time."
    by_name = {each.name: each for each in donor.inputs}
    params: dict[str, ParamValue] = {}
    operands: list[Operand] = []
    for spec in required:
        if spec.kind == InputKind.PARAM and spec.name in donor.params and donor.format == kind.format:
            params[spec.name] = donor.params[spec.name]
        elif spec.kind == InputKind.OPERAND and _fits(kind, spec, by_name.get(spec.name)):
            operands.append(_spelt(kind, by_name[spec.name]))
        else:
            return None
    return (params, operands) if any(not each.const for each in operands) else None


def _fits(kind: LayerType, spec: InputSpec, lent: Operand | None) -> bool:
    if lent is None or lent.shape is None or any(not isinstance(each, int) for each in lent.shape):
        return False
    return kind.format == Format.NEURALNETWORK or not spec.types or lent.dtype in spec.types


def _spelt(kind: LayerType, operand: Operand) -> Operand:
    "A NeuralNetwork does not say the element types of what flows between its layers."
    return replace(operand, dtype=DType.UNKNOWN.value) if kind.format == Format.NEURALNETWORK else operand
