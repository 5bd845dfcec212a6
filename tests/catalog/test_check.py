"""data/ is clean, and each thing that can be wrong with it is found, named and placed."""

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from anedb.catalog import canonical, check, files, layers, layout, records
from anedb.catalog.findings import CODES
from anedb.domain.layer import Layer, Operand
from anedb.domain.submission import LayerLine, Seen, SourceHeader
from anedb.domain.target import Target
from anedb.evidence import condition
from anedb.fingerprint import fingerprint

DATA = Path(__file__).parents[2] / "data"
TODAY = "2026-11-22"


@pytest.fixture
def data(tmp_path, monkeypatch):
    "A copy of data/ to spoil: what people add to, and the catalogue it points at."
    shutil.copytree(DATA / "claims", tmp_path / "claims")
    (tmp_path / "layers").symlink_to(DATA / "layers")  # 350 files, that only one test spoils
    for path in DATA.glob("*.*"):
        shutil.copy(path, tmp_path)
    monkeypatch.setenv("ANEDB_DATA", str(tmp_path))
    files.root.cache_clear()
    yield tmp_path
    files.root.cache_clear()


def problems(**more):
    return check.check(condition.check, **{"today": TODAY, **more})


def told(**more):
    return {(problem.code, problem.where) for problem in problems(**more)}


def edit(path, change):
    "Change a JSON file and leave it in canonical form, so that only the change is wrong."
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))
    if layout.kind_of(path) or path.name in layout.DEPTHS:
        path.write_text(layout.canonical_text(path))


def claim(data, **change):
    edit(data / "claims/apple.json", lambda rows: row(rows, "ct-1780").update(change))


def row(rows, id):
    return next(each for each in rows if each["id"] == id)


HERE = "data/claims/apple.json ct-1780"


def test_the_shipped_data_is_clean():
    assert check.check(condition.check) == []


def test_a_copy_of_it_is_clean(data):
    assert problems() == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"source": "nobody"}, "data.unknown-source"),
        ({"subject": "lstmm"}, "data.unknown-subject"),
        ({"subject": "neuralnetwork:lstm"}, "data.unknown-subject"),
        ({"says": "maybe"}, "data.unknown-word"),
        ({"strength": "certain"}, "data.unknown-word"),
        ({"method": "hearsay"}, "data.unknown-word"),
        ({"about": "ran"}, "data.unknown-word"),
        ({"reason": "bad-luck"}, "data.unknown-reason"),
        ({"says": "yes"}, "data.schema"),
        ({"chips": ["A99"]}, "data.unknown-chip"),
        ({"engines": ["H99"]}, "data.unknown-engine"),
        ({"date": "2023-02-30"}, "data.date"),
        ({"date": "last year"}, "data.date"),
        ({"date": "2026-11-23"}, "data.future"),
        ({"date": "2026-12"}, "data.future"),
        ({"date": "2027"}, "data.future"),
        ({"condition": "kernel_width >"}, "data.condition"),
        ({"condition": "kernel_widht > 3"}, "data.condition"),
        ({"text": " "}, "data.schema"),
        ({"since_release": 18, "until_release": 17}, "data.schema"),
        ({"since_release": "18"}, "data.schema"),
        ({"surprise": 1}, "data.schema"),
    ],
)
def test_what_is_wrong_with_a_claim_is_found_at_its_place(data, change, code):
    claim(data, **change)
    assert told() == {(code, HERE)}


def test_a_day_of_today_is_not_from_the_future(data):
    claim(data, date=TODAY)
    assert problems() == []


def test_a_missing_field_is_found(data):
    edit(data / "claims/apple.json", lambda rows: row(rows, "ct-1780").pop("text"))
    assert ("data.schema", HERE) in told()


def test_one_wrong_row_does_not_hide_another(data):
    claim(data, source="nobody", says="maybe")
    edit(data / "workarounds.json", lambda rows: row(rows, "hol-add").update(use=["neuralnetwork:addd"]))
    assert {code for code, _ in told()} == {"data.unknown-source", "data.unknown-word", "data.unknown-layer"}


