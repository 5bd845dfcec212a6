"Convolutions, matrix products and attention: figures worked out by hand."

import pytest
from work_cases import mil, nn


def test_a_convolution_is_two_per_tap_and_channel():
    "64 filters over 3 channels, 7×7, onto 112×112: 64·112·112 outputs of 3·49 products."
    done = mil("conv", (1, 64, 112, 112), {"strides": 2}, x=(1, 3, 224, 224), weight=(64, 3, 7, 7))
    assert done.flops == 2 * 118_013_952 == 236_027_904


def test_a_bias_is_one_addition_an_output():
    plain = mil("conv", (1, 8, 4, 4), x=(1, 2, 4, 4), weight=(8, 2, 1, 1))
    biased = mil("conv", (1, 8, 4, 4), x=(1, 2, 4, 4), weight=(8, 2, 1, 1), bias=(8,))
    assert plain.flops == 512
    assert biased.flops == 512 + 128


def test_a_depthwise_convolution_meets_one_channel():
    done = mil("conv", (1, 32, 10, 10), {"groups": 32}, x=(1, 32, 10, 10), weight=(32, 1, 3, 3))
    assert done.flops == 2 * 3200 * 9


def test_one_and_three_dimensions_follow_the_weight():
    assert mil("conv", (1, 4, 10), x=(1, 3, 12), weight=(4, 3, 3)).flops == 2 * 40 * 9
    assert mil("conv", (1, 4, 2, 3, 3), x=(1, 3, 2, 3, 3), weight=(4, 3, 1, 1, 1)).flops == 2 * 72 * 3


def test_a_transposed_convolution_spreads_each_input_over_the_kernel():
    "16·8·8 inputs, each onto 4 of 8 channels in 2 groups and 3×3; a bias for each of 8·16·16 outputs."
    done = mil("conv_transpose", (1, 8, 16, 16), {"groups": 2}, x=(1, 16, 8, 8), weight=(16, 4, 3, 3), bias=(8,))
    assert done.flops == 2 * 1024 * 4 * 9 + 2048


@pytest.mark.parametrize(
    ("type", "mil_type", "params", "weights", "weight"),
    [
        ("convolution", "conv", {"kernelChannels": 4, "kernelSize": (3, 5)}, (8, 4, 3, 5), (8, 4, 3, 5)),
        ("deconvolution", "conv_transpose", {"kernelChannels": 8, "kernelSize": (3, 5)}, (8, 4, 3, 5), (8, 4, 3, 5)),
    ],
)
def test_both_formats_agree_of_convolutions(type, mil_type, params, weights, weight):
    given = {"outputChannels": 8, "nGroups": 2, "hasBias": True, **params}
    old = nn(type, (1, 8, 9, 9), given, x=(1, 8, 9, 9), weights=("fp16", weights), bias=("fp16", (8,)))
    new = mil(mil_type, (1, 8, 9, 9), {"groups": 2}, x=(1, 8, 9, 9), weight=weight, bias=(8,))
    assert old == new and old.flops


@pytest.mark.parametrize(("type", "mil_type"), [("convolution3d", "conv"), ("deconvolution3d", "conv_transpose")])
def test_both_formats_agree_in_three_dimensions(type, mil_type):
    params = {"outputChannels": 8, "inputChannels": 8, "nGroups": 2, "hasBias": False}
    kernel = {"kernelDepth": 1, "kernelHeight": 2, "kernelWidth": 3}
    old = nn(type, (1, 8, 4, 4, 4), params | kernel, x=(1, 8, 4, 4, 4), weights=("fp16", (8, 4, 1, 2, 3)))
    new = mil(mil_type, (1, 8, 4, 4, 4), {"groups": 2}, x=(1, 8, 4, 4, 4), weight=(8, 4, 1, 2, 3))
    assert old == new
    assert new.flops == 2 * 512 * 4 * 6


def test_linear_is_two_times_m_n_k():
    done = mil("linear", (128, 3072), x=(128, 768), weight=(3072, 768), bias=(3072,))
    assert done.flops == 2 * 128 * 3072 * 768 + 128 * 3072
    params = {"inputChannels": 768, "outputChannels": 3072, "hasBias": True}
    same = nn("innerProduct", (128, 3072), params, x=(128, 768), weights=("fp16", (3072, 768)), bias=("fp16", (3072,)))
    assert same == done


