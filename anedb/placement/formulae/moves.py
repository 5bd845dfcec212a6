"""Layers that compute nothing: what they cost is the bytes they move. And layers of which nothing can be said."""

from __future__ import annotations

from math import prod

from anedb.placement.formulae.case import Case, Formula

MOVES = """
    identity copy cast read_state write_state
    reshape reshapeStatic reshapeDynamic rankPreservingReshape reshape_like reshapeLike
    expand_dims expandDims squeeze flatten flatten2d flattenTo2D transpose permute
    concat concatND stack split splitND slice slice_by_index sliceStatic sliceDynamic slice_by_size sliceBySize
    slice_update crop pad padding constantPad tile sequenceRepeat broadcastToStatic broadcastToDynamic broadcastToLike
    reverse reverse_sequence reverseSeq sliding_windows slidingWindows
    depth_to_space space_to_depth pixel_shuffle pixel_unshuffle batch_to_space space_to_batch reorganizeData
    gather gather_along_axis gatherAlongAxis gather_nd gatherND
    upsample_nearest_neighbor resize_nearest_neighbor
    band_part matrixBandPart lowerTriangular upperTriangular
    shape getShape fill fillStatic fillDynamic fill_like fillLike one_hot oneHot loopBreak loopContinue
"""
"Views, copies and rearrangements; a cast only changes how a number is written."

CONSTANTS = """
    const _const_symbolic loadConstant loadConstantND constexpr_affine_dequantize constexpr_blockwise_shift_scale
    constexpr_cast constexpr_lut_to_dense constexpr_lut_to_sparse constexpr_sparse_blockwise_shift_scale
    constexpr_sparse_to_dense
"""
"Done before the first prediction, and read by the layers that use them: no work and no bytes of their own."

BLOCKS = ("cond", "while_loop", "branch", "loop")
LISTS = ("make_list", "list_gather", "list_length", "list_read", "list_scatter", "list_write")
RANDOM = """
    random_bernoulli random_categorical random_normal random_uniform categoricalDistribution
    randomBernoulliStatic randomBernoulliDynamic randomBernoulliLike randomNormalStatic randomNormalDynamic
    randomNormalLike randomUniformStatic randomUniformDynamic randomUniformLike
"""

NO_FORMULA: dict[str, str] = {
    **dict.fromkeys(BLOCKS, "its blocks are layers of their own, run as often as the data says"),
    **dict.fromkeys(LISTS, "the length of a list is not part of its type"),
    **dict.fromkeys(RANDOM.split(), "the op does not say how its random numbers are made"),
    "non_maximum_suppression": "how many boxes are compared depends on the data",
    "NonMaximumSuppression": "how many boxes are compared depends on the data",
    "custom": "only its author knows what it does",
}
"Layer types without a formula, and why."


def nothing(case: Case) -> int:
    "Whatever the shapes are, known or not."
    return 0


def scatter(case: Case) -> int:
    "One for each update, unless it just takes the old value's place."
    if case.word("mode").endswith("update"):
        return 0
    return prod(case.shape("updates"))


FORMULAE: dict[str, Formula] = {
    **dict.fromkeys(f"{MOVES} {CONSTANTS}".split(), nothing),
    **dict.fromkeys(("scatter", "scatter_along_axis", "scatterAlongAxis", "scatter_nd", "scatterND"), scatter),
}