def test_two_claims_with_one_id_are_found_across_files(data):
    edit(data / "claims/apple.json", lambda rows: row(rows, "ct-1780").update(id="hol-lstm"))
    assert told() == {("data.duplicate", "data/claims hol-lstm")}


def test_evidence_for_a_workaround_has_to_exist(data):
    edit(data / "workarounds.json", lambda rows: row(rows, "hol-add").update(evidence=["hearsay"]))
    assert told() == {("data.unknown-evidence", "data/workarounds.json hol-add")}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "rumour"}, "data.unknown-word"),
        ({"url": "ftp://example.org"}, "data.schema"),
        ({"author": ""}, "data.schema"),
        ({"id": "two words"}, "data.id"),
    ],
)
def test_what_is_wrong_with_a_source_is_found(data, change, code):
    edit(data / "sources.json", lambda rows: rows.append({**row(rows, "vx-issue-436"), "id": "new", **change}))
    assert code in {code for code, _ in told()}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("{limit}", "{most}", "data.placeholder"),
        ('title = "the window', 'tittle = "the window', "data.schema"),
        ('applies_to = "chosen"', 'applies_to = "ran"', "data.unknown-word"),
        ("[reasons.broadcast]", "[reasons.zbroadcast]", "data.order"),
        ("[reasons.broadcast]", "[reasons.broadcast", "data.syntax"),
    ],
)
def test_what_is_wrong_with_a_reason_is_found(data, old, new, code):
    text = (data / "reasons.toml").read_text()
    assert old in text
    (data / "reasons.toml").write_text(text.replace(old, new))
    assert code in {code for code, _ in told()}


def test_a_file_that_is_not_json_is_found_and_the_rest_is_still_looked_at(data):
    (data / "claims/751k.json").write_text("[{")
    claim(data, says="maybe")
    assert {("data.syntax", "data/claims/751k.json"), ("data.unknown-word", HERE)} <= told()


def test_a_missing_file_is_found(data):
    (data / "workarounds.json").unlink()
    assert ("data.missing", "data/workarounds.json") in told()


@pytest.mark.parametrize("name", ["claims/hollance.json", "sources.json", "chips.json", "engines.json"])
def test_fmt_restores_the_one_form(data, name):
    path = data / name
    before = path.read_text()
    value = json.loads(before)
    rows = value[::-1] if isinstance(value, list) else value
    path.write_text(json.dumps(rows, indent=4))
    assert told() == {("data.form", f"data/{name}")}
    assert check.fmt(write=False) == [path] and path.read_text() != before
    assert check.fmt(write=True) == [path] and path.read_text() == before
    assert check.fmt(write=True) == []


def test_a_key_said_twice_is_not_passed_over(data):
    path = data / "sources.json"
    path.write_text(path.read_text().replace('  "kind": ', '  "kind": "dump",\n  "kind": ', 1))
    assert told() == {("data.form", "data/sources.json")}


def test_a_chip_with_an_engine_that_does_not_exist_is_found(data):
    edit(data / "chips.json", lambda value: row(value["chips"], "M4").update(engine="H99"))
    assert ("data.unknown-engine", "data/chips.json M4") in told()


def test_a_row_of_the_catalogue_without_a_source_is_found(data):
    edit(data / "devices.json", lambda value: value["devices"][0].update(source=[]))
    assert [code for code, _ in told()] == ["data.unknown-source"]


def test_a_layer_file_not_named_for_its_type_is_found(data):
    (data / "layers").unlink()
    shutil.copytree(DATA / "layers", data / "layers")
    (data / "layers/mlprogram/relu.json").rename(data / "layers/mlprogram/relu6.json")
    assert ("data.name", "data/layers/mlprogram/relu6.json") in told()


# -------------------------------------------------------------------------------------------------- observations


def relu_line(height=32, **more):
    kind = layers.get("mlprogram", "relu")
    operand = Operand(name="x", dtype="fp16", shape=(1, 64, height, 32))
    layer, _ = canonical.canonical(kind, {}, [operand])
    seen = Seen(**{"units": "cpu-and-ne", "context": "isolated", "method": "compute-plan", "chosen": "cpu", **more})
    return LayerLine(fingerprint=fingerprint(layer.hashed()), layer=layer, seen=(seen,))


