"""What differs between two models, or one on two targets, as what people see."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence

from anedb.cli.bars import NAMES, Bars
from anedb.cli.blocks import Block, answer, at_most, percent, times
from anedb.cli.render import Section
from anedb.cli.words import UNITS, target_text, value_text
from anedb.domain.check import Summary
from anedb.domain.diff import Blocking, Change, Diff, Pair, Side, SideLayer

NAMED = 3
CHANGES = 4
"Changes of one layer that are told."
VALUE_WIDTH = 40

NUMBERS: dict[str, Callable[[Summary], str]] = {
    "layers": lambda it: str(it.layers),
    "on the engine": lambda it: f"{it.placed.get('ane', 0)} ({percent(it.ane_share)})",
    "of FLOPs": lambda it: percent(it.ane_flops_share),
    "of time": lambda it: percent(it.ane_time_share),
    "segments": lambda it: str(it.segments),
    "switches": lambda it: str(it.switches),
    "MFLOPs": lambda it: f"{it.flops / 1e6:,.1f}" + (" and more" if it.flops_unknown else ""),
}


def blocks(found: Diff, limit: int) -> list[Block]:
    "What `anedb diff` prints; `limit`: rows of each list at most."
    title = f"{found.a.path}, {UNITS[found.a.units]}" if found.of == "targets" else "Two models"
    told: list[Block] = [
        Section(title, [("A", about(found.a, found.of)), ("B", about(found.b, found.of)), ("", found.text)]),
        numbers(found.a.summary, found.b.summary),
    ]
    bars = tuple((name, it.runs) for name, it in (("A", found.a), ("B", found.b)) if it.runs)
    told += [Bars("Segments", bars)] if bars else []
    told += [apart("Only in A", found.only_a, limit), apart("Only in B", found.only_b, limit)]
    told += [
        moved(found.moved, limit),
        changed(found.changed, limit),
        answered(found.answered, limit),
        blocking(found.blockers, limit),
    ]
    told.append(Section("", [(f"data {found.data_version}; placement is predicted: `anedb check` tells how",)]))
    return [block for block in told if isinstance(block, Bars) or block.rows]


def about(side: Side, of: str) -> str:
    where = target_text(side.target)
    return where if of == "targets" else f"{side.path} on {where}, {UNITS[side.units]}"


def numbers(a: Summary, b: Summary) -> Section:
    "Predictions side by side; what is equal is told once."
    rows: list[tuple[str, ...]] = [("", "A", "B", "")]
    for name, told in NUMBERS.items():
        x, y = told(a), told(b)
        rows.append((name, x, y, "" if x == y else "differs"))
    return Section("Predicted", rows)


def apart(title: str, layers: Sequence[SideLayer], limit: int) -> Section:
    "Folded by type and answer."
    folded = fold(layers, lambda it: (it.type, it.offered, it.placement))
    rows: list[tuple[str, ...]] = [
        (f"{each[0].type} {times(len(each))}".strip(), view(each[0]), named(each)) for each in folded[:limit]
    ]
    return Section(f"{title} ({len(layers)})", [*rows, *rest(folded, limit)])


def moved(pairs: Sequence[Pair], limit: int) -> Section:
    "Folded by type."
    folded = fold(pairs, lambda it: it.a.type)
    rows: list[tuple[str, ...]] = []
    for each in folded[:limit]:
        said = [f"{places(it)} {it.a.name}".strip() for it in each]
        rows.append((f"{each[0].a.type} {times(len(each))}".strip(), at_most(said, NAMED)))
    more = len(folded) - limit
    rows += [("", f"and {more} more kinds: --limit N lists more")] if more > 0 else []
    return Section(f"The same, elsewhere in the order ({len(pairs)})", rows)


def changed(pairs: Sequence[Pair], limit: int) -> Section:
    "Folded by what has changed."
    folded = fold(pairs, lambda it: (it.a.type, repr(it.changes)))
    rows: list[tuple[str, ...]] = []
    for each in folded[:limit]:
        first = each[0]
        said = [change(it) for it in first.changes[:CHANGES]]
        more = len(first.changes) - CHANGES
        said += [f"and {more} more"] if more > 0 else []
        rows.append((f"{places(first)} {times(len(each))}".strip(), types(first), "; ".join(said)))
    return Section(f"Changed ({len(pairs)})", [*rows, *rest(folded, limit)])


def answered(pairs: Sequence[Pair], limit: int) -> Section:
    "Folded by both answers."
    folded = fold(pairs, lambda it: (it.a.type, it.b.type, view(it.a), view(it.b)))
    rows: list[tuple[str, ...]] = [("", "", "A", "B", "")] if pairs else []
    for each in folded[:limit]:
        first = each[0]
        where = f"{places(first)} {times(len(each))}".strip()
        rows.append((where, types(first), view(first.a), view(first.b), named([it.a for it in each])))
    more = len(folded) - limit
    rows += [("", "", "", "", f"and {more} more kinds: --limit N lists more")] if more > 0 else []
    return Section(f"Answered differently ({len(pairs)})", rows)


def blocking(found: Sequence[Blocking], limit: int) -> Section:
    rows: list[tuple[str, ...]] = [(each.type, f"A {len(each.a)}, B {len(each.b)}", each.why) for each in found[:limit]]
    return Section("Layers to change, by cause", [*rows, *rest(found, limit)])


def fold(items: Iterable, key: Callable[..., Hashable]) -> list[list]:  # type: ignore[type-arg]
    "Equal ones together, in the order of the first of each."
    found: dict[Hashable, list] = {}  # type: ignore[type-arg]
    for item in items:
        found.setdefault(key(item), []).append(item)
    return list(found.values())


def rest(items: Sequence[object], limit: int) -> list[tuple[str, ...]]:
    more = len(items) - limit
    return [("", "", f"and {more} more kinds: --limit N lists more")] if more > 0 else []


def view(layer: SideLayer) -> str:
    place = NAMES.get(layer.placement, layer.placement).replace("Neural Engine", "engine")
    return f"{answer(layer.offered)} → {place}"


def named(layers: Sequence[SideLayer]) -> str:
    return at_most([f"#{layer.index} {layer.name}".strip() for layer in layers], NAMED)


def places(pair: Pair) -> str:
    return f"#{pair.a.index}" if pair.a.index == pair.b.index else f"#{pair.a.index} → #{pair.b.index}"


def types(pair: Pair) -> str:
    return pair.a.type if pair.a.type == pair.b.type else f"{pair.a.type} → {pair.b.type}"


def change(each: Change) -> str:
    if each.what == "type":
        before, after = (str(it).split(":", 1) for it in (each.a, each.b))
        return "another type" if before[0] == after[0] else f"another type: {each.a} → {each.b}"
    what = each.name if each.what in ("param", "feature", "operand") else f"{each.what} of {each.name}"
    return f"{what} {short(each.a)} → {short(each.b)}"


def short(item: object) -> str:
    text = "none" if item is None else value_text(item)
    return text if len(text) <= VALUE_WIDTH else text[: VALUE_WIDTH - 1] + "…"
