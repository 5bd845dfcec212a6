"""A check as what people see: for each model a summary, its segments, what to change first, what is off the engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from anedb.cli.bars import NAMES, Bars, runs
from anedb.cli.blocks import Block, answer, count, percent
from anedb.cli.check_lists import SHOWN, blockers, open_ends, segments, table
from anedb.cli.render import Section, plural
from anedb.cli.targets_render import differing, side_by_side
from anedb.cli.words import UNITS, target_text
from anedb.domain.check import Check, CheckedModel
from anedb.domain.observation import Unit

BLOCKERS_EACH = 3
"Of each of several targets."


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
            one_target(models[0], layers, limit, columns)
            if len(models) == 1
            else several_targets(models, layers, limit, columns)
        )
    found += [failed(check), known(check), last_words(check)]
    return [block for block in found if isinstance(block, Bars) or block.rows]


def one_target(model: CheckedModel, layers: bool, limit: int | None, columns: int) -> list[Block]:
    title = f"{model.path} on {target_text(model.target)}, {UNITS[model.units]}"
    found: list[Block] = [Section(title, [(model.summary.text,)]), Section("", [*facts(model), *parts(model)])]
    found += [
        *segment_bars([model]),
        segments(model, limit),
        blockers(model, limit),
        table(model, layers, limit, columns),
    ]
    return [*found, open_ends(model, limit)]


def several_targets(models: Sequence[CheckedModel], layers: bool, limit: int | None, columns: int) -> list[Block]:
    "One model on several targets: what is the same is said once, and where they differ side by side."
    first = models[0]
    said = [(target_text(model.target), model.summary.text) for model in models]
    found: list[Block] = [Section(f"{first.path}, {UNITS[first.units]}", [*said, *parts(first)])]
    found += [*segment_bars(models), differing(models, limit or SHOWN, columns)]
    for model in models:
        found.append(blockers(model, limit or BLOCKERS_EACH, where=f" on {target_text(model.target)}"))
        found += [table(model, True, limit, columns, where=f" on {target_text(model.target)}")] if layers else []
    return [*found, open_ends(first, limit, where=f" on {target_text(first.target)}")]


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
