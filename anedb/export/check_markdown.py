"""A check as Markdown for a pull request: figures, what to change first, what is off the engine, what is not known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from anedb.domain.check import Blocker, Check, CheckedLayer, CheckedModel, Unsettled
from anedb.domain.observation import Unit
from anedb.domain.verdict import Advice
from anedb.export.check_words import (
    FINE,
    PLACES,
    SETTINGS,
    WORDS_MOST,
    amount,
    by_path,
    failure,
    fold,
    named,
    percent,
    plural,
    reason_text,
    shapes,
    shown,
    target_text,
    why,
)
from anedb.export.markdown import ADDRESS, text

MOST = 65_536
"Characters of a comment on GitHub."
ROWS = (100, 40, 15, 6, 3, 1, 0)
"Rows of a list: as many as leave the whole below `MOST`."
# What is nothing but text wherever it stands: it begins no list, and a colon makes no address or `:emoji:`.
QUIET = re.compile(r"(?:[A-Za-z](?:[A-Za-z0-9 .,;()%+/='\"?×→…-]|:(?= |$))*)?")
NAMED = 3
"Layers that a change names."
WHERE = "\0"
"Stands for the target in a section's title; no text holds it: `shown` takes it out."
CODE = re.compile(r"[^`|\\<>&\x00-\x1f\x7f-\x9f]+")
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
    found = _joined(_page(check, 0, low))
    return found if len(found) <= most else f"{found[: most - 60].rpartition(chr(10))[0]}\n\nThe rest is left out.\n"


def _within(blocks: Iterable[str], most: int) -> str | None:
    "None as soon as it gets too long: of a thousand models most need not be told to know that."
    kept, length = [], 0
    for block in blocks:
        kept.append(block)
        length += len(block) + 2
        if length > most:
            return None
    return _joined(kept)


def words(value: str) -> str:
    "A stranger's prose as prose; what GitHub might take for a mention or a reference becomes code."
    said = shown(value, WORDS_MOST)
    if QUIET.fullmatch(said) and "www." not in said.casefold():
        return said
    return code(said) if set(said) & set("@#") else _referenced(said)


def code(value: str) -> str:
    "A name as code, where nothing is markup or a mention."
    said = shown(value)
    if CODE.fullmatch(said):
        return f"`{said}`"
    return f"<code>{_referenced(said)}</code>"


def _referenced(said: str) -> str:
    return "".join(it if it.isalnum() or it == " " else f"&#{ord(it)};" for it in said)


def _name(layer: CheckedLayer) -> str:
    return code(layer.name) if shown(layer.name) else "without a name"


def _joined(blocks: Iterable[str]) -> str:
    return "\n\n".join(blocks) + "\n"


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
        return words(check.models[0].summary.text)
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
        yield "**Could not be read**\n\n" + "\n".join([*lines[:most], *_more(len(lines) - most, "files")])


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
    return _grid(header, rows)


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
    said = [f"- {words(each)}" for each in notes[: 1 + rows]] + _more(len(notes) - 1 - rows, "notes")
    yield f"Compute units: {SETTINGS.get(first.units, words(first.units))}."
    if said:
        yield "\n".join(said)
    if first.layers:
        yield _figures(group)
    for section in (_blockers, _off_engine, _unsettled):
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
    grid = _grid(header, [[name, *(figure(model) for model in group)] for name, figure in FIGURES.items()])
    to_cpu = [text(target_text(it.target)) for it in group if it.summary.whole_model_to_cpu]
    note = f"\n\nPredicted to stay on the CPU whole, though the engine is offered for some of it: {'; '.join(to_cpu)}."
    return grid + (note if to_cpu else "")


def _blockers(model: CheckedModel, rows: int) -> str:
    if not model.blockers:
        return ""
    most = max(rows, 1)
    lines = [line for each in model.blockers[:most] for line in _blocker(each, model)]
    lines += _more(len(model.blockers) - most, "changes", mark="1.")
    return f"#### What to change first{WHERE}\n\n" + "\n".join(lines)


def _blocker(each: Blocker, model: CheckedModel) -> Iterator[str]:
    count = f" ×{len(each.layers):,}" if len(each.layers) > 1 else ""
    yield f"1. **{code(each.type)}{count}**: {words(each.text)}"
    reasons = "; ".join(map(reason_text, each.reasons))
    yield f"   - Why: {words(reasons if each.why in reasons else '; '.join(filter(None, (each.why, reasons))))}"
    names = [f"No. {at} {_name(model.layers[at])}" for at in each.layers if at < len(model.layers)]
    yield f"   - Where: {named(names, NAMED)}"
    yield from (f"   - Instead: {_advice(advice)}" for advice in each.workarounds)
    if each.evidence:
        yield f"   - Evidence: {', '.join(code(it) for it in each.evidence)}"


def _advice(advice: Advice) -> str:
    link = f"[{text(advice.source)}](<{advice.url}>)" if ADDRESS.fullmatch(advice.url) else words(advice.source)
    return f"{words(advice.text)} ({words(advice.strength)}; {link})"


def _off_engine(model: CheckedModel, rows: int) -> str:
    wanted = [it for it in model.layers if (it.placement != Unit.ANE or it.offered.answer not in FINE) and not it.known]
    if not wanted:
        return ""
    folded = fold(wanted)
    header = ["No.", "×", "Layer", "Type", "Shapes", "Offered", "Predicted", "Why"]
    body = [_grid(header, map(_layer_row, folded[:rows]))] if rows else []
    body += [_left_out(len(folded) - rows, "kinds of layer")] if len(folded) > rows else []
    return _details(f"{plural(len(wanted), 'layer')} not plainly on the engine{WHERE}, equal ones folded", body)


def _details(title: str, body: Iterable[str]) -> str:
    return _joined([f"<details><summary>{title}</summary>", *body, "</details>"]).rstrip("\n")


def _layer_row(layers: Sequence[CheckedLayer]) -> list[str]:
    first = layers[0]
    place = PLACES.get(first.placement, first.placement)
    said = [first.offered.answer, text(place), words(why(first))]
    return [f"{first.index}", f"{len(layers):,}", _name(first), code(first.type), words(shapes(first)), *said]


def _unsettled(model: CheckedModel, rows: int) -> str:
    if not model.unsettled:
        return ""
    layers = sum(len(each.layers) for each in model.unsettled)
    lines = [_open_end(each) for each in model.unsettled[:rows]]
    lines += _more(len(model.unsettled) - rows, "kinds of layer")
    known = plural(layers, "layer")
    return _details(f"{known} of which too little is known{WHERE}, and what would settle it", ["\n".join(lines)])


def _open_end(each: Unsettled) -> str:
    count = f" ×{len(each.layers):,}" if len(each.layers) > 1 else ""
    return f"- {code(each.type)}{count}: {words(each.why)}. To settle it: {words(each.measure)}"


def _foot(check: Check) -> Iterator[str]:
    source = f" ({code(check.costs.source)})" if check.costs.source else ""
    yield (
        f"<sub>Predicted from evidence; nothing was run. Placement and work are estimates: {words(check.costs.text)}"
        f"{source}. Data {code(check.data_version)}; `anedb show ID` follows evidence to its source.</sub>"
    )


def _more(number: int, what: str, mark: str = "-") -> list[str]:
    return [f"{mark} {_left_out(number, what)}"] if number > 0 else []


def _left_out(number: int, what: str) -> str:
    return f"*Left out for length: {number:,} more {what}. `anedb check --html` shows all.*"


def _grid(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
