"""The parts of a check's page as text and numbers; the templates only lay them out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from anedb.domain.check import Blocker, Check, CheckedLayer, CheckedModel
from anedb.domain.observation import Unit
from anedb.domain.verdict import Advice
from anedb.export.check_words import (
    PLACES,
    amount,
    layer_name,
    percent,
    plural,
    reason_text,
    sentence,
    shapes,
    shown,
    target_text,
    told,
    why,
)
from anedb.export.markdown import ADDRESS

MOST_SEGMENTS = 500
MOST_LINKS = 8
"Layers that a change names."
OFFERED = ("yes", "likely", "mixed", "unlikely", "no", "unknown")


class Row(NamedTuple):
    "A layer in the table."

    number: int
    name: str
    type: str
    shapes: str
    offered: str
    chosen: str
    unit: str
    place: str
    why: str
    share: str
    evidence: str


def rows(model: CheckedModel) -> list[Row]:
    return [_row(layer) for layer in model.layers]


def _row(layer: CheckedLayer) -> Row:
    known = "in the baseline; " if layer.known else ""
    return Row(
        number=layer.index,
        name=layer_name(layer),
        type=shown(layer.type),
        shapes=shapes(layer),
        offered=layer.offered.answer,
        chosen=layer.chosen.answer,
        unit=layer.placement,
        place=PLACES.get(layer.placement, layer.placement),
        why=known + why(layer),
        share="" if layer.work.time_share is None else f"{100 * layer.work.time_share:.2f}",
        evidence=" ".join(layer.evidence),
    )


def overview(check: Check) -> list[tuple[str, ...]]:
    "A line for every model and target."
    return [
        (
            f"m{index}",
            shown(model.path),
            target_text(model.target),
            f"{model.summary.layers:,}",
            percent(model.summary.ane_share) if model.layers else "no layers",
            percent(model.summary.ane_time_share) if model.layers else "",
            f"{model.summary.segments:,}",
            f"{model.summary.switches:,}",
            offered(model),
        )
        for index, model in enumerate(check.models)
    ]


def offered(model: CheckedModel) -> str:
    return ", ".join(f"{each} {model.summary.offered[each]:,}" for each in OFFERED if model.summary.offered.get(each))


def texts(model: CheckedModel) -> list[str]:
    "What a reader should know: parts of the model, notes."
    parts = [f"part {part.name}: {part.note or plural(part.layers, 'layer')}" for part in model.networks]
    chosen = parts if len(parts) > 1 or any(part.note for part in model.networks) else []
    return [told(each) for each in (*chosen, *model.notes)]


def figures(model: CheckedModel) -> list[tuple[str, str, str]]:
    "Name, figure, what it is of."
    found = model.summary
    if not found.layers:
        return []
    unknown = f"; not known of {plural(found.flops_unknown, 'layer')}" if found.flops_unknown else ""
    on_engine = f"{found.placed.get(Unit.ANE, 0):,} of {plural(found.layers, 'layer')}"
    return [
        ("On the engine", percent(found.ane_share), f"{on_engine}, predicted"),
        ("Work there", percent(found.ane_flops_share), f"of {amount(found.flops)}FLOPs, estimated{unknown}"),
        ("Time there", percent(found.ane_time_share), "of the estimated time"),
        (
            "Segments",
            f"{found.segments:,}",
            f"{found.ane_segments:,} on the engine; {plural(found.switches, 'switch')}",
        ),
        ("Offered the engine", f"{found.offered.get('yes', 0) + found.offered.get('likely', 0):,}", offered(model)),
    ]


def segments(model: CheckedModel) -> list[tuple[str, ...]]:
    return [
        (
            str(it.index + 1),
            it.unit,
            PLACES.get(it.unit, it.unit),
            f"{it.layers:,}",
            str(it.first),
            str(it.last),
            percent(it.flops_share),
            percent(it.time_share),
        )
        for it in model.segments[:MOST_SEGMENTS]
    ]


def charts(model: CheckedModel) -> list[dict[str, Any]]:
    "For each network that has something to change: how far each change brings it, and what to do."
    network = {layer.index: layer.network for layer in model.layers}
    found = []
    ordered = sorted(model.blockers, key=lambda it: (network.get(it.layers[0], "") if it.layers else "", it.rank))
    for name, each in groupby(ordered, lambda it: network.get(it.layers[0], "") if it.layers else ""):
        changes = list(each)
        members = [layer for layer in model.layers if layer.network == name]
        title = shown(name) if len(model.networks) > 1 else ""
        steps = [_today(model, members), *map(_step, changes)]
        found.append({"name": title, "steps": steps, "changes": [_change(it, model) for it in changes]})
    return found


def _today(model: CheckedModel, members: Sequence[CheckedLayer]) -> tuple[str, str, str, str]:
    share = sum(it.placement == Unit.ANE for it in members) / len(members) if members else 0.0
    runs = sum(it.network == members[0].network for it in model.segments) if members else 0
    return "as it is", _width(share), percent(share), f"{runs:,}"


def _step(each: Blocker) -> tuple[str, str, str, str]:
    share = each.together_ane_share
    name = f"change {each.rank}: {shown(each.type)}{times(each)}"
    return name, _width(share), percent(share), f"{each.together_segments:,}"


def times(each: Blocker) -> str:
    return f" ×{len(each.layers):,}" if len(each.layers) > 1 else ""


def _width(share: float) -> str:
    return f"{round(100 * min(1.0, max(0.0, share)), 2):g}%"


def _change(each: Blocker, model: CheckedModel) -> dict[str, Any]:
    reasons = "; ".join(map(reason_text, each.reasons))
    whys = [reasons] if each.why in reasons else [each.why, reasons]
    return {
        "rank": each.rank,
        "type": f"{shown(each.type)}{times(each)}",
        "text": sentence(each.text),
        "why": told("; ".join(filter(None, whys))),
        "advice": [_advice(it) for it in each.workarounds],
        "evidence": list(each.evidence),
        "layers": list(_links(each.layers, model)),
        "more": max(0, len(each.layers) - MOST_LINKS),
    }


def _advice(advice: Advice) -> tuple[str, str, str]:
    "What to do, who says so, and where: no address but of the web."
    said = f"{advice.strength}, {advice.source}"
    return told(advice.text), shown(said), advice.url if ADDRESS.fullmatch(advice.url) else ""


def _links(indexes: Sequence[int], model: CheckedModel) -> Iterator[tuple[int, str]]:
    for index in indexes[:MOST_LINKS]:
        if index < len(model.layers):
            yield index, shown(model.layers[index].name, 48) or "without a name"


def unsettled(model: CheckedModel) -> list[tuple[str, str, str, str]]:
    return [(shown(it.type), f"{len(it.layers):,}", told(it.why), told(it.measure)) for it in model.unsettled]
