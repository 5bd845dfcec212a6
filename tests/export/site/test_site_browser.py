"The pages in a real browser: from files and from a host, with and without scripts, in every light."

import pytest
from site_samples import EMPTY, SITE, hostile, table_of

PAGES = (
    "index.html", "os-27-chosen.html", "layers/mlprogram/conv.html", "baseline.html", "chips.html", "chips/M4.html",
    "conflicts.html", "wanted.html", "sources.html", "sources/notes.html", "changes.html", "how.html",
)  # fmt: skip
RULES = "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
WATCH = """
window.shift = 0; window.largest = 0;
new PerformanceObserver(l => l.getEntries().forEach(e => shift += e.value))
  .observe({type: 'layout-shift', buffered: true});
new PerformanceObserver(l => l.getEntries().forEach(e => largest = e.startTime))
  .observe({type: 'largest-contentful-paint', buffered: true});
"""


@pytest.fixture
def visit(browser):
    "Opens a page; what it complains of is an error at the end."
    contexts, heard = [], []

    def opened(address, *, watch="", **options):
        context = browser.new_context(**{"viewport": DESK, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda it: heard.append(it.text) if it.type in ("error", "warning") else None)
        page.on("pageerror", lambda it: heard.append(str(it)))
        page.on("dialog", lambda it: heard.append(f"dialog {it.message}") or it.dismiss())
        if watch:
            page.add_init_script(watch)
        page.goto(address if ":" in str(address) else f"file://{address}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert heard == []


def shown(page):
    return page.locator("#table tbody tr:not(.group):visible")


def until(page, expression):
    "Waits; the pages' policy forbids `wait_for_function`, which evaluates text."
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(25)
    pytest.fail(f"never {expression}")


def settled(page, count):
    until(page, f"document.querySelectorAll('#table tbody tr:not(.group):not([hidden])').length === {count}")


@pytest.mark.parametrize(("scheme", "size"), [("light", DESK), ("dark", PHONE)], ids=["desk-light", "phone-dark"])
def test_axe_finds_nothing(visit, axe, small, scheme, size):
    page = visit("about:blank", color_scheme=scheme, viewport=size, bypass_csp=True)
    for path in PAGES:
        page.goto(f"file://{small / path}")
        page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
        page.evaluate(axe)
        found = page.evaluate(f"axe.run(document, {{preload: false, runOnly: {RULES}}})")["violations"]
        assert [(path, it["id"], it["nodes"][0]["html"]) for it in found] == []


def test_the_search_knows_other_names_and_counts_what_it_leaves_out(visit, small):
    page = visit(small / "index.html")
    page.fill("#q", "Conv2d")
    settled(page, 1)
    assert shown(page).inner_text().startswith("conv")
    assert page.inner_text("#count") == "1 of 4 layers; 3 filtered out"
    page.fill("#q", "nothing of the kind")
    settled(page, 0)
    page.click("text=clear")
    settled(page, 4)
    assert page.inner_text("#count") == "4 layers"


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({"format": "n"}, ["convolution"]), ({"category": "indexing"}, ["gather"]), ({"answer": "unknown"}, ["lstm"]),
        ({"answer": "no", "on": "H16"}, []), ({"answer": "no", "on": "H13"}, ["gather"]), ({"evidence": "4"}, ["conv"]),
        ({"evidence": "1"}, ["convolution"]),
    ],
)  # fmt: skip
def test_each_filter_leaves_what_it_says(visit, small, filters, left):
    page = visit(small / "index.html")
    for name, value in filters.items():
        page.select_option(f"select[name={name}]", value)
    settled(page, len(left))
    assert [it.split()[0] for it in shown(page).all_inner_texts()] == left


def test_a_link_gives_exactly_this_view_on_each_release(visit, small):
    page = visit(small / "index.html")
    page.check("input[name=fix]")
    page.fill("#q", "con")
    settled(page, 1)
    until(page, "location.hash.includes('fix=1')")
    again = visit(page.url)
    settled(again, 1)
    assert again.input_value("#q") == "con" and again.is_checked("input[name=fix]")
    again.click("text=OS 27")
    again.wait_for_url("**/os-27.html#*")
    settled(again, 1)


@pytest.mark.parametrize("link", ["chip=M99", "on=H99", "answer=perhaps", "format=%zz"])
def test_a_link_to_what_there_is_not_says_so_and_shows_everything(visit, small, link):
    page = visit(f"file://{small / 'index.html'}#{link}")
    settled(page, 4)
    assert "4 layers" in page.inner_text("#count") and "there" in page.inner_text("#count").lower()


def test_a_link_may_name_a_chip(visit, small):
    page = visit(f"file://{small / 'index.html'}#chip=Apple%20m1-pro&answer=no")
    settled(page, 1)
    assert page.input_value("select[name=on]") == "H13"


