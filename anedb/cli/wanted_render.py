"What to measure next, for people."

from __future__ import annotations

from collections.abc import Iterator

from anedb.cli.render import MARKS, Section
from anedb.cli.words import operand_text, place_text, value_text
from anedb.domain.wanted import Want, Wanted

ABOUT = (
    "the uncertainty p (1 - p) that measuring it takes away, times the operations it occurs in, its own and what "
    "it says of near layers and targets; each after those above it"
)


def blocks(found: Wanted) -> list[Section]:
    where = ", ".join(place_text(each) for each in found.targets)
    none: tuple[str, ...] = ("nothing: every answer is as sure as one measurement makes it",)
    operations = sum(found.networks.values())
    counted = f"{operations} operations in {len(found.networks)} networks: {', '.join(found.networks)}"
    return [
        Section("What to measure next", list(_rows(found)) if found.wanted else [none]),
        Section(
            "",
            [
                ("worth", ABOUT),
                ("looked at", f"{found.candidates} layers on {where}"),
                ("counted", counted),
                ("", f"data {found.data_version}; --json has parameters and the question that shows today's answer"),
            ],
        ),
    ]


def _rows(found: Wanted) -> Iterator[tuple[str, ...]]:
    yield ("worth", "where", "today", "layer")
    for each in found.wanted:
        today = f"{MARKS[each.answer]} {each.answer}" + ("" if each.probability is None else f" {each.probability:.2f}")
        yield (
            f"{each.score:.2f}",
            place_text(each.target),
            today,
            f"{each.format}:{each.type} {_layer(each)}".rstrip(),
        )
        yield ("", "", "", each.why)


def _layer(each: Want) -> str:
    inputs = [operand_text(operand) for operand in each.inputs]
    params = [f"{name}={value_text(value)}" for name, value in each.params.items()]
    return " ".join([*inputs, *params])
