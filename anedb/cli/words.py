"""Short words for values, for people."""

from __future__ import annotations

import unicodedata

from anedb.domain.observation import Reason
from anedb.domain.target import Target
from anedb.domain.verdict import AskedLayer

BASIS = {
    "same-configuration": "rests on the same configuration on the same target",
    "near-target": "rests on the same configuration on a near target",
    "near-parameters": "rests on near parameters",
    "claim": "rests on a claim",
    "layer": "rests on the layer as a whole",
    "family": "rests on other layers of its kind",
    "none": "rests on nothing",
}
STATE = {
    "unknown": "nothing known",
    "reported": "one witness",
    "corroborated": "independent witnesses agree",
    "verified": "verified by independent witnesses",
    "contested": "contested",
    "stale": "old evidence only",
    "withdrawn": "withdrawn",
}
UNITS = {
    "all": "all compute units",
    "cpu-and-ne": "CPU and Neural Engine",
    "cpu-and-gpu": "CPU and GPU",
    "cpu-only": "CPU only",
}


def printable(text: str) -> str:
    "Text from data without what moves a terminal's cursor or hides: control and format characters become U+FFFD."
    if text.isascii() and text.isprintable():
        return text
    return "".join("\ufffd" if unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp") else each for each in text)


def target_text(target: Target) -> str:
    where = [
        target.chip or "",
        target.engine or "" if not target.chip else f"({target.engine})" if target.engine else "",
    ]
    system = " ".join(each for each in (target.os, target.version) if each)
    if system and target.build:
        system += f" ({target.build})"
    named = " ".join(each for each in where if each)
    if target.device:
        named += f" {target.device}"
    return ", ".join(each for each in (named.strip(), system) if each) or "any target"


def place_text(target: Target) -> str:
    "Chip and OS version, for a list; `anedb show` has build and device."
    return " ".join(each for each in (target.chip or target.engine, target.os, target.version) if each) or "any target"


def layer_text(layer: AskedLayer) -> str:
    "Operands, then parameters, in one line."
    inputs = [operand_text(operand) for operand in layer.inputs]
    params = [f"{name}={value_text(value)}" for name, value in layer.params.items()]
    return "  ".join([*inputs, *params]) or "any parameters, any operands"


def operand_text(operand: dict[str, object]) -> str:
    shape = operand["shape"]
    extents = "" if shape is None else "[" + ",".join(str(each) for each in shape) + "]"  # type: ignore[attr-defined]
    return f"{operand['name']}={operand['dtype']}{extents}" + (":const" if operand.get("const") else "")


def value_text(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ",".join(value_text(each) for each in value) or "[]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def reason_text(reason: Reason) -> str:
    "Title with its numbers, the fix, and Core ML's own words where it gave any."
    from anedb.catalog import facts

    entry = facts.reasons()[reason.code]
    title = facts.reason_title(reason)
    said = f' (Core ML: "{reason.text}")' if reason.text else ""
    return f"{title}{said}: {entry.fix}"
