"""A check as what people see: for each model a summary, its segments, what to change first, what is off the engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from anedb.cli.bars import NAMES, Bars, runs
from anedb.cli.blocks import Block, answer, at_most, percent, times
from anedb.cli.render import Section, plural
from anedb.cli.targets_render import differing, side_by_side
from anedb.cli.words import UNITS, operand_text, target_text
from anedb.domain.check import Blocker, Check, CheckedLayer, CheckedModel, Segment, Unsettled
from anedb.domain.observation import Reason, Unit

FINE = ("yes", "likely")
SHOWN = 20
BLOCKERS = 5
BLOCKERS_EACH = 3
"Of each of several targets."
SEGMENTS = 12
UNSETTLED = 5
NAMED = 3


def blocks(check: Check, *, layers: bool = False, limit: int | None = None, columns: int = 80) -> list[Block]:
    """What `anedb check` prints. `layers`: those on the engine too. `limit`: rows of a list at most; None: as many as
    fit a screen, or all with `layers`. `columns`: the width to choose a layout for."""
    found: list[Block] = []
    if len(check.models) > 1:
        found.append(side_by_side(check.models, columns))
    by_path: dict[str, list[CheckedModel]] = {}
    for model in check.models:
        by_path.setdefault(model.path, []).append(model)
    for models in by_path.values():
        found += (
            one_target(models[0], layers, limit)
            if len(models) == 1
            else several_targets(models, layers, limit, columns)
        )
    found += [failed(check), known(check), last_words(check)]
    return [block for block in found if isinstance(block, Bars) or block.rows]


def one_target(model: CheckedModel, layers: bool, limit: int | None) -> list[Block]:
    title = f"{model.path} on {target_text(model.target)}, {UNITS[model.units]}"
    found: list[Block] = [Section(title, [(model.summary.text,)]), Section("", [*facts(model), *parts(model)])]
    found += [*segment_bars([model]), segments(model, limit), blockers(model, limit), table(model, layers, limit)]
    return [*found, open_ends(model, limit)]


def several_targets(models: Sequence[CheckedModel], layers: bool, limit: int | None, columns: int) -> list[Block]:
    "One model on several targets: what is the same is said once, and where they differ side by side."
    first = models[0]
    said = [(target_text(model.target), model.summary.text) for model in models]
    found: list[Block] = [Section(f"{first.path}, {UNITS[first.units]}", [*said, *parts(first)])]
    found += [*segment_bars(models), differing(models, limit or SHOWN, columns)]
    for model in models:
        found.append(blockers(model, limit or BLOCKERS_EACH, where=f" on {target_text(model.target)}"))
        found += [table(model, True, limit, where=f" on {target_text(model.target)}")] if layers else []
    return [*found, open_ends(first, limit)]


def facts(model: CheckedModel) -> Iterator[tuple[str, ...]]:
    found = model.summary
    if not found.layers:
        return
    yield "offered", "  ".join(f"{answer(said)} {number}" for said, number in found.offered.items() if number)
    placed = ", ".join(f"{NAMES.get(unit, unit)} {number}" for unit, number in found.placed.items() if number)
    yield "predicted", f"{placed} of {found.layers} layers"
    if found.placed.get(Unit.ANE):
        work = f"{percent(found.ane_flops_share)} of FLOPs, {percent(found.ane_time_share)} of time (both estimated)"
        yield "on the engine", f"{percent(found.ane_share)} of layers, {work}"
    on_engine = f"{found.ane_segments} on the engine"
    switches = f"{found.switches} switch{'' if found.switches == 1 else 'es'}"
    yield "segments", f"{found.segments}, {on_engine}; {switches}"
    if not (model.target.chip or model.target.engine):
        yield "target", "any chip: name one with --chip for a prediction of placement"


def parts(model: CheckedModel) -> Iterator[tuple[str, ...]]:
    "Networks where there are several or one has no layers, and what a reader should know."
    for part in model.networks:
        if part.note:
            yield f"part {part.name}", part.note
        elif len(model.networks) > 1:
            yield f"part {part.name}", f"{part.format}, {count(part.layers, 'layer')}"
    for note in model.notes:
        yield "note", note


def segment_bars(models: Sequence[CheckedModel]) -> list[Block]:
    "A bar for each target and network."
    bars = []
    for model in models:
        for network, layers in groupby(model.layers, lambda layer: layer.network):
            label = [target_text(model.target)] if len(models) > 1 else []
            label += [network] if len(model.networks) > 1 else []
            bars.append((" ".join(label), runs(layers)))
    return [Bars("Segments", tuple(bars))] if bars else []


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


def count(number: int, word: str) -> str:
    return f"{number} {plural(word, number)}"


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
    why = reason_titles(each.reasons)
    yield "", "why", f"{each.why}; {why}" if why and why not in each.why else each.why
    for advice in each.workarounds:
        yield "", "instead", f"{advice.text} [{advice.strength}; {advice.source}]"
    if each.evidence:
        yield "", "evidence", at_most(each.evidence, 2 * NAMED)


def table(model: CheckedModel, everything: bool, limit: int | None, where: str = "") -> Section:
    "Layers folded where they are alike, answered alike and placed alike; those not plainly on the engine, or all."
    wanted = [it for it in model.layers if everything or not (plain(it) or it.known)]
    folded = fold(wanted)
    most = limit or (len(folded) if everything else SHOWN)
    rows = [layer_row(each) for each in folded[:most]]
    more = len(folded) - most
    rows += [("", "", "", "", "", f"and {more} more kinds of layer: --limit N lists more")] if more > 0 else []
    what = "Layers" if everything else "Layers not plainly on the engine"
    return Section(f"{what}{where} ({len(wanted)} of {len(model.layers)}, equal ones folded)", rows)


def plain(layer: CheckedLayer) -> bool:
    "Offered the engine, and predicted to go there."
    return layer.offered.answer in FINE and layer.placement == Unit.ANE


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
    if layer.offered.answer not in FINE:
        yield reason_titles(layer.reasons) or layer.offered.why
    if not plain(layer):
        yield layer.placement_why
    if layer.open:
        yield f"left open: {', '.join(layer.open)}"


def reason_titles(reasons: Iterable[Reason]) -> str:
    from anedb.catalog import facts

    return "; ".join(facts.reason_title(reason) for reason in reasons)


def open_ends(model: CheckedModel, limit: int | None) -> Section:
    most = limit or UNSETTLED
    rows = [unsettled_row(each) for each in model.unsettled[:most]]
    more = len(model.unsettled) - most
    rows += [("", f"and {more} more: --limit N lists more")] if more > 0 else []
    return Section("What is not known, and what would settle it", rows)


def unsettled_row(each: Unsettled) -> tuple[str, ...]:
    return (f"{each.type} {times(len(each.layers))}".strip(), f"{each.why}. To settle it: {each.measure}")


def failed(check: Check) -> Section:
    rows = [(each["path"], " ".join(filter(None, (each["error"], each.get("tip", ""))))) for each in check.failed]
    return Section("Could not be read", list(rows))


def known(check: Check) -> Section:
    "What the baseline hides, and what of it is no more."
    if not check.gate:
        return Section("")
    number = check.gate.known
    rows: list[tuple[str, ...]] = []
    if number:
        text = f"{plural('layer', number)} with a problem it has; neither counted nor listed (--layers lists all)"
        rows.append((str(number), text))
    gone = check.gate.gone
    rows += [(str(len(gone)), f"no longer {'occurs' if len(gone) == 1 else 'occur'}:")] if gone else []
    rows += [("", each) for each in gone[:SHOWN]]
    rows += [("", f"and {len(gone) - SHOWN} more")] if len(gone) > SHOWN else []
    return Section("Baseline", rows)


def last_words(check: Check) -> Section:
    costs = f"{check.costs.text} [{check.costs.source}]" if check.costs.source else check.costs.text
    shown = f"data {check.data_version}; `anedb show ID` follows evidence to its source"
    return Section("", [("estimated", costs), ("rests on", shown)] if check.models else [])
