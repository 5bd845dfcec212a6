"Units from counts: what follows is told, what does not is left open, and networks built again are those shipped."

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from anedb.catalog import files, plans
from anedb.domain.layer import Layer, Operand
from anedb.domain.model import Op, Tensor


@pytest.fixture(autouse=True)
def _tools(monkeypatch: pytest.MonkeyPatch) -> None:
    "tools/ is beside the tests, and in no package."
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2]))


def op(length: int, type: str = "relu", dtype: str = "fp16", key: str = "") -> Op:
    shape = (1, 8, length)
    layer = Layer(format="mlprogram", type=type, inputs=(Operand(name="x", dtype=dtype, shape=shape),))
    return Op("", "", type, "", (), (Tensor("", dtype, shape),), layer, key or f"{type}{length}")


def table(**counts: int) -> Any:
    "Of relus: `ane=2, cpu=1`."
    from tools.evidence.tables import Table

    rows = [SimpleNamespace(where="t:1", op="relu", chosen=unit, count=count) for unit, count in counts.items()]
    return Table(rows)  # type: ignore[arg-type]


SHORT, LONG = op(100), op(20000)


@pytest.mark.parametrize(
    ("ops", "counts", "first_on_gpu", "told"),
    [
        ([SHORT, LONG], {"ane": 2}, None, ["ane", "ane"]),
        ([SHORT, LONG], {"ane": 1, "cpu": 1}, None, ["ane", "cpu"]),
        ([op(9, dtype="int32"), SHORT], {"ane": 1, "cpu": 1}, None, ["cpu", "ane"]),
        ([SHORT, SHORT, LONG], {"ane": 1, "cpu": 2}, None, ["", "", "cpu"]),
        ([SHORT, LONG, LONG], {"ane": 2, "cpu": 1}, None, ["", "", ""]),
        ([SHORT, LONG, LONG], {"ane": 1, "cpu": 1, "gpu": 1}, None, ["ane", "", ""]),
        ([SHORT, LONG, LONG], {"ane": 1, "cpu": 1, "gpu": 1}, 2, ["ane", "cpu", "gpu"]),
        ([LONG, LONG, LONG], {"ane": 2, "gpu": 1}, 1, ["ane", "", ""]),
    ],
    ids=["unanimous", "by-length", "by-type", "fewer", "more", "two-others", "position", "more-by-position"],
)
def test_an_operation_has_the_unit_that_follows_from_the_counts(
    ops: list[Op], counts: dict[str, int], first_on_gpu: int | None, told: list[str]
) -> None:
    from tools.evidence import tables

    assert [str(unit) for unit in tables.units(ops, table(**counts), first_on_gpu)] == told


def test_another_network_is_refused() -> None:
    from tools.evidence import tables

    with pytest.raises(ValueError, match="the rebuilt network has"):
        tables.units([SHORT, SHORT], table(ane=1, cpu=2))


def test_of_equal_layers_more_than_can_be_elsewhere_one_is_on_the_engine() -> None:
    from tools.evidence import tables

    ops = [op(100, key="a"), op(100, key="a"), op(100, key="b"), LONG]
    counts = table(ane=2, cpu=2)
    told = tables.units(ops, counts)
    assert told == ["", "", "", "cpu"]
    assert tables.repeated(ops, told, counts) == {0: "ane"}


@pytest.mark.parametrize(
    ("model", "operations"),
    [
        ("Transformer_Encoder_float16_fixed262", 104),
        pytest.param("HiFiGAN_Generator_float16_fixed262", 196, marks=pytest.mark.slow),
        pytest.param("Transformer_Decoder_float32_fixed262", 195, marks=pytest.mark.slow),
        pytest.param("Transformer_Decoder_int8_fixed262", 208, marks=pytest.mark.slow),
    ],
)
def test_a_network_built_again_is_that_of_its_plan(model: str, operations: int) -> None:
    from tools.evidence import orukahairuka

    _, found = plans.read(files.root() / f"plans/{orukahairuka.SOURCE}.jsonl")
    shipped = next(plan.network for plan in found if plan.name == model)
    ours = orukahairuka.network(model).network
    assert len(ours.ops) == operations
    assert [each._replace(seen=None) for each in shipped.ops] == list(ours.ops)


def test_the_first_operation_on_the_gpu_is_the_one_the_source_names() -> None:
    "It gives the file's index with constants counted, all slopes of a block being one constant: 226 for the 56th here."
    from tools.evidence import hifigan, orukahairuka

    _, found = plans.read(files.root() / f"plans/{orukahairuka.SOURCE}.jsonl")
    ops = next(plan.network.ops for plan in found if plan.name == "HiFiGAN_Generator_float16_fixed262")
    place = orukahairuka.FIRST_ON_GPU["HiFiGAN_Generator"]
    constants = {"conv": 7, "conv_transpose": 8, "mul": 1}
    own = sum(constants.get(each.type, 0) for each in ops[:place])
    # Before it: the slopes of two stages' entries, of three whole blocks and of the block that it stands in.
    slopes = 2 + len(hifigan.BLOCK_KERNELS) + 1
    assert ops[place].type == "leaky_relu" and ops[place].outputs[0].shape == (1, 128, 16768)
    assert place + own + slopes == 226
