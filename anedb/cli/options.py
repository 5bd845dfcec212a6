"""Options that several commands share."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from anedb.domain.plain import plain
from anedb.errors import StoreError

Json = Annotated[bool, typer.Option("--json", help="JSON on standard output; `anedb schema` prints its schema.")]
Chip = Annotated[str | None, typer.Option(help="A chip: A15, M4, 'M4 Pro'.", metavar="CHIP")]
Device = Annotated[str | None, typer.Option(help="A device by identifier or name: iPhone15,3.", metavar="DEVICE")]
Os = Annotated[str | None, typer.Option(help="An OS release: 'iOS 17.4', 'macOS 27.0'.", metavar="OS")]


def print_json(value: Any) -> None:
    typer.echo(json.dumps(plain(value), ensure_ascii=False, indent=1))


def on_terminal() -> bool:
    return sys.stdout.isatty()


def write_text(text: str, out: Path | None) -> None:
    "To standard output, or to a file as a whole: an interrupted write leaves the old file."
    if out is None:
        typer.echo(text, nl=False)
        return
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8", newline="")
        beside.replace(out)
    except OSError as error:
        raise StoreError(f"cannot write {out}: {error.strerror}") from None
