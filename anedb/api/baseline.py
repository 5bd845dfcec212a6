"""Known problems of models, kept in a file under review, so that only a new problem fails a build.

A problem is a layer whose offered answer is no, unlikely, mixed or unknown. It is told again by its type with its
fingerprint, name or reasons, never by its index: layers may be put in before it. An entry stands for one layer and
for an answer that is no worse than its own.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from pathlib import PurePath

from anedb.domain.check import Check, CheckedLayer, CheckedModel
from anedb.domain.target import Target
from anedb.domain.value import value
from anedb.domain.verdict import Answer

SCHEMA_VERSION = "1.0.0"

WORSE = (Answer.UNKNOWN, Answer.MIXED, Answer.UNLIKELY, Answer.NO)
"The answers that are problems; an entry stands for its own and for those before it."


@value
class Known:
    "A problem that was there when the baseline was written: one layer."

    answer: str
    "`no`, `unlikely`, `mixed` or `unknown`."
    fingerprint: str
    "Empty: the layer leaves something open, or is in no catalogue."
    name: str
    reasons: tuple[str, ...]
    "Codes, sorted."
    type: str


@value
class KnownModel:
    "The problems of one model on one target."

    model: str
    "File name, with as many folders before it as tell it from the others."
    target: str
    units: str
    problems: tuple[Known, ...]


@value
class Baseline:
    schema_version: str
    data_version: str
    models: tuple[KnownModel, ...]


@value
class Compared:
    "A check held against a baseline."

    known: frozenset[tuple[int, int]] = frozenset()
    "Index of a model in the check, index of a layer in it: its problem is an old one."
    gone: tuple[str, ...] = ()
    "Entries that no longer occur, in words; those of models that were not checked are not among them."


def target_id(target: Target) -> str:
    "`A15 iOS 18`: what a baseline knows a target by."
    build = f"({target.build})" if target.build else None
    said = (target.chip or target.engine, target.device, target.os, target.version, build)
    return " ".join(each for each in said if each) or "any target"


def baseline(check: Check) -> Baseline:
    "Every problem of a check, in an order that does not depend on the order of the files."
    names = short_names([model.path for model in check.models])
    models = [
        KnownModel(
            model=text(names[model.path]),
            target=target_id(model.target),
            units=model.units,
            problems=tuple(sorted(map(known, problems(model)), key=_order)),
        )
        for model in check.models
    ]
    kept = sorted((each for each in models if each.problems), key=lambda it: (it.model, it.target, it.units))
    return Baseline(schema_version=SCHEMA_VERSION, data_version=check.data_version, models=tuple(kept))


def problems(model: CheckedModel) -> Iterator[CheckedLayer]:
    return (layer for layer in model.layers if layer.offered.answer in WORSE)


def known(layer: CheckedLayer) -> Known:
    return Known(
        answer=layer.offered.answer,
        fingerprint=layer.fingerprint or "",
        name=text(layer.name),
        reasons=tuple(sorted({reason.code for reason in layer.reasons})),
        type=text(layer.type),
    )


def _order(each: Known) -> tuple[str, ...]:
    return (each.type, each.name, each.fingerprint, each.answer, *each.reasons)


def text(name: str) -> str:
    "A name as UTF-8 can hold it: half a surrogate pair, from a file's name or a model's JSON, is spelt out."
    return name if name.isascii() else name.encode("utf-8", "backslashreplace").decode("utf-8")


def short_names(paths: Sequence[str]) -> dict[str, str]:
    "Path -> its last parts, as few as tell different paths apart."
    parts = {path: PurePath(os.path.normpath(path)).parts for path in paths}
    found: dict[str, str] = {}
    length = 1
    while len(found) < len(parts):
        ends = Counter(each[-length:] for path, each in parts.items() if path not in found)
        for path, each in parts.items():
            if path not in found and (ends[each[-length:]] == 1 or length >= len(each)):
                found[path] = "/".join(each[-length:]) or path
        length += 1
    return found


def compare(check: Check, old: Baseline) -> Compared:
    "Which problems of a check are old ones, and which entries no longer occur."
    seen: set[tuple[int, int]] = set()
    left: dict[int, list[Known]] = {}
    for number, model in enumerate(check.models):
        place = _entry_of(model, old.models)
        if place is None:
            continue
        matched, rest = match([*problems(model)], old.models[place].problems)
        seen.update((number, index) for index in matched)
        # Two models may share an entry's name: gone is what neither of them has.
        left[place] = [each for each in left[place] if each in rest] if place in left else rest
    gone = tuple(_gone(old.models[place], each) for place, rest in sorted(left.items()) for each in rest)
    return Compared(known=frozenset(seen), gone=gone)


def _gone(model: KnownModel, each: Known) -> str:
    return f"{model.model} on {model.target}: {each.answer}: {each.name} ({each.type})"


def _entry_of(model: CheckedModel, entries: Sequence[KnownModel]) -> int | None:
    "The entry whose name is the longest end of the model's path."
    path = tuple(map(text, PurePath(os.path.normpath(model.path)).parts))
    where = (target_id(model.target), model.units)
    fits = []
    for place, entry in enumerate(entries):
        parts = tuple(entry.model.split("/"))
        if (entry.target, entry.units) == where and (path[-len(parts) :] == parts or entry.model == text(model.path)):
            fits.append((len(parts), place))
    return max(fits)[1] if fits else None


def match(layers: Sequence[CheckedLayer], entries: Sequence[Known]) -> tuple[set[int], list[Known]]:
    """Indices of the layers that entries stand for, and the entries that stand for none.

    Surest first: everything is the same; the same layer by another name (converters number them); the same name with
    the same reasons, where a shape or parameter has changed.
    """
    matched: set[int] = set()
    rest = list(entries)
    for key in (_exact, _same_layer, _same_name):
        waiting = [layer for layer in layers if layer.index not in matched]
        matched |= _taken(waiting, rest, key)
    return matched, rest


def _taken(layers: Iterable[CheckedLayer], rest: list[Known], key: Callable[[Known], Hashable]) -> set[int]:
    "Layers that an entry of the same key stands for; the entry is taken out of `rest`."
    by_key: dict[Hashable, list[Known]] = defaultdict(list)
    for entry in sorted(rest, key=lambda it: WORSE.index(Answer(it.answer))):
        by_key[key(entry)].append(entry)
    found, used = set(), set()
    # The worst first, each with the least bad entry that stands for it: so none takes what only another could use.
    for layer in sorted(layers, key=lambda it: -WORSE.index(Answer(it.offered.answer))):
        told = known(layer)
        waiting = by_key.get(key(told), [])
        place = next((at for at, entry in enumerate(waiting) if _stands_for(entry, told)), None)
        if place is not None:
            found.add(layer.index)
            used.add(id(waiting.pop(place)))
    rest[:] = [entry for entry in rest if id(entry) not in used]
    return found


def _stands_for(entry: Known, told: Known) -> bool:
    return WORSE.index(Answer(told.answer)) <= WORSE.index(Answer(entry.answer))


def _exact(each: Known) -> Hashable:
    return (each.type, each.name, each.fingerprint or each.reasons)


def _same_layer(each: Known) -> Hashable:
    return (each.type, each.fingerprint or each.reasons)


def _same_name(each: Known) -> Hashable:
    return (each.type, each.name, each.reasons)
