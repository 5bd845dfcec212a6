"""What a process keeps between questions never shows in an answer."""

import shutil

import anedb
from anedb.api import ask
from anedb.api.submit import submit

SAMPLE = "tests/samples/good/m2-macos-15.1.jsonl"


# The NeuralNetwork layer's answer rests on the ML Program's cells: both types are read for it.
LAYERS = ("conv", "relu", "neuralnetwork:convolution", "conv", "neuralnetwork:activation.relu", "lstm")


def answers(db):
    return [db.query(layer, chip=chip, limit=99) for layer in LAYERS for chip in ("M4", "M2", None)]


def test_a_process_that_keeps_nothing_gives_the_same_answers(database, monkeypatch):
    with anedb.open(database) as db:
        kept = answers(db)
    monkeypatch.setattr(ask, "KEPT", 1)
    monkeypatch.setattr(ask, "KEPT_ANSWERS", 1)
    with anedb.open(database) as db:
        assert answers(db) == kept


def test_the_same_question_has_the_same_answer_twice(database):
    with anedb.open(database) as db:
        asked = {"inputs": ["x=fp16[1,64,32,32]"], "chip": "M4", "os": "macOS 27.0"}
        assert db.query("relu", **asked) == db.query("relu", **asked)


def test_a_run_stored_meanwhile_is_heard(database, tmp_path, request):
    own = str(tmp_path / "own.sqlite")
    shutil.copy(database, own)
    asked = {"inputs": ["x=fp16[1,64,32,32]"], "chip": "M2", "os": "macOS 15.1"}
    with anedb.open(own) as db:
        before = db.query("relu", **asked)
        assert submit(own, request.config.rootpath / SAMPLE).status == "stored"
        after = db.query("relu", **asked)
    assert before.basis != "same-configuration"
    assert after.offered != before.offered


def test_names_in_python_are_those_of_the_command_line(database):
    with anedb.open(database) as db:
        one = db.query("conv", params={"dilations": [2, 2]}, inputs=["x=fp16[1,64,32,32]"], chip="M4")
        other = db.query("ios17.conv", params=["dilations=2,2"], inputs=["fp16[1,64,32,32]"], chip="m4")
    assert one.offered == other.offered and one.layer.params == other.layer.params
