"""Every format: a sample that it alone recognises, what is read in it, and only our own errors from a damaged one.

`pytest --regen` writes the expected reports anew; then read them.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anedb.domain.foreign import ForeignReport
from anedb.domain.observation import Method, Unit
from anedb.domain.plain import plain
from anedb.errors import AnedbError
from anedb.ingest.importing import registry
from anedb.ingest.importing.reading import read_report, read_text

SAMPLES = Path(__file__).parent / "samples"
EXPECTED = ".expected.json"
DOCS = Path(__file__).parents[3] / "docs" / "importing.md"
FORMATS = sorted(registry.formats())
FILES = sorted(path for path in SAMPLES.iterdir() if not path.name.endswith(EXPECTED))


def format_of(path: Path) -> str:
    "`plan_tsv.tsv`, and a second sample `plan_tsv-errors.tsv`."
    return path.name.partition(".")[0].partition("-")[0]


def written(report: ForeignReport) -> str:
    "What is empty is left out, so that a row can be read."
    return json.dumps(_short(plain(report)), ensure_ascii=False, indent=1) + "\n"


def _short(value: object) -> object:
    if isinstance(value, dict):
        return {
            name: _short(item)
            for name, item in value.items()
            if (item not in (None, "", [], {}) or name == "offered") and (name, item) != ("partial", False)
        }
    return [_short(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_sample_and_a_row_in_the_docs(name):
    assert name in {format_of(path) for path in FILES}
    assert f"\n| `{name}` |" in DOCS.read_text(encoding="utf-8")


def test_the_docs_have_no_format_that_is_none():
    table = DOCS.read_text(encoding="utf-8").partition("## Formats\n")[2].partition("\n## ")[0]
    rows = [line.split("`")[1] for line in table.splitlines() if line.startswith("| `")]
    assert sorted(rows) == FORMATS


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_sample_is_recognised_by_its_own_format_and_no_other(path):
    head = read_text(path)[: registry.HEAD]
    assert [name for name in FORMATS if registry.by_name(name).recognise(head)] == [format_of(path)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_sample_is_read_as_expected(path, request):
    beside = path.with_name(path.name.partition(".")[0] + EXPECTED)
    # Reports name the file they are of, and nobody's home.
    report = written(read_report(path)).replace(str(SAMPLES), "samples")
    if request.config.getoption("--regen"):
        beside.write_text(report, encoding="utf-8")
    assert report == beside.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_report_keeps_to_its_words(path):
    report = read_report(path)
    assert report.format == format_of(path) and report.method in set(Method)
    assert report.rows or report.counts or report.notes
    for row in report.rows:
        assert set(row.offered or ()) <= set(Unit) and {row.chosen, row.ran} <= {None, *Unit}
        assert row.cost_ppm is None or 0 <= row.cost_ppm <= 1_000_000


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_sample_cut_short_or_damaged_gives_only_our_own_errors(path, tmp_path_factory):
    whole, broken = path.read_bytes(), tmp_path_factory.mktemp("broken") / path.name

    @settings(max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        st.integers(0, len(whole)), st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(1, 255)), max_size=4)
    )
    def damage(cut: int, flips: list[tuple[int, int]]) -> None:
        data = bytearray(whole)
        for place, mask in flips:
            data[place] ^= mask
        broken.write_bytes(data[:cut])
        with contextlib.suppress(AnedbError):
            read_report(broken, format_of(path))

    damage()


EVIDENCE = os.environ.get("ANEDB_EVIDENCE", "")
dumps = pytest.mark.skipif(not EVIDENCE, reason="set ANEDB_EVIDENCE to a folder with the public dumps")
STUDY = Path(EVIDENCE, "dumps", "751K_opdispatch")


@dumps
@pytest.mark.parametrize(
    ("name", "format", "lines", "notes"),
    [
        ("plan_iso_cpune.tsv", "plan_tsv", 221, 7),
        ("plan_ctx_cpune.tsv", "plan_tsv", 1435, 0),
        ("plan_iso_all.tsv", "plan_tsv", 184, 0),
        ("arch_h16g_h18g.tsv", "arch_tsv", 94, 2),
    ],
)
def test_every_row_of_a_real_table_is_understood(name, format, lines, notes):
    report = read_report(STUDY / name)
    assert report.format == format
    told = [note for note in report.notes if "no plan" in note or "no answer" in note]
    assert len(told) == notes
    left = sum(int(note.rpartition(" of ")[2].split()[0]) for note in report.notes if "left out" in note)
    assert len(report.rows) + len(told) + left == lines


@dumps
def test_every_real_analysis_states_its_layers():
    reports = [read_report(path) for path in sorted((STUDY / "analytics").glob("*.mil"))]
    assert len(reports) == 32
    assert all(row.layer for report in reports for row in report.rows)
    assert any(row.reason and row.reason.code == "unsupported-op" for report in reports for row in report.rows)
