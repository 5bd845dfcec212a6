"""A bar of progress on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from anedb.cli.words import printable

OnModel = Callable[[str, int, int], None]
"Path, how many are done, how many there are."


@contextmanager
def counter(wanted_for: str) -> Iterator[OnModel | None]:
    "A bar of what is done out of all, on a terminal only; nothing of it stays."
    with progress(True) as on_model:
        if on_model is None:
            yield None
            return
        yield lambda what, done, total: on_model(f"{wanted_for} {what}", done, total)


@contextmanager
def progress(wanted: bool) -> Iterator[OnModel | None]:
    "A bar on standard error while several models are checked, on a terminal; nothing of it stays."
    if not (wanted and sys.stderr.isatty()):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task("", total=None)

        def on_model(path: str, done: int, total: int) -> None:
            shown.update(task, description=printable(Path(path).name), completed=done, total=total)

        yield on_model


@contextmanager
def remaining() -> Iterator[OnModel | None]:
    "A bar with the time that is left, for work that takes minutes; on a terminal only, and nothing of it stays."
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    left = TimeRemainingColumn(elapsed_when_finished=True)
    columns = (BarColumn(20), MofNCompleteColumn(), left, TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=None)
        yield lambda what, done, total: shown.update(task, description=printable(what), completed=done, total=total)
