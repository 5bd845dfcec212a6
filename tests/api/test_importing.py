"""A report becomes a submission that passes as a stranger's, or it is said what it lacks."""

from pathlib import Path

import pytest

import anedb
from anedb.api import device_key
from anedb.api.importing import import_
from anedb.api.submit import load
from anedb.domain.submission import Environment
from anedb.errors import BadFileError, StoreError, UsageError
from tests.api import programs
from tests.test_startup import loaded_by

SAMPLES = Path(__file__).parents[1] / "ingest" / "importing" / "samples"
MACHINE = {"device": "Mac16,12", "os": "macOS 26.1 (25B78)", "units": "cpu-and-ne", "date": "2026-11-20"}
ROWS = (("ios18.conv", "a", "ANE"), ("ios18.relu", "b", "ANE"), ("ios18.tan", "c", "CPU"))


def plan(path: Path, model: str = "net", rows=ROWS, offered: str = "") -> Path:
    lines = [
        f"{model}\t{number}\t{type}\t{name}\t{unit}\t{offered or ('CPU,ANE' if unit == 'ANE' else 'CPU')}\t0.3000\n"
        for number, (type, name, unit) in enumerate(rows)
    ]
    with path.open("a", encoding="utf-8") as file:
        file.writelines(lines)
    return path


def net(folder: Path, name: str = "net") -> Path:
    lines = (programs.conv("x", "a"), programs.relu("a", "b"), programs.unary("tan", "b", "c"))
    return programs.compiled(folder / f"{name}.mlmodelc", *lines)


def test_a_plan_with_its_model_is_a_submission_that_passes(tmp_path):
    report, out = plan(tmp_path / "plan.tsv"), tmp_path / "out.jsonl"
    found = import_([report], **MACHINE, model=net(tmp_path), out=out)
    assert (found.status, found.layers, found.observations, found.problems) == ("written", 3, 3, ())
    checked = load(out)
    assert checked.ok and checked.header.environment.chip == "M4" and checked.header.fingerprints.run == found.run
    seen = {line.layer.type: line.seen[0] for line in checked.lines}
    assert (seen["conv"].offered, seen["conv"].chosen, seen["conv"].cost_ppm) == (("ane", "cpu"), "ane", 300_000)
    assert (seen["tan"].offered, seen["tan"].context, seen["tan"].place) == (("cpu",), "in-model", "c")
    assert (seen["conv"].opset, seen["conv"].model, seen["conv"].method) == ("iOS18", "net", "compute-plan")


def test_an_analysis_of_core_ml_needs_no_model_and_says_engine_and_build_by_its_path(tmp_path):
    folder = tmp_path / "com.apple.e5rt.e5bundlecache" / "26A434" / "0F" / "0F.bundle" / "H16G.bundle"
    folder.mkdir(parents=True)
    (folder / "analytics.mil").write_text((SAMPLES / "analytics_mil.mil").read_text())
    said = {"chip": "M4", "units": "cpu-and-ne", "date": "2026-11-20"}
    found = import_([folder / "analytics.mil"], **said, out=tmp_path / "out.jsonl")
    assert found.status == "written" and found.layers == 3
    assert (found.environment.version, found.environment.build) == ("27.0.1", "26A434")
    assert [each.what for each in found.files[0].unmapped] == ["Words that nobody has seen before"]
    reasons = {line.layer.type: line.seen[0].reason for line in load(tmp_path / "out.jsonl").lines}
    assert reasons["tan"].code == "unsupported-op" and reasons["cast"].code == "unmapped" and reasons["relu"] is None
    with pytest.raises(UsageError, match="engine H16, and M2 has"):
        import_([folder / "analytics.mil"], **{**said, "chip": "M2"})


def test_what_is_missing_is_told_at_once_and_nothing_is_written(tmp_path):
    out = tmp_path / "out.jsonl"
    found = import_([plan(tmp_path / "plan.tsv")], out=out)
    assert found.status == "incomplete" and not out.exists()
    assert [need.option for need in found.needs] == ["--chip", "--os", "--units", "--date", "--model"]
    assert all(need.option in found.command for need in found.needs)
    assert {each.what: each.count for each in found.files[0].offered} == {"ane": 2, "cpu": 3}


def test_a_dry_run_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = import_([plan(tmp_path / "plan.tsv")], **MACHINE, model=net(tmp_path), dry_run=True)
    assert found.status == "would be written" and found.run
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.mlmodelc", "plan.tsv"]


def test_it_is_written_where_the_user_is_and_replaces_nothing_else(tmp_path, monkeypatch):
    report, model = plan(tmp_path / "plan.tsv"), net(tmp_path)
    monkeypatch.chdir(tmp_path)
    first = import_([report], **MACHINE, model=model)
    assert first.written == "plan.submission.jsonl"
    assert import_([report], **MACHINE, model=model).run == first.run
    with pytest.raises(StoreError, match="is there already"):
        import_([report], **{**MACHINE, "date": "2026-11-19"}, model=model)
    assert import_([report], **{**MACHINE, "date": "2026-11-19"}, model=model, out=first.written).status == "written"
    (tmp_path / "folder").mkdir()
    written = import_([report], **MACHINE, model=model, out=tmp_path / "folder").written
    assert written == str(tmp_path / "folder" / "plan.submission.jsonl")


