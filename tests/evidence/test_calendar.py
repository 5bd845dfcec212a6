from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anedb.evidence.calendar import engine_number, minor, place, place_of_date, place_of_engine


@pytest.mark.parametrize(
    ("when", "release"),
    [
        ("2017-10", 11),
        ("2020-07-14", 13),
        ("2020-09", 14),
        ("2020", 14),
        ("2025-06", 18),
        ("2025-12-19", 26),
        ("2026-10-05", 27),
    ],
)
def test_a_date_falls_in_the_release_of_the_autumn_before(when, release):
    assert place_of_date(when) == place(release)


def test_no_release_lies_between_18_and_26():
    assert place(26) == place(18) + 1


def test_an_engine_is_as_old_as_the_release_it_came_with():
    assert place_of_engine(engine_number("H11")) == place(12) and place_of_engine(engine_number("H18")) == place(26)
    assert engine_number(None) is engine_number("M11") is None


def test_a_major_version_alone_leaves_the_minor_one_open():
    assert minor("17") is None and minor(None) is None and minor("17.4.1") == "17.4"


@given(st.dates(date(2018, 1, 1), date(2030, 12, 31)), st.dates(date(2018, 1, 1), date(2030, 12, 31)))
def test_later_dates_never_fall_in_earlier_releases(one, two):
    first, last = sorted((one, two))
    assert place_of_date(first.isoformat()) <= place_of_date(last.isoformat())
