"""Nothing that tells whose machine it is leaves it, though every tool prints it beside what it is asked for, and Core
ML has it in its words: not in the submission, its times, the journal, nor on the screen."""

import json

import pytest

from anedb.domain.submission import Environment, Header
from anedb.ingest.timings import Conditions, Timing, TimingsHeader
from anedb.probe.mac import Commands
from anedb.probe.private import Private

from .conftest import FULL, HOST, PERSON, SECRETS, SERIAL, UDID, built, made

WORDS = [f"cannot open /Users/{PERSON}/Library", f"{FULL} said no", f"on {HOST}", f"device {UDID}", f"no. {SERIAL}"]


def rule(step, what, words):
    return {"step": step, "what": what, "units": "CPU_AND_NE", "text": words, "said": words}


@pytest.fixture(scope="module")
def everything(tmp_path_factory, database):
    "All that a run leaves in its folder and on the screen."
    folder = tmp_path_factory.mktemp("mac")
    mac = made(folder, database)
    names = "relu", "tanh", "add", "sigmoid", "sub"
    paths = [built(folder, name) for name in names]
    steps = ("plan", "load", "predict", "compile", "plan")
    mac.says({"models": {
        f"{name}.": {"do": [{**rule(step, "error", words), **({} if step != "compile" else {"units": ""})}],
                     "offered": {name: ["cpu"]}, "refusals": [{"name": f"{name}_0", "type": name, "said": words}]}
        for name, step, words in zip(names, steps, WORDS, strict=True)
    }})  # fmt: skip
    command = ("probe", *map(str, paths), "--units", "cpu-and-ne", "--out", "run.jsonl")
    told = mac.anedb(*command, "--json")
    spoken = mac.anedb("doctor")
    found = {path.name: path.read_text() for path in mac.folder.iterdir() if path.name != "answers.json"}
    return {**found, "json": told.out, "stderr": told.err, "doctor": spoken.out + spoken.err}


def test_nothing_that_was_planted_leaves(everything):
    assert {"run.jsonl", "run.timings.jsonl", "json"} <= everything.keys()
    assert json.loads(everything["json"])["failures"], "Core ML's words were there to be told"
    for where, text in everything.items():
        for secret in SECRETS:
            assert secret.casefold() not in text.casefold(), f"{secret} in {where}"
        assert "/Users/" not in text, where


def test_only_listed_fields_leave(everything):
    "The fields of the published format, and no other: a new one has to be added here by somebody who thought of it."
    head, *_ = map(json.loads, everything["run.jsonl"].splitlines())
    assert head.keys() <= set(Header.__dataclass_fields__)
    assert head["environment"].keys() <= set(Environment.__dataclass_fields__)
    assert set(Environment.__dataclass_fields__) == {
        "chip", "device", "os", "version", "build", "coremltools", "tool", "virtual", "low_power",
    }  # fmt: skip
    assert set(Header.__dataclass_fields__) == {
        "kind", "schema_version", "environment", "contributor", "device_key", "date", "licence", "layers",
        "fingerprints", "suite", "comment",
    }  # fmt: skip
    times, *rest = map(json.loads, everything["run.timings.jsonl"].splitlines())
    assert set(times) == set(TimingsHeader.__dataclass_fields__)
    assert set(Conditions.__dataclass_fields__) == {"nonce", "power", "thermal", "xcode", "engine_cores"}
    assert all(set(each) == set(Timing.__dataclass_fields__) for each in rest)
    assert head["environment"] == {
        "chip": "M2", "device": "Mac14,2", "os": "macOS", "version": "15.1", "build": "24B83", "coremltools": "9.0",
        "tool": head["environment"]["tool"], "low_power": True,
    }  # fmt: skip


def test_the_journal_holds_nothing_either(mac, model, tmp_path):
    from anedb.probe import journal as journals
    from anedb.probe.heard import Job
    from anedb.probe.runner import Runner, Settings, Task
    from anedb.probe.worker import Limits

    path = model("relu")
    mac.says({"default": {"do": [rule("plan", "error", f"/Users/{PERSON} {SERIAL}")]}})
    on = Commands()
    run = journals.Run(suite="x", units=("cpu-and-ne",), timed=True, chip="M2", device="Mac14,2", version="15.1",
                       build="24B83", coremltools="9.0", tool="anedb", nonce="0" * 32)  # fmt: skip
    journal = journals.start(tmp_path / "x.journal", run)
    settings = Settings(run.units, Limits(60, 2**34), run.nonce)
    Runner(on, settings, Private.of(on)).run([Task("relu", lambda _: Job(id="relu", path=path))], journal)
    text = journal.path.read_text()
    assert '"no-answer"' in text
    assert not any(secret in text for secret in (*SECRETS, "/Users"))


@pytest.mark.parametrize(
    "words", [*WORDS, "mail me@example.org", "at 192.168.1.20", "5B2F1C1D-0000-4000-8000-AAAABBBBCCCC"]
)
def test_words_that_tell_whose_it_is_are_not_told(mac, words):
    assert Private.of(Commands()).told(words) == ""


@pytest.mark.parametrize(
    "words", ["Unsupported tensor data type: int32", "N1D1C1H1W240000 is too large", "kernel 17 > 16"]
)
def test_words_that_do_not_are(mac, words):
    assert Private.of(Commands()).told(words) == words
