"Segments as a bar: the widths are those of the layers."

from dataclasses import replace

import pytest
from check_reports import large, layers, model
from hypothesis import given
from hypothesis import strategies as st

from anedb.domain.check import NetworkPart
from anedb.export import check_bars
from anedb.export.check_bars import bars

WIDE = st.lists(
    st.tuples(st.sampled_from(("ane", "gpu", "cpu", "unknown")), st.just(1), st.integers(1, 1000)),
    min_size=1,
    max_size=300,
).map(lambda runs: [(unit, count, 100 * width / sum(it[2] for it in runs)) for unit, count, width in runs])


def number(text):
    return float(text.rstrip("%"))


def test_a_block_is_as_wide_as_its_share_of_the_layers():
    by_layers, by_time = bars(model())
    assert [(it.unit, round(number(it.width) * 12 / 100)) for it in by_layers.blocks] == [
        ("cpu", 1), ("ane", 2), ("gpu", 2), ("ane", 3), ("unknown", 1), ("ane", 1), ("cpu", 2),
    ]  # fmt: skip
    assert [it.width for it in by_time.blocks] == ["2%", "31%", "27%", "23%", "15%", "2%"]


@given(WIDE)
def test_blocks_fill_the_bar_without_gaps(wide):
    x = 0.0
    for each in check_bars.side_by_side(wide):
        assert number(each.x) == pytest.approx(x, abs=0.2)
        x += number(each.width)
    assert x == pytest.approx(100, abs=0.2)


def test_one_layer_among_a_thousand_is_seen():
    wide = [("ane", 500, 50.0), ("cpu", 1, 0.05), ("ane", 499, 49.95)]
    widths = [number(each.width) for each in check_bars.side_by_side(wide)]
    assert widths[1] == check_bars.THIN and sum(widths) == pytest.approx(100, abs=0.01)
    assert widths[0] == pytest.approx(50, abs=0.5)


def test_what_takes_no_time_has_no_width():
    assert [each.unit for each in check_bars.side_by_side([("cpu", 1, 0.0), ("ane", 9, 100.0)])] == ["ane"]


@given(WIDE)
def test_columns_keep_what_each_unit_has(wide):
    found = check_bars.shares(wide)
    for column in found:
        assert sum(column.values()) == pytest.approx(100 / check_bars.COLUMNS)
    for unit in ("ane", "gpu", "cpu", "unknown"):
        total = sum(width for each, _, width in wide if each == unit)
        assert sum(column.get(unit, 0.0) for column in found) == pytest.approx(total)


def test_a_bar_of_too_many_segments_is_drawn_in_columns_and_says_so():
    first, _ = bars(large(3700))
    assert first.note.startswith("1,851 stretches")
    assert len(first.blocks) <= 4 * check_bars.COLUMNS
    assert "and 1,839 more" in first.spoken


def test_without_times_there_is_no_bar_of_times():
    untimed = tuple(replace(it, work=replace(it.work, time_share=None)) for it in layers())
    assert len(bars(model(layers=untimed))) == 1


def test_several_networks_have_a_bar_each():
    parts = tuple(replace(it, network="a" if it.index < 6 else "b") for it in layers())
    networks = tuple(NetworkPart(name=name, format="mlprogram", layers=6) for name in "ab")
    found = bars(model(layers=parts, networks=networks, segments=()))
    assert [it.title[:3] for it in found] == ["a: ", "a: ", "b: ", "b: "]
