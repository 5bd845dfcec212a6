"Core ML crashes, hangs, eats memory, says nothing: each is a reason told of the layer, and the rest is still measured."

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from anedb.coreml.read import read_model
from anedb.probe import journal as journals
from anedb.probe.heard import Job
from anedb.probe.mac import Commands
from anedb.probe.private import Private
from anedb.probe.runner import Runner, Settings
from anedb.probe.worker import Limits

NONCE = "0" * 32
AMPLE = Limits(120, 2**34)


@pytest.fixture
def measured(mac, model):
    "`measured(answer, …)`: what a run over one relu gives."

    def of(answer, units=("cpu-and-ne",), *, timed=False, limits=AMPLE, path=None):
        path = path or model("relu")
        for each in answer.get("refusals", []):
            each["name"] = read_model(path).networks[0].ops[0].name
        mac.says({"default": answer})
        on = Commands()
        runner = Runner(on, Settings(units, limits, NONCE, timed), Private.of(on))
        return runner.one(Job(id="relu", path=path))

    return of


def does(step, what, units="", **more):
    return {"do": [{"step": step, "what": what, **({"units": units} if units else {}), **more}]}


def told(found):
    return [(each.step, each.units, each.reason.code) for each in found.failures]


def seen(found):
    return [
        (one.units, one.chosen, one.reason.code if one.reason else None) for line in found.lines for one in line.seen
    ]


def test_a_crash_in_one_setting_leaves_the_others(measured):
    found = measured(does("plan", "crash", "CPU_AND_NE"), ("cpu-and-ne", "all"))
    assert told(found) == [("plan", "cpu-and-ne", "crash")]
    assert found.failures[0].reason.value == "signal 11"
    assert seen(found) == [("all", "ane", None), ("cpu-and-ne", None, "crash")]


def test_a_hang_is_ended_after_the_time_limit(measured):
    began = time.monotonic()
    found = measured(does("plan", "hang"), limits=Limits(4, 2**34))
    assert time.monotonic() - began < 20
    assert told(found) == [("plan", "cpu-and-ne", "time-limit")] and found.failures[0].reason.value == "4 s"


def test_memory_beyond_the_limit_ends_it(measured):
    found = measured(does("compile", "eat"), limits=Limits(60, 2**29))
    assert told(found) == [("compile", "", "memory-limit")]
    assert seen(found) == [("cpu-and-ne", None, "memory-limit")], "whatever the setting"


def test_a_plan_that_is_nil_is_no_answer(measured):
    found = measured(does("plan", "nil"))
    assert told(found) == [("plan", "cpu-and-ne", "no-answer")] and seen(found) == [("cpu-and-ne", None, "no-answer")]


def test_an_operation_without_an_answer_is_counted_and_nothing_is_made_of_it(measured):
    found = measured({"silent": ["relu"]})
    assert found.lines == () and found.unanswered == 1 and found.failures == ()


def test_what_fails_when_it_runs_was_planned_all_the_same(measured):
    found = measured(does("load", "crash", "CPU_AND_NE"), ("cpu-and-ne", "cpu-only"), timed=True)
    assert told(found) == [("load", "cpu-and-ne", "crash")]
    assert seen(found) == [("cpu-and-ne", "ane", None), ("cpu-only", "cpu", None), ("cpu-and-ne", None, "crash")]
    assert [each.units for each in found.times] == ["cpu-only"]


def test_an_error_in_known_words_gives_their_reason_and_no_other_word_of_it(measured):
    text = "E5RT: Tensor dimensions N1D1C1H1W240000 are not within supported range, N[1-65536]D[1-16384]C[1-65536]H[1-16384]W[1-16384]. /Users/x"  # noqa: E501
    found = measured(does("predict", "error", "CPU_AND_NE", said=text), timed=True)
    reason = found.failures[0].reason
    assert (reason.code, reason.feature, reason.value, reason.limit) == ("extent-too-large", "width", "240000", "16384")
    assert "/Users" not in json.dumps([str(each) for each in found.failures])


def test_an_error_in_other_words_is_told_by_its_step_alone(measured):
    found = measured(does("compile", "error", text="Error in /Users/janeappleseed/x: what nobody knows"))
    assert told(found) == [("compile", "", "rejected")]
    assert found.failures[0].reason.text == "" and "janeappleseed" not in str(found)


def test_reasons_come_from_what_core_ml_left_in_its_cache(measured):
    said = [{"type": "relu", "said": "Unsupported tensor data type: int32"}]
    found = measured({"offered": {"relu": ["cpu"]}, "refusals": said}, ("cpu-and-ne", "cpu-and-gpu"))
    assert seen(found) == [("cpu-and-ne", "cpu", "dtype"), ("cpu-and-gpu", "cpu", None)]


def test_words_that_nobody_knows_leave_only_if_they_tell_nothing_of_the_machine(measured):
    for words, kept in (("Cannot lower op, sorry", True), ("Cannot read /Users/janeappleseed/model", False)):
        said = [{"type": "relu", "said": words}]
        reason = measured({"offered": {"relu": ["cpu"]}, "refusals": said}).lines[0].seen[0].reason
        assert (reason.code, reason.text) == ("unmapped", words if kept else "")


def test_nothing_of_core_mls_cache_stays(measured, mac):
    measured({"refusals": [{"type": "relu", "said": "no"}]})
    assert not list(Path(mac.env["HOME"]).glob("Library/Caches/*"))


def test_a_file_that_is_no_model_does_not_end_the_run(measured, tmp_path):
    path = tmp_path / "broken.mlmodel"
    path.write_bytes(b"nonsense")
    assert measured({}, path=path).note == "the file cannot be read as a model"


def wait_for(there, seconds=60):
    until = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_broken_off_goes_on_where_it_was(mac, model, tmp_path, how):
    folder = tmp_path / "models"
    folder.mkdir()
    for name in ("a", "b"):
        path = model("relu", name)
        path.rename(folder / path.name)
    mac.says({"models": {"b.": does("plan", "hang")}})
    command = ("probe", str(folder), "--units", "cpu-and-ne", "--plans-only", "--out", "run.jsonl", "--json")
    journal = mac.folder / "run.jsonl.journal"
    run = subprocess.Popen(
        mac.command(*command), env=mac.env, cwd=mac.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    wait_for(lambda: journal.is_file() and journal.read_text().count("\n") == 2)
    time.sleep(1)
    os.kill(run.pid, how)
    _, err = run.communicate(timeout=120)
    assert run.returncode == (130 if how == signal.SIGINT else -9)
    assert how != signal.SIGINT or b"--resume" in err
    with journal.open("a") as file:
        file.write('{"id": "half a li')
    mac.says({})
    again = mac.anedb(*command)
    assert again.code == 2 and "--resume" in again.out, "it is not begun anew without being told so"
    found = mac.anedb(*command, "--resume").json()
    assert (found["models"], found["resumed"], found["status"]) == (2, 1, "written")
    assert not journal.exists()


def test_a_journal_of_another_run_is_not_gone_on_with(tmp_path):
    path = tmp_path / "x.journal"
    run = journals.Run(suite="quick", units=("all",), timed=True, chip="M2", device="Mac14,2", version="15.1",
                       build="24B83", coremltools="9.0", tool="anedb", nonce="1" * 32)  # fmt: skip
    journals.start(path, run)
    from dataclasses import replace

    from anedb.errors import UsageError

    assert journals.resume(path, replace(run, nonce="2" * 32)).run.nonce == "1" * 32
    with pytest.raises(UsageError, match="build differ"):
        journals.resume(path, replace(run, build="24B84"))
