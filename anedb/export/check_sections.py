"""The lists of a check's Markdown: what to change first, what is off the engine, what is not known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from anedb.domain.check import Blocker, CheckedLayer, CheckedModel, Unsettled
from anedb.domain.observation import Unit
from anedb.domain.verdict import Advice
from anedb.export.check_prose import code, details, grid, left_out, more, name, words
from anedb.export.check_words import FINE, PLACES, fold, named, plural, reason_text, sentence, shapes, why
from anedb.export.markdown import ADDRESS, text

WHERE = "\0"
"Stands for the target in a section's title; no text holds it: `shown` takes it out."
NAMED = 3
"Layers that a change names."


def blockers(model: CheckedModel, rows: int) -> str:
    if not model.blockers:
        return ""
    most = max(rows, 1)
    lines = [line for each in model.blockers[:most] for line in _blocker(each, model)]
    lines += more(len(model.blockers) - most, "changes", mark="1.")
    return f"#### What to change first{WHERE}\n\n" + "\n".join(lines)


def _blocker(each: Blocker, model: CheckedModel) -> Iterator[str]:
    count = f" ×{len(each.layers):,}" if len(each.layers) > 1 else ""
    yield f"1. **{code(each.type)}{count}**: {words(each.text)}"
    reasons = "; ".join(map(reason_text, each.reasons))
    yield f"   - Why: {words(reasons if each.why in reasons else '; '.join(filter(None, (each.why, reasons))))}"
    names = [f"No. {at} {name(model.layers[at])}" for at in each.layers if at < len(model.layers)]
    yield f"   - Where: {named(names, NAMED)}"
    yield from (f"   - Instead: {_advice(advice)}" for advice in each.workarounds)
    if each.evidence:
        yield f"   - Evidence: {', '.join(code(it) for it in each.evidence)}"


def _advice(advice: Advice) -> str:
    link = f"[{text(advice.source)}](<{advice.url}>)" if ADDRESS.fullmatch(advice.url) else words(advice.source)
    return f"{words(advice.text)} ({words(advice.strength)}; {link})"


def off_engine(model: CheckedModel, rows: int) -> str:
    wanted = [it for it in model.layers if (it.placement != Unit.ANE or it.offered.answer not in FINE) and not it.known]
    if not wanted:
        return ""
    folded = fold(wanted)
    header = ["No.", "×", "Layer", "Type", "Shapes", "Offered", "Predicted", "Why"]
    body = [grid(header, map(_layer_row, folded[:rows]))] if rows else []
    body += [left_out(len(folded) - rows, "kinds of layer")] if len(folded) > rows else []
    return details(f"{plural(len(wanted), 'layer')} not plainly on the engine{WHERE}, equal ones folded", body)


def _layer_row(layers: Sequence[CheckedLayer]) -> list[str]:
    first = layers[0]
    place = PLACES.get(first.placement, first.placement)
    said = [first.offered.answer, text(place), words(why(first))]
    return [f"{first.index}", f"{len(layers):,}", name(first), code(first.type), words(shapes(first)), *said]


def unsettled(model: CheckedModel, rows: int) -> str:
    if not model.unsettled:
        return ""
    layers = sum(len(each.layers) for each in model.unsettled)
    lines = [_open_end(each) for each in model.unsettled[:rows]]
    lines += more(len(model.unsettled) - rows, "kinds of layer")
    known = plural(layers, "layer")
    return details(f"{known} of which too little is known{WHERE}, and what would settle it", ["\n".join(lines)])


def _open_end(each: Unsettled) -> str:
    count = f" ×{len(each.layers):,}" if len(each.layers) > 1 else ""
    return f"- {code(each.type)}{count}: {words(sentence(each.why))} To settle it: {words(each.measure)}"
