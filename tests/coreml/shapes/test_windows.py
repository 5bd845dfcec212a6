"Convolution, deconvolution and pooling, against counting where a window may stand."

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .asking import gives

X = (1, 8, 16, 16)
sizes = st.integers(1, 6)
pads = st.integers(0, 3)


def conv(**params):
    return {"outputChannels": 4, "kernelChannels": 8, **params}


def positions(extent, kernel, stride, dilation=1):
    "Windows that stand in the extent wholly, one by one."
    reach = (kernel - 1) * dilation
    return sum(1 for start in range(0, extent, stride) if start + reach < extent)


@given(st.integers(1, 24), sizes, sizes, st.integers(1, 3), pads, pads)
def test_a_valid_convolution_has_as_many_outputs_as_windows_fit(extent, kernel, stride, dilation, before, behind):
    found = gives(
        "convolution",
        (1, 8, extent, 7),
        **conv(kernelSize=[kernel, 1], stride=[stride, 1], dilationFactor=[dilation, 1]),
        paddingAmounts=[before, behind, 0, 0],
    )
    count = positions(extent + before + behind, kernel, stride, dilation)
    assert found == ((1, 4, count, 7) if count else None)


@given(st.integers(1, 24), sizes, sizes)
def test_a_same_convolution_has_one_output_for_each_step(extent, kernel, stride):
    found = gives(
        "convolution", (1, 8, 7, extent), **conv(kernelSize=[1, kernel], stride=[1, stride], paddingType="same")
    )
    assert found == (1, 4, 7, len(range(0, extent, stride)))


@given(st.integers(1, 24), sizes, sizes, pads)
def test_pooling_that_includes_the_last_pixel_covers_the_input(extent, kernel, stride, pad):
    "Windows are set down until one reaches the input's padded end; with padding none begins behind the input."
    found = gives(
        "pooling",
        (1, 8, extent, extent),
        type="MAX",
        kernelSize=[kernel, kernel],
        stride=[stride, stride],
        paddingType="includeLastPixel",
        paddingAmounts=[pad, pad],
    )
    if extent + 2 * pad < kernel or stride > kernel or pad >= kernel:
        return  # windows that leave out elements, or stand in the padding only
    starts, start = [0], 0
    while start + kernel < extent + 2 * pad:
        start += stride
        starts.append(start)
    count = sum(1 for each in starts if not pad or each < extent + pad)
    assert found == (1, 8, count, count)


def test_without_padding_a_last_window_that_includes_nothing_counts():
    "The formula has it so; with padding along the other axis it does not."
    params = {"type": "MAX", "kernelSize": [1, 1], "stride": [3, 3], "paddingType": "includeLastPixel"}
    assert gives("pooling", (1, 8, 5, 5), **params) == (1, 8, 3, 3)
    assert gives("pooling", (1, 8, 5, 5), **params, paddingAmounts=[0, 1])[2] == 2


@given(st.integers(1, 12), sizes, sizes, pads)
def test_a_deconvolution_undoes_a_valid_convolution(extent, kernel, stride, pad):
    "What a convolution of the same window makes of the output is the input again."
    params = {"kernelSize": [kernel, kernel], "stride": [stride, stride], "paddingAmounts": [pad] * 4}
    found = gives("deconvolution", (1, 8, extent, extent), **conv(**params))
    if found is not None:
        assert gives("convolution", found, outputChannels=8, kernelChannels=4, **params) == (1, 8, extent, extent)


@given(st.integers(2, 9), st.integers(0, 9), sizes, sizes)
def test_a_flexible_axis_goes_from_what_its_shortest_gives_to_what_its_longest_does(low, more, kernel, stride):
    params = conv(kernelSize=[kernel, 1], stride=[stride, 1])
    ends = [gives("convolution", (1, 8, extent, 4), **params) for extent in (low, low + more)]
    found = gives("convolution", (1, 8, f"{low}..{low + more}", 4), **params)
    if None not in ends:
        first, last = (end[2] for end in ends)
        assert found[2] == (first if first == last else f"{first}..{last}")


