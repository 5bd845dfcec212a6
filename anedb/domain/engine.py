"""What is known of the engine generations and of OS builds.

Apart from `anedb.domain.target` because making a dataclass costs half a millisecond, and a query needs none of these.
"""

from __future__ import annotations

from anedb.domain.value import value


@value
class ExtentLimit:
    "The largest extent an engine takes on one axis of a tensor."

    axis: str
    "`N`, `D`, `C`, `H` or `W`, as the engine's own message spells them."
    largest: int
    source: str


@value
class ArchString:
    "What one device itself called its engine: evidence for which architecture a chip has."

    device: str
    chip: str
    text: str
    "`h16g`."
    source: str
    cores: int | None = None
    engines: int | None = None
    board: int | None = None
    "The board type number read beside it."


@value
class Engine:
    "One generation of the Neural Engine."

    id: str
    "`H11` … `H18`."
    chips: tuple[str, ...] = ()
    "The chips that have it, as chips.json says."
    isa: str | None = None
    "Version of its instruction set, `v17`."
    cpu_subtype: int | None = None
    "What its compiled files carry in their Mach-O header."
    limits: tuple[ExtentLimit, ...] = ()
    "Empty: not known."
    measured: tuple[ArchString, ...] = ()
    compiler_targets: tuple[str, ...] = ()
    "What the engine's compiler is told to build for it, `h16g`."
    source: str = ""
    note: str = ""


@value
class Build:
    "One OS build that evidence names."

    id: str
    os: str
    version: str
    source: str
