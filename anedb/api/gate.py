"""Conditions on a check: what `--fail-on` and `--min-ane` ask, and how that comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import floor

from anedb.api.baseline import Baseline, Compared, compare, short_names, target_id
from anedb.domain.check import Check, CheckedLayer, CheckedModel, Gate
from anedb.domain.verdict import Answer
from anedb.errors import UsageError

FAIL_ON: dict[str, tuple[str, ...]] = {
    "no": (Answer.NO,),
    "unlikely": (Answer.NO, Answer.UNLIKELY),
    "mixed": (Answer.NO, Answer.UNLIKELY, Answer.MIXED),
    "unknown": (Answer.UNKNOWN,),
}
"What may be asked for -> the answers that fail it. Unknown is no worse answer but none: it is asked for by itself."

ROUNDING = 1e-9
"0.57 * 100 is 56.99999999999999."
NAMED = 3
"Layers that a failed condition names."


def understood(fail_on: Sequence[str]) -> tuple[str, ...]:
    "The names in the order of `FAIL_ON`, each once. Raises `UsageError`."
    for each in fail_on:
        if each not in FAIL_ON:
            raise UsageError(f"--fail-on {each!r} is not one of {', '.join(FAIL_ON)}")
    return tuple(each for each in FAIL_ON if each in fail_on)


def gate(
    check: Check, *, fail_on: Sequence[str] = (), min_ane: float | None = None, baseline: Baseline | None = None
) -> Check:
    """The check with `gate` filled in, and the layers marked whose problem the baseline has. As it was where nothing
    is asked. Raises `UsageError` for a word that is none of `FAIL_ON`."""
    asked = understood(fail_on)
    if not asked and min_ane is None and baseline is None:
        return check
    compared = compare(check, baseline) if baseline else Compared()
    marked = _marked(check, compared)
    found = Gate(
        fail_on=asked,
        min_ane=min_ane,
        failed=failed(marked, asked, min_ane),
        known=len(compared.known),
        gone=compared.gone,
    )
    return replace(marked, gate=found)


def _marked(check: Check, compared: Compared) -> Check:
    if not compared.known:
        return check
    models = []
    for number, model in enumerate(check.models):
        layers = [replace(it, known=True) if (number, it.index) in compared.known else it for it in model.layers]
        models.append(replace(model, layers=tuple(layers)))
    return replace(check, models=tuple(models))


def failed(check: Check, fail_on: Sequence[str], min_ane: float | None) -> tuple[str, ...]:
    "A sentence for each model, target and condition that does not hold."
    names = short_names([model.path for model in check.models])
    said = []
    for model in check.models:
        where = f"{names[model.path]} on {target_id(model.target)}"
        found = [answers_text(model, name) for name in fail_on]
        if min_ane is not None:
            found.append(share_text(model, min_ane))
        said += [f"{where}: {each}" for each in found if each]
    return tuple(said)


def answers_text(model: CheckedModel, name: str) -> str:
    "Which layers fail a `--fail-on`; empty: it holds."
    bad = [it for it in model.layers if it.offered.answer in FAIL_ON[name] and not it.known]
    if not bad:
        return ""
    many = "1 layer has" if len(bad) == 1 else f"{len(bad)} layers have"
    more = f" and {len(bad) - NAMED} more" if len(bad) > NAMED else ""
    old = sum(it.known and it.offered.answer in FAIL_ON[name] for it in model.layers)
    beside = f"; {old} more in the baseline" if old else ""
    answers = " or ".join(reversed(FAIL_ON[name]))
    return f"{many} the answer {answers}: {', '.join(map(_named, bad[:NAMED]))}{more}{beside} (--fail-on {name})"


def _named(layer: CheckedLayer) -> str:
    return f"#{layer.index} {layer.name or 'without a name'} ({layer.type})"


def share_text(model: CheckedModel, min_ane: float) -> str:
    "How far a model is from `--min-ane`; empty: it holds, as it does for a model that has no layers."
    share = model.summary.ane_share
    if share is None or share * 100 + ROUNDING >= min_ane:
        return ""
    # Rounded down: 94.96 is less than 95 and must not be told as 95.0.
    shown = floor(share * 1000 + ROUNDING) / 10
    unplaced = model.summary.placed.get("unknown", 0)
    beside = f"; {unplaced} of {model.summary.layers} cannot be placed" if unplaced else ""
    return (
        f"{shown:g} % of the layers are predicted on the Neural Engine, less than {min_ane:g} %{beside}"
        f" (--min-ane {min_ane:g})"
    )
