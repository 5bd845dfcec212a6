"""The formats there are, and which of them a file is of.

A format is a module of `anedb.ingest.importing.formats`; putting a file there is all it takes. They are looked for only
when something is imported.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from anedb.domain.foreign import ForeignReport
from anedb.errors import BadFileError, UnknownNameError
from anedb.ingest.importing import formats as folder

HEAD = 65_536
"Characters that are looked at to tell what a file is."


class Format(Protocol):
    TITLE: str
    "What it is and who prints it."

    def recognise(self, head: str) -> bool: ...

    def read(self, text: str, path: Path) -> ForeignReport: ...


@cache
def formats() -> dict[str, Format]:
    "Name of the module -> the format, by name."
    names = sorted(each.name for each in pkgutil.iter_modules(folder.__path__) if not each.name.startswith("_"))
    return {name: cast(Format, import_module(f"{folder.__name__}.{name}")) for name in names}


def by_name(name: str) -> Format:
    "Raises `UnknownNameError` with those that are near."
    wanted = name.strip().replace("-", "_").casefold()
    found = formats().get(wanted)
    if found is None:
        from difflib import get_close_matches

        near = tuple(get_close_matches(wanted, formats(), n=3))
        raise UnknownNameError(f'there is no format "{name}"', tip="anedb import --list shows all", suggestions=near)
    return found


def recognise(text: str, name: str) -> str:
    """Name of the one format a text is of. Raises `BadFileError` where it is of none or of several; `name` is what the
    message calls the text."""
    head = text[:HEAD]
    found = [each for each, format in formats().items() if format.recognise(head)]
    if len(found) == 1:
        return found[0]
    if found:
        several = f"{name} may be {' or '.join(found)}"
        raise BadFileError(several, tip=f"say which: --tool {found[0]}")
    raise BadFileError(
        f"{name} is of no format that is known",
        tip=f"known are {', '.join(formats())}; anedb import --list says what each is, --tool NAME reads it as one",
    )