@pytest.mark.parametrize(
    ("x", "y", "out", "params", "inner"),
    [
        ((12, 128, 64), (12, 64, 128), (12, 128, 128), {}, 64),
        ((12, 64, 128), (12, 64, 128), (12, 128, 128), {"transpose_x": True}, 64),
        ((12, 128, 64), (12, 128, 64), (12, 128, 128), {"transpose_y": True}, 64),
        ((1, 5, 7), (9, 7, 2), (9, 5, 2), {}, 7),  # stretched along the batch
        ((7,), (7,), (), {}, 7),
        ((7,), (7, 3), (3,), {"transpose_x": True}, 7),
    ],
)
def test_a_matrix_product_sums_over_the_inner_extent(x, y, out, params, inner):
    count = 1
    for extent in out:
        count *= extent
    assert mil("matmul", out, params, x=x, y=y).flops == 2 * count * inner
    old = {{"transpose_x": "transposeA", "transpose_y": "transposeB"}[name]: True for name in params}
    assert nn("batchedMatmul", out, old, x=x, y=y).flops == 2 * count * inner


def test_a_batched_product_may_have_its_matrix_as_weights():
    params = {"weightMatrixFirstDimension": 64, "weightMatrixSecondDimension": 10, "hasBias": True}
    done = nn("batchedMatmul", (4, 10), params, x=(4, 64), weights=("fp16", (64, 10)), bias=("fp16", (10,)))
    assert done.flops == 2 * 40 * 64 + 40
    assert done.bytes == 2 * (256 + 640 + 10 + 40)


@pytest.mark.parametrize(
    ("equation", "left", "right", "out", "flops"),
    [
        ("nchw,nwhu->nchu", (1, 8, 4, 16), (1, 16, 4, 8), (1, 8, 4, 8), 2 * 256 * 16),
        ("chw,whr->chr", (8, 4, 16), (16, 4, 8), (8, 4, 8), 2 * 256 * 16),
        ("nchw,nwhu->nchu", (2, 8, 1, 16), (1, 16, 4, 8), (2, 8, 4, 8), 2 * 512 * 16),
        ("ab,cd->abcd", (2, 3), (4, 5), (2, 3, 4, 5), 120),
    ],
)
def test_einsum_is_the_product_of_all_its_letters(equation, left, right, out, flops):
    assert mil("einsum", out, {"equation": equation}, values=[left, right]).flops == flops


@pytest.mark.parametrize("equation", ["ab,bc", "...a,ab->b", "abc,bc->a", "ab->ab"])
def test_an_equation_that_does_not_fit_is_unknown(equation):
    assert mil("einsum", (2, 2), {"equation": equation}, values=[(2, 2), (2, 2)]).flops is None


def test_attention_is_two_products_and_a_softmax():
    "12 heads, 128 × 256 scores; queries and keys of 64, values of 32."
    shapes = {"query": (1, 12, 128, 64), "key": (1, 12, 256, 64), "value": (1, 12, 256, 32)}
    plain = mil("scaled_dot_product_attention", (1, 12, 128, 32), **shapes)
    scores = 12 * 128 * 256
    assert plain.flops == scores * (2 * 64 + 1 + 5 + 2 * 32)
    masked = mil("scaled_dot_product_attention", (1, 12, 128, 32), **shapes, attn_mask=(128, 256))
    assert masked.flops == plain.flops + scores


def test_attention_is_what_its_parts_are():
    q, scores = (1, 2, 8, 4), (1, 2, 8, 8)
    whole = mil("scaled_dot_product_attention", q, query=q, key=q, value=q)
    parts = (
        mil("matmul", scores, {"transpose_y": True}, x=q, y=q),
        mil("real_div", scores, x=scores, y=()),
        mil("softmax", scores, x=scores),
        mil("matmul", q, x=scores, y=q),
    )
    assert whole.flops == sum(part.flops for part in parts)


def test_a_row_looked_up_is_no_product():
    params = {"inputDim": 30522, "outputChannels": 768, "hasBias": True}
    done = nn("embedding", (128, 768), params, x=(128, 1), weights=("fp16", (768, 30522)), bias=("fp16", (768,)))
    assert done.flops == 128 * 768


def test_a_scalar_product_is_two_an_element():
    assert nn("dot", (1,), x=(1, 64), y=(1, 64)).flops == 128
    assert nn("dot", (1,), {"cosineSimilarity": True}, x=(1, 64), y=(1, 64)).flops == 384
