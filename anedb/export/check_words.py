"""Words and numbers that the reports of a check share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from math import floor
from typing import Any

from anedb.catalog import facts
from anedb.domain.check import Check, CheckedLayer, CheckedModel
from anedb.domain.observation import Reason
from anedb.domain.target import Target
from anedb.domain.verdict import Answer
from anedb.export.text import visible

FINE = (Answer.YES, Answer.LIKELY)
"Answers that are no problem."

REFUSED = (Answer.NO, Answer.UNLIKELY)

PLACES = {"ane": "Neural Engine", "gpu": "GPU", "cpu": "CPU", "unknown": "not known"}
SETTINGS = {
    "all": "all compute units",
    "cpu-and-ne": "CPU and Neural Engine",
    "cpu-and-gpu": "CPU and GPU",
    "cpu-only": "CPU only",
}
SAYS = {
    "yes": "Core ML offers the Neural Engine for it",
    "likely": "Core ML probably offers the Neural Engine for it",
    "mixed": "evidence divides on whether Core ML offers the Neural Engine for it",
    "unlikely": "Core ML probably does not offer the Neural Engine for it",
    "no": "Core ML does not offer the Neural Engine for it",
    "unknown": "it is not known whether Core ML offers the Neural Engine for it",
}
_ENDS = "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
NO_CHARACTER = re.compile(f"[\ufdd0-\ufdef{_ENDS}]")
"Code points that are no characters: neither XML nor a reference in HTML may hold them."
NAME_MOST = 160
WORDS_MOST = 600
PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def shown(text: str, most: int = NAME_MOST) -> str:
    "A stranger's text on one line, without what cannot be seen; of a long one both ends."
    plain = text.isascii() and text.isprintable()
    line = " ".join(text.split()) if plain else NO_CHARACTER.sub("\ufffd", visible(text))
    if len(line) <= most:
        return line
    tail = most // 3
    return f"{line[: most - tail - 1]}…{line[-tail:]}"


def told(text: str, most: int = WORDS_MOST) -> str:
    "The same for sentences: of a long one the beginning."
    line = shown(text, 3 * len(text) + 1)  # half a surrogate pair becomes three replacements
    return line if len(line) <= most else f"{line[: most - 1].rpartition(' ')[0] or line[: most - 1]}…"


def sentence(text: str, most: int = WORDS_MOST) -> str:
    "With one full stop."
    said = told(text, most).rstrip(". ")
    return said if said.endswith(("…", "!", "?")) else f"{said}."


def layer_name(layer: CheckedLayer) -> str:
    return shown(layer.name) or "without a name"


def target_text(target: Target) -> str:
    "`A15 (H14), iOS 18`."
    chip = f"{target.chip} ({target.engine})" if target.chip and target.engine else target.chip or target.engine or ""
    system = " ".join(each for each in (target.os, target.version) if each)
    system += f" ({target.build})" if system and target.build else ""
    named = " ".join(each for each in (chip, target.device) if each)
    return shown(", ".join(each for each in (named, system) if each)) or "any chip"


def percent(share: float | None) -> str:
    "Rounded down, so that only everything is 100 %."
    if share is None:
        return "not known"
    if 0 < share < 0.001:
        return "<0.1 %"
    return f"{floor(share * 1000 + 1e-9) / 10:g} %"


def amount(number: float) -> str:
    "`1.23 G`: three digits and a prefix."
    for size, prefix in PREFIXES:
        if number >= size:
            return f"{float(f'{number / size:.3g}'):g} {prefix}"
    return f"{number:g} "


def plural(number: int, word: str) -> str:
    "`1 layer`, `3,700 layers`."
    return f"{number:,} {word}{'' if number == 1 else 'es' if word.endswith(('s', 'ch')) else 's'}"


def tensor(value: dict[str, Any]) -> str:
    "`fp16 1×64×32×32`; a shape that is not known is `?`."
    shape = value.get("shape")
    extents = "?" if shape is None else "×".join(str(each) for each in shape)
    return shown(f"{value.get('dtype', '')} {extents}".strip())


def shapes(layer: CheckedLayer) -> str:
    "What flows in and out; weights are left out."
    given = ", ".join(tensor(each) for each in layer.inputs if not each.get("const"))
    return f"{given} → {', '.join(map(tensor, layer.outputs))}".strip()


def reason_text(reason: Reason) -> str:
    "With Core ML's own words where it gave any."
    title = facts.reason_title(reason)
    return f'{title} (Core ML: "{reason.text}")' if reason.text and reason.text != title else title


def why(layer: CheckedLayer) -> str:
    "Why not the engine, or why that cannot be said; empty where there is nothing to explain."
    return "; ".join(dict.fromkeys(told(each) for each in _whys(layer) if each))


def _whys(layer: CheckedLayer) -> Iterator[str]:
    yield layer.problem
    if layer.offered.answer not in FINE:
        yield from map(reason_text, layer.reasons)
        if not layer.reasons and not layer.problem:
            yield layer.offered.why
    # Of a layer that the engine is not offered for, the reasons say already why it goes elsewhere.
    if layer.placement != "ane" and not (layer.reasons and layer.offered.answer in REFUSED):
        yield layer.placement_why
    if layer.open:
        yield f"left open: {', '.join(layer.open)}"


def failure(failed: dict[str, str]) -> str:
    "Why a file could not be read. Most messages begin with its path."
    path, error = failed["path"], failed["error"]
    return error if error.startswith(path) else f"{path}: {error}"


def by_path(check: Check) -> dict[str, list[CheckedModel]]:
    "The targets of each model, in order."
    found: dict[str, list[CheckedModel]] = {}
    for model in check.models:
        found.setdefault(model.path, []).append(model)
    return found


def fold(layers: Iterable[CheckedLayer]) -> list[list[CheckedLayer]]:
    "Layers that are one question, with one answer and one placement; in the order of the first of each."
    found: dict[tuple[int, str, str], list[CheckedLayer]] = {}
    for layer in layers:
        found.setdefault((layer.alike, layer.offered.answer, layer.placement), []).append(layer)
    return list(found.values())


def named(names: Sequence[str], most: int) -> str:
    "`a, b and 12 more`."
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(islice(names, most)) + more
