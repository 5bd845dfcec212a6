"A check as one page: nothing is loaded, nothing of a stranger's is markup, and all is there without the script."

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from check_reports import HOSTILE, LAYERLESS, MANY, ONE, check, hostile, large, layers, model
from hypothesis import given, settings
from hypothesis import strategies as st

from anedb.domain.check import Gate
from anedb.export import check_words as words
from anedb.export.check_html import html
from anedb.export.text import visible

VOID = {"meta", "input"}


class Page(HTMLParser):
    "Elements with their attributes, and the text in each."

    def __init__(self, source):
        super().__init__()
        self.elements, self.texts, self.open = [], [], []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs), f"an attribute of {tag} is there twice"
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data):
        self.texts.append((self.open[-1] if self.open else "", data))

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]

    def inside(self, tag):
        return [text for name, text in self.texts if name == tag]


def test_it_is_as_approved(golden):
    golden("check.html", re.sub(r"(<(style|script)>).*?</\2>", r"\1…</\2>", html(MANY), flags=re.DOTALL))


@settings(max_examples=40)
@given(st.text().filter(visible) | st.sampled_from([each for each in HOSTILE if visible(each)]))
def test_whatever_a_layer_is_called_the_elements_are_the_same(text):
    plain, found = Page(html(hostile("x"))), Page(html(hostile(text)))
    shape = [(tag, sorted(attrs)) for tag, attrs in found.elements]
    assert shape == [(tag, sorted(attrs)) for tag, attrs in plain.elements]
    assert not found.open


@pytest.mark.parametrize("text", [each for each in HOSTILE if visible(each)])
def test_a_name_reads_as_it_was(text):
    shown = words.shown(text, 10_000)
    cells = [each for each in Page(html(hostile(text))).inside("td") if each]
    assert shown in cells if len(shown) < 160 else any(each[:100] == shown[:100] for each in cells)


def test_only_its_own_style_and_script_may_run():
    source = html(ONE)
    policy = next(each["content"] for each in Page(source).all("meta") if "http-equiv" in each)
    for tag in ("style", "script"):
        inner = re.search(rf"<{tag}>(.*?)</{tag}>", source, re.DOTALL)[1]
        digest = b64encode(sha256(inner.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy and "unsafe" not in policy


@pytest.mark.parametrize("found", [ONE, MANY])
def test_nothing_outside_the_page_is_loaded(found):
    page = Page(html(found))
    tags = {tag for tag, _ in page.elements}
    assert not tags & {
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "base",
        "audio",
        "video",
        "image",
        "use",
        "foreignObject",
    }
    assert not [
        name for _, attrs in page.elements for name in attrs if name.startswith("on") or name in ("src", "style")
    ]
    away = {each["href"] for each in page.all("a") if not each["href"].startswith("#")}
    assert away == {"https://example.org/ane-transformers"}
    assert not re.search(r"@import|url\((?!#)", html(found))


@pytest.mark.parametrize("found", [ONE, MANY])
def test_links_inside_the_page_lead_somewhere_and_ids_are_unique(found):
    page = Page(html(found))
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    for each in page.all("a"):
        if each["href"].startswith("#"):
            assert each["href"][1:] in ids


@pytest.mark.parametrize("found", [ONE, MANY])
def test_tables_have_captions_and_headers_have_scopes(found):
    page = Page(html(found))
    assert len(page.all("caption")) == len(page.all("table")) > 0
    assert all(each.get("scope") in ("col", "row") for each in page.all("th"))


def test_without_the_script_every_layer_is_there_and_no_control_that_would_do_nothing():
    page = Page(html(ONE))
    assert [each["id"] for each in page.all("tr") if "id" in each] == [f"m0-{index}" for index in range(12)]
    assert all("hidden" in each for each in page.all("form"))
    assert not page.all("button")


def test_the_bar_has_words_for_those_who_do_not_see_it():
    spoken = [each["aria-label"] for each in Page(html(ONE)).all("svg") if each.get("role") == "img"]
    assert "CPU 1 layer, Neural Engine 2 layers, GPU 2 layers, Neural Engine 3 layers, not known 1 layer" in spoken[0]
    assert "estimated time" in spoken[1]


def test_an_address_that_is_not_of_the_web_is_no_link():
    assert "javascript" not in html(ONE)


def test_what_is_predicted_and_estimated_is_called_so():
    found = html(ONE)
    for each in ("Predicted from evidence: nothing was run", "6 of 12 layers, predicted", "of 2 GFLOPs, estimated",
                 "a launch of the engine and each switch of units are taken to cost 0.125 ms"):  # fmt: skip
        assert each in found


def test_a_change_on_top_of_another_has_its_bar():
    widths = [each["width"] for each in Page(html(ONE)).all("rect") if each.get("class") == "u-ane" and "rx" in each]
    assert widths[1:] == ["50%", "66.67%", "75%"]


def test_conditions_and_unread_files_are_told():
    assert "models/broken.mlmodel ends too early" in html(MANY)
    assert "too few on the engine" in html(check(model(), gate=Gate(failed=("too few on the engine",))))
    assert "What was asked holds" in html(check(model(), gate=Gate(fail_on=("no",))))


def test_a_model_without_layers_has_neither_bars_nor_tables():
    page = Page(html(check(LAYERLESS)))
    assert not page.all("table") and "treeEnsembleClassifier" in "".join(page.inside("li"))


def test_the_same_check_gives_the_same_bytes():
    assert html(MANY) == html(MANY)


def test_a_large_model_stays_a_small_page_that_opens_folded():
    source = html(check(large(3700)))
    assert len(source.encode()) < 3_000_000
    assert all("open" not in each for each in Page(source).all("details"))


def test_a_problem_of_the_baseline_says_so():
    known = tuple(replace(it, known=it.index == 0) for it in layers())
    assert "in the baseline; indices of type" in html(check(model(layers=known)))
