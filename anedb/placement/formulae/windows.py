"""Pooling and interpolation: work for each output that looks at several inputs.

Definitions: coremltools 9.0, `ops/defs/iOS15/pool.py`, `iOS15/image_resizing.py`; NeuralNetwork.proto. A window counts
one an element, as TensorFlow's profiler does (`_pool_flops`): an average's division makes up for the first addition.
"""

from __future__ import annotations

from anedb.placement.formulae.case import Case, Formula


def pool(case: Case) -> int:
    "Outputs · kernel volume: comparisons of a maximum, additions and the division of an average."
    return case.made() * case.volume("kernel_sizes")


def l2_pool(case: Case) -> int:
    "A square as well for each element of the window; the root makes up for the first addition."
    return 2 * pool(case)


def pooling(case: Case) -> int:
    "A NeuralNetwork's says by a parameter which it is, and may take the whole image as its window."
    each = 2 if case.word("type") == "l2" else 1
    return each * (case.read() if case.on("globalPooling") else case.made() * case.volume("kernelSize"))


def pooling3d(case: Case) -> int:
    "The same in three dimensions."
    return case.made() * case.whole("kernelDepth") * case.whole("kernelHeight") * case.whole("kernelWidth")


def global_pooling(case: Case) -> int:
    "Each input element once."
    return case.read()


def interpolated(axes: int) -> int:
    "Operations an element: a product for each of 2^axes neighbours, and their sum. Bilinear: 4 + 3."
    return (2 << axes) - 1


def bilinear(case: Case) -> int:
    "See `interpolated`; the weights depend on the place only and are left out."
    return interpolated(2) * case.made()


def resize(case: Case) -> int:
    "Along the last `resized_dims` axes; the nearest neighbour is a copy."
    axes = min(case.whole("resized_dims"), len(case.out()))
    return 0 if case.word("interpolation_mode").startswith("nearest") else interpolated(axes) * case.made()


def resample(case: Case) -> int:
    "Bilinear, or a copy of the nearest."
    return 0 if case.word("sampling_mode").startswith("nearest") else bilinear(case)


def upsample(case: Case) -> int:
    "A NeuralNetwork's `upsample` says by `mode` which it is."
    return 0 if case.word("mode") == "nn" else bilinear(case)


FORMULAE: dict[str, Formula] = {
    **dict.fromkeys(("avg_pool", "max_pool"), pool),
    "l2_pool": l2_pool,
    "pooling": pooling,
    "pooling3d": pooling3d,
    "globalPooling3d": global_pooling,
    **dict.fromkeys(("upsample_bilinear", "resize_bilinear", "resizeBilinear", "crop_resize", "cropResize"), bilinear),
    **dict.fromkeys(("resample", "affine"), resample),
    "resize": resize,
    "upsample": upsample,
}
