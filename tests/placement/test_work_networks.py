"""Whole networks against the figures that are published for them.

torchvision states multiply-adds, in billions: ResNet-50 4.089 and MobileNetV2 0.301 (`_ops` of its weights).
"""

from collections.abc import Iterator

import pytest
from work_cases import mil

from anedb.catalog import plans
from anedb.placement.formulae.moves import NO_FORMULA
from anedb.placement.work import work


def conv(channels: int, out: int, kernel: int, side: int, groups: int = 1) -> int:
    "FLOPs of a convolution with `side`² outputs."
    x, y = (1, channels, side, side), (1, out, side, side)
    weight = (out, channels // groups, kernel, kernel)
    flops = mil("conv", y, {"groups": groups, "pad_type": "same"}, x=x, weight=weight).flops
    assert flops is not None
    return flops


def fully_connected(channels: int, out: int, rows: int = 1) -> int:
    flops = mil("linear", (rows, out), x=(rows, channels), weight=(out, channels)).flops
    assert flops is not None
    return flops


def resnet_50() -> Iterator[int]:
    "He et al. 2015, table 1; the stride is in the 3×3, as torchvision has it."
    yield conv(3, 64, 7, 112)
    channels = 64
    for width, blocks, side in ((64, 3, 56), (128, 4, 28), (256, 6, 14), (512, 3, 7)):
        for block in range(blocks):
            before = side if block or width == 64 else 2 * side
            yield conv(channels, width, 1, before)
            yield conv(width, width, 3, side)
            yield conv(width, 4 * width, 1, side)
            if not block:
                yield conv(channels, 4 * width, 1, side)
            channels = 4 * width
    yield fully_connected(2048, 1000)


def mobilenet_v2() -> Iterator[int]:
    "Sandler et al. 2018, table 2: expansion, channels, repeats, side of the block's outputs and inputs."
    yield conv(3, 32, 3, 112)
    channels, rows = 32, ((1, 16, 1, 112, 112), (6, 24, 2, 56, 112), (6, 32, 3, 28, 56), (6, 64, 4, 14, 28),
                          (6, 96, 3, 14, 14), (6, 160, 3, 7, 14), (6, 320, 1, 7, 7))  # fmt: skip
    for expansion, out, repeats, side, first in rows:
        for repeat in range(repeats):
            hidden = expansion * channels
            if expansion > 1:
                yield conv(channels, hidden, 1, side if repeat else first)
            yield conv(hidden, hidden, 3, side, groups=hidden)
            yield conv(hidden, out, 1, side)
            channels = out
    yield conv(320, 1280, 1, 7)
    yield fully_connected(1280, 1000)


def test_resnet_50_is_the_published_4_1_billion_multiply_adds():
    assert round(sum(resnet_50()) / 2e9, 3) == 4.089


def test_mobilenet_v2_is_the_published_300_million_multiply_adds():
    assert round(sum(mobilenet_v2()) / 2e9, 3) == 0.301


def test_a_layer_of_bert_base_is_two_flops_per_weight_and_token_and_its_attention():
    "12 H² weights a layer: four H × H, two H × 4 H. Devlin et al. 2018: H = 768, 12 heads."
    tokens, width, heads = 128, 768, 12
    linear = 4 * fully_connected(width, width, tokens)
    linear += fully_connected(width, 4 * width, tokens) + fully_connected(4 * width, width, tokens)
    assert linear == 2 * tokens * 12 * width**2 == 1_811_939_328
    scores = (1, heads, tokens, tokens)
    q = (1, heads, tokens, width // heads)
    products = (
        mil("matmul", scores, {"transpose_y": True}, x=q, y=q).flops,
        mil("matmul", q, x=scores, y=q).flops,
    )
    assert sum(products) == 2 * 2 * tokens**2 * width == 50_331_648


@pytest.mark.parametrize(
    ("file", "name", "images", "billions"),
    [("erwinzhang-m4-pro-cpune", "resnet50-b16", 16, 4.1), ("erwinzhang-m4-pro-cpune", "mobilenet-b16", 16, 0.3)],
)
def test_recorded_networks_are_what_is_published_for_them(file, name, images, billions):
    (path,) = [path for path in plans.plan_files() if path.stem == file]
    (plan,) = [plan for plan in plans.read(path)[1] if plan.name == name]
    total = sum(work(op.layer, op.outputs).flops or 0 for op in plan.network.ops)
    assert round(total / 2e9 / images, 1) == billions


def test_of_all_that_was_recorded_only_what_has_no_formula_is_unknown():
    ops = [op for plan in plans.plans() for op in plan.network.ops]
    assert len(ops) > 1000
    assert {op.type for op in ops if work(op.layer, op.outputs).flops is None} <= NO_FORMULA.keys()
