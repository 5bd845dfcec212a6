"""What every format keeps: the same bytes from the same data, unknowns shown, names that stay text."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from table_samples import CONV, HOSTILE, M4_CONV, TABLE, tables

from anedb.export import FORMATS
from anedb.export.tables import counts, tidy

SUFFIXES = {"json": "json", "csv": "csv", "markdown": "md"}


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_export_is_what_was_read_and_approved(format_name, golden):
    golden(f"export.{SUFFIXES[format_name]}", FORMATS[format_name](TABLE))


@pytest.mark.parametrize("format_name", FORMATS)
@given(table=tables(), seed=st.randoms(use_true_random=False))
def test_the_order_of_everything_does_not_matter(format_name, table, seed):
    def mixed(items):
        return tuple(seed.sample(items, len(items)))

    other = replace(
        table,
        engines=mixed(table.engines),
        releases=mixed(table.releases),
        sources=mixed(table.sources),
        rows=mixed(tuple(replace(row, cells=mixed(row.cells)) for row in table.rows)),
    )
    assert FORMATS[format_name](other) == FORMATS[format_name](table)


@pytest.mark.parametrize("format_name", FORMATS)
@given(table=tables())
def test_every_export_can_be_written_as_utf_8(format_name, table):
    FORMATS[format_name](table).encode()


@given(tables())
def test_tidying_twice_changes_nothing(table):
    assert tidy(tidy(table)) == tidy(table)


@given(tables())
def test_every_layer_has_a_cell_on_every_engine(table):
    found = tidy(table)
    for row in found.rows:
        assert {cell.engine for cell in row.cells if cell.release is None} == {"H11", "H16"}


@given(tables())
def test_counts_hide_no_unknowns(table):
    found = tidy(table)
    total = counts(found)
    for each in total.by_engine:
        assert sum(each.offered.values()) == sum(each.chosen.values()) == total.layers
    assert total.cells == sum(len(row.cells) for row in found.rows) >= total.known


def test_a_layer_nobody_reported_is_unknown_not_missing():
    total = counts(tidy(TABLE))
    assert {each.engine: each.offered["unknown"] for each in total.by_engine} == {"H11": 2, "H16": 1}
    for render in FORMATS.values():
        assert "unknown" in render(replace(TABLE, rows=(HOSTILE,)))


def test_the_last_digits_of_a_probability_do_not_reach_an_export():
    off = replace(M4_CONV, offered=replace(M4_CONV.offered, probability=0.9876543 + 1e-9))
    for render in FORMATS.values():
        assert render(replace(TABLE, rows=(replace(CONV, cells=(off,)),))) == render(
            replace(TABLE, rows=(replace(CONV, cells=(M4_CONV,)),))
        )


@pytest.mark.parametrize(
    "cells",
    [(M4_CONV, M4_CONV), (replace(M4_CONV, engine="H99"),), (replace(M4_CONV, sources=("nobody",)),)],
    ids=["two cells in one place", "an engine without a column", "a source without an entry"],
)
def test_a_table_that_contradicts_itself_is_refused(cells):
    with pytest.raises(ValueError, match="mlprogram:conv"):
        tidy(replace(TABLE, rows=(replace(CONV, cells=cells),)))


def test_a_layer_type_has_one_row():
    with pytest.raises(ValueError, match="one layer type"):
        tidy(replace(TABLE, rows=(CONV, CONV)))
