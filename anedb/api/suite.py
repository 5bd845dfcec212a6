"""Suites of small models: listed, and built into a folder that a Mac can measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from anedb.api.ask import Asker
from anedb.api.wanted import wanted
from anedb.catalog import layers
from anedb.catalog.chips import suggestions
from anedb.catalog.suite_lock import TIERS, Locked, lock
from anedb.domain.layer import Format
from anedb.domain.suite import SECONDS, Question, Suites, SuiteSize
from anedb.errors import UnknownNameError, UsageError
from anedb.probe import mil_cases, nn_cases
from anedb.probe.suite import VERSION, WANTED, Ask, asks, digest
from anedb.probe.wanted import of_wants

__all__ = ["NAMES", "WANTED", "check_narrowed", "known", "suites", "wanted_asks"]
NAMES = (*TIERS, WANTED)
OPERAND = "a constant is an operand of other layers, no layer of its own"


def suites(
    name: str = "",
    types: Sequence[str] = (),
    found: Sequence[Ask] | None = None,
    left_out: Mapping[str, str] = MappingProxyType({}),
) -> Suites:
    """The suites; with a name its questions too, those about `types` where some are named. `found`: of `wanted`, which
    has to be asked first (`wanted_asks`), and `left_out` what of it cannot be asked. Raises `UnknownNameError`."""
    rows = lock()
    asked = list(found if found is not None else asks(name)) if name and known(name) else []
    kinds = _kinds(types)
    kept = [each for each in asked if not types or (each.format, each.type) in kinds]
    return Suites(
        version=VERSION,
        suites=tuple(map(_size, TIERS)),
        catalogue={format: len(_catalogue(format)) for format in Format},
        uncovered=_uncovered(rows),
        unasked={**{row.id: row.why for row in rows.values() if row.why}, **left_out},
        questions=tuple(_question(each, rows.get(each.id)) for each in kept),
    )


def known(name: str) -> bool:
    "Raises `UnknownNameError` where it is not."
    if name not in NAMES:
        raise UnknownNameError(
            f"there is no suite {name!r}, nor a model of that name",
            tip=f"there are {', '.join(NAMES)}",
            suggestions=suggestions(name, NAMES)[:1],
        )
    return True


def check_narrowed(name: str, chips: Sequence[str], os: str | None, models: Sequence[Path | str]) -> None:
    "Raises `UsageError` where a suite other than `wanted` is to be of some chips, systems or models."
    if name != WANTED and (chips or os or models):
        raise UsageError("--chip, --os and --model choose what `wanted` asks; other suites are the same for all")


def wanted_asks(
    asker: Asker, *, chips: Sequence[str] = (), os: str | None = None, limit: int, models: Sequence[Path | str] = ()
) -> tuple[tuple[Ask, ...], dict[str, str]]:
    "What `anedb wanted` lists as questions, canaries first; and what of it no small model can ask, with the reason."
    listed = wanted(asker, chips=chips, os=os, limit=limit, models=models)
    return of_wants(listed.wanted)


def _kinds(types: Sequence[str]) -> set[tuple[str, str]]:
    "A name as a user has it: the type it means, and the others of that concept."
    found = set()
    for name in types:
        kind = layers.find(name)
        found |= {(each.format, each.name) for each in (kind, *layers.siblings(kind))}
    return found


def _catalogue(format: str) -> list[str]:
    return [name for name in layers.all_types(format) if not layers.get(format, name).internal]


def _size(name: str) -> SuiteSize:
    found = asks(name)
    types = {(each.format, each.type) for each in found}
    return SuiteSize(
        name=name,
        models=len(found),
        mlprogram=sum(format == Format.MLPROGRAM for format, _ in types),
        neuralnetwork=sum(format == Format.NEURALNETWORK for format, _ in types),
        minutes=round(len(found) * SECONDS / 60, 1),
        digest=digest(found),
    )


def _uncovered(rows: dict[str, Locked]) -> dict[str, str]:
    covered = {(row.format, row.type) for row in rows.values() if row.asked}
    reasons = {**mil_cases.NOT_BUILT, **nn_cases.NOT_BUILT}
    return {
        f"{format}:{name}": reasons.get(name, OPERAND)
        for format in Format
        for name in _catalogue(format)
        if (format, name) not in covered
    }


def _question(each: Ask, row: Locked | None) -> Question:
    return Question(
        id=each.id, tier=each.tier, format=each.format, type=each.type, target=each.target, context=each.context,
        axis=each.axis, value=each.value, canary=each.canary, fingerprint=row.fingerprint if row else each.fingerprint,
    )  # fmt: skip
