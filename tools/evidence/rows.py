"Rows of a public dump in one form, whatever tool wrote them."

from __future__ import annotations

from dataclasses import dataclass

UNITS = {
    "ANE": "ane",
    "GPU": "gpu",
    "CPU": "cpu",
    "bnns": "cpu",
    "classic_cpu": "cpu",
    "mps_graph": "gpu",
    "ane": "ane",
}
"Compute units as the tools spell them; two CPU backends are one unit."
ORDER = ("ane", "gpu", "cpu")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    where: str
    "File and line, `plan_iso_cpune.tsv:12`, or file and operation."
    model: str
    op: str
    "Without its opset, `conv`."
    opset: str
    "`iOS18`; empty where the tool writes none."
    output: str
    offered: tuple[str, ...]
    chosen: str
    cost_ppm: int | None = None
    message: str = ""
    "Why not the engine, in Core ML's words."
    selected: str = ""
    "The backend behind `chosen`; empty where the tool names units only."
    runtimes: tuple[tuple[str, float], ...] = ()
    "Backend and Core ML's own estimate in milliseconds."


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    "What a dump holds and we do not enter, with the reason."

    source: str
    where: str
    what: str
    why: str


def units(found: list[str]) -> tuple[str, ...]:
    "Distinct units in a fixed order. Raises `KeyError` for one that we do not know."
    named = {UNITS[item] for item in found}
    return tuple(unit for unit in ORDER if unit in named)


def operator(name: str) -> tuple[str, str]:
    "`ios18.conv` -> (`conv`, `iOS18`); `select` -> (`select`, ``): such names come without an opset."
    opset, dot, op = name.rpartition(".")
    return (op, opset.replace("ios", "iOS")) if dot else (name, "")


def runtimes(found: list[tuple[str, str]]) -> tuple[tuple[str, float], ...]:
    "Estimates by backend, in order of the alphabet. Raises `ValueError` for what is no number."
    return tuple(sorted((backend, float(text)) for backend, text in found))
