"""Other tools' words."""

import pytest

from anedb.catalog import normalise
from anedb.domain.observation import ComputeUnits, Unit


@pytest.mark.parametrize(
    ("word", "unit"),
    [
        ("ANE", "ane"),
        ("neuralEngine", "ane"),
        ('"ane"', "ane"),
        ("MLNeuralEngineComputeDevice", "ane"),
        ("N", "ane"),
        ("mps_graph", "gpu"),
        ("bnns", "cpu"),
        ("classic_cpu", "cpu"),
        ("e5_minimal_cpu", "cpu"),
        *((unit.value, unit.value) for unit in Unit),
    ],
)
def test_a_unit_by_any_of_its_names(word, unit):
    assert normalise.unit(word) == unit


@pytest.mark.parametrize("word", ["", "tpu", "unsupported", "None", "CPU,GPU", "ane" * 200])
def test_what_is_no_unit_is_not_guessed(word):
    assert normalise.unit(word) == ""


@pytest.mark.parametrize(
    ("word", "units"),
    [
        ("CPU_AND_NE", "cpu-and-ne"),
        (".cpuAndNeuralEngine", "cpu-and-ne"),
        ("ComputeUnit.CPU_AND_GPU", "cpu-and-gpu"),
        ("ALL", "all"),
        ("MLComputeUnitsCPUOnly", "cpu-only"),
        ("everything", ""),
        *((units.value, units.value) for units in ComputeUnits),
    ],
)
def test_compute_units_by_any_of_their_names(word, units):
    assert normalise.compute_units(word) == units


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ios18.conv", ("conv", "iOS18")),
        ("iOS17.tensor_buffer_to_tensor", ("tensor_buffer_to_tensor", "iOS17")),
        ("coreml7.add", ("add", "iOS17")),
        ("conv", ("conv", "")),
        ("Conv2d", ("conv", "")),
        ("innerProduct", ("innerProduct", "")),
        ('"ios16.relu"', ("relu", "iOS16")),
        ("activation", ("activation", "")),
        ("elementwise", ("elementwise", "")),
        ("no_such_layer", ("no_such_layer", "")),
        ("ios99.conv", ("ios99.conv", "")),
        ("", ("", "")),
    ],
)
def test_an_operator_is_told_from_its_opset(text, found):
    assert normalise.operator(text) == found


@pytest.mark.parametrize(("word", "dtype"), [("f16", "fp16"), ("i1", "bool"), ("UInt16", "uint16"), ("fp8", "")])
def test_an_element_type_by_other_names(word, dtype):
    assert normalise.dtype(word) == dtype
