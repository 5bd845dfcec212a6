"""The tables, built: what data/suite.jsonl says of each question."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from anedb.catalog.suite_lock import Locked
from anedb.coreml.probes import Probe
from anedb.errors import UsageError
from anedb.probe import build
from anedb.probe.suite import Ask, tabled

Question = tuple[str, str, str, str]
"Layer, surroundings, opset or version, and how its weight is kept."
Told = Callable[[str, int, int], None]


def locked(on_ask: Told | None = None) -> Iterator[Locked]:
    "Builds everything: most of a minute."
    asks, seen = tabled(), dict[Question, str]()
    for done, ask in enumerate(asks):
        if on_ask is not None:
            on_ask(ask.id, done, len(asks))
        yield one(ask, seen)


def one(ask: Ask, seen: dict[Question, str]) -> Locked:
    "`seen`: what was asked, and which question asked it first."
    mark, why, same_as = "", "", ""
    try:
        found = build.build(ask)
    except UsageError as error:
        why = str(error).removeprefix(f"{ask.id} cannot be built: ").removeprefix(f"{ask.id}: ")
    else:
        mark = found.op.fingerprint
        first = seen.setdefault((mark, ask.context, build.version(ask, found), compression(ask)), ask.id)
        if first != ask.id:
            mark, same_as = "", first
    return Locked(
        id=ask.id, tier=ask.tier, format=ask.format, type=ask.type, target=ask.target, context=str(ask.context),
        axis=ask.axis, value=ask.value, canary=ask.canary, fingerprint=mark, same_as=same_as, why=why,
    )  # fmt: skip


def compression(ask: Ask) -> str:
    """How a weight is kept. A layer has the element type that it is kept in; whether those elements are a palette's
    numbers or scaled, and in what blocks, the fingerprint does not tell: such questions are not the same."""
    steps = ask.made.steps if isinstance(ask.made, Probe) else ()
    return " ".join(repr(each) for each in steps if each.op.startswith(build.CONSTEXPR))
