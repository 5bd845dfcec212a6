"""Every row of the public dumps is an observation of ours, or is listed as left out: row by row, read here anew.

The dumps are read without `tools.evidence`, which entered them: a row that its readers pass over is found here.
"""

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from anedb.catalog import files, records

EVIDENCE = os.environ.get("ANEDB_EVIDENCE", "")
pytestmark = pytest.mark.skipif(not EVIDENCE, reason="ANEDB_EVIDENCE names no folder with the public evidence")

STUDY = Path(EVIDENCE, "dumps/751K_opdispatch")
NETWORKS = Path(EVIDENCE, "dumps/erwinzhang")
PROFILES = Path(EVIDENCE, "dumps/freedomtan")
UNITS = {"bnns": "cpu", "classic_cpu": "cpu", "mps_graph": "gpu"}
BOUNDARY = "tensor_buffer_to_tensor", "tensor_to_tensor_buffer"
"What Core ML adds around inputs and outputs: no layers."


def unit(name):
    return UNITS.get(name, name.lower())


def fact(model, op, offered, chosen):
    return (
        model,
        op.rpartition(".")[2],
        frozenset(unit(name) for name in offered if name != "unsupported"),
        unit(chosen),
    )


def entered(source):
    "Facts of one source, each as often as it was observed; with what Core ML said of a layer that was only compiled."
    _, lines = records.read(files.root() / f"observations/{source}.jsonl")
    seen = [(line.layer.type, each) for line in lines for each in line.seen]
    return Counter(fact(each.model, op, each.offered or (), each.chosen or "") for op, each in seen)


def left_out():
    "Keys of rows, file by file; `file:2-120` is all of those lines."
    found = {}
    for row in json.loads((files.root() / "observations/NOT_ENTERED.json").read_text())["rows"]:
        name, _, place = re.fullmatch(r"([^:#]+)([:#])(.+)", row["row"]).groups()
        first, _, last = place.partition("-")
        found.setdefault(name, set()).update(range(int(first), int(last or first) + 1))
    return found


def missing(rows, source, name):
    "Rows, by key, that are neither entered nor left out, and what is entered that no row says."
    kept = Counter(said for key, said in rows.items() if key not in left_out().get(name, set()))
    return kept - entered(source), entered(source) - kept


def numbered(path):
    return enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)


def planned(name):
    "What each line of a plan says, by its number. A line without a plan says nothing."
    cells = {number: [*line.split("\t"), *[""] * 7][:7] for number, line in numbered(STUDY / name)}
    return {number: fact(it[0], it[2], it[5].split(","), it[4]) for number, it in cells.items()}


@pytest.mark.parametrize(
    ("name", "source", "size"),
    [
        ("plan_iso_cpune.tsv", "751k-plan-iso-cpune", 221),
        ("plan_iso_all.tsv", "751k-plan-iso-all", 184),
        ("plan_ctx_cpune.tsv", "751k-plan-ctx-cpune", 1435),
    ],
)
def test_every_line_of_the_studys_plans(name, source, size):
    rows = planned(name)
    assert len(rows) == size and missing(rows, source, name) == (Counter(), Counter())


@pytest.mark.parametrize(
    ("target", "source"), [("h16g", "751k-arch-targets"), ("h18g", "751k-arch-targets-m6")], ids=["h16g", "h18g"]
)
def test_every_line_of_the_direct_compiles(target, source):
    rows = {}
    for number, line in numbered(STUDY / "arch_h16g_h18g.tsv"):
        model, compiled_for, result, *_ = line.split("\t")
        if compiled_for == target:
            rows[number] = (model, result == "ok")
    kept = Counter(said for number, said in rows.items() if number not in left_out()["arch_h16g_h18g.tsv"])
    assert len(rows) == 47
    assert kept == Counter((model, "ane" in offered) for model, _, offered, _ in entered(source).elements())


def analytics_row(model, line):
    op = re.search(r"= (\w+)(?:<\w+>)?\(", line)[1]
    offered = re.findall(r'"(\w+)"', re.search(r"BackendSupport = list<string, \d+>\(\[(.*?)\]\)", line)[1])
    return fact(model, op, offered, re.search(r'SelectedBackend = string\("(\w+)"\)', line)[1])


def test_every_operation_of_core_mls_own_files_and_every_message():
    "Of a message's row the table gives no list of backends: the CPU's estimate is in each."
    said = [
        analytics_row(path.stem, line)
        for path in sorted((STUDY / "analytics").glob("*.mil"))
        for _, line in numbered(path)
        if "BackendSupport" in line and not any(f"= {name}" in line for name in BOUNDARY)
    ]
    told = []
    for _, line in numbered(STUDY / "validation_messages.tsv"):
        if not line.startswith("#"):
            model, op, _, has, _, _, _, selected = line.split("\t")
            told.append(fact(model, op.partition("(")[0], ["ane", "cpu"] if has == "yes" else ["cpu"], selected))
    assert len(told) == 23 and len(list((STUDY / "analytics").iterdir())) == 32
    assert Counter(said + told) == entered("751k-analytics")


def test_what_core_ml_said_against_the_engine_is_a_reason_with_its_words():
    _, lines = records.read(files.root() / "observations/751k-analytics.jsonl")
    words = {(each.model, each.reason.text) for line in lines for each in line.seen if each.reason}
    for _, line in numbered(STUDY / "validation_messages.tsv"):
        model, _, _, _, message, *_ = line.split("\t")
        if message and not line.startswith("#"):
            assert any(text in message for known, text in words if known == model), message


