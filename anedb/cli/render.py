"""A value as what people see: sections of rows, laid out by Rich on a terminal and plain in a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import typer

from anedb.cli.options import on_terminal
from anedb.cli.words import BASIS, STATE, UNITS, layer_text, place_text, printable, reason_text, target_text, value_text
from anedb.domain.knowledge import Evidence
from anedb.domain.verdict import AskedLayer, EngineAnswer, Part, State, Verdict

if TYPE_CHECKING:
    from anedb.api.show import Thing
    from anedb.api.submit import Move, Submitted
    from anedb.store.values import Retraction

COLOURS = {"yes": "green", "likely": "green", "mixed": "yellow", "unlikely": "red", "no": "red", "unknown": "dim"}
MARKS = {"yes": "✔", "likely": "✔", "mixed": "◐", "unlikely": "✖", "no": "✖", "unknown": "?"}


@dataclass(frozen=True, slots=True)
class Section:
    "A heading with rows of cells below it. The last cell of a row may wrap; a row of one cell is a paragraph."

    title: str
    rows: list[tuple[str, ...]] = field(default_factory=list)


def verdict(found: Verdict, *, steps: bool = False) -> list[Section]:
    "What `anedb query` prints."
    sections = [
        Section(headline(found), [("layer", layer_text(found.layer)), *open_rows(found.layer)]),
        Section("", [part_row("offered", found.offered), part_row("chosen", found.chosen)]),
        Section("Why", [(why,) for why in whys(found)]),
        Section("Each engine generation", [engine_row(each) for each in found.engines]),
        Section("What flips it", [(flip.text,) for flip in found.flips]),
        Section("Says otherwise", [(conflict.text,) for conflict in found.conflicts]),
        Section(
            "What to use instead", [(f"{each.text} [{each.strength}; {each.source}]",) for each in found.workarounds]
        ),
        Section(evidence_title(found), [evidence_row(each, found.layer) for each in found.evidence]),
    ]
    if steps:
        sections.append(Section("How the answer arose", [(step.name, step.found) for step in found.steps]))
    sections.append(
        Section("", [(f"data {found.data_version}; `anedb show ID` follows one piece of evidence to its source",)])
    )
    return [section for section in sections if section.rows]


def headline(found: Verdict) -> str:
    return f"{found.layer.type} ({found.layer.format}) on {target_text(found.target)}, {UNITS[found.units]}"


def open_rows(layer: AskedLayer) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    if layer.open:
        rows.append(("left open", ", ".join(layer.open)))
    if layer.also:
        rows.append(("see also", ", ".join(layer.also)))
    return rows


def part_row(name: str, part: Part) -> tuple[str, ...]:
    state = "" if part.state == State.REPORTED and part.observations else f"; {STATE[part.state]}"
    return (name, f"{MARKS[part.answer]} {part.answer}", chance(part), f"{BASIS[part.basis]}{state}{counts(part)}")


def chance(part: Part) -> str:
    if part.probability is None or part.interval is None:
        return ""
    low, high = part.interval
    return f"{part.probability:.2f} ({low:.2f} to {high:.2f})"


def counts(part: Part) -> str:
    if not part.observations:
        return ""
    many = [(part.observations, "observation"), (part.witnesses, "witness"), (part.sources, "source")]
    said = ", ".join(f"{number} {plural(word, number)}" for number, word in many)
    return f"; {said}" + (f", newest {part.newest}" if part.newest else "")


def plural(word: str, number: int) -> str:
    return word if number == 1 else f"{word}es" if word.endswith("s") else f"{word}s"


def whys(found: Verdict) -> list[str]:
    "Reasons with their numbers, then one sentence for each question where it adds something."
    said = [reason_text(reason) for reason in found.reasons]
    for name, part in (("offered", found.offered), ("chosen", found.chosen)):
        if part.why:
            said.append(f"{name}: {part.why}")
    return said


def engine_row(each: EngineAnswer) -> tuple[str, ...]:
    offered, chosen = each.offered, each.chosen
    return (
        each.engine,
        f"{MARKS[offered.answer]} {offered.answer}",
        chance(offered),
        f"chosen: {chosen.answer}",
        f"{BASIS[offered.basis]}{counts(offered)}; {', '.join(each.chips)}",
    )


def evidence_title(found: Verdict) -> str:
    shown, total = len(found.evidence), found.evidence_total
    return f"Evidence ({total})" if shown == total else f"Evidence ({shown} of {total}; --limit shows more)"


def evidence_row(each: Evidence, asked: AskedLayer) -> tuple[str, ...]:
    if each.kind == "claim":
        about = each.says
    else:
        about = f"{each.says} · {unlike(each.layer, asked)} · {place_text(each.target)}"
    return (each.id, each.supports, f"{about} · {each.method}, {each.date} · {each.source}")


def unlike(layer: str, asked: AskedLayer) -> str:
    "Of a layer in one line only what the question does not say as well: what tells it apart."
    known = set(layer_text(asked).split())
    return " ".join(token for token in layer.split() if token not in known) or "the same layer"


def show(sections: Sequence[Section]) -> None:
    "Print, laid out on a terminal and plain in a pipe."
    if on_terminal():
        show_rich(sections)
    else:
        typer.echo("\n\n".join(plain_section(section) for section in sections))


def plain_section(section: Section) -> str:
    lines = [printable(section.title)] if section.title else []
    widths = columns(section.rows)
    for row in section.rows:
        cells = [printable(cell).ljust(width) for cell, width in zip(row[:-1], widths, strict=False)]
        lines.append(("  " + "  ".join([*cells, printable(row[-1])])).rstrip())
    return "\n".join(lines)


def columns(rows: Iterable[tuple[str, ...]]) -> list[int]:
    "The width of each column but a row's last."
    widths: list[int] = []
    for row in rows:
        for place, cell in enumerate(row[:-1]):
            if place == len(widths):
                widths.append(0)
            widths[place] = max(widths[place], len(printable(cell)))
    return widths


def show_rich(sections: Sequence[Section]) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    for place, section in enumerate(sections):
        if place:
            console.print()
        if section.title:
            console.print(Text(printable(section.title), style="bold"))
        grid = Table.grid(padding=(0, 2))
        for number in range(max(len(row) for row in section.rows)):
            # Ids, dates and answers stay whole; the last column takes what is left and wraps.
            grid.add_column(no_wrap=number < max(len(row) for row in section.rows) - 1, overflow="fold")
        for row in section.rows:
            grid.add_row(*(Text(printable(cell), style=style_of(cell)) for cell in row))
        console.print(Padding(grid, (0, 0, 0, 2)))


def style_of(cell: str) -> str:
    word = cell.rpartition(" ")[2] if cell[:1] in set(MARKS.values()) else cell
    return COLOURS.get(word, "")


def thing(found: Thing) -> list[Section]:
    "What `anedb show` prints: name and value, one step inwards for what is inside."
    return [Section(f"{found.kind} {found.id}", list(pairs(found.about)))]


def pairs(about: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for name, value in about.items():
        label = f"{before}{name}".replace("_", " ")
        if isinstance(value, dict):
            yield from pairs(value, f"{label}: ")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield from ((label if place == 0 else "", one_line(each)) for place, each in enumerate(value))
        elif value not in (None, "", []):
            yield label, ", ".join(map(value_text, value)) if isinstance(value, list) else value_text(value)


def one_line(each: dict[str, Any]) -> str:
    return "; ".join(f"{name} {value_text(value)}" for name, value in each.items())


def submission(found: Submitted) -> list[Section]:
    "What `anedb submit` prints of one file."
    facts: list[tuple[str, ...]] = [("status", found.status)]
    if found.run:
        facts += [("run", found.run), ("holds", f"{found.observations} observations of {found.layers} layers")]
    facts += [("written", found.written)] if found.written else []
    facts += [("signature", f"{found.signature.status}, {found.signature.key}")] if found.signature.key else []
    facts += [("same facts as", run) for run in found.copies]
    rows: list[tuple[str, ...]] = [(line,) for problem in found.problems for line in str(problem).splitlines()]
    moves: list[tuple[str, ...]] = [
        (each.layer, each.units, each.about, f"{each.before} → {each.after}", shift(each)) for each in found.moves
    ]
    if found.unpreviewed:
        moves.append(("", "", "", "", f"{found.unpreviewed} more layers were not compared"))
    told = moves or ([("no answer changes",)] if found.run and found.status != "already known" else [])
    sections = [Section(found.file, facts), Section("Problems", rows), Section("Answers it moves", list(told))]
    return [section for section in sections if section.rows]


def shift(each: Move) -> str:
    return " → ".join(
        "-" if value is None else f"{value:.2f}" for value in (each.probability_before, each.probability_after)
    )


def retraction(found: Retraction) -> list[Section]:
    rows: list[tuple[str, ...]] = [("reason", found.reason), ("by", found.by), ("date", found.date)]
    return [Section(f"{found.what} is withdrawn and counts for nothing", rows)]
