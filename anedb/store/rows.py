"""A row as SQL gives it -> a value, and the text of lists and objects in columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from anedb.domain.claim import Claim, Workaround
from anedb.domain.knowledge import TRUST, Standing, Tally
from anedb.domain.layer import Layer, Operand
from anedb.domain.observation import Observation, Reason
from anedb.domain.target import Target

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode

NEWEST = 16
"Runs that a cell names, the newest ones."


def to_json(value: Any) -> str:
    "Compact, keys sorted: equal values have equal text."
    return _encode(value)


def operands_to_json(inputs: tuple[Operand, ...]) -> str:
    return _encode([[item.name, item.dtype, item.shape, int(item.const)] for item in inputs])


@lru_cache(4096)
def operands(text: str) -> tuple[Operand, ...]:
    "Layers of one type share most of their inputs: read each text once."
    return tuple(
        Operand(name=name, dtype=dtype, shape=None if shape is None else tuple(shape), const=bool(const))
        for name, dtype, shape, const in json.loads(text)
    )


def layer(format: str, type: str, params: dict[str, Any], inputs: str) -> Layer:
    "From its parameters as JSON has them, and the text of its inputs."
    for name, value in params.items():
        if value.__class__ is list:
            params[name] = as_tuple(value)
    return Layer(format=format, type=type, params=params, inputs=operands(inputs))


def as_tuple(value: list[Any]) -> tuple[Any, ...]:
    for item in value:
        if item.__class__ is list:
            return tuple(as_tuple(item) if item.__class__ is list else item for item in value)
    return tuple(value)


@lru_cache(4096)
def tallies(text: str) -> tuple[Tally, ...]:
    "The cells of a layer say few different things, most of them the same: read each text once."
    return tuple(_tally(*row) for row in json.loads(text))


def _tally(
    method: str, yes: int, no: int, yes_by: int, no_by: int, split: int, gpu: int = 0,
    standing: str = Standing.REVIEWED, trust: int = TRUST,
) -> Tally:  # fmt: skip
    return Tally(
        method=method,
        yes=yes,
        no=no,
        yes_witnesses=yes_by,
        no_witnesses=no_by,
        split_witnesses=split,
        gpu=gpu,
        standing=standing,
        trust=trust,
    )


@lru_cache(4096)
def runs(text: str) -> tuple[tuple[str, int], ...]:
    "Dates and run numbers."
    return tuple((date, run) for date, run in json.loads(text))


@lru_cache(4096)
def reasons(text: str) -> tuple[Reason, ...]:
    return tuple(
        Reason(code=code, feature=feature, value=value, limit=limit, text=words)
        for _, code, feature, value, limit, words in json.loads(text)
    )


def target(row: tuple[Any, ...]) -> Target:
    "From chip, engine, os, version, release, build, device."
    chip, engine, os, version, release, build, device = row
    return Target(chip=chip, engine=engine, os=os, version=version, release=release, build=build, device=device)


def claim(row: tuple[Any, ...]) -> Claim:
    return Claim(
        id=row[0],
        subject=row[1],
        says=row[2],
        strength=row[3],
        source=row[4],
        text=row[5],
        date=row[6],
        condition=row[7],
        engines=tuple(json.loads(row[8])),
        chips=tuple(json.loads(row[9])),
        since_release=row[10],
        until_release=row[11],
        method=row[12],
        reason=row[13],
        feature=row[14],
        limit=row[15],
        about=row[16],
    )


def workaround(row: tuple[Any, ...]) -> Workaround:
    id, subject, text, source, condition, replacements, evidence, strength = row
    return Workaround(
        id=id,
        subject=subject,
        text=text,
        source=source,
        condition=condition,
        use=tuple(json.loads(replacements)),
        evidence=tuple(json.loads(evidence)),
        strength=strength,
    )


def units(text: str | None) -> tuple[str, ...] | None:
    "Offered units; NULL is not stated, empty is none."
    return None if text is None else tuple(text.split(",")) if text else ()


def reason(row: Sequence[Any]) -> Reason | None:
    "From its five columns; NULL: none was given."
    code, feature, value, limit, words = row
    return None if code is None else Reason(code=code, feature=feature, value=value, limit=limit, text=words)


def observation(row: tuple[Any, ...], cell: tuple[str, Target, str, str], **by: str) -> Observation:
    "From a row of `queries.EVIDENCE` and its cell (layer, target, units, context); `by`: tool, source, witness, date."
    return Observation(
        layer=cell[0],
        target=cell[1],
        units=cell[2],
        context=cell[3],
        method=row[3],
        offered=units(row[4]),
        chosen=row[5],
        ran=row[6],
        reason=reason(row[7:12]),
        cost_ppm=row[12],
        opset=row[13],
        model=row[14],
        place=row[15],
        **by,
    )
