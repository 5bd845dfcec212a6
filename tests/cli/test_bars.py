"Segments as a bar: nothing is left out for being small, and it reads without colour."

from itertools import groupby, pairwise

import pytest
from check_samples import checked, layer
from hypothesis import given
from hypothesis import strategies as st

from anedb.cli import bars, blocks

units = st.sampled_from(["ane", "gpu", "cpu", "unknown"])


def runs_of(found: list[tuple[str, int]]) -> list[tuple[str, int]]:
    return [(unit, sum(number for _, number in each)) for unit, each in groupby(found, lambda it: it[0])]


runs = st.lists(st.tuples(units, st.integers(1, 900)), min_size=1, max_size=300).map(runs_of)


@given(runs, st.integers(8, 200))
def test_a_bar_is_as_wide_as_asked_in_every_line(found, width):
    lines = bars.bar(found, width)
    assert len(lines) <= bars.MOST_LINES
    assert all(sum(number for _, number in line) == width for line in lines)
    assert all(len(bars.plain(line)) == width for line in lines)


@given(runs, st.integers(8, 200))
def test_every_segment_is_there_in_its_order_while_there_are_cells(found, width):
    cells = [each for line in bars.bar(found, width) for each in line]
    shown = [unit for unit, _ in runs_of(cells)]
    if len(found) <= bars.MOST_LINES * width:
        assert shown == [unit for unit, _ in found]


@given(st.integers(1, 300), st.integers(8, 60))
def test_one_layer_off_the_engine_is_seen_among_thousands(place, width):
    found = [("ane", place * 10), ("cpu", 1), ("ane", 3000)]
    assert "C" in "".join(map(bars.plain, bars.bar(found, width)))


def test_more_segments_than_cells_show_what_is_off_the_engine():
    zigzag = [("ane", 5), ("cpu", 1)] * 200
    lines = bars.bar(zigzag, 10)
    assert [sum(number for _, number in line) for line in lines] == [10] * bars.MOST_LINES
    assert {unit for line in lines for unit, _ in line} == {"cpu"}


@given(runs)
def test_longer_segments_are_not_shown_shorter(found):
    spans = bars.spread(found, 4 * len(found) + 50)
    pairs = sorted(zip([number for _, number in found], [number for _, number in spans], strict=True))
    assert all(one[1] <= other[1] + 1 for one, other in pairwise(pairs))


def test_the_bar_of_a_model_follows_its_layers():
    model = checked(layer(), layer(), layer("gather", "no", "cpu"), layer("frob", "unknown", "unknown"))
    assert bars.runs(model.layers) == (("ane", 2), ("cpu", 1), ("unknown", 1))


@pytest.mark.parametrize(
    ("share", "said"),
    [(1.0, "100 %"), (0.99999, "99.9 %"), (0.0, "0 %"), (0.0001, "<0.1 %"), (0.57, "57 %"), (None, "?")],
)
def test_only_everything_is_a_hundred_percent(share, said):
    assert blocks.percent(share) == said
