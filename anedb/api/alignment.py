"""Which layer of one model does what a layer of another does: two orders of layers, laid side by side.

The longest common subsequence, by what is surest first: equal layers, then in each gap between them the same concept
and parameters, the same concept and name, the same concept, a related one, and last what stands alone on both sides.
`difflib` looks for the longest block instead, and finds a twentieth of the pairs where a model repeats one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import cache

from anedb.catalog import layers as catalog
from anedb.domain.check import CheckedLayer

Pairs = list[tuple[int, int]]
"Places in A and in B, both rising."
Key = Callable[[CheckedLayer], Hashable]

ANCHORS = 0.5
"Equal layers are taken for the same where so many of the smaller model's are found: fewer may be chance."


def align(a: Sequence[CheckedLayer], b: Sequence[CheckedLayer]) -> Pairs:
    "What is in no pair is only in A, or only in B."
    pairs = _anchors(a, b)
    for key in _keys(a, b):
        pairs = _filled(a, b, pairs, lambda x, y, key=key: common(x, y, key))  # type: ignore[misc]
    return _filled(a, b, _filled(a, b, pairs, related), alone)


def moved(a: Sequence[CheckedLayer], b: Sequence[CheckedLayer], pairs: Pairs) -> Pairs:
    "Of what is in no pair, equal layers out of order: of the same name first, then whatever they are called."
    found: Pairs = []
    keys: tuple[Key, ...] = (lambda layer: (layer.fingerprint, layer.name), lambda layer: layer.fingerprint)
    for key in keys:
        waiting: dict[Hashable, list[int]] = {}
        for j in _left(b, (*pairs, *found), 1):
            waiting.setdefault(key(b[j]), []).append(j)
        for i in _left(a, (*pairs, *found), 0):
            if a[i].fingerprint and waiting.get(key(a[i])):
                found.append((i, waiting[key(a[i])].pop(0)))
    return sorted(found)


def _left(layers: Sequence[CheckedLayer], pairs: Iterable[tuple[int, int]], which: int) -> list[int]:
    taken = {pair[which] for pair in pairs}
    return [place for place in range(len(layers)) if place not in taken]


def concept(layer: CheckedLayer) -> str:
    "Empty for a layer that the catalogue does not have."
    return _concept(layer.format, layer.type)


@cache
def _concept(format: str, type: str) -> str:
    kind = catalog.lookup(format, type)
    return kind.concept if kind else ""


def _meant(layer: CheckedLayer) -> str:
    return concept(layer) or f"{layer.format}:{layer.type}"


def _anchors(a: Sequence[CheckedLayer], b: Sequence[CheckedLayer]) -> Pairs:
    found = common(a, b, lambda layer: layer.fingerprint or (layer.format, layer.type, layer.name))
    return found if found and len(found) >= ANCHORS * min(len(a), len(b)) else []


def _keys(a: Sequence[CheckedLayer], b: Sequence[CheckedLayer]) -> Iterator[Key]:
    # Two formats spell parameters differently: only those of layers without any would be equal.
    if {layer.format for layer in a} == {layer.format for layer in b}:
        yield lambda layer: (_meant(layer), repr(layer.params))
    yield lambda layer: (_meant(layer), layer.name)
    yield _meant


def common(a: Sequence[CheckedLayer], b: Sequence[CheckedLayer], key: Key) -> Pairs:
    "The longest common subsequence under a key."
    from rapidfuzz.distance import LCSseq

    numbers: dict[Hashable, int] = {}
    x, y = ([numbers.setdefault(key(layer), len(numbers)) for layer in each] for each in (a, b))
    return [
        (op.src_start + step, op.dest_start + step)
        for op in LCSseq.opcodes(x, y)
        if op.tag == "equal"
        for step in range(op.src_end - op.src_start)
    ]


def _filled(
    a: Sequence[CheckedLayer],
    b: Sequence[CheckedLayer],
    pairs: Pairs,
    fill: Callable[[Sequence[CheckedLayer], Sequence[CheckedLayer]], Pairs],
) -> Pairs:
    "The pairs, and those that `fill` finds in the gaps between them."
    found: Pairs = []
    i = j = 0
    for x, y in (*pairs, (len(a), len(b))):
        if i < x and j < y:
            found += [(i + p, j + q) for p, q in fill(a[i:x], b[j:y])]
        found.append((x, y))
        i, j = x + 1, y + 1
    return found[:-1]


def related(a: Sequence[CheckedLayer], b: Sequence[CheckedLayer]) -> Pairs:
    "In order, each layer with the first of a related concept: a `linear` with a `matmul`."
    found: Pairs = []
    at = 0
    for i, layer in enumerate(a):
        j = next((j for j in range(at, len(b)) if _kin(_meant(layer), _meant(b[j]))), None)
        if j is not None:
            found.append((i, j))
            at = j + 1
    return found


@cache
def _kin(one: str, other: str) -> bool:
    known = catalog.concepts()
    return any(x in known and y in known[x].related for x, y in ((one, other), (other, one)))


def alone(a: Sequence[CheckedLayer], b: Sequence[CheckedLayer]) -> Pairs:
    "One layer on each side, between the same neighbours: it was replaced."
    return [(0, 0)] if len(a) == len(b) == 1 else []
