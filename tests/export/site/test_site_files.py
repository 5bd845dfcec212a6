"The files of a site: complete, linked, escaped, bounded, and the same from the same values."

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from posixpath import dirname, join, normpath
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from site_samples import CONV, EMPTY, HOSTILE, SITE, hostile, seen

from anedb.export.site import MARKER, files


class Page(HTMLParser):
    "Tags with their attributes, and ids."

    VOID = frozenset({"meta", "link", "img", "input", "br", "col"})

    def __init__(self, text):
        super().__init__()
        self.tags, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def made():
    return dict(files(SITE))


@pytest.fixture(scope="module")
def bad():
    return dict(files(hostile()))


def pages(made):
    return {path: Page(text) for path, text in made.items() if path.endswith(".html")}


def test_the_same_values_give_the_same_bytes(made):
    assert dict(files(SITE)) == made


def test_there_is_a_table_for_each_question_and_release(made):
    assert {"index.html", "chosen.html", "os-27.html", "os-27-chosen.html", "os-18.html"} <= made.keys()


@pytest.mark.parametrize("site", [SITE, EMPTY, hostile()], ids=["small", "empty", "hostile"])
def test_every_link_and_asset_inside_the_site_leads_somewhere(site):
    made = dict(files(site))
    for path, page in pages(made).items():
        for _, attrs in page.tags:
            to = attrs.get("href") or attrs.get("src")
            if to is None or to.startswith(("https://", "data:", "#")):
                continue
            assert ":" not in to.split("#")[0], f"{path}: {to} is not relative"
            target, _, anchor = to.partition("#")
            target = normpath(join(dirname(path), unquote(target.split("?")[0])))
            assert target in made, f"{path} leads to {to}"
            if anchor and "=" not in anchor:
                assert any(attrs.get("id") == anchor for _, attrs in Page(made[target]).tags), f"{path}: {to}"


@pytest.mark.parametrize("site", [SITE, hostile()], ids=["small", "hostile"])
def test_no_page_has_script_style_or_address_inline(site):
    for path, page in pages(dict(files(site))).items():
        for tag, attrs in page.tags:
            assert not [it for it in attrs if it.startswith("on") or it in ("style", "srcdoc")], (path, tag, attrs)
            assert tag not in ("style", "iframe", "object", "base", "form") or (tag == "form" and "action" not in attrs)
            assert not (attrs.get("href") or "").lower().startswith("javascript:"), path
        assert all(it.get("src") for it in page.all("script")), path


def test_every_page_forbids_what_it_does_not_need(made):
    for path, page in pages(made).items():
        policies = [it["content"] for it in page.all("meta") if it.get("http-equiv") == "Content-Security-Policy"]
        assert len(policies) == 1 and policies[0].startswith("default-src 'none'; script-src 'self'"), path
        assert "unsafe" not in policies[0]


def test_what_strangers_write_is_text(bad):
    clean = {tag for page in pages(dict(files(SITE))).values() for tag, _ in page.tags}
    for path, page in pages(bad).items():
        assert {tag for tag, _ in page.tags} <= clean, path
        assert not any("\u202e" in text or "\x00" in text for text in (bad[path],)), path


def test_what_strangers_write_climbs_out_of_no_folder(bad):
    for path in bad:
        assert normpath(path) == path and not path.startswith(("/", "..")), path
        assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", it) for it in path.split("/")), path
    assert len({it.casefold() for it in bad}) == len(bad)


def test_a_template_in_a_name_is_not_carried_out(bad):
    text = "".join(bad.values())
    assert "{{ 7 * 7 }}" in text


def test_other_names_cannot_break_out_of_their_script(bad):
    text = bad["assets/names.js"]
    assert text.startswith("anedbNames([") and "<" not in text
    assert len(json.loads(text[len("anedbNames(") : -3])) == len(HOSTILE)


def test_every_page_has_a_title_of_its_own_a_language_and_one_heading(made):
    titles = [
        re.search(r"<title>(.+?)</title>", text).group(1) for path, text in made.items() if path.endswith(".html")
    ]
    assert len(set(titles)) == len(titles)
    for path, page in pages(made).items():
        assert page.all("html") == [{"lang": "en"}] and len(page.all("h1")) == 1, path


def test_every_table_has_a_caption_and_every_head_a_scope(made):
    for path, page in pages(made).items():
        assert len(page.all("table")) == len(page.all("caption")), path
        assert all(it.get("scope") for it in page.all("th")), path


def test_the_table_is_complete_without_a_script(made):
    page = Page(made["index.html"])
    assert len(page.all("td")) == len(SITE.layers) * len(SITE.engines)
    assert not [attrs for tag, attrs in page.tags if tag in ("tr", "td") and "hidden" in attrs]


def test_a_guess_looks_different_from_many_measurements(made):
    text = made["index.html"]
    assert '<td class="y4" role="cell">yes <i>862 by 2</i>' in text
    assert '<td class="l1" role="cell">likely <i>said</i>' in text
    assert '<td class="q" role="cell">unknown' in text
    assert '<td class="m2" role="cell">mixed <i>near</i>' in text


def test_an_empty_database_is_a_site_that_says_so():
    made = dict(files(EMPTY))
    assert "There is no layer in this data." in made["index.html"]
    assert "None so far" in made["changes.html"] and "Nothing disagrees." in made["conflicts.html"]
    ElementTree.fromstring(made["changes.atom"])


def test_ten_megabytes_of_evidence_keep_every_page_small_and_are_counted():
    many = tuple(
        seen(number, layer=f"conv x=fp16[1,{number},8,8] " + "weight=fp16[64,64,3,3] " * 10) for number in range(5000)
    )
    assert sum(len(it.layer) for it in many) > 1_000_000
    busy = replace(CONV, seen=many, seen_total=40_000, claims=CONV.claims * 3000, conflicts=CONV.conflicts * 500,
                   flips=CONV.flips * 900, turns=CONV.turns * 900, aliases=("alias",) * 5000)  # fmt: skip
    made = dict(files(replace(SITE, layers=(busy,))))
    ours = {path: len(text) for path, text in made.items() if path.startswith("layers/")}
    assert max(ours.values()) < 600_000 and len(ours) == 7
    first = made["layers/mlprogram/conv.html"]
    assert "39,940 more" in first and "37,540 older ones are on no page" in first
    assert "2800 more are not listed" in first and "460 more are not listed" in first


def test_dates_come_from_the_data(made):
    assert "newest evidence 2026-10-05" in made["index.html"]
    assert json.loads(made[MARKER])["generated_from"] == "2026-10-05"


def test_an_export_without_the_evaluation_says_so():
    made = dict(files(replace(SITE, evaluation=None)))
    assert "made without the evaluation" in made["how.html"] and "Reliability" not in made["how.html"]


def test_a_withdrawn_source_stays_visible(made):
    text = next(text for path, text in made.items() if path.startswith("sources/v1-run-"))
    assert "Withdrawn." in text and "sent twice (2026-11-01)" in text


def test_every_drawing_and_badge_is_well_formed(made):
    for path, text in made.items():
        if path.endswith(".svg"):
            ElementTree.fromstring(text)
        for drawing in re.findall(r"<svg.*?</svg>", text, flags=re.S) if path.endswith(".html") else ():
            ElementTree.fromstring(drawing)


def test_the_navigation_names_only_pages_that_are_there(made):
    assert 'href="ask.html"' not in made["index.html"]
    assert 'href="ask.html"' in dict(files(SITE, extra=("ask.html",)))["index.html"]
