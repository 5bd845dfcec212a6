"A check as Markdown: a comment that fits, where a stranger's words are words."

import re
from dataclasses import replace

import pytest
from check_reports import ENDLESS, HOSTILE, LAYERLESS, M4, MANY, ONE, check, hostile, large, layers, model
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from anedb.domain.check import Gate
from anedb.export import check_prose
from anedb.export import check_words as words
from anedb.export.check_markdown import markdown

OURS = {"<details>", "<summary>", "</summary>", "</details>", "<code>", "</code>", "<sub>", "</sub>"}


def tokens(text):
    "As a reader of Markdown that we did not write sees it (it comes with Rich)."
    for block in MarkdownIt("commonmark").enable("table").parse(text):
        yield block
        yield from block.children or ()


def outside_code(text):
    "Text in which GitHub would look for mentions and references."
    inside = False
    for each in tokens(text):
        if each.type == "html_inline" and each.content in ("<code>", "</code>"):
            inside = each.content == "<code>"
        elif each.type == "text" and not inside:
            yield each.content


def test_it_is_as_approved(golden):
    golden("check.md", markdown(MANY))


@given(st.text() | st.sampled_from(HOSTILE))
def test_whatever_a_layer_is_called_there_is_no_markup_but_ours(text):
    shown = markdown(hostile(text))
    tags = {tag for each in tokens(shown) if "html" in each.type for tag in re.findall(r"<[^>]*>?", each.content)}
    assert tags <= OURS
    assert not {each.type for each in tokens(shown)} & {"image", "fence", "code_block", "blockquote_open", "hr"}
    links = {each.attrs["href"] for each in tokens(shown) if each.type == "link_open"}
    assert links <= {"https://example.org/ane-transformers"}


@given(st.text(alphabet="@#a1/-_ <`|") | st.sampled_from(HOSTILE))
def test_nobody_is_mentioned(text):
    for each in outside_code(markdown(hostile(text))):
        assert not re.search(r"@\w|#\d", each)


@given(st.text() | st.sampled_from(HOSTILE))
def test_every_row_of_a_table_has_its_columns(text):
    for block in markdown(hostile(text)).split("\n\n"):
        if block.startswith("|"):
            assert len({len(re.split(r"(?<!\\)\|", line)) for line in block.split("\n")}) == 1


@given(st.text() | st.sampled_from(HOSTILE))
def test_another_reader_reads_words_and_names_as_they_were(text):
    for shown, most in ((check_prose.words(text), 600), (check_prose.code(text), 160)):
        same = words.shown(text, 10_000)
        if same and len(same) <= most:
            inline = next(each for each in tokens(f"x {shown} x") if each.type == "inline")
            read = "".join(each.content for each in inline.children if each.type in ("text", "code_inline"))
            assert read == f"x {same} x"


@pytest.mark.parametrize("beginning", ["1. one", "- one", "+ one", "# one", "> one", "* one", "= one"])
def test_words_begin_no_list_or_heading(beginning):
    kinds = [each.type for each in tokens(f"- {check_prose.words(beginning)}")]
    assert kinds.count("bullet_list_open") == kinds.count("paragraph_open") == 1
    assert not set(kinds) & {"ordered_list_open", "heading_open", "blockquote_open"}


def test_targets_of_a_model_stand_side_by_side():
    found = markdown(MANY)
    assert "|  | M1 (H13), macOS 14.5 | M4 (H16), macOS 26.0 |" in found
    assert found.count("### `models/small net.mlpackage`") == 1


def test_what_is_the_same_on_two_targets_is_said_once():
    assert markdown(MANY).count("#### What to change first on M1 (H13), macOS 14.5; M4 (H16), macOS 26.0") == 1
    other = check(model(), replace(model(M4), blockers=()))
    assert "#### What to change first on M1 (H13), macOS 14.5\n" in markdown(other)


def test_layers_off_the_engine_are_listed_and_known_problems_are_not():
    found = markdown(ONE)
    assert "6 layers not plainly on the engine, equal ones folded" in found and "`stem_conv`" not in found
    known = tuple(replace(it, known=it.index == 10) for it in layers())
    assert "5 layers not plainly" in markdown(check(model(layers=known)))


def test_a_change_says_why_where_what_instead_and_what_it_rests_on():
    found = markdown(ONE)
    for line in (
        "   - Why: dilation 2 is not supported",
        "   - Where: No. 0 `token_embedding`",
        "   - Evidence: `c12`, `hol-gather`",
        "as fp16 (stated; [apple-transformers](<https://example.org/ane-transformers>))",
    ):
        assert line in found
    assert "javascript" not in found


def test_what_was_asked_is_told():
    held = markdown(check(model(), gate=Gate(fail_on=("no",), min_ane=40.0)))
    assert "What was asked holds: no layer answers no; at least 40 % of the layers." in held
    failed = markdown(check(model(), gate=Gate(fail_on=("no",), failed=("net: 1 layer has the answer no",))))
    assert "**What was asked does not hold**\n\n- net: 1 layer has the answer no" in failed


def test_a_model_without_layers_has_no_figures():
    assert "FLOPs" not in markdown(check(LAYERLESS)).partition("<sub>")[0]
    assert "treeEnsembleClassifier" in markdown(check(LAYERLESS))


def distinct(count):
    "Layers off the engine that are all different."
    first = layers()[0]
    made = tuple(replace(first, index=at, alike=at, name=f"{ENDLESS[:100]}{at}") for at in range(count))
    return model(layers=made, segments=())


@pytest.mark.parametrize("models", [1, 40, 900])
def test_a_comment_fits_and_says_what_is_left_out(models):
    many = check(*(replace(distinct(40 if models > 1 else 900), path=f"models/{at}.mlmodel") for at in range(models)))
    found = markdown(many)
    assert 5_000 < len(found) <= 65_536
    assert "Left out for length: " in found
    assert found.rstrip().endswith("</sub>")


def test_what_fits_is_not_cut():
    assert "Left out" not in markdown(MANY)
    assert "Left out" not in markdown(check(large(3700)))


def test_a_limit_below_the_head_still_holds():
    assert len(markdown(check(*(model(path=f"{at}") for at in range(300))), most=2_000)) <= 2_000
