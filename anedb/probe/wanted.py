"""What `anedb wanted` lists as questions of a suite.

A layer that the tables know is asked as they have it. Any other of an ML Program is built from its own values; one of a
NeuralNetwork only where a row of the tables gives it on other inputs, as the tables alone say how coremltools' builder
makes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from anedb.catalog.records import line_from_json
from anedb.catalog.suite_lock import lock
from anedb.domain.layer import Format, Layer
from anedb.domain.observation import Context
from anedb.domain.wanted import Want
from anedb.errors import UsageError
from anedb.probe import build
from anedb.probe.from_layer import probe_of
from anedb.probe.nn_cases import ROWS
from anedb.probe.suite import NEWEST, WANTED, Ask, asks, wrappable

SHOWN = 8
"Digits of a fingerprint in an id."


def of_wants(wants: Iterable[Want]) -> tuple[tuple[Ask, ...], dict[str, str]]:
    "Canaries first, then each layer once, the most wanted first; and by id why the others cannot be asked."
    tabled = _tabled()
    found: dict[str, Ask] = {}
    left_out: dict[str, str] = {}
    for want in wants:
        id = f"{WANTED}/{_name(want)}"
        try:
            found.setdefault(id, tabled.get(want.fingerprint or "") or _ask(want, id))
        except UsageError as error:
            left_out[id] = error.message
    canaries = [each for each in asks("quick") if each.canary]
    return (*canaries, *(each for each in found.values() if not each.canary)), left_out


def _name(want: Want) -> str:
    mark = (want.fingerprint or "open").removeprefix("v1:")[:SHOWN]
    return f"{want.format}:{want.type}-{mark}"


def _tabled() -> dict[str, Ask]:
    "By fingerprint, and between other layers where there is such a question."
    marks = {id: row.fingerprint for id, row in lock().items()}
    ordered = sorted(asks(), key=lambda each: each.context == Context.IN_MODEL)
    return {marks[each.id]: each for each in ordered if each.id in marks}


def _ask(want: Want, id: str) -> Ask:
    if want.open or want.fingerprint is None:
        raise UsageError(f"{', '.join(want.open) or 'something'} has to be chosen first")
    layer = _layer(want)
    if layer.format == Format.NEURALNETWORK:
        return _neural(layer, want.fingerprint, id)
    between = wrappable(probe_of(layer, want.type))
    return Ask(
        id=id, format=want.format, type=want.type, made=layer, target=NEWEST, tier=WANTED,
        context=Context.IN_MODEL if between else Context.ISOLATED, fingerprint=want.fingerprint,
    )  # fmt: skip


def _neural(layer: Layer, mark: str, id: str) -> Ask:
    "A row of the tables on the inputs that are wanted, where that gives the very layer."
    computed = [each for each in layer.inputs if not each.const]
    shapes = tuple(each.shape for each in computed if each.shape is not None)
    for row in ROWS:
        if row.type == layer.type and len(row.inputs) == len(shapes) == len(computed):
            ask = Ask(id=id, format=layer.format, type=layer.type, made=replace(row, inputs=shapes), tier=WANTED,
                      fingerprint=mark)  # fmt: skip
            with suppress(UsageError):
                if build.build(ask).op.fingerprint == mark:
                    return ask
    raise UsageError("no row of the tables gives this very layer of a NeuralNetwork")


def _layer(want: Want) -> Layer:
    told = {"format": want.format, "type": want.type, "params": want.params, "inputs": want.inputs}
    return line_from_json({**told, "fingerprint": "", "seen": []}).layer
