"""What rests on aneforge, which asks the engine's compiler past Core ML: the answer, and that its word is shown.

What Core ML itself planned is never outvoted by it. Where nothing else speaks, it is heard.
"""

from collections.abc import Iterator

import pytest

import anedb
from anedb.catalog import facts

X = "x=fp16[1,64,32,32]"
YES, NO = {"yes", "likely"}, {"no", "unlikely"}
M1, M2, M3, M4, M5 = (
    {"chip": chip, "os": os}
    for chip, os in (
        ("M1", "macOS 14.5"),
        ("M2", "macOS 14.5"),
        ("M3", "macOS 14.5"),
        ("M4", "macOS 27.0"),
        ("M5", "macOS 26.5"),
    )
)


@pytest.fixture(scope="module")
def ask(database: str) -> Iterator:
    with anedb.open(database) as db:

        def asked(layer, where, *inputs, **params):
            return db.query(layer, params=params, inputs=inputs or (X,), limit=99, **where)

        yield asked


def says(verdict, claim):
    "What a claim among the evidence says; None: it is not among it."
    return next((piece.supports for piece in verdict.evidence if piece.id == claim), None)


def dissent(verdict, claim):
    "How the disagreement is explained that a claim is part of."
    return next((it.explained_by for it in verdict.conflicts if claim in it.evidence), None)


# ------------------------------------------------------------------------------- 8, 9: how long an axis, how many axes


@pytest.mark.parametrize(
    ("where", "width", "claim"),
    [(M4, 65_536, "af-t-dim-m5"), (M5, 65_536, "af-t-dim-m5"), (M1, 16_384, "af-t-dim-m1")],
    ids=["M4", "M5", "M1"],
)
def test_an_axis_has_a_largest_extent_that_depends_on_the_engine(ask, where, width, claim):
    fits, beyond = (ask("relu", where, f"x=fp16[1,64,1,{each}]") for each in (width, width + 1))
    assert fits.offered.answer in YES and says(fits, claim) is None
    assert beyond.offered.answer in NO and says(beyond, claim) == "no"
    assert "extent-too-large" in {reason.code for reason in beyond.reasons}
    assert any(claim in flip.evidence or flip.no == width + 1 for flip in beyond.flips)


def test_what_is_too_long_for_an_m1_is_not_for_an_m5(ask):
    assert ask("relu", M1, "x=fp16[1,64,1,30000]").offered.answer in NO
    assert ask("relu", M5, "x=fp16[1,64,1,30000]").offered.answer in YES


def test_the_channels_of_an_m1_may_be_65536(ask):
    fits, beyond = (ask("relu", M1, f"x=fp16[1,{each},1,64]") for each in (20_000, 65_537))
    assert fits.offered.answer in YES and says(fits, "af-t-dim-m1") is None
    assert beyond.offered.answer not in YES and says(beyond, "af-t-chan") == "no"


def test_an_addition_is_not_held_to_the_limit_of_16384(ask):
    "On an A15 additions that are longer were seen on the engine."
    pair = "x=fp16[1,64,1,30000]", "y=fp16[1,64,1,30000]"
    found = ask("add", {"chip": "A15", "os": "iOS 26"}, *pair)
    assert says(found, "af-t-dim-m1") is None and found.offered.answer in YES


def test_a_product_of_more_than_16384_terms_is_too_long_for_an_m1(ask):
    operands = "x=fp16[1,128,20000]", "y=fp16[20000,256]"
    found = ask("matmul", M1, *operands)
    assert found.offered.answer not in YES and says(found, "af-t-inner-m1") == "no"
    assert says(ask("matmul", M5, *operands), "af-t-inner-m1") is None


def test_five_axes_are_fine_and_six_are_not(ask):
    five = ask("relu", M4, "x=fp16[1,2,3,4,5]")
    six = ask("reshape", M5, "x=fp16[1,2,3,4,5,6]", shape=(720,))
    assert five.offered.answer in YES
    assert six.offered.answer not in YES and says(six, "af-c-rank6") == "no"


# --------------------------------------------------------------------------------- 19: what begins with an engine


@pytest.mark.parametrize("op", ["sin", "cos"])
def test_sine_and_cosine_begin_with_h15(ask, op):
    for where in (M1, M2):
        found = ask(op, where)
        assert found.offered.answer in NO
        assert says(found, f"af-t-{op}-m1") == says(found, f"af-cat-{op}-m1") == "no"
        assert "no-engine-target" in {reason.code for reason in found.reasons}
    for where in (M3, M4, M5):
        found = ask(op, where)
        assert found.offered.answer in YES and says(found, f"af-t-{op}-m3") == "yes"
    assert says(ask(op, M5), f"af-sweep-{op}") == "yes"


@pytest.mark.parametrize("op", ["resample", "affine", "crop_resize"])
def test_the_texture_unit_begins_with_h14(ask, op):
    first, second = (ask(op, {"chip": chip, "os": "macOS 26"}, "x=fp16[1,8,32,32]") for chip in ("M1", "M2"))
    assert first.offered.answer in NO and says(first, f"af-t-{op}-m1") == "no"
    assert second.offered.answer not in NO and says(second, f"af-cat-{op}-m2") == "yes"
    assert second.offered.probability > first.offered.probability


# ------------------------------------------------------------------------------------- where it contradicts others