def test_another_model_than_the_report_s_is_an_error_that_says_where_they_part(tmp_path):
    report = plan(tmp_path / "plan.tsv", rows=(ROWS[0], ("ios18.add", "b", "ANE"), ROWS[2]))
    with pytest.raises(BadFileError, match="line 2 of the report is add b, where the model has relu b"):
        import_([report], **MACHINE, model=net(tmp_path))


def test_a_folder_has_the_models_of_a_report_by_name(tmp_path):
    models = tmp_path / "models"
    net(models, "one")
    net(models, "other")
    report = plan(plan(plan(tmp_path / "plan.tsv", "one"), "other", ROWS[:2]), "gone", ROWS[:1])
    found = import_([report], **MACHINE, model=models, out=tmp_path / "out.jsonl")
    assert found.status == "written" and found.observations == 3
    assert sum(each.count for each in found.left_out) == 3
    assert any("other: the report ends after 2" in note for note in found.notes)
    assert any("gone: the folder has no model" in note for note in found.notes)
    with pytest.raises(UsageError, match="of 3 models"):
        import_([report], **MACHINE, model=models / "one.mlmodelc")


def test_units_that_were_offered_must_have_been_asked_for(tmp_path):
    report = plan(tmp_path / "plan.tsv", offered="CPU,GPU,ANE")
    with pytest.raises(UsageError, match="line 1 of net names the gpu, which cpu-and-ne does not leave"):
        import_([report], **MACHINE, model=net(tmp_path))
    assert import_([report], **{**MACHINE, "units": "all"}, model=net(tmp_path / "b"), dry_run=True).layers == 3


def test_what_would_be_sent_back_is_shown_and_not_written(tmp_path):
    out = tmp_path / "out.jsonl"
    found = import_([plan(tmp_path / "plan.tsv")], **{**MACHINE, "date": "2024-01-01"}, model=net(tmp_path), out=out)
    assert found.status == "refused" and not out.exists()
    assert "vocabulary.too-early" in {each.code for each in found.problems}


def test_rows_about_another_engine_than_the_chip_s_are_left_out(tmp_path):
    models = tmp_path / "models"
    net(models, "small")
    programs.compiled(models / "wide.mlmodelc", programs.relu("x", "a"))
    said = {"os": "macOS 27.0.1", "date": "2026-11-20", "model": models, "dry_run": True}
    found = import_([SAMPLES / "arch_tsv.tsv"], chip="M4", **said)
    assert (found.status, found.observations) == ("would be written", 4)
    assert [(each.count, each.what) for each in found.left_out] == [(2, "about engine H18; the chip has H16")]


def test_several_files_are_one_run(tmp_path):
    reports = [plan(tmp_path / "one.tsv", "one"), plan(tmp_path / "two.tsv", "two")]
    net(tmp_path / "models", "one")
    net(tmp_path / "models", "two")
    found = import_(reports, **MACHINE, model=tmp_path / "models", dry_run=True)
    assert (len(found.files), found.layers, found.observations) == (2, 3, 6)


def test_rows_without_an_answer_are_counted(tmp_path):
    report = tmp_path / "plan.json"
    operation = '{"operator": "ios18.relu", "name": "a", "preferred": null, "supported": null}'
    report.write_text(f'{{"kind": "anedb-compute-plan", "models": [{{"operations": [{operation}]}}]}}')
    model = programs.compiled(tmp_path / "net.mlmodelc", programs.relu("x", "a"))
    found = import_([report], **MACHINE, model=model)
    assert found.status == "nothing to store" and found.left_out[0].count == 1


def test_a_model_s_name_in_the_report_tells_nobody_s_home(tmp_path):
    model = programs.compiled(tmp_path / "net.mlmodelc", programs.relu("x", "a"))
    report = plan(tmp_path / "plan.tsv", "/Users/someone/models/net.mlpackage", (("ios18.relu", "a", "ANE"),))
    import_([report], **MACHINE, model=model, out=tmp_path / "out.jsonl")
    text = (tmp_path / "out.jsonl").read_text()
    assert "someone" not in text and '"model":"net"' in text


def test_a_device_s_key_stays_and_tells_devices_apart(tmp_path):
    here, there = (Environment(chip="M4", device=each, os="macOS", version="26.1") for each in ("Mac16,12", "Mac16,11"))
    assert device_key.key_for(here) == device_key.key_for(here) != device_key.key_for(there)
    before = device_key.key_for(here)
    device_key.secret_path().unlink()
    assert device_key.key_for(here) != before
    device_key.secret_path().write_text("short")
    with pytest.raises(StoreError, match="damaged"):
        device_key.key_for(here)


def test_an_import_asks_no_database_and_loads_no_coremltools():
    code = f"from anedb.api.importing import import_; import_(['{SAMPLES / 'analytics_mil.mil'}'], dry_run=True)"
    assert not loaded_by(code) & {"sqlalchemy", "alembic", "coremltools", "numpy"}


def test_the_python_api_imports_as_well(database, tmp_path):
    with anedb.open(database) as db:
        found = db.import_([plan(tmp_path / "plan.tsv")], **MACHINE, model=net(tmp_path), dry_run=True)
    assert found.status == "would be written"
