"""The CSV export is RFC 4180, and nothing in it is a formula."""

import csv
import io

import pytest
from hypothesis import given
from table_samples import HOSTILE_TEXTS, TABLE, tables

from anedb.export import csv_table


def read(text):
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


@given(tables())
def test_every_line_has_every_column(table):
    header, *lines = read(csv_table.render(table))
    assert tuple(header) == csv_table.COLUMNS
    assert {len(line) for line in lines} <= {len(header)}


@given(tables())
def test_no_cell_of_any_export_is_a_formula(table):
    for line in read(csv_table.render(table)):
        for cell in line:
            assert not cell.startswith(tuple("=+-@\t\r")), cell
            assert not cell.lstrip().startswith(tuple("=+-@")), cell


@given(HOSTILE_TEXTS)
def test_inert_text_is_the_text_behind_at_most_an_apostrophe(text):
    bare = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    assert csv_table.inert(text) in (bare, "'" + bare)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1"])
def test_what_a_spreadsheet_would_run_is_marked_as_text(text):
    assert csv_table.inert(text) == "'" + text


@pytest.mark.parametrize("text", ["conv", "a=b", "1-1", "", "’", "l2_normalize"])
def test_other_text_is_left_alone(text):
    assert csv_table.inert(text) == text


def test_lines_end_as_rfc_4180_has_it():
    text = csv_table.render(TABLE)
    assert text.endswith("\r\n")
    assert text.count("\r\n") == 1 + sum(max(2, len(row.cells)) for row in TABLE.rows)


def test_a_cell_can_be_traced_to_its_sources():
    line = next(
        each for each in csv.DictReader(io.StringIO(csv_table.render(TABLE))) if each["link"] == "mlprogram:conv@H16"
    )
    assert (line["sources"], line["release"], line["offered_probability"]) == ("751k hollance", "any", "0.988")
    assert line["source_urls"] == "https://example.org/751k?a=1&b=2 https://example.org/layers_(2020).md"
