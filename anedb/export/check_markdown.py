"""A check as Markdown for a pull request: figures, what to change first, what is off the engine, what is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from anedb.domain.check import Check, CheckedModel
from anedb.domain.observation import Unit
from anedb.export.check_prose import code, grid, joined, more, words
from anedb.export.check_sections import WHERE, blockers, off_engine, unsettled
from anedb.export.check_words import (
    PLACES,
    SETTINGS,
    amount,
    by_path,
    failure,
    percent,
    plural,
    sentence,
    target_text,
    told,
)
from anedb.export.markdown import text

MOST = 65_536
"Characters of a comment on GitHub."
ROWS = (100, 40, 15, 6, 3, 1, 0)
"Rows of a list: as many as leave the whole below `MOST`."
OFFERED = ("yes", "likely", "mixed", "unlikely", "no", "unknown")


def markdown(check: Check, most: int = MOST) -> str:
    "At most `most` characters: lists get shorter, then models are left out, and the text says so."
    for rows in ROWS:
        found = _within(_page(check, rows, len(by_path(check))), most)
        if found is not None:
            return found
    return _cut(check, most)


def _cut(check: Check, most: int) -> str:
    "As many models as fit; in the end the head alone."
    low, high = 0, len(by_path(check))
    while low < high - 1:
        middle = (low + high) // 2
        fits = _within(_page(check, 0, middle), most) is not None
        low, high = (middle, high) if fits else (low, middle)
    found = joined(_page(check, 0, low))
    return found if len(found) <= most else f"{found[: most - 60].rpartition(chr(10))[0]}\n\nThe rest is left out.\n"


def _within(blocks: Iterable[str], most: int) -> str | None:
    "None as soon as it gets too long: of a thousand models most need not be told to know that."
    kept, length = [], 0
    for block in blocks:
        kept.append(block)
        length += len(block) + 2
        if length > most:
            return None
    return joined(kept)


def _page(check: Check, rows: int, models: int) -> Iterator[str]:
    grouped = list(by_path(check).values())
    yield f"## Neural Engine check: {_head(check, len(grouped))}"
    yield from _gate(check)
    yield from _failed(check, rows)
    if len(grouped) > 1:
        yield _overview(grouped[: max(models, rows)])
    for group in grouped[:models]:
        yield from _model(group, rows)
    if models < len(grouped):
        yield f"**Left out for length: {plural(len(grouped) - models, 'model')}.** `anedb check --html` shows all."
    yield from _foot(check)


def _head(check: Check, models: int) -> str:
    if models == 1 and len(check.models) == 1:
        return words(told(check.models[0].summary.text).rstrip("."))
    targets = len({target_text(model.target) for model in check.models})
    return f"{plural(models, 'model')} on {plural(targets, 'target')}"


def _gate(check: Check) -> Iterator[str]:
    gate = check.gate
    if gate is None:
        return
    if gate.failed:
        yield "**What was asked does not hold**\n\n" + "\n".join(f"- {words(each)}" for each in gate.failed)
    elif gate.fail_on or gate.min_ane is not None:
        asked = [f"no layer answers {each}" for each in gate.fail_on]
        asked += [] if gate.min_ane is None else [f"at least {gate.min_ane:g} % of the layers"]
        yield f"What was asked holds: {'; '.join(asked)}."
    if gate.known or gate.gone:
        yield f"In the baseline: {plural(gate.known, 'known problem')}; {len(gate.gone):,} no longer there."


def _failed(check: Check, rows: int) -> Iterator[str]:
    if check.failed:
        most = max(rows, 1)
        tips = [f". Tip: {words(it['tip'])}" if it.get("tip") else "" for it in check.failed]
        lines = [f"- {words(failure(it))}{tip}" for it, tip in zip(check.failed, tips, strict=True)]
        yield "**Could not be read**\n\n" + "\n".join([*lines[:most], *more(len(lines) - most, "files")])


def _overview(groups: Sequence[Sequence[CheckedModel]]) -> str:
    header = [
        "Model",
        "Target",
        "Layers",
        "On the engine (predicted)",
        "Offered: no or unlikely",
        "Not known",
        "Switches",
    ]
    rows = [_overview_row(it) for group in groups for it in group]
    return grid(header, rows)


def _overview_row(model: CheckedModel) -> list[str]:
    found = model.summary
    share = percent(found.ane_share) if found.layers else "no layers"
    refused = found.offered.get("no", 0) + found.offered.get("unlikely", 0)
    numbers = [f"{refused:,}", f"{found.offered.get('unknown', 0):,}", f"{found.switches:,}"]
    return [code(model.path), text(target_text(model.target)), f"{found.layers:,}", share, *numbers]


def _model(group: Sequence[CheckedModel], rows: int) -> Iterator[str]:
    "One model on its targets, side by side."
    first = group[0]
    yield f"### {code(first.path)}"
    notes = [*(f"part {part.name}: {part.note}" for part in first.networks if part.note), *first.notes]
    said = [f"- {words(each)}" for each in notes[: 1 + rows]] + more(len(notes) - 1 - rows, "notes")
    yield f"Compute units: {SETTINGS.get(first.units, words(first.units))}."
    if said:
        yield "\n".join(said)
    if first.layers:
        yield _figures(group)
    for section in (blockers, off_engine, unsettled):
        yield from _each(group, rows, section)


def _each(group: Sequence[CheckedModel], rows: int, section: Callable[[CheckedModel, int], str]) -> Iterator[str]:
    "A section for every target; targets that have the same one share it."
    bodies: dict[str, list[str]] = {}
    for model in group:
        bodies.setdefault(section(model, rows), []).append(text(target_text(model.target)))
    for body, targets in bodies.items():
        where = f" on {'; '.join(targets)}" if len(group) > 1 else ""
        if body:
            yield body.replace(WHERE, where, 1)


FIGURES: dict[str, Callable[[CheckedModel], str]] = {
    "Layers": lambda it: f"{it.summary.layers:,}",
    "Offered the engine": lambda it: _offered(it),
    "Predicted on the engine": lambda it: f"**{percent(it.summary.ane_share)}** of the layers",
    "… of the work": lambda it: f"{percent(it.summary.ane_flops_share)} of FLOPs (estimated)",
    "… of the time": lambda it: f"{percent(it.summary.ane_time_share)} (estimated)",
    "Predicted elsewhere": lambda it: _elsewhere(it),
    "Segments": lambda it: f"{it.summary.segments:,}, {it.summary.ane_segments:,} on the engine",
    "Switches": lambda it: f"{it.summary.switches:,}",
    "Work": lambda it: _work(it),
}


def _offered(model: CheckedModel) -> str:
    return ", ".join(f"{each} {model.summary.offered[each]:,}" for each in OFFERED if model.summary.offered.get(each))


def _elsewhere(model: CheckedModel) -> str:
    placed = model.summary.placed
    return ", ".join(f"{PLACES.get(it, it)} {placed[it]:,}" for it in placed if it != Unit.ANE and placed[it]) or "none"


def _work(model: CheckedModel) -> str:
    unknown = f"; not known of {plural(model.summary.flops_unknown, 'layer')}" if model.summary.flops_unknown else ""
    return f"{amount(model.summary.flops)}FLOPs (estimated){unknown}"


def _figures(group: Sequence[CheckedModel]) -> str:
    header = ["", *(text(target_text(model.target)) for model in group)]
    table = grid(header, [[name, *(figure(model) for model in group)] for name, figure in FIGURES.items()])
    to_cpu = [text(target_text(it.target)) for it in group if it.summary.whole_model_to_cpu]
    note = f"\n\nPredicted to stay on the CPU whole, though the engine is offered for some of it: {'; '.join(to_cpu)}."
    return table + (note if to_cpu else "")


def _foot(check: Check) -> Iterator[str]:
    costs = words(sentence(check.costs.text))
    source = f" See {code(check.costs.source)}." if check.costs.source else ""
    yield (
        f"<sub>Predicted from evidence; nothing was run. Placement and work are estimates: {costs}"
        f"{source} Data {code(check.data_version)}; `anedb show ID` follows evidence to its source.</sub>"
    )
