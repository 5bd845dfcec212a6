"Stretches of layers on one unit."

from __future__ import annotations

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from anedb.placement.segments import Stretch, stretches, switches

units = st.lists(st.sampled_from(("ane", "gpu", "cpu", "unknown")))


def test_stretches_are_told_with_their_last_layer() -> None:
    assert list(stretches(["ane", "ane", "cpu", "ane"])) == [
        Stretch("ane", 0, 1),
        Stretch("cpu", 2, 2),
        Stretch("ane", 3, 3),
    ]


def test_no_layers_are_no_stretch() -> None:
    assert list(stretches([])) == [] and switches([]) == 0


@given(units)
def test_every_layer_is_in_one_stretch_and_neighbours_differ(found: list[str]) -> None:
    runs = list(stretches(found))
    assert [unit for run in runs for unit in [run.unit] * (run.last - run.first + 1)] == found
    assert [run.unit for run in runs] == [unit for unit, _ in groupby(found)]


@given(units)
def test_there_is_a_switch_between_two_stretches(found: list[str]) -> None:
    assert switches(found) == max(0, len(list(stretches(found))) - 1)