def test_topk_is_refused_on_an_m1_and_core_ml_offers_it_on_an_m4(ask):
    first, fourth = ask("topk", M1, k=5, axis=1), ask("topk", M4, k=8, axis=1)
    assert first.offered.answer in NO and says(first, "af-t-topk-m1") == "no"
    assert fourth.offered.answer in YES


@pytest.mark.parametrize("k", [3, 4])
def test_topk_of_3_and_4_is_in_doubt_on_an_m5_and_the_doubt_is_shown(ask, k):
    doubted, not_so = ask("topk", M5, k=k, axis=1), ask("topk", M5, k=5, axis=1)
    assert says(doubted, "af-c-topk34") == "no" and says(not_so, "af-c-topk34") is None
    assert doubted.offered.probability < not_so.offered.probability and not_so.offered.answer in YES
    assert dissent(doubted, "af-c-topk34") == "method" or doubted.offered.answer in NO


def test_gather_is_offered_whatever_the_sweep_says_and_what_it_says_is_shown(ask):
    found = ask("gather", M5, X, "indices=uint16[4]", axis=1)
    assert ask("gather", M4, X, "indices=uint16[4]", axis=1).offered.answer in YES
    assert found.offered.answer in YES
    assert says(found, "af-sweep-gather") == "no" and says(found, "af-cat-gather-m2") == "yes"
    assert dissent(found, "af-sweep-gather") == "method"


@pytest.mark.parametrize("where", [M1, M5], ids=["M1", "M5"])
def test_cumsum_is_refused_though_the_catalogue_has_it(ask, where):
    "It has it by a route of its own."
    found = ask("cumsum", where, axis=3)
    assert found.offered.answer in NO and says(found, "af-c-cumsum") == "no"
    assert says(found, "af-cat-cumsum-all") == "yes" and dissent(found, "af-cat-cumsum-all") == "method"


def test_a_cast_between_floats_is_offered_though_the_sweep_failed_with_one(ask):
    assert ask("cast", M4, dtype="fp32").offered.answer in YES
    found = ask("cast", M5, dtype="fp32")
    assert found.offered.answer in YES and dissent(found, "af-sweep-cast") == "method"


def test_logical_and_is_held_for_refused_and_no_surer_than_one_author_is(ask):
    "That macOS 27 offers it was seen on an M4; the row is not among ours."
    operands = "x=bool[1,64,32,32]", "y=bool[1,64,32,32]"
    fourth, fifth = ask("logical_and", M4, *operands), ask("logical_and", M5, *operands)
    assert fifth.offered.answer == "unlikely"
    assert says(fifth, "af-sweep-logical_and") == says(fifth, "af-cat-logical_and-all") == "no"
    assert fourth.offered.answer not in {"yes", "no"} and says(fourth, "af-sweep-logical_and") == "no"


def test_crop_resize_is_in_the_catalogue_from_the_m2_and_fails_in_the_sweep(ask):
    found = ask("crop_resize", M5)
    assert found.offered.answer in NO
    assert says(found, "af-sweep-crop_resize") == says(found, "af-c-croprs") == "no"
    assert dissent(found, "af-cat-crop_resize-m2") == "method"
    assert ask("crop_resize", M4).offered.answer not in YES


def test_argsort_is_in_the_catalogue_from_the_m2_and_core_ml_refuses_it_on_an_m4(ask):
    assert ask("argsort", M4, axis=1).offered.answer in NO
    first, second = ask("argsort", M1, axis=1), ask("argsort", M2, axis=1)
    assert first.offered.answer in NO and says(first, "af-cat-argsort-m1") == "no"
    assert second.offered.answer != "yes" and says(second, "af-cat-argsort-m2") == "yes"
    fifth = ask("argsort", M5, axis=1)
    assert says(fifth, "af-sweep-argsort") == "no" and says(fifth, "af-cat-argsort-m2") == "yes"


def test_convolution_in_three_dimensions_is_offered_on_an_m4(ask):
    found = ask("conv", M4, "x=fp16[1,16,8,32,32]", "weight=fp16[16,16,3,3,3]")
    assert found.offered.answer in YES and says(found, "af-sweep-conv") == "yes"


# ------------------------------------------------------------------------------------------- the rank of its word


def test_everything_it_says_came_past_core_ml():
    told = [claim for claim in facts.claims() if claim.id.startswith("af-")]
    assert len(told) > 500 and {claim.method for claim in told} == {"private-api"}


def test_what_it_predicts_for_m3_and_m4_is_a_guess():
    listed = [claim for claim in facts.claims() if claim.source == "aneforge-catalogue"]
    assert {claim.engines[0] for claim in listed} >= {"H13", "H15"}
    for claim in listed:
        predicted = {"H15", "H16"} & set(claim.engines)
        assert not predicted or (claim.strength == "guess" and set(claim.engines) <= {"H15", "H16"}), claim.id


def test_core_ml_s_own_answer_stands_against_all_it_refuses(ask):
    "Of a configuration that was seen: nothing it says moves a yes or a no."
    for op, params in (("cast", {"dtype": "fp32"}), ("cos", {}), ("gelu", {"mode": "EXACT"})):
        assert ask(op, M4, **params).offered.answer == "yes"
    for op, params in (("acos", {}), ("cumsum", {"axis": 3}), ("tan", {})):
        assert ask(op, M4, **params).offered.answer == "no"