@pytest.mark.parametrize(
    ("type", "params", "expected"),
    [
        ("convolution", {"kernelSize": []}, (1, 4, 14, 14)),
        ("convolution", {"kernelSize": [3, 3], "dilationFactor": [2, 2]}, (1, 4, 12, 12)),
        ("deconvolution", {"kernelSize": [3, 3], "stride": [2, 2]}, (1, 4, 33, 33)),
        ("deconvolution", {"kernelSize": [3, 3], "stride": [2, 2], "paddingType": "same"}, (1, 4, 32, 32)),
        ("deconvolution", {"kernelSize": [3, 3], "stride": [2, 2], "outputShape": [30, 31]}, (1, 4, 30, 31)),
        ("convolution", {"kernelSize": [0, 3]}, None),
        ("convolution", {"kernelSize": [3, 3], "stride": [0, 1]}, None),
        ("convolution", {"kernelSize": [30, 3]}, None),
    ],
)
def test_convolutions_of_an_image(type, params, expected):
    params = {name: value for name, value in params.items() if value != []}
    assert gives(type, X, **conv(**params)) == expected


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, (1, 8, 14, 14)),
        ({"kernelSize": [2, 2], "stride": [2, 2]}, (1, 8, 8, 8)),
        ({"kernelSize": [3, 3], "stride": [2, 2], "paddingType": "same"}, (1, 8, 8, 8)),
        ({"kernelSize": [3, 3], "stride": [2, 2], "paddingType": "includeLastPixel"}, (1, 8, 8, 8)),
        ({"kernelSize": [3, 3], "stride": [2, 2]}, (1, 8, 7, 7)),
        ({"globalPooling": True}, (1, 8, 1, 1)),
    ],
)
def test_pooling_of_an_image(params, expected):
    assert gives("pooling", X, type="AVERAGE", **params) == expected


def test_axes_before_the_last_three_are_all_batch():
    assert gives("convolution", (5, 2, 8, 16, 16), **conv(kernelSize=[3, 3])) == (5, 2, 4, 14, 14)


def test_a_convolution_of_too_few_axes_is_unknown():
    assert gives("convolution", (8, 16, 16), **conv(kernelSize=[3, 3])) is None


THREE = {"kernelDepth": 3, "kernelHeight": 3, "kernelWidth": 3}
TWO = {"strideDepth": 2, "strideHeight": 2, "strideWidth": 2}


def test_the_example_of_a_convolution_in_three_dimensions():
    "NeuralNetwork.proto, Convolution3DLayerParams."
    found = gives(
        "convolution3d", (1, 3, 3, 8, 8), outputChannels=2, inputChannels=3, paddingType="SAME", **THREE, **TWO
    )
    assert found == (1, 2, 2, 4, 4)


@pytest.mark.parametrize(
    ("type", "params", "expected"),
    [
        ("convolution3d", {"customPaddingFront": 1, "customPaddingLeft": 2}, (1, 2, 5, 14, 16)),
        ("convolution3d", {"paddingType": "VALID", "customPaddingFront": 1}, (1, 2, 4, 14, 14)),
        ("convolution3d", {"dilationDepth": 2}, (1, 2, 2, 14, 14)),
        ("deconvolution3d", {}, (1, 2, 8, 18, 18)),
        ("deconvolution3d", {"paddingType": "SAME", **TWO}, (1, 2, 12, 32, 32)),
        ("deconvolution3d", {"outputShape": [9, 9, 9]}, (1, 2, 9, 9, 9)),
    ],
)
def test_convolutions_of_a_volume(type, params, expected):
    assert gives(type, (1, 8, 6, 16, 16), outputChannels=2, inputChannels=8, **THREE, **params) == expected


def test_pooling_of_a_volume():
    volume = (1, 8, 6, 16, 16)
    assert gives("pooling3d", volume, type="MAX", **THREE, **TWO) == (1, 8, 2, 7, 7)
    assert gives("pooling3d", volume, type="MAX", paddingType="SAME", **THREE, **TWO) == (1, 8, 3, 8, 8)
    assert gives("globalPooling3d", volume, type="MAX") == (1, 8, 1, 1, 1)
