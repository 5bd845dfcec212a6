"Words and numbers that the reports share."

from dataclasses import replace

import pytest
from check_reports import ENDLESS, M1, layers
from hypothesis import given
from hypothesis import strategies as st

from anedb.domain.observation import Reason
from anedb.domain.target import Target
from anedb.export import check_words as words
from anedb.export.text import visible


@pytest.mark.parametrize(
    ("share", "text"),
    [(None, "not known"), (0.0, "0 %"), (0.0004, "<0.1 %"), (0.9999, "99.9 %"), (1.0, "100 %"), (0.57, "57 %")],
)
def test_only_everything_is_a_hundred_percent(share, text):
    assert words.percent(share) == text


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 "), (999, "999 "), (1_234_567, "1.23 M"), (2e9, "2 G"), (5e15, "5000 T")]
)
def test_large_numbers_have_a_prefix(number, text):
    assert words.amount(number) == text


@given(st.text(), st.integers(10, 50))
def test_shown_text_is_short_and_visible(text, most):
    shown = words.shown(text, most)
    assert len(shown) <= most and shown == visible(shown)
    assert shown == visible(text) or "…" in shown


def test_a_long_name_keeps_both_ends():
    shown = words.shown(ENDLESS)
    assert shown.startswith("transformer/") and shown.endswith("/output") and len(shown) == 160


@pytest.mark.parametrize(
    ("target", "text"),
    [(M1, "M1 (H13), macOS 14.5"), (Target(), "any chip"), (Target(engine="H14"), "H14"), (Target(os="iOS"), "iOS")],
)
def test_a_target_has_one_line(target, text):
    assert words.target_text(target) == text


@pytest.mark.parametrize(
    ("count", "word", "text"), [(1, "layer", "1 layer"), (3700, "layer", "3,700 layers"), (0, "switch", "0 switches")]
)
def test_counts_agree_with_their_words(count, word, text):
    assert words.plural(count, word) == text


def test_why_tells_each_thing_once():
    found = layers()[0]
    twice = replace(
        found,
        placement_why="indices of type int32 are not supported",
        reasons=(Reason(code="index-dtype", value="int32"),),
    )
    assert words.why(twice) == "indices of type int32 are not supported"


def test_what_goes_to_the_engine_needs_no_why():
    assert words.why(layers()[1]) == ""


def test_equal_layers_are_folded_only_where_they_are_placed_alike():
    first = layers()[1]
    same, moved = replace(first, index=5), replace(first, index=6, placement="cpu")
    assert [len(each) for each in words.fold((first, same, moved))] == [2, 1]
