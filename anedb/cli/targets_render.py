"""Several models and targets side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from anedb.cli.bars import LETTERS, NAMES
from anedb.cli.blocks import answer, percent, shortened, times
from anedb.cli.render import MARKS, Section, plural
from anedb.cli.words import target_text
from anedb.domain.check import CheckedLayer, CheckedModel

GAP = 2
NAME_WIDTH = 24
MODEL_WIDTH = 34
"A path longer than this loses its beginning where space is short."


def side_by_side(models: Sequence[CheckedModel], columns: int) -> Section:
    "A row for each model and a column for each target; where these do not fit, a row for each of both."
    paths = list(dict.fromkeys(model.path for model in models))
    targets = list(dict.fromkeys(model.target for model in models))
    cells = {(model.path, model.target): cell(model) for model in models}
    heads = ["model", *map(target_text, targets)]
    rows = [[shortened(path, MODEL_WIDTH), *(cells.get((path, it), "") for it in targets)] for path in paths]
    if sum(max(map(len, column)) + GAP for column in zip(heads, *rows, strict=True)) <= columns:
        return Section("Side by side", [tuple(heads), *map(tuple, rows)])
    if len(paths) == 1:
        return Section("Side by side", [(target_text(model.target), cell(model)) for model in models])
    tall = [(shortened(model.path, MODEL_WIDTH), target_text(model.target), cell(model)) for model in models]
    return Section("Side by side", [("model", "target", "on the engine"), *tall])


def cell(model: CheckedModel) -> str:
    found = model.summary
    if not found.layers:
        return "no layers"
    return f"{percent(found.ane_share)}, {found.segments} {plural('segment', found.segments)}"


def differing(models: Sequence[CheckedModel], most: int, columns: int) -> Section:
    """Layers whose answer or placement is not the same on every target; equal ones folded. Short where there are many.

    Yes and likely are one answer here, and so are no and unlikely: the rest is how well a target is known.
    """
    folded: dict[tuple[object, ...], list[CheckedLayer]] = {}
    views: list[tuple[View, ...]] = []
    for each in zip(*(model.layers for model in models), strict=True):
        seen = tuple(map(view, each))
        if len(set(map(_short, seen))) > 1:
            kind = (each[0].alike, *seen)
            if kind not in folded:
                views.append(seen)
            folded.setdefault(kind, []).append(each[0])
    if not folded:
        return Section("Where the targets differ", [("nowhere: every layer has the same answer and place",)])
    kinds = list(zip(folded.values(), views, strict=True))
    rows = _rows(models, kinds[:most], columns)
    more = len(kinds) - most
    rows += [("", "", f"and {more} more kinds of layer: --limit N lists more")] if more > 0 else []
    number = sum(map(len, folded.values()))
    return Section(f"Where the targets differ ({number} of {len(models[0].layers)} layers)", rows)


View = tuple[str, str]
"The answer to what is offered, and the unit."


def view(layer: CheckedLayer) -> View:
    return (layer.offered.answer, layer.placement)


def _rows(
    models: Sequence[CheckedModel], kinds: Sequence[tuple[list[CheckedLayer], tuple[View, ...]]], columns: int
) -> list[tuple[str, ...]]:
    heads = ("", "", "", *(target_text(model.target) for model in models))
    full = [heads, *(_row(layers, map(_full, views)) for layers, views in kinds)]
    if sum(max(map(len, column)) + GAP for column in zip(*full, strict=True)) <= columns:
        return full
    short = ("", "", "", *(model.target.chip or model.target.engine or "any" for model in models))
    return [short, *(_row(layers, map(_short, views)) for layers, views in kinds)]


def _full(seen: View) -> str:
    return f"{answer(seen[0])} → {NAMES.get(seen[1], seen[1]).replace('Neural Engine', 'engine')}"


def _short(seen: View) -> str:
    "A mark and a letter, `✖ C`: the bar above tells the letters."
    return f"{MARKS.get(seen[0], '?')} {LETTERS.get(seen[1], seen[1])}"


def _row(layers: Sequence[CheckedLayer], views: Iterable[str]) -> tuple[str, ...]:
    first = layers[0]
    return (f"#{first.index} {times(len(layers))}".strip(), first.type, shortened(first.name, NAME_WIDTH), *views)
