"""The page, from a file, without a network, under its Content-Security-Policy."""

import pytest
from axe_playwright_python.sync_playwright import Axe


def test_a_link_is_a_question_and_its_answer_says_what_query_says(opened, db):
    page = opened("layer=conv&p=dilations%3D2%2C2&i=x%3Dfp16%5B1%2C64%2C32%2C32%5D&chip=M4&os=macOS+27.0")
    found = db.query("conv", params=["dilations=2,2"], inputs=["x=fp16[1,64,32,32]"], chip="M4", os="macOS 27.0")
    text = page.inner_text("#answer")
    assert "conv (mlprogram) on M4 (H16), macOS 27.0" in text
    assert f"{found.offered.answer} offered {found.offered.probability:.2f}" in text
    command = "anedb query conv -p dilations=2,2 -i 'x=fp16[1,64,32,32]' --chip M4 --os 'macOS 27.0'"
    assert page.inner_text("#answer pre") == command
    assert page.wrong == []


def test_nothing_is_loaded_from_elsewhere_and_only_what_the_question_needs(opened, folder):
    page = opened()
    before = set(page.asked) - {"about:blank"}
    names = {it.partition("?")[0].rpartition("/")[2] for it in before}
    scripts = {"engine.js", "ask.js", "core.js", "layers-index.js", "concepts.js", "chips.js", "engines.js"}
    assert names <= {"ask.html", "site.css", "ask.css", "data:,"} | scripts
    page = opened("layer=gather&chip=M1")
    asked = {it.partition("?")[0] for it in page.asked} - {"about:blank"}
    assert all(it.startswith((f"file://{folder}", "data:")) for it in asked)
    types = {it.rpartition("ask/")[2] for it in asked if "/mlprogram/" in it or "/neuralnetwork/" in it}
    assert types == {"mlprogram/gather.js", "neuralnetwork/gather.js"}


def test_a_question_is_typed_and_stands_in_the_address(opened):
    page = opened()
    page.fill("#layer", "LSTM")
    page.select_option("#chip", "M1")
    page.press("#layer", "Enter")
    page.wait_for_selector("#answer[aria-busy=false] h2")
    assert page.url.endswith("#layer=LSTM&chip=M1")
    assert page.get_attribute("#answer", "aria-live") == "polite"
    assert "lstm" in page.inner_text("#answer h2")
    assert "has:" in page.inner_text("#params-hint")
    page.click("text=Clear")
    assert page.inner_text("#answer") == "" and "#" not in page.url
    page.go_back()


def test_without_a_chip_every_generation_is_answered_in_a_table(opened):
    page = opened("layer=softmax")
    assert page.locator("#answer table tbody tr").count() >= 8
    assert page.locator("#answer table th[scope=row]").first.inner_text() == "H11"


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("layer=conv&chip=A99", 'there is no chip "A99"'),
        ("layer=covn", "did you mean"),
        ("layer=conv&device=iPhone99%2C1", "there is no device"),
        ("layer=conv&p=dilations", "is no parameter"),
        ("layer=conv&units=cpu-only", "leave the engine out"),
        ("layer=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E", 'there is no layer "<img src=x onerror=alert(1)>"'),
        ("layer=__proto__&chip=constructor", 'there is no chip "constructor"'),
        ("layer=%E2%80%AEconv", "there is no layer"),
    ],
)
def test_what_cannot_be_answered_says_why_as_text(opened, question, says):
    page = opened(question)
    assert page.get_attribute("#answer .wrong", "role") == "alert"
    assert says in page.inner_text("#answer .wrong")
    assert page.locator("#answer img, #answer script").count() == 0
    assert "\u202e" not in page.inner_text("#answer")
    assert page.wrong == []


def test_a_missing_file_is_told_and_the_next_question_is_answered(opened, folder):
    gone = folder / "ask" / "mlprogram" / "erf.js"
    kept = gone.read_bytes()
    gone.unlink()
    try:
        page = opened("layer=erf&chip=M1")
        assert "could not be loaded" in page.inner_text("#answer .wrong")
    finally:
        gone.write_bytes(kept)
    page.click("text=Ask >> nth=-1")
    page.wait_for_selector("#answer .two")


def test_axe_finds_nothing(opened):
    for question in ("", "layer=conv&p=dilations%3D2%2C2", "layer=conv&chip=A99"):
        found = Axe().run(opened(question))
        assert found.violations_count == 0, found.generate_report()


def test_a_phone_scrolls_only_downwards(opened):
    page = opened("layer=conv&chip=M4")
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
