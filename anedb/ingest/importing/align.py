"""Rows of a report set against the operations of a model, one to one and in order.

A report says what Core ML called an operation; only the model says what it is. They are of one model where operators
are the same in the same order, and names too where the report has them: none may belong to another operation, and half
or more must be this one's. Not all: some tools print an operation's own name, which a model need not have for its
outputs. coremltools calls a cast `cast_12` and what it gives `x_to_fp16`, and the cast of a result takes its name.

What Core ML adds when it compiles may stand in the report beside that: constants, copies of buffers, and casts that
the model has not, told apart by name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from anedb.domain.foreign import ForeignRow
from anedb.domain.model import Model, Network, Op
from anedb.domain.observation import Unit

WHOLE = "*"
CAST = "cast"
CONSTANT = re.compile(r"const|constexpr_\w+")
CUT = ".."
COPY = re.compile(r"\w+_buffer_to_tensor|tensor_to_\w+_buffer")

Pairs = list[tuple[ForeignRow, Op]]


@dataclass(slots=True)
class Match:
    pairs: Pairs = field(default_factory=list)
    extra: Counter[str] = field(default_factory=Counter)
    "Rows without an operation, by why."
    whole: bool = True
    "The rows are of all operations of a function, not of some in it."


@dataclass(frozen=True, slots=True)
class Mismatch:
    why: str
    depth: int
    "How many rows matched before: of several, the one that came furthest is told."


def align(rows: Sequence[ForeignRow], model: Model) -> Match | Mismatch:
    "Rows of one model. Where it has several functions, each may be named by the rows or found by what it holds."
    groups: dict[str, list[ForeignRow]] = {}
    for row in rows:
        groups.setdefault(row.function, []).append(row)
    whole = Match()
    for function, found in groups.items():
        match = _some(found, model) if _partial(found) else _best(found, _candidates(model, function))
        if isinstance(match, Mismatch):
            if not _only_refusals(found):
                return match
            match = _refused(found, model)
        whole.pairs += match.pairs
        whole.extra += match.extra
        whole.whole &= match.whole
    return whole


def _candidates(model: Model, function: str) -> list[tuple[Op, ...]]:
    "Operations that the rows may be of: a function by name; else each, and all in the file's order."
    networks = [each for each in model.networks if each.ops]
    named = [each for each in networks if function and each.name == function]
    found = [each.ops for each in named or networks]
    if not named and len(networks) > 1:
        found.append(tuple(op for each in networks for op in each.ops))
    return found


def _best(rows: list[ForeignRow], candidates: list[tuple[Op, ...]]) -> Match | Mismatch:
    if not candidates:
        return Mismatch("the model has no operations", 0)
    tried = [match(rows, ops) for ops in candidates]
    good = [each for each in tried if isinstance(each, Match)]
    if good:
        if len({_layers(each) for each in good}) > 1:
            return Mismatch("several functions of the model have these operations, and the report does not name one", 0)
        return good[0]
    return max((each for each in tried if isinstance(each, Mismatch)), key=lambda each: each.depth)


def _layers(found: Match) -> tuple[str, ...]:
    return tuple(op.fingerprint or op.place for _, op in found.pairs)


def match(rows: list[ForeignRow], ops: tuple[Op, ...]) -> Match | Mismatch:
    "Rows against the operations of one function."
    if all(row.operator == WHOLE for row in rows):
        return _judged_whole(rows, ops)
    if not any(row.operator for row in rows):
        return _by_name(rows, ops)
    found = Match()
    kept = []
    for row in rows:
        if CONSTANT.fullmatch(row.operator):
            found.extra["constants, which are no layers"] += 1
        elif COPY.fullmatch(row.operator):
            found.extra["copies of buffers, which are no layers"] += 1
        else:
            kept.append(row)
    inside = _without_added_casts(kept, ops)
    if len(inside) < len(kept):
        found.extra["casts that Core ML added: the model has them not"] += len(kept) - len(inside)
    parts = _parts(inside, ops)
    if parts is not None:
        return parts
    found.pairs = list(zip(inside, ops, strict=True))
    return found


def _without_added_casts(rows: list[ForeignRow], ops: tuple[Op, ...]) -> list[ForeignRow]:
    "By name; without names only where the model has no cast at all, so that no other can be meant."
    if len(rows) <= len(ops):
        return rows
    casts = [row for row in rows if row.operator == CAST]
    if all(row.name for row in casts):
        names = {name for op in ops for name in _names(op)}
        return [row for row in rows if row.operator != CAST or row.name in names]
    if any(op.type == CAST for op in ops):
        return rows
    return [row for row in rows if row.operator != CAST]


def _parts(rows: list[ForeignRow], ops: tuple[Op, ...]) -> Mismatch | None:
    "Where the two part, or None."
    known = {name for op in ops if op.type != CAST for name in _names(op)}
    for index, (row, op) in enumerate(zip(rows, ops, strict=False)):
        if not _same(row, op, known):
            return Mismatch(f"{_row(row)}, where the model has {_op(op)}", index)
    least = min(len(rows), len(ops))
    if len(rows) > least:
        return Mismatch(f"{_row(rows[least])}, after the model's last operation", least)
    if len(ops) > least:
        return Mismatch(f"the report ends after {least} operations, before {_op(ops[least])} of the model", least)
    return _other_names(rows, ops)


def _other_names(rows: list[ForeignRow], ops: tuple[Op, ...]) -> Mismatch | None:
    "Where operators agree and most names do not: a model of the same make, and not this one."
    odd = [(row, op) for row, op in zip(rows, ops, strict=True) if row.name and row.name not in _names(op)]
    if 2 * len(odd) <= sum(bool(row.name) for row in rows):
        return None
    row, op = odd[0]
    many = f"{len(odd)} of {len(rows)} names are not the model's"
    return Mismatch(f"the operators are the same, but {many}: {_row(row)}, where the model has {_op(op)}", len(rows))


def _same(row: ForeignRow, op: Op, known: set[str]) -> bool:
    "`known`: every name in the model but those that casts have taken."
    if row.name in known and row.name not in _names(op):
        return False
    said = row.operator.casefold()
    return said in (op.type.casefold(), op.type.partition(".")[0].casefold())


def _names(op: Op) -> set[str]:
    return {op.name, *(output.name for output in op.outputs)}


def _row(row: ForeignRow) -> str:
    where = f"{row.place} of the report" if row.place else "the report"
    return f"{where} is {f'{row.operator} {row.name}'.strip()}"


def _op(op: Op) -> str:
    return f"{op.type} {op.name} ({op.place})"


def _by_name(rows: list[ForeignRow], ops: tuple[Op, ...]) -> Match | Mismatch:
    "A report without operators: every operation by the name of an output, each once, in whatever order."
    owners = {name: index for index, op in enumerate(ops) for name in _names(op)}
    found: dict[int, ForeignRow] = {}
    seen = set()
    for depth, row in enumerate(rows):
        if row.name not in owners:
            return Mismatch(f"{_row(row)}, which the model does not have", depth)
        if row.name in seen:
            return Mismatch(f"{_row(row)}, which stood before", depth)
        seen.add(row.name)
        found.setdefault(owners[row.name], row)
    lacking = next((op for index, op in enumerate(ops) if index not in found), None)
    if lacking is not None:
        return Mismatch(f"the report has no {_op(lacking)} of the model", len(found))
    return Match([(found[index], op) for index, op in enumerate(ops)])


def _only_refusals(rows: list[ForeignRow]) -> bool:
    "A log names what was refused, and nothing else of the model."
    return all(row.reason is not None and row.name and row.chosen is None for row in rows)


def _refused(rows: list[ForeignRow], model: Model) -> Match:
    "Each by its name, where one operation of the model has it and no other."
    owners: dict[str, list[Op]] = {}
    for network in model.networks:
        for op in network.ops:
            for name in _names(op):
                owners.setdefault(name, []).append(op)
    found = Match(whole=False)
    for row in rows:
        ops = owners.get(row.name, [])
        if len(ops) == 1:
            found.pairs.append((row, ops[0]))
        else:
            found.extra["refused, and the model has no operation of that name, or several"] += 1
    return found


def _partial(rows: list[ForeignRow]) -> bool:
    return any(row.partial for row in rows)


def _some(rows: list[ForeignRow], model: Model) -> Match | Mismatch:
    """A report of some operations, by name and operator, each of one operation of its function and no other. Most of
    them must be there, else it is of another model."""
    found = Match(whole=False)
    ops = [op for each in _functions(model, rows[0].function) for op in each.ops]
    for row in rows:
        fit = [op for op in ops if _called(row.name, op) and _same(row, op, set())]
        if len(fit) == 1:
            found.pairs.append((row, fit[0]))
    if twice := [op for op, many in Counter(id(op) for _, op in found.pairs).items() if many > 1]:
        found.pairs = [(row, op) for row, op in found.pairs if id(op) not in twice]
    lacking = len(rows) - len(found.pairs)
    if 2 * lacking > len(rows):
        return Mismatch(f"{lacking} of the {len(rows)} operations that it names are not the model's, or several's", 0)
    if lacking:
        found.extra["named, and the model has no operation of that name and type, or several"] += lacking
    return found


def _functions(model: Model, name: str) -> list[Network]:
    return [each for each in model.networks if name and each.name == name] or list(model.networks)


def _called(name: str, op: Op) -> bool:
    "`..tail`: some tools cut a long name's head off."
    if name.startswith(CUT):
        return any(each.endswith(name[len(CUT) :]) for each in _names(op))
    return name in _names(op)


def _judged_whole(rows: list[ForeignRow], ops: tuple[Op, ...]) -> Match:
    """A report that judges models as a whole: what takes or runs all of it takes each operation. A refusal is of the
    one operation there is; among several nobody knows which."""
    layers = [op for op in ops if op.type != CAST]
    found = Match()
    for row in rows:
        if row.offered or row.ran == Unit.ANE or len(layers) == 1:
            found.pairs += [(row, op) for op in layers]
        else:
            found.extra["refused as a whole, and which of its operations is to blame is not told"] += 1
    return found


def alone(network: Network | Sequence[Op]) -> bool:
    "Whether it is a model of one layer, and the casts it needs."
    ops = network.ops if isinstance(network, Network) else network
    return sum(op.type != CAST for op in ops) <= 1
