"Baseline, badges, drawings, changes, names of files: each for itself."

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from site_samples import LIKELY, MIXED, NO, PLOT, RELEASES, SITE, UNKNOWN, YES, cells, layer, part

from anedb.domain.site import SiteEngine, SitePlot, SitePoint
from anedb.errors import BadFileError
from anedb.export.site import changes, words
from anedb.export.site.badge import badge
from anedb.export.site.baseline import baseline, standing
from anedb.export.site.paths import Paths, slugs
from anedb.export.site.plot import Scale, bands, plot

NOW = [it.number for it in RELEASES[:2]]
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.parametrize(
    ("offered", "expected"),
    [
        ((YES, YES), "yes"), ((YES, LIKELY), "likely"), ((YES, MIXED), "unknown"), ((LIKELY, UNKNOWN), "unknown"),
        ((YES, NO), "no"), ((UNKNOWN, NO), "no"), ((YES, part("unlikely", 0.2)), "no"),
    ],
)  # fmt: skip
def test_one_no_keeps_a_layer_out_and_one_unknown_leaves_it_open(offered, expected):
    assert standing(layer("x", offered), NOW).standing == expected


def test_older_releases_do_not_count():
    refused = tuple(replace(it, offered=NO) if it.release == 18 else it for it in cells(YES))
    assert standing(layer("x", cells=refused), NOW).standing == "yes"


def test_exceptions_name_the_generation_and_the_releases():
    found = standing(layer("x", (NO, YES)), NOW)
    assert [(it.engine, it.releases, it.answer) for it in found.exceptions] == [("H13", (26, 27), "no")]
    assert found.text == "no: 1 generation" and found.date == "2026-10-05"


def test_a_site_without_releases_has_an_open_baseline():
    assert {it.standing for it in baseline(replace(SITE, releases=()))} == {"unknown"}


@given(st.text(max_size=60))
def test_a_badge_is_well_formed_whatever_it_says(text):
    found = ElementTree.fromstring(badge(text, "no", text))
    assert int(found.get("width")) > 0


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(["yes", "no", "both"]), st.integers(1, 500)), max_size=40)
)
def test_every_point_of_a_drawing_lies_inside_it(points):
    found = SitePlot(feature="k", unit="", points=tuple(SitePoint(value=v, says=s, count=n) for v, s, n in points))
    drawn = ElementTree.fromstring(str(plot(found)))
    for it in drawn.iter("circle"):
        assert 40 <= float(it.get("cx")) <= 400 and 0 <= float(it.get("cy")) <= 112
    assert len(list(drawn.iter("circle"))) == sum(s == "yes" for _, s, _ in points)


def test_a_drawing_says_in_words_what_it_shows():
    told = ElementTree.fromstring(str(plot(PLOT))).get("aria-label")
    assert told == "Configurations along kernel width: 10 yes, 1 both, 2 no. kernel width 15 yes, 16 no"


def test_larger_values_stand_further_right():
    place = Scale([1, 2, 1000])
    assert place.log and place(1) < place(2) < place(1000)
    assert not Scale([5, 10]).log and Scale([7])(7) == Scale([7])(None)


@given(st.lists(st.text(max_size=30), max_size=30))
def test_no_two_names_become_one_file(names):
    found = slugs(names)
    assert found.keys() == set(names)
    assert len({it.casefold() for it in found.values()}) == len(found)
    assert all(it and "/" not in it and not it.startswith((".", "-")) for it in found.values())


def test_a_plain_name_is_its_own_file():
    paths = Paths([("mlprogram", "conv")], ["M4 Pro", "M4"], [])
    assert paths.layer("mlprogram:conv") == "layers/mlprogram/conv.html"
    assert paths.chip("M4") == "chips/M4.html" and paths.chip("M99") == ""
    assert paths.layer("mlprogram:nothing") == ""


def test_the_chips_people_know_stand_over_a_column():
    chips = ("A14", "M1", "M1 Pro", "M1 Max", "M1 Ultra")
    assert words.chips(SiteEngine(id="H13", chips=chips)) == "A14, M1"
    assert words.chips(SiteEngine(id="H11", chips=("A12", "A12X", "A12Z"))) == "A12"
    assert words.chips(SiteEngine(id="H16", chips=("A17 Pro", "M4", "M4 Max"))) == "A17 Pro, M4"
    assert words.chips(SiteEngine(id="H99")) == "H99"


@pytest.mark.parametrize(
    ("value", "text"), [(0.995, ">0.99"), (1.0, "1.00"), (0.5, "0.50"), (0.001, "<0.01"), (0.0, "0.00"), (None, "")]
)
def test_a_probability_is_never_rounded_to_certainty(value, text):
    assert words.number(value) == text


def then(site, before=None):
    found = changes.changes(site, before)
    return found, changes.previous(changes.lines(changes.verdicts(site)), changes.to_json(found))


def test_changes_add_up_over_exports_and_repeat_nothing():
    first, before = then(SITE)
    assert first == []
    flipped = replace(SITE, data_version="d2", layers=(layer("conv", (NO, YES)), *SITE.layers[1:]))
    second, again = then(flipped, before)
    assert [(it.layer, it.engine, it.about, it.was, it.is_) for it in second] == [
        ("mlprogram:conv", "H13", "offered", "yes", "no")
    ]
    assert second[0].date == "2026-10-05" and second[0].data_version == "d2"
    third, _ = then(flipped, again)
    assert third == second


def test_a_layer_that_is_new_is_no_change():
    _, before = then(replace(SITE, layers=SITE.layers[1:]))
    assert then(SITE, before)[0] == []


def test_the_feed_is_atom_with_ids_that_stay():
    _, before = then(SITE)
    flipped = replace(SITE, layers=(layer("conv", (NO, NO)), *SITE.layers[1:]))
    found, _ = then(flipped, before)
    paths = Paths([(it.format, it.type) for it in SITE.layers], [], [])
    texts = {changes.atom(flipped, found, paths) for _ in range(2)}
    feed = ElementTree.fromstring(texts.pop())
    assert not texts
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 2 and len({it.find(f"{ATOM}id").text for it in entries}) == 2
    assert entries[0].find(f"{ATOM}link").get("href") == "layers/mlprogram/conv.html"
    assert feed.find(f"{ATOM}updated").text == "2026-10-05T00:00:00Z"


@pytest.mark.parametrize(
    ("date", "instant"),
    [("2026-10-05", "2026-10-05T00:00:00Z"), ("2020-12", "2020-12-01T00:00:00Z"), ("2020", "2020-01-01T00:00:00Z"),
     ("", "0001-01-01T00:00:00Z"), ("long ago", "0001-01-01T00:00:00Z")],
)  # fmt: skip
def test_a_date_becomes_the_first_moment_of_it(date, instant):
    assert changes.instant(date) == instant


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"layers": {"a": {"b": [1]}}}', "null"])
def test_a_previous_export_that_is_broken_is_said_to_be(text):
    with pytest.raises(BadFileError):
        changes.previous(text, json.dumps(changes.EMPTY))
    with pytest.raises(BadFileError):
        changes.previous(changes.lines(changes.verdicts(SITE)), text if text != "{}" else '{"changes": [{}]}')


def test_a_band_holds_no_point_that_was_seen():
    wide = replace(PLOT, bounds=(*PLOT.bounds, replace(PLOT.bounds[0], yes=1)))
    assert bands(wide) == {(15, 16)}
