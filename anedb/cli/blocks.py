"""Sections and bars, printed: laid out on a terminal, plain in a pipe, ASCII where nothing else can be shown."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from math import floor

import typer

from anedb.cli import bars, render
from anedb.cli.bars import Bars
from anedb.cli.options import on_terminal
from anedb.cli.render import MARKS, Section, plural
from anedb.cli.words import printable

Block = Section | Bars

PIPE_WIDTH = 80
ASCII = str.maketrans(
    {"✔": "+", "✖": "x", "◐": "~", "→": "->", "×": "x", "…": "...", "·": ".", "█": "#", "▓": "=", "░": "-", "-": "-"}
)


def width() -> int:
    "Columns to fill."
    if not on_terminal():
        return PIPE_WIDTH
    from rich.console import Console

    return Console().width


def show(blocks: Sequence[Block]) -> None:
    "Print to standard output, whatever it can show."
    ascii_only = not _fits("".join(ASCII_FREE), sys.stdout.encoding)
    told = [to_ascii(block, sys.stdout.encoding) for block in blocks] if ascii_only else list(blocks)
    if not on_terminal():
        written = text(told)
        typer.echo(written.translate(ASCII) if ascii_only else written, nl=False)
        return
    for place, block in enumerate(told):
        if place:
            typer.echo()
        if isinstance(block, Bars):
            show_bars(block, ascii_only)
        else:
            render.show_rich([block])


ASCII_FREE = ("█▓░·✔✖◐→×…",)


def _fits(text: str, encoding: str | None) -> bool:
    try:
        text.encode(encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def to_ascii(block: Block, encoding: str | None) -> Block:
    "The same with nothing that `encoding` cannot say."

    def said(text: str) -> str:
        return text.translate(ASCII).encode(encoding or "ascii", "backslashreplace").decode(encoding or "ascii")

    if isinstance(block, Bars):
        return replace(block, title=said(block.title), bars=tuple((said(label), each) for label, each in block.bars))
    return Section(said(block.title), [tuple(said(cell) for cell in row) for row in block.rows])


def text(blocks: Sequence[Block]) -> str:
    "Plain text, as a pipe or a file gets it."
    return "\n\n".join(_plain_bars(it) if isinstance(it, Bars) else render.plain_section(it) for it in blocks) + "\n"


def _plain_bars(found: Bars) -> str:
    lines = [printable(found.title)] if found.title else []
    for head, line in _labelled(found, PIPE_WIDTH):
        lines.append(f"  {head}{bars.plain(line)}")
    return "\n".join([*lines, f"  {bars.legend(found)}"])


def _labelled(found: Bars, width: int) -> list[tuple[str, list[bars.Run]]]:
    "Each line of each bar, with its label before the first."
    wide = max((len(printable(label)) for label, _ in found.bars), default=0)
    wide = min(wide, width // 3)
    room = max(8, width - 2 - (wide + 2 if wide else 0))
    lines = []
    for label, each in found.bars:
        for place, line in enumerate(bars.bar(each, room)):
            head = shortened(printable(label), wide) if place == 0 else ""
            lines.append((head.ljust(wide) + "  " if wide else "", line))
    return lines


def show_bars(found: Bars, ascii_only: bool) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    if found.title:
        console.print(Text(printable(found.title), style="bold"))
    for head, line in _labelled(found, console.width):
        drawn = Text(f"  {head}")
        for unit, number in line:
            colour, rest = bars.COLOURS[unit], bars.GLYPHS[unit] * (number - 1)
            drawn.append(bars.LETTERS[unit], style=f"black on {colour}")
            drawn.append(rest.translate(ASCII) if ascii_only else rest, style=colour)
        console.print(drawn, no_wrap=True, crop=True)
    console.print(Text(f"  {bars.legend(found)}", style="dim"))


def shortened(text: str, most: int) -> str:
    "The end of a long text: of a path that is what tells it from others."
    return text if len(text) <= most else "…" + text[len(text) - most + 1 :]


def percent(share: float | None) -> str:
    "Rounded down, so that only everything is 100 %."
    if share is None:
        return "?"
    if 0 < share < 0.001:
        return "<0.1 %"
    return f"{floor(share * 1000 + 1e-9) / 10:g} %"


def answer(said: str) -> str:
    return f"{MARKS.get(said, '?')} {said}"


def times(number: int) -> str:
    return f"×{number}" if number > 1 else ""


def count(number: int, word: str) -> str:
    "`1 layer`, `12 layers`."
    return f"{number} {plural(word, number)}"


def at_most(names: Sequence[str], most: int) -> str:
    "`a, b and 12 more`"
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
