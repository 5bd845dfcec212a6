"Layers with a state."

import pytest

from .asking import gives

X = (12, 3, 16, 1, 1)
STATE = (1, 3, 8, 1, 1)
SIZES = {"inputVectorSize": 16, "outputVectorSize": 8}
LAYERS = [("simpleRecurrent", 1, 8), ("gru", 1, 8), ("uniDirectionalLSTM", 2, 8), ("biDirectionalLSTM", 4, 16)]


@pytest.mark.parametrize(("type", "states", "features"), LAYERS)
@pytest.mark.parametrize(("every", "steps"), [(True, 12), (False, 1)])
def test_all_steps_or_the_last_one(type, states, features, every, steps):
    more = {"activation": "tanh"} if type == "simpleRecurrent" else {}
    found = gives(type, X, outputs=states + 1, sequenceOutput=every, **SIZES, **more)
    assert found == [(steps, 3, features, 1, 1), *[STATE] * states]


def test_a_legacy_network_of_one_step():
    found = gives("uniDirectionalLSTM", (1, 16, 1, 1), legacy=True, **SIZES)
    assert found == (1, 8, 1, 1)


def test_outside_of_a_legacy_network_a_sequence_has_five_axes():
    assert gives("uniDirectionalLSTM", (1, 16, 1, 1), **SIZES) is None
