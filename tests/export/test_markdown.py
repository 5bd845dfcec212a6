"""The Markdown export: every table is a table, and a name is never markup."""

import html
import re

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from table_samples import HOSTILE_TEXTS, TABLE, tables

from anedb.export import markdown
from anedb.export.text import visible

# Inside a code span only these could end it, or the cell it stands in.
CODE_SPAN = re.compile(r"`([^`|\\]+)`")


def grids(text):
    "Each table's lines, split where GitHub would split them."
    for block in text.strip("\n").split("\n\n"):
        if block.startswith("|"):
            yield [re.split(r"(?<!\\)\|", line)[1:-1] for line in block.split("\n")]


@given(tables())
def test_every_row_of_a_table_has_its_columns(table):
    for grid in grids(markdown.render(table)):
        assert {len(line) for line in grid} == {len(grid[0])}
        assert {cell.strip() for cell in grid[1]} == {"---"}


def tokens(text):
    "As a reader of Markdown that we did not write sees it (it comes with Rich)."
    for block in MarkdownIt("commonmark").enable("table").parse(text):
        yield block
        yield from block.children or ()


@given(tables())
def test_another_reader_of_markdown_finds_no_html_and_only_links_to_sources(table):
    found = list(tokens(markdown.render(table)))
    assert not {each.type for each in found} & {
        "html_inline",
        "html_block",
        "image",
        "fence",
        "code_block",
        "blockquote_open",
    }
    links = {each.attrs["href"] for each in found if each.type == "link_open"}
    assert len(links) <= len(table.sources)
    assert all(each.startswith(("http://", "https://")) for each in links)


@given(HOSTILE_TEXTS)
def test_another_reader_of_markdown_reads_a_name_as_it_was(text):
    line = f"| a |\n| --- |\n| x{markdown.name(text)}x |"
    cells = [each for each in tokens(line) if each.type == "inline"]
    assert len(cells) == 2
    assert (
        "".join(each.content for each in cells[1].children if each.type in ("text", "code_inline"))
        == f"x{visible(text)}x"
    )


@given(tables())
def test_names_add_no_blocks(table):
    lines = [line for line in markdown.render(table).split("\n") if line]
    starts = {line.split(" ")[0] for line in lines if not re.fullmatch(r"\[s\d+\]: <[^<>\s]+>", line)}
    prose = {word for line in markdown.LEGEND.split("\n") for word in line.split(" ")[:1]}
    assert starts <= {"|", "#", "##", "###", *prose, "Layers", "Where", str(len(table.rows))}


@given(HOSTILE_TEXTS)
def test_text_holds_no_markup_and_reads_as_it_was(text):
    shown = markdown.text(text)
    assert not set(shown) & set("`|<>*_[]\\!~\n")
    assert not re.search(r"&(?!#\d+;)", shown)
    assert not re.search(r"https?:|www\.|:\w+:", html.unescape(shown) if shown == visible(text) else "")
    # U+0000 to U+001F and a few others have no reference of their own; they are replaced before.
    assert html.unescape(shown) == visible(text)


@given(HOSTILE_TEXTS)
def test_a_name_is_code_or_text_without_markup(text):
    shown = markdown.name(text)
    found = CODE_SPAN.fullmatch(shown)
    assert (found[1] if found else html.unescape(shown)) == visible(text)
    assert found or not set(shown) & set("`|<>*_[]\\")


@pytest.mark.parametrize(
    "address",
    ["", "javascript:alert(1)", "data:text/html,x", "https://a b", "https://a>b", "https://a|b", "https://a\nb", "//a"],
)
def test_only_addresses_of_the_web_become_links(address):
    assert markdown.link("words", address) == "words"


def test_an_address_with_brackets_stays_whole():
    assert markdown.link("words", "https://example.org/a_(b)") == "[words](<https://example.org/a_(b)>)"


def test_the_page_says_what_it_rests_on():
    text = markdown.render(TABLE)
    for words in (
        "newest evidence 2026-10-05",
        "`0123456789ab`",
        "offered **yes** 12/3; chosen **mixed** 8/2",
        "3 unknown",
    ):
        assert words in text
    assert "[Which layers, they ask](<https://example.org/layers_(2020).md>)" in text
