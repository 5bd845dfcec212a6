"""A refusal in someone's words, turned into a reason of the closed vocabulary with its numbers (data/refusals.toml)."""

from __future__ import annotations

import re

from anedb.catalog import normalise, refusals
from anedb.catalog.refusals import LONGEST, Refusal
from anedb.domain.layer import Layer
from anedb.domain.observation import Reason

AXES = {"N": "batch", "D": "depth", "C": "channels", "H": "height", "W": "width"}
"How the engine's compiler names the axes."

UNMAPPED = "unmapped"

_SIZE = re.compile(r"([NDCHW])(\d{1,20})")
_LIMIT = re.compile(r"([NDCHW])\[\d{1,20}-(\d{1,20})\]")


def reason(text: str, layer: Layer | None = None) -> Reason:
    """The first wording of data/refusals.toml that fits; `unmapped` with the tool's own words where none does.

    `layer` is the one refused, where it is known: some messages name no number, and it is taken from the layer.
    """
    message = text.strip()[:LONGEST]
    for pattern, refusal in refusals.refusals():
        found = pattern.search(message)
        if found:
            return _reason(found, refusal, layer)
    return Reason(code=UNMAPPED, text=message)


def _reason(found: re.Match[str], refusal: Refusal, layer: Layer | None) -> Reason:
    said = found.groupdict()
    told = {name: said.get(name) or getattr(refusal, name) for name in ("feature", "value", "limit")}
    if said.get("limits"):
        told |= _extent(said["sizes"] or "", said["limits"] or "")
    if refusal.own_kernel and layer is not None:
        told |= _kernel(layer)
    if told["feature"] == "dtype" or refusal.code == "index-dtype":
        told |= {name: normalise.dtype(told[name]) or told[name] for name in ("value", "limit")}
    return Reason(code=refusal.code, text=found[0], **told)


def _extent(sizes: str, limits: str) -> dict[str, str]:
    "The axis that is beyond its own limit: one, in every message seen. Nothing, where none is."
    most = dict(_LIMIT.findall(limits))
    for axis, size in _SIZE.findall(sizes):
        if axis in most and int(size) > int(most[axis]):
            return {"feature": AXES[axis], "value": size, "limit": most[axis]}
    return {}


def _kernel(layer: Layer) -> dict[str, str]:
    "The longer side of a layer's own kernel. Nothing, where the layer does not tell."
    for item in layer.inputs:
        if item.name == "weight" and item.shape and len(item.shape) >= 3:
            *rest, width = item.shape[2:]
            height = rest[-1] if rest else 1
            if isinstance(height, int) and isinstance(width, int):
                taller = height > width
                return {
                    "feature": "kernel_height" if taller else "kernel_width",
                    "value": str(height if taller else width),
                }
    return {}
