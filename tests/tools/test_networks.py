"The rebuilt networks are those of the plans that are shipped: built again, without the dumps."

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from anedb.catalog import files, plans
from anedb.coreml import probes
from anedb.domain.model import Network


@pytest.fixture(autouse=True)
def _tools(monkeypatch: pytest.MonkeyPatch) -> None:
    "tools/ is beside the tests, and in no package."
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2]))


def shipped(source: str, model: str) -> Network:
    _, found = plans.read(files.root() / "plans" / f"{source}.jsonl")
    return next(plan.network for plan in found if plan.name == model)


def unseen(network: Network) -> Network:
    "Without what was observed."
    return Network(
        name=network.name,
        format=network.format,
        ops=tuple(op._replace(seen=None) for op in network.ops),
        inputs=network.inputs,
        outputs=network.outputs,
    )


@pytest.mark.parametrize(
    ("model", "operations"),
    [
        ("resnet50-b16", 122),
        ("mobilenet-b16", 118),
        pytest.param("bert-b16", 148, marks=pytest.mark.slow),
    ],
)
def test_a_network_built_again_is_that_of_its_plan(model: str, operations: int) -> None:
    from tools.evidence import erwinzhang, rebuilt

    spec: Any = probes.build(erwinzhang.NETWORKS[model](erwinzhang.BATCH))
    network = rebuilt.of_spec(spec).network
    assert len(network.ops) == operations
    assert network == unseen(shipped("erwinzhang-m4-pro-cpune", model))


def test_a_network_that_is_not_the_plan_s_is_refused() -> None:
    from tools.evidence import rebuilt, whole
    from tools.evidence.rows import Row

    network = shipped("erwinzhang-m4-pro-cpune", "mobilenet-b16")
    rows = [
        Row(where=op.place, model="m", op=op.type, opset="iOS18", output="", offered=("ane",), chosen="ane", cost_ppm=9)
        for op in network.ops
    ]
    built = rebuilt.Rebuilt(unseen(network))
    whole.check(rows, built, {})
    with pytest.raises(ValueError, match="118 operations where the dump has 117"):
        whole.check(rows[:-1], built, {})
    with pytest.raises(ValueError, match=r"operation 1 is pad +where the dump has cast"):
        whole.check([rows[0], rows[0], *rows[2:]], built, {})
    with pytest.raises(ValueError, match=r"main/0 is iOS18\.cast, elsewhere iOS15\.cast"):
        whole.check(rows, built, {"cast": "iOS15"})
    dear = Row(where="main/110", model="m", op="pad", opset="", output="", offered=("ane",), chosen="ane", cost_ppm=99)
    with pytest.raises(ValueError, match="main/110 costs 99, an equal layer before it 9"):
        whole.check([*rows[:110], dear, *rows[111:]], built, {})
