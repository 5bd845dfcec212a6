"""Two checked models laid side by side, or one on two targets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from anedb.api.alignment import Pairs, align, concept, moved
from anedb.domain.check import Blocker, CheckedLayer, CheckedModel
from anedb.domain.diff import SCHEMA_VERSION, Blocking, Change, Diff, Pair, Side, SideLayer
from anedb.domain.layer import Layer, Operand
from anedb.evidence.features import features

UNCOMPARED = frozenset({"format", "layer_type", "params", "concept", "opset", "dtype", "dtypes", "const_operands"})
"Features that differ between any two layer types, or that operands tell."
ANSWERS = ("offered", "chosen", "placement")


def diff(a: CheckedModel, b: CheckedModel, *, data_version: str) -> Diff:
    "What B has that A has not, and how the answers differ."
    targets = a.path == b.path and a.target != b.target
    pairs = [(place, place) for place in range(len(a.layers))] if targets else align(a.layers, b.layers)
    astray = moved(a.layers, b.layers, pairs)
    pairs = sorted([*pairs, *astray])
    told = {place: pair(a.layers[place[0]], b.layers[place[1]]) for place in pairs}
    blocking = tuple(blockers(a.blockers, b.blockers, same_places=targets))
    only_a, only_b = apart(a.layers, pairs, 0), apart(b.layers, pairs, 1)
    changed = tuple(each for each in told.values() if each.changes)
    return Diff(
        schema_version=SCHEMA_VERSION,
        data_version=data_version,
        of="targets" if targets else "models",
        a=side(a),
        b=side(b),
        same=len(told) - len(changed),
        only_a=only_a,
        only_b=only_b,
        changed=changed,
        moved=tuple(told[place] for place in astray),
        answered=tuple(each for each in told.values() if each.answers),
        blockers=blocking,
        text=sentence(len(only_a), len(only_b), len(astray), [*told.values()]),
    )


def side(model: CheckedModel) -> Side:
    placed = groupby(model.layers, lambda layer: layer.placement)
    return Side(
        path=model.path,
        kind=model.kind,
        type=model.type,
        target=model.target,
        units=model.units,
        summary=model.summary,
        runs=tuple((unit, sum(1 for _ in each)) for unit, each in placed),
    )


def apart(layers: Sequence[CheckedLayer], pairs: Pairs, which: int) -> tuple[SideLayer, ...]:
    "Layers of one side that are in no pair."
    paired = {each[which] for each in pairs}
    return tuple(side_layer(layer) for place, layer in enumerate(layers) if place not in paired)


def side_layer(layer: CheckedLayer) -> SideLayer:
    return SideLayer(
        index=layer.index,
        name=layer.name,
        format=layer.format,
        type=layer.type,
        concept=concept(layer),
        fingerprint=layer.fingerprint,
        inputs=layer.inputs,
        offered=layer.offered.answer,
        chosen=layer.chosen.answer,
        placement=layer.placement,
        reasons=tuple(sorted({reason.code for reason in layer.reasons})),
    )


def pair(a: CheckedLayer, b: CheckedLayer) -> Pair:
    one, other = side_layer(a), side_layer(b)
    answers = tuple(name for name in ANSWERS if getattr(one, name) != getattr(other, name))
    return Pair(a=one, b=other, changes=tuple(changes(a, b)), answers=answers)


def changes(a: CheckedLayer, b: CheckedLayer) -> Iterator[Change]:
    "What of a layer differs; its name, opset and answers are not the layer."
    if a.fingerprint and a.fingerprint == b.fingerprint:
        return
    if (a.format, a.type) == (b.format, b.type):
        yield from _told("param", a.params, b.params)
        yield from _operands(a.inputs, b.inputs)
    else:
        yield Change(what="type", name="", a=f"{a.format}:{a.type}", b=f"{b.format}:{b.type}")
        ours, theirs = _features(a), _features(b)
        # What only one of two types has is no change: the other cannot have it.
        both = ours.keys() & theirs.keys() - UNCOMPARED
        yield from _told("feature", *({name: it[name] for name in ours if name in both} for it in (ours, theirs)))
    yield from _operands(_numbered(a.outputs), _numbered(b.outputs))


def _told(what: str, a: dict[str, Any], b: dict[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys((*a, *b)):
        if a.get(name) != b.get(name):
            yield Change(what=what, name=name, a=a.get(name), b=b.get(name))


def _operands(a: Iterable[dict[str, Any]], b: Iterable[dict[str, Any]]) -> Iterator[Change]:
    "Dtype, shape and constness; what one side does not know is no change."
    ours, theirs = ({each["name"]: each for each in side} for side in (a, b))
    for name in dict.fromkeys((*ours, *theirs)):
        if name not in ours or name not in theirs:
            yield Change(what="operand", name=name, a=_type_of(ours.get(name)), b=_type_of(theirs.get(name)))
            continue
        for what in ("dtype", "shape", "const"):
            x, y = (_plain(each[name].get(what)) for each in (ours, theirs))
            if x != y and None not in (x, y) and "unknown" not in (x, y):
                yield Change(what=what, name=name, a=x, b=y)


def _plain(item: Any) -> Any:
    return list(item) if isinstance(item, tuple) else item


def _type_of(operand: dict[str, Any] | None) -> str | None:
    if operand is None:
        return None
    shape = operand.get("shape")
    return f"{operand['dtype']}[{','.join(map(str, shape))}]" if shape is not None else str(operand["dtype"])


def _numbered(outputs: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    "Outputs by number: their names are the converter's."
    return ({**each, "name": f"out.{number}"} for number, each in enumerate(outputs))


def _features(layer: CheckedLayer) -> dict[str, Any]:
    known = Operand.__dataclass_fields__
    operands = []
    for each in layer.inputs:
        shape = each.get("shape")
        given = {name: item for name, item in each.items() if name in known}
        operands.append(Operand(**{**given, "shape": None if shape is None else tuple(shape)}))
    return features(Layer(format=layer.format, type=layer.type, params=layer.params, inputs=tuple(operands)))


def blockers(a: Iterable[Blocker], b: Iterable[Blocker], *, same_places: bool) -> Iterator[Blocking]:
    "Causes that are not alike on both sides: by place where the layers are the same ones, else by how many."
    ours, theirs = _causes(a), _causes(b)
    for cause in dict.fromkeys((*ours, *theirs)):
        why, here = ours.get(cause, ("", ()))
        says, there = theirs.get(cause, ("", ()))
        if (here != there) if same_places else (len(here) != len(there)):
            yield Blocking(type=cause[0], why=why or says, a=here, b=there)


def _causes(found: Iterable[Blocker]) -> dict[tuple[str, ...], tuple[str, tuple[int, ...]]]:
    "Type and reasons -> why, and the layers that share them."
    causes: dict[tuple[str, ...], tuple[str, tuple[int, ...]]] = {}
    for each in found:
        cause = (each.type, *sorted({reason.code for reason in each.reasons}))
        why, layers = causes.get(cause, (each.why, ()))
        causes[cause] = (why, (*layers, *each.layers))
    return causes


def sentence(only_a: int, only_b: int, moved: int, told: Sequence[Pair]) -> str:
    changed, answered = sum(bool(each.changes) for each in told), sum(bool(each.answers) for each in told)
    if not (only_a or only_b or changed or moved or answered):
        return f"The same: {len(told)} layers, no answer differs."
    parts = [(only_a, "only in A"), (only_b, "only in B"), (changed, "changed")]
    parts += [(moved, "moved"), (answered, "answered differently")]
    said = ", ".join(f"{number} {what}" for number, what in parts if number)
    return f"{len(told) - changed} layers are the same; {said}."
