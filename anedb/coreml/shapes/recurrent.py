"Layers with a state, over sequences: [sequence, batch, features, 1, 1]."

from __future__ import annotations

from functools import partial

from anedb.coreml.shapes.case import Case, Many
from anedb.coreml.shapes.dims import Shape


def recurrent(case: Case, states: int, directions: int = 1) -> list[Shape]:
    "The output of every step or of the last one, then the states, which hold one direction each."
    x, size = case.five(), case.whole("outputVectorSize", 1)
    steps = x[0] if case.params["sequenceOutput"] else 1
    return [(steps, x[1], directions * size, 1, 1), *[(1, x[1], size, 1, 1)] * states]


SEVERAL: dict[str, Many] = {
    "simpleRecurrent": partial(recurrent, states=1),
    "gru": partial(recurrent, states=1),
    "uniDirectionalLSTM": partial(recurrent, states=2),
    "biDirectionalLSTM": partial(recurrent, states=4, directions=2),
}
