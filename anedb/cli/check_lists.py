"""The lists of one checked model: segments, what to change first, layers off the engine, what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from anedb.cli.bars import NAMES
from anedb.cli.blocks import answer, at_most, count, percent, times
from anedb.cli.render import Section
from anedb.cli.words import operand_text
from anedb.domain.check import Blocker, CheckedLayer, CheckedModel, Segment, Unsettled
from anedb.domain.observation import Reason, Unit

FINE = ("yes", "likely")
SHOWN = 20
BLOCKERS = 5
SEGMENTS = 12
UNSETTLED = 5
NAMED = 3
GAP = 2
READABLE = 30
"Columns a sentence wants at least."


def segments(model: CheckedModel, limit: int | None) -> Section:
    if len(model.segments) < 2:
        return Section("")
    most = limit or SEGMENTS
    rows = [segment_row(each) for each in model.segments[:most]]
    return Section("", [*rows, *rest(len(model.segments) - most, "segments")])


def segment_row(each: Segment) -> tuple[str, ...]:
    ends = f"#{each.first}" if each.first == each.last else f"#{each.first} to #{each.last}"
    work = f"{percent(each.flops_share)} of FLOPs, {percent(each.time_share)} of time"
    return (f"{each.index + 1}", NAMES.get(each.unit, each.unit), count(each.layers, "layer"), ends, work)


def name(model: CheckedModel, index: int) -> str:
    return model.layers[index].name or model.layers[index].type


def rest(number: int, what: str) -> list[tuple[str, ...]]:
    return [("", "", "", "", f"and {number} more {what}: --limit N lists more")] if number > 0 else []


def blockers(model: CheckedModel, limit: int | None, where: str = "") -> Section:
    most = limit or BLOCKERS
    rows = [row for each in model.blockers[:most] for row in blocker_rows(each, model)]
    more = len(model.blockers) - most
    rows += [("", "", f"and {more} more: --limit N lists more")] if more > 0 else []
    return Section(f"What to change first{where}", rows)


def blocker_rows(each: Blocker, model: CheckedModel) -> Iterator[tuple[str, ...]]:
    yield f"{each.rank}.", f"{each.type} {times(len(each.layers))}".strip(), each.text
    names = [f"#{index} {name(model, index)}" for index in each.layers]
    yield "", "where", at_most(names, NAMED)
    yield "", "why", reason_titles(each.reasons) or each.why
    for advice in each.workarounds:
        yield "", "instead", f"{advice.text} [{advice.strength}; {advice.source}]"
    if each.evidence:
        yield "", "evidence", at_most(each.evidence, 2 * NAMED)


def table(model: CheckedModel, everything: bool, limit: int | None, columns: int, where: str = "") -> Section:
    """Layers folded where they are alike, answered alike and placed alike; those not plainly on the engine, or all.

    Where the whole model is predicted to stay off it, which layers go with the rest says nothing: then those that the
    engine is not plainly offered for.
    """
    stays = model.summary.whole_model_to_cpu
    fine = offered if stays else plain
    wanted = [it for it in model.layers if everything or not (fine(it) or it.known)]
    folded = fold(wanted)
    most = limit or (len(folded) if everything else SHOWN)
    rows = [layer_row(each) for each in foremost(folded, most)]
    more = len(folded) - most
    rows += [("", "", "", "", "", f"and {more} more kinds of layer: --limit N lists more")] if more > 0 else []
    what = "Layers" if everything else f"Layers not plainly {'offered' if stays else 'on'} the engine"
    title = f"{what}{where} ({len(wanted)} of {len(model.layers)}, equal ones folded)"
    return Section(title, narrower(rows) if cramped(rows, columns) else rows)


def foremost(folded: Sequence[list[CheckedLayer]], most: int) -> list[list[CheckedLayer]]:
    "As many as are wanted, in order; where some are left out, what is offered the engine is left out first."
    ranked = sorted(folded, key=lambda each: offered(each[0]))[:most]
    return sorted(ranked, key=lambda each: each[0].index)


def offered(layer: CheckedLayer) -> bool:
    return layer.offered.answer in FINE


def cramped(rows: Sequence[tuple[str, ...]], columns: int) -> bool:
    "Whether the cells that stay whole leave no room to read the last one."
    whole = [row[:-1] for row in rows]
    return sum(max(map(len, cells)) + GAP for cells in zip(*whole, strict=True)) + READABLE > columns


def narrower(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    "With the type, the longest of the cells that stay whole, at the head of the last."
    return [(*row[:2], *row[3:-1], f"{row[2]}: {row[-1]}" if row[2] else row[-1]) for row in rows]


def plain(layer: CheckedLayer) -> bool:
    "Offered the engine, and predicted to go there."
    return offered(layer) and layer.placement == Unit.ANE


def fold(layers: Iterable[CheckedLayer]) -> list[list[CheckedLayer]]:
    "In the order of the first of each."
    found: dict[tuple[int, str, str], list[CheckedLayer]] = {}
    for layer in layers:
        found.setdefault((layer.alike, layer.offered.answer, layer.placement), []).append(layer)
    return list(found.values())


def layer_row(layers: Sequence[CheckedLayer]) -> tuple[str, ...]:
    first = layers[0]
    about = [first.name or "without a name", operands(first), *whys(first)]
    said = "; ".join(each for each in about if each)
    where = f"→ {NAMES.get(first.placement, first.placement)}".replace("Neural Engine", "engine")
    return (f"#{first.index}", times(len(layers)), first.type, answer(first.offered.answer), where, said)


def operands(layer: CheckedLayer) -> str:
    "What comes in; weights are told by `anedb query`."
    return " ".join(operand_text(each) for each in layer.inputs if not each.get("const"))


def whys(layer: CheckedLayer) -> Iterator[str]:
    "Why not the engine, or why that cannot be said."
    yield layer.problem
    if not offered(layer):
        yield reason_titles(layer.reasons) or layer.offered.why
    if not plain(layer):
        yield layer.placement_why
    if layer.open:
        yield f"left open: {', '.join(layer.open)}"


def reason_titles(reasons: Iterable[Reason]) -> str:
    from anedb.catalog import facts

    return "; ".join(facts.reason_title(reason) for reason in reasons)


def open_ends(model: CheckedModel, limit: int | None, where: str = "") -> Section:
    most = limit or UNSETTLED
    rows = [unsettled_row(each) for each in model.unsettled[:most]]
    more = len(model.unsettled) - most
    rows += [("", f"and {more} more: --limit N lists more")] if more > 0 else []
    return Section(f"What is not known{where}, and what would settle it", rows)


def unsettled_row(each: Unsettled) -> tuple[str, ...]:
    return (f"{each.type} {times(len(each.layers))}".strip(), f"{each.why}. To settle it: {each.measure}")