NETWORK_FILES = {
    "erwinzhang-m4-pro-all": "experiments-*-ALL.json",
    "erwinzhang-m4-pro-cpune": "experiments-*-CPU_AND_NE.json",
    "erwinzhang-m5-max-cpune": "m5max-*.json",
}


@pytest.mark.parametrize("source", NETWORK_FILES)
def test_every_operation_of_the_whole_networks(source):
    said = []
    for path in NETWORKS.glob(NETWORK_FILES[source]):
        plan = json.loads(path.read_bytes())
        model = plan["model"].removesuffix(".mlpackage")
        said += [fact(model, row["operator"], row["supported"], row["preferred"]) for row in plan["operations"]]
    assert said and Counter(said) == entered(source)


@pytest.mark.parametrize(
    ("name", "source"),
    [("placement-m4-pro.json", ""), ("placement-m5-max.json", "erwinzhang-m5-max-shares")],
    ids=["m4-pro", "m5-max"],
)
def test_every_network_of_which_only_shares_are_told_is_listed_or_entered_on_its_one_unit(name, source):
    rows = json.loads((NETWORKS / name).read_bytes())["rows"]
    said = Counter()
    for number in set(range(len(rows))) - left_out()[name]:
        (unit_name,) = rows[number]["by_count_fraction"]
        said[rows[number]["model"].removesuffix(".mlpackage"), unit(unit_name)] += rows[number]["ops"]
    found = Counter()
    for (model, _, offered, chosen), count in (entered(source) if source else Counter()).items():
        assert not offered, "what was offered is not told"
        found[model, chosen] += count
    assert len(rows) == 15 and said == found


def test_every_operation_of_the_segmentation_analytics():
    text = (PROFILES / "without_compute_plan_output.txt").read_text(encoding="utf-8")
    said = []
    for entry in re.split(r"^\d{4}-\d\d-\d\d .*analytics\.mil:\d+:\d+, \{$", text, flags=re.MULTILINE)[1:]:
        support = re.search(r"BackendSupport =\s*\{(.*?)\};", entry, re.DOTALL)[1]
        op = re.search(r'OpType = "?([\w.]+)"?;', entry)[1]
        chosen = re.search(r"SelectedBackend = \W*(\w+)", entry)[1]
        said.append(fact("MobilenetEdgeTPU", op, re.findall(r'"?(\w+)"? = 1', support), chosen))
    layers = Counter(row for row in said if row[1] not in BOUNDARY)
    assert len(said) == 119 and layers == entered("freedomtan-mobilenet-edgetpu-m1")
    assert len(said) - layers.total() == len(left_out()["without_compute_plan_output.txt"])


@pytest.mark.parametrize(
    "path",
    [
        PROFILES / "without_compute_plan_2.csv",
        PROFILES / "readme_mlcomputeplan_log_excerpt.txt",
        STUDY / "example_analytics_add_i32.mil",
    ],
    ids=lambda path: path.name,
)
def test_a_file_that_cannot_be_entered_is_listed_with_all_its_rows(path):
    rows = {number for number, line in numbered(path) if re.search(r"ios\d+\.|operation |BackendSupport", line)}
    assert rows and rows <= left_out()[path.name]


def test_no_file_of_the_three_authors_is_forgotten():
    "A dump that comes later has to be entered, or listed, and looked at here."
    known = {"plan_iso_cpune.tsv", "plan_iso_all.tsv", "plan_ctx_cpune.tsv", "arch_h16g_h18g.tsv"}
    known |= {"validation_messages.tsv", "example_analytics_add_i32.mil", "without_compute_plan_output.txt"}
    known |= {"without_compute_plan_2.csv", "readme_mlcomputeplan_log_excerpt.txt"}
    known |= {"placement-m4-pro.json", "placement-m5-max.json"}
    known |= {path.name for pattern in NETWORK_FILES.values() for path in NETWORKS.glob(pattern)}
    found = {path.name for folder in (STUDY, NETWORKS, PROFILES) for path in folder.iterdir() if path.is_file()}
    assert found == known


AUTHORS = {
    "plan_ctx_cpune.tsv": "751k-plan-ctx-cpune",
    "-ALL.json": "erwinzhang-m4-pro-all",
    "-CPU_AND_NE.json": "erwinzhang-m4-pro-cpune",
    ".mil": "751k-analytics",
}


def test_every_operation_of_the_gathered_list_is_one_of_these():
    "`ops.jsonl` holds rows of the dumps again: none but what is entered, or left out of the plans in context."
    name = "plan_ctx_cpune.tsv"
    listed = Counter(said for number, said in planned(name).items() if number in left_out()[name])
    said = {source: Counter() for source in AUTHORS.values()}
    for line in Path(EVIDENCE, "ops.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["source"].startswith(("751K", "erwinzhang", "freedomtan")):
            file = row["source"].partition("@")[0]
            source = next(source for ending, source in AUTHORS.items() if file.endswith(ending))
            model = row["model"].removesuffix(".mlpackage")
            said[source][fact(model, row["op"], row["supported"], row["preferred"])] += 1
    for source, rows in said.items():
        assert rows and not rows - entered(source) - listed, source
