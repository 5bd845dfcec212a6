"`anedb suite`: what is listed, what is built, and every way that can fail."

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from anedb.api import schemas
from anedb.coreml.read import read_model
from anedb.domain.suite import SECONDS
from anedb.probe import build, manifest
from anedb.probe.suite import asks, digest


def valid(found, name):
    jsonschema.validate(found, schemas.get(name))


def listing(folder):
    return sorted(each.name for each in folder.iterdir())


def test_the_suites_are_listed_with_what_they_cover(anedb):
    found = anedb("suite", "list", "--json").json()
    valid(found, "suites")
    by_name = {each["name"]: each for each in found["suites"]}
    assert by_name["standard"]["mlprogram"] >= 150 and by_name["standard"]["neuralnetwork"] >= 140
    assert by_name["quick"]["models"] * SECONDS <= 300
    assert "mlprogram:const" in found["uncovered"] and not found["questions"]
    assert by_name["full"]["mlprogram"] + 1 == found["catalogue"]["mlprogram"]
    assert any("rank" in id for id in found["unasked"])


def test_people_are_told_the_sizes_and_what_is_missing(anedb):
    out = anedb("suite", "list").out
    assert "about 5 min" in out and "mlprogram:const" in out


def test_the_questions_of_a_suite_come_in_the_order_they_are_asked(anedb):
    found = anedb("suite", "list", "quick", "--json").json()
    valid(found, "suites")
    assert [each["id"] for each in found["questions"]] == [each.id for each in asks("quick")]
    assert all(each["fingerprint"].startswith("v1:") for each in found["questions"])


def test_a_layer_type_narrows_the_list_to_it_and_its_kin(anedb):
    found = anedb("suite", "list", "standard", "--type", "LeakyReLU", "--json").json()
    kinds = {(each["format"], each["type"]) for each in found["questions"]}
    assert kinds == {("mlprogram", "leaky_relu"), ("neuralnetwork", "activation.leakyReLU")}


@pytest.mark.parametrize("command", ["list", "build"])
def test_a_misspelt_suite_is_answered_with_the_nearest(anedb, tmp_path, command):
    ran = anedb("suite", command, "standrad", *([str(tmp_path / "new")] if command == "build" else []))
    assert ran.code == 2 and "did you mean standard?" in ran.err and not (tmp_path / "new").exists()


def test_a_suite_is_built_with_a_list_of_what_is_in_it(anedb, tmp_path):
    folder = tmp_path / "deep" / "new"
    found = anedb("suite", "build", "quick", str(folder), "--limit", "9", "--json")
    valid(found.json(), "suite-built")
    assert found.err == ""
    told = manifest.read(folder)
    valid(json.loads((folder / "suite.json").read_text()), "suite-manifest")
    assert (found.json()["models"], told.digest) == (9, digest(asks("quick")[:9]))
    assert listing(folder) == sorted(["suite.json", *(each.file for each in told.models)])
    for each in told.models:
        ops = {op.place: op for network in read_model(folder / each.file).networks for op in network.ops}
        assert (ops[each.place].fingerprint, ops[each.place].type) == (each.fingerprint, each.type)


