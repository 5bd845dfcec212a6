"Words, marks and grades: how an answer looks wherever it stands."

from __future__ import annotations

import re
from typing import Any

from anedb.domain.site import SiteCell, SiteEngine
from anedb.domain.verdict import Answer, Basis, Part

FORMATS = {"mlprogram": "ML Program", "neuralnetwork": "Neural Network"}
LETTER = {"yes": "y", "likely": "l", "mixed": "m", "unlikely": "u", "no": "n", "unknown": "q"}
"Classes of a cell: the answer's letter, then its grade."
GRADES = (
    ("kin", "inferred from other parameters, other formats or its family"),
    ("said", "rests on what somebody says"),
    ("near", "seen on other engine generations or releases only"),
    ("seen by one", "measured on this generation by one witness"),
    ("seen by more", "measured on this generation by independent witnesses"),
)
QUESTIONS = {
    "offered": "Does Core ML list the engine among the units this layer could run on?",
    "chosen": "Is the engine where Core ML then places it?",
}
BASIS: dict[str, str] = {
    Basis.SAME: "the same configuration on the same target",
    Basis.NEAR_TARGET: "the same configuration on near targets",
    Basis.NEAR_PARAMETERS: "near parameters",
    Basis.CLAIM: "what somebody says",
    Basis.LAYER: "other layers of the type or its concept",
    Basis.FAMILY: "other layer types of its category",
    Basis.NONE: "nothing",
}
VARIANT = re.compile(r"(?: (?:Pro|Max|Ultra)|[XZ])$")


def counted(cell: SiteCell, question: str) -> tuple[int, int]:
    "Observations and witnesses of this very place. Who was placed on the engine was offered it."
    if question == "chosen":
        return cell.placed, cell.placed_by
    return (cell.seen, cell.seen_by) if cell.seen else (cell.placed, cell.placed_by)


def part(cell: SiteCell, question: str) -> Part:
    return cell.chosen if question == "chosen" else cell.offered


def grade(cell: SiteCell, question: str) -> int:
    "How firm an answer is: a place in `GRADES`."
    found = part(cell, question)
    seen, witnesses = counted(cell, question)
    if found.basis in (Basis.SAME, Basis.NEAR_TARGET, Basis.NEAR_PARAMETERS):
        return 2 if not seen else 4 if witnesses > 1 else 3
    return 1 if found.basis == Basis.CLAIM else 0


def css(cell: SiteCell, question: str) -> str:
    "Classes: `y4`. An unknown has no grade."
    answer = part(cell, question).answer
    return LETTER[answer] if answer == Answer.UNKNOWN else f"{LETTER[answer]}{grade(cell, question)}"


def detail(cell: SiteCell, question: str) -> str:
    "`862 by 2`: so many observations here by so many witnesses; else what the answer rests on, in one word."
    found = part(cell, question)
    if found.answer == Answer.UNKNOWN:
        return ""
    level = grade(cell, question)
    if level < 3:
        return GRADES[level][0]
    seen, witnesses = counted(cell, question)
    return f"{seen:,} by {max(witnesses, 1)}" + (" ⚡" if found.state == "contested" else "")


def chips(engine: SiteEngine) -> str:
    "The chips people know: `A14 M1`, without the variants of one that is named."
    named = [it for it in engine.chips if not (VARIANT.search(it) and VARIANT.sub("", it) in engine.chips)]
    kept = [it for it in named if VARIANT.sub("", it) == it or not _other(it, named)]
    return ", ".join(kept) or engine.id


def _other(name: str, names: list[str]) -> bool:
    return any(it != name and VARIANT.sub("", it) == VARIANT.sub("", name) and len(it) < len(name) for it in names)


def value(found: Any) -> str:
    "A parameter as the command line takes it."
    if isinstance(found, (list, tuple)):
        return ",".join(map(value, found)) or "[]"
    return str(found).lower() if isinstance(found, bool) else str(found)


def number(value: float | None, digits: int = 2) -> str:
    "Rounded, but never to a certainty that it is not."
    if value is None:
        return ""
    least = 10.0**-digits
    if 1 - least / 2 <= value < 1:
        return f">{1 - least:.{digits}f}"
    return f"<{least:.{digits}f}" if 0 < value < least / 2 else f"{value:.{digits}f}"


def interval(found: Part) -> str:
    return "" if found.interval is None else f"{found.interval[0]:.2f}–{found.interval[1]:.2f}"
