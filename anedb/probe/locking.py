"""The tables, built: what data/suite.jsonl says of each question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from anedb.catalog.suite_lock import Locked
from anedb.coreml.nn_probes import Row
from anedb.coreml.probes import Probe
from anedb.domain.layer import Layer
from anedb.errors import UsageError
from anedb.probe import build
from anedb.probe.suite import Ask, tabled

Question = tuple[str, str, str, str]
"Layer, surroundings, opset or version, and how its weight is kept."
Told = Callable[[str, int, int], None]


def locked(on_ask: Told | None = None) -> Iterator[tuple[Locked, Layer | None]]:
    "Each question with the layer it comes out as. Builds everything: a minute."
    asks, seen = tabled(), dict[Question, str]()
    for done, ask in enumerate(asks):
        if on_ask is not None:
            on_ask(ask.id, done, len(asks))
        yield one(ask, seen)


def one(ask: Ask, seen: dict[Question, str]) -> tuple[Locked, Layer | None]:
    "`seen`: what was asked, and which question asked it first."
    row = Locked(
        id=ask.id, tier=ask.tier, format=ask.format, type=ask.type, target=ask.target, context=str(ask.context),
        axis=ask.axis, value=ask.value, canary=ask.canary,
    )  # fmt: skip
    try:
        found = build.build(ask)
    except UsageError as error:
        return replace(
            row, why=str(error).removeprefix(f"{ask.id} cannot be built: ").removeprefix(f"{ask.id}: ")
        ), None
    build.discard(found)
    mark = found.op.fingerprint
    first = seen.setdefault((mark, ask.context, build.version(ask, found), compression(ask)), ask.id)
    told = replace(row, fingerprint=mark) if first == ask.id else replace(row, same_as=first)
    return told, found.op.layer


def compression(ask: Ask) -> str:
    """How a weight is kept. A layer has the element type that it is kept in; whether those elements are a palette's
    numbers or scaled, and in what blocks, the fingerprint does not tell: such questions are not the same."""
    if isinstance(ask.made, Row):
        return str(ask.made.args.get("quantization_type", ""))
    steps = ask.made.steps if isinstance(ask.made, Probe) else ()
    return " ".join(repr(each) for each in steps if each.op.startswith(build.CONSTEXPR))