def test_two_processes_write_the_same_bytes(tmp_path):
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "anedb", "suite", "build", "quick", str(tmp_path / seed), "--limit", "14"]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed})
    one, two = (manifest.read(tmp_path / seed) for seed in ("1", "2"))
    assert one == two and len(one.models) == 14 and all(each.sha256 for each in one.models)
    names = sorted(each.relative_to(tmp_path / "1") for each in (tmp_path / "1").rglob("*") if each.is_file())
    assert all((tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes() for name in names)


def test_what_is_wanted_is_built_with_the_canaries_first(anedb, tmp_path):
    ran = anedb("suite", "build", "wanted", str(tmp_path / "w"), "--chip", "M4", "--limit", "5", "--json")
    valid(ran.json(), "suite-built")
    wanted = anedb("wanted", "--chip", "M4", "--limit", "5", "--json").json()["wanted"]
    told = manifest.read(tmp_path / "w")
    marks = {each.fingerprint for each in told.models if not each.canary}
    assert len(told.models) + len(told.left_out) >= 5
    assert marks <= {each["fingerprint"] for each in wanted} and marks
    assert [bool(each.canary) for each in told.models] == sorted((bool(it.canary) for it in told.models), reverse=True)


def test_what_is_wanted_can_be_listed(anedb):
    found = anedb("suite", "list", "wanted", "--chip", "M1", "--limit", "4", "--json").json()
    valid(found, "suites")
    assert found["questions"][0]["canary"] and not found["questions"][-1]["canary"]


def test_a_chip_is_for_what_is_wanted_alone(anedb, tmp_path):
    for arguments in (("list", "quick"), ("build", "quick", str(tmp_path / "new"))):
        ran = anedb("suite", *arguments, "--chip", "M4")
        assert ran.code == 2 and "wanted" in ran.err


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    "A package and a file, as somebody has them."
    folder = tmp_path_factory.mktemp("own")
    for id in ("canary/relu", "nn:erf"):
        ask = next(each for each in asks() if each.id == id)
        build.write(ask, build.build(ask), folder)
    return folder


def test_models_of_ones_own_stand_in_place_of_a_suite(anedb, own, tmp_path):
    ran = anedb("suite", "build", str(own / "canary_relu.mlpackage"), str(own / "nn_erf.mlmodel"), str(tmp_path / "o"))
    assert ran.code == 0 and "2 models" in ran.out
    told = manifest.read(tmp_path / "o")
    assert (told.name, [each.id for each in told.models]) == ("own", ["canary_relu", "nn_erf"])
    assert (tmp_path / "o" / "nn_erf.mlmodel").read_bytes() == (own / "nn_erf.mlmodel").read_bytes()


def test_so_does_a_folder_of_them(anedb, own, tmp_path):
    assert anedb("suite", "build", str(own), str(tmp_path / "o"), "--json").json()["models"] == 2


@pytest.mark.parametrize("name", ["none.mlmodel", "bad.mlmodel"])
def test_a_model_that_is_none_leaves_no_folder(anedb, tmp_path, name):
    (tmp_path / "bad.mlmodel").write_bytes(b"no model at all")
    ran = anedb("suite", "build", str(tmp_path / name), str(tmp_path / "o"))
    assert ran.code == 2 and name in ran.err and not (tmp_path / "o").exists()


def test_a_folder_that_is_not_empty_is_left_as_it_is(anedb, tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    ran = anedb("suite", "build", "quick", str(tmp_path))
    assert ran.code == 2 and "is not empty" in ran.err and listing(tmp_path) == ["letter.txt"]


def test_a_file_in_the_place_of_the_folder_exits_3(anedb, tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    ran = anedb("suite", "build", "quick", str(tmp_path / "letter.txt"))
    assert ran.code == 3 and "letter.txt" in ran.err


@pytest.mark.parametrize("there", [True, False])
def test_without_room_the_folder_is_as_it_was(anedb, tmp_path, monkeypatch, there):
    folder = tmp_path / "new"
    if there:
        folder.mkdir()
    written = []

    def write(ask, built, into):
        written.append(shutil.copyfile(__file__, Path(into) / ask.id.replace("/", "_")))
        if len(written) == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return written[-1]

    monkeypatch.setattr(build, "write", write)
    ran = anedb("suite", "build", "quick", str(folder))
    assert ran.code == 3 and "No space left" in ran.err and len(written) == 3
    assert folder.exists() == there and not (there and listing(folder))


def test_a_build_that_is_broken_off_leaves_nothing(anedb, tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "write", stop)
    assert anedb("suite", "build", "quick", str(tmp_path / "new")).code == 130
    assert not (tmp_path / "new").exists()


def test_progress_is_told_as_it_is_made(anedb, tmp_path, monkeypatch):
    from contextlib import contextmanager

    from anedb.cli import progress

    told = []

    @contextmanager
    def remaining():
        yield lambda *what: told.append(what)

    monkeypatch.setattr(progress, "remaining", remaining)
    assert anedb("suite", "build", "quick", str(tmp_path / "a"), "--limit", "2").code == 0
    assert told == [("canary/relu", 0, 2), ("canary/add", 1, 2)]


def test_a_list_that_names_a_file_elsewhere_is_refused(tmp_path):
    from anedb.errors import BadFileError

    found = manifest.Manifest(name="x", version="1", digest="", models=(manifest.Member(id="a", file="../a.mlmodel"),))
    manifest.write(found, tmp_path)
    with pytest.raises(BadFileError, match="beside it"):
        manifest.read(tmp_path)
    (tmp_path / "suite.json").write_text('{"models": 3}')
    with pytest.raises(BadFileError, match="no list"):
        manifest.read(tmp_path)
