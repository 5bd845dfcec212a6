"""The tables, built: what data/suite.jsonl says of each question."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from anedb.catalog.suite_lock import Locked
from anedb.errors import UsageError
from anedb.probe import build
from anedb.probe.suite import Ask, tabled

Told = Callable[[str, int, int], None]


def locked(on_ask: Told | None = None) -> Iterator[Locked]:
    "Builds everything: most of a minute."
    asks, seen = tabled(), dict[tuple[str, str, str], str]()
    for done, ask in enumerate(asks):
        if on_ask is not None:
            on_ask(ask.id, done, len(asks))
        yield one(ask, seen)


def one(ask: Ask, seen: dict[tuple[str, str, str], str]) -> Locked:
    "`seen`: layer, surroundings and opset -> the question that asked it first."
    mark, why, same_as = "", "", ""
    try:
        mark = build.build(ask).op.fingerprint
    except UsageError as error:
        why = str(error).removeprefix(f"{ask.id} cannot be built: ").removeprefix(f"{ask.id}: ")
    if mark:
        first = seen.setdefault((mark, ask.context, ask.target), ask.id)
        if first != ask.id:
            mark, same_as = "", first
    return Locked(
        id=ask.id, tier=ask.tier, format=ask.format, type=ask.type, target=ask.target, context=ask.context,
        axis=ask.axis, value=ask.value, canary=ask.canary, fingerprint=mark, same_as=same_as, why=why,
    )  # fmt: skip