def test_the_table_is_whole_without_scripts(visit, small):
    page = visit(small / "index.html", java_script_enabled=False)
    assert shown(page).count() == 4 and not page.is_visible("#filter")


def test_the_table_is_a_table_to_those_who_hear_it(visit, small):
    page = visit(small / "index.html", viewport=PHONE)
    assert page.get_by_role("columnheader").count() == 1 + len(SITE.engines)
    assert page.get_by_role("row").count() == 1 + 3 + 4
    assert page.get_by_role("cell").count() == 8
    assert page.get_by_role("rowheader", name="gather ML Program").count() == 1


def test_everything_can_be_done_from_the_keyboard(visit, small):
    page = visit(small / "index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("gather")
    settled(page, 1)
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "gather":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/layers/mlprogram/gather.html")


@pytest.mark.parametrize("width", [320, 360, 768, 1440])
def test_no_page_is_wider_than_its_window(visit, small, width):
    page = visit(small / PAGES[0], viewport={"width": width, "height": 800})
    for path in PAGES:
        page.goto(f"file://{small / path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_at_phone_width_every_answer_of_a_layer_is_in_sight(visit, whole):
    page = visit(whole / "index.html", viewport=PHONE)
    boxes = [it.bounding_box() for it in page.locator("#table tbody:nth-of-type(1) tr:nth-child(2) td").all()]
    assert len(boxes) == 8 and all(it["x"] >= 0 and it["x"] + it["width"] <= 360 and it["width"] > 38 for it in boxes)


def test_what_strangers_write_does_nothing(visit, written, tmp_path):
    folder = written(tmp_path, hostile())
    page = visit(folder / "index.html")
    page.fill("#q", "<script")
    settled(page, 1)
    for path in sorted(folder.rglob("*.html")):
        page.goto(f"file://{path}")
        assert page.locator("img[src=x], main script").count() == 0, path


def test_an_empty_site_works(visit, written, tmp_path):
    page = visit(written(tmp_path, EMPTY) / "index.html#q=conv")
    assert "no layer" in page.inner_text("main") and page.inner_text("#count") == "0 layers"


def test_nothing_is_fetched_from_elsewhere(visit, small):
    page = visit("about:blank")
    asked = []
    page.on("request", lambda it: asked.append(it.url))
    for path in ("index.html", "layers/mlprogram/conv.html", "how.html"):
        page.goto(f"file://{small / path}")
    assert asked and all(it.startswith(("file://", "data:")) for it in asked)


def test_print_forced_colours_and_less_motion_keep_every_answer(visit, small):
    page = visit(small / "index.html", forced_colors="active", reduced_motion="reduce")
    assert shown(page).count() == 4
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    page.emulate_media(media="print", forced_colors="none")
    assert shown(page).count() == 4 and not page.is_visible("#filter")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_nothing_shifts_while_a_page_opens(visit, small, viewport):
    page = visit("about:blank", watch=WATCH, viewport=viewport)
    for path in PAGES:
        page.goto(f"file://{small / path}")
        until(page, "largest > 0")
        page.wait_for_timeout(100)
        assert page.evaluate("shift") < 0.01, path


@pytest.mark.timed
def test_the_largest_paint_on_a_slow_phone_takes_less_than_a_second_and_nothing_shifts(visit, host):
    best = []
    for _ in range(4):
        page = visit("about:blank", watch=WATCH, viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True)
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        slow = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
        session.send("Network.emulateNetworkConditions", slow)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.goto(f"{host}/index.html")
        until(page, "largest > 0")
        page.wait_for_timeout(300)
        assert page.evaluate("shift") < 0.01
        best.append(page.evaluate("largest"))
        if best[-1] < 1000:
            return
    pytest.fail(f"{best} ms")


@pytest.mark.timed
def test_a_keystroke_takes_less_than_a_frame_with_ten_times_the_rows(visit, written, tmp_path):
    page = visit(written(tmp_path, table_of(3480), ("index.html", "assets/")) / "index.html")
    page.focus("#q")
    page.wait_for_timeout(300)
    page.evaluate("""() => {
      window.took = []; let begun;
      document.addEventListener('input', () => { begun = performance.now(); }, true);
      document.addEventListener('input', () => { took.push(performance.now() - begun); });
    }""")
    for key in "conv_1":
        page.keyboard.type(key)
        page.wait_for_timeout(60)
    for _ in range(6):
        page.keyboard.press("Backspace")
        page.wait_for_timeout(60)
    settled(page, 3480)
    took = sorted(page.evaluate("took"))
    assert len(took) == 12 and took[len(took) // 2] < 16, took