HEADER = {
    "kind": "anedb-observations",
    "schema_version": "1.0.0",
    "source": "751k-plan-iso-cpune",
    "target": Target(chip="M4", os="macOS", version="27.0.1", build="26A434", device="Mac16,12"),
    "witness": "751K:Mac16,12",
    "date": "2026-10-05",
    "layers": 2,
}


def observed(data, lines=None, name="751k-plan-iso-cpune", **header):
    lines = lines or [relu_line(32), relu_line(64)]
    (data / "observations").mkdir()
    path = data / "observations" / f"{name}.jsonl"
    path.write_text(records.render(SourceHeader(**{**HEADER, **header}), lines))
    return path


def test_a_good_file_of_observations_has_no_problems(data):
    observed(data)
    assert problems() == []


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"layers": 3}, "data.count"),
        ({"date": "2026-13-01"}, "data.date"),
        ({"target": Target(chip="A99")}, "data.unknown-target"),
        ({"target": Target(chip="M1", device="Mac16,12")}, "data.unknown-target"),
        ({"source": "751k-plan-iso-all"}, "data.name"),
        ({"source": "nobody", "name": "nobody"}, "data.unknown-source"),
    ],
)
def test_what_is_wrong_with_a_header_is_found(data, header, code):
    path = observed(data, **header)
    assert told() == {(code, f"data/observations/{path.name}:1")}


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        ({"units": "everything"}, "data.unknown-word"),
        ({"offered": ("ane", "tpu")}, "data.unknown-word"),
        ({"context": "alone"}, "data.unknown-word"),
    ],
)
def test_what_is_wrong_with_an_observation_is_found(data, seen, code):
    observed(data, [relu_line(**seen)], layers=1)
    assert told() == {(code, "data/observations/751k-plan-iso-cpune.jsonl:2")}


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda lines: [lines[0], lines[2], lines[1]], "data.order"),
        (lambda lines: [lines[0], lines[1], lines[1]], "data.duplicate"),
        (lambda lines: [lines[0], lines[1], lines[2].replace("64,32", "65,32")], "data.fingerprint"),
        (lambda lines: [lines[0], lines[1], lines[2].replace('"relu"', '"reluu"')], "data.unknown-layer"),
        (lambda lines: [lines[0], lines[1], lines[2].replace('"params":{}', '"params":{"a":1}')], "data.canonical"),
        (lambda lines: [lines[0], lines[1], lines[2][:-20]], "data.syntax"),
        (lambda lines: ["", *lines[1:]], "data.syntax"),
    ],
)
def test_what_is_wrong_with_a_line_is_found(data, spoil, code):
    path = observed(data)
    path.write_text("\n".join(spoil(path.read_text().splitlines())) + "\n")
    assert code in {found for found, _ in told()}


def test_a_layer_whose_fingerprint_is_right_may_still_not_be_canonical(data):
    operand = Operand(name="x", dtype="fp16", shape=(1, 64, 32, 32))
    layer = Layer(format="mlprogram", type="softmax", params={"axis": -1}, inputs=(operand,))
    line = LayerLine(fingerprint=fingerprint(layer.hashed()), layer=layer, seen=relu_line().seen)
    observed(data, [line], layers=1)
    assert [str(each) for each in problems()] == [
        "data/observations/751k-plan-iso-cpune.jsonl:2: axis is -1, in canonical form 3 [data.canonical]"
    ]


def test_every_code_that_is_used_is_listed():
    folder = Path(check.__file__).parent
    used = {
        part.split('"')[0]
        for path in folder.glob("*.py")
        for part in ("data." + rest for rest in path.read_text().split('"data.')[1:])
        if path.name != "findings.py"
    } | {"data.date", "data.future"}
    assert used == set(CODES)


def test_the_published_schemas_accept_what_is_shipped_and_nothing_unknown():
    schemas = check.schemas()
    for name, file in (
        ("claims", "claims/hollance.json"),
        ("sources", "sources.json"),
        ("workarounds", "workarounds.json"),
    ):
        rows = json.loads((DATA / file).read_text())
        schema = schemas[f"{name}.schema.json"]
        jsonschema.validate(rows, schema)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate([{**rows[0], "surprise": 1}], schema)
