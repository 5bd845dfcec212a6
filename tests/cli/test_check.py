"`anedb check`: what it prints, where to, and how it ends."

import io
import json
import re
import subprocess
import sys
from dataclasses import replace

import pytest
from check_samples import A15, M4, NetworkPart, Target, blocker, check, checked, layer, unsettled

from anedb.api import Anedb
from anedb.cli import check_json
from anedb.domain.plain import plain
from anedb.errors import BadFileError

GATHER = layer("gather", "no", "cpu", name="look_up", reasons=("dtype",))
NET = checked(
    *[layer()] * 8,
    GATHER,
    GATHER,
    layer("frob", "unknown", "unknown", open=("axis",)),
    layer("relu", placement="cpu", placement_why="the engine is left once rather than twice"),
    blockers=(blocker(layers=(8, 9)),),
    unsettled=(unsettled(layers=(10,)),),
    notes=("its weight file is missing",),
)
LAYERLESS = checked(
    path="glm.mlmodel", networks=(NetworkPart(name="0", format="", layers=0, note="glmRegressor: no layers"),)
)


@pytest.fixture
def run(anedb, monkeypatch):
    "`run(check, *arguments)`: the command line, where checking gives this."

    def ran(found, *arguments, models=("net.mlpackage",)):
        asked = {}

        def answer(_self, paths, **more):
            asked.update(more, paths=list(map(str, paths)))
            if isinstance(found, BaseException):
                raise found
            return found

        monkeypatch.setattr(Anedb, "check", answer, raising=False)
        result = anedb("check", *models, *arguments)
        result.asked = asked
        return result

    return ran


def test_a_model_is_summed_up_and_what_is_off_the_engine_listed(run):
    ran = run(check(NET), "--chip", "A15", "--os", "iOS 18", "--units", "all")
    assert ran.code == 0 and not ran.err
    for word in (
        "models/net.mlpackage on A15 (H14), iOS 18",
        "8 of 12 layers are predicted on the Neural Engine",
        "✖ no 2",
        "A██",
        "look it up before the model [stated; somebody]",
        "c12, hol-gather",
        "×2",
        "look_up",
        "left open: axis",
        "left once rather than twice",
        "its weight file is missing",
        "read its compute plan",
        "a launch and a switch take 0.125 ms",
        "(4 of 12, equal ones folded)",
    ):
        assert word in ran.out, word
    assert "conv_0" not in ran.out.split("Layers not plainly")[1]
    assert (ran.asked["chips"], ran.asked["os"], ran.asked["units"]) == (["A15"], "iOS 18", "all")


def test_with_layers_the_rest_is_listed_too(run):
    out = run(check(NET), "--layers").out
    assert "(12 of 12, equal ones folded)" in out and "×8" in out


def test_a_list_that_was_cut_says_so(run):
    many = checked(*[layer(f"odd{number}", "no", "cpu") for number in range(30)])
    assert "and 10 more kinds of layer" in run(check(many)).out
    assert "and 25 more kinds of layer" in run(check(many), "--limit", "5").out
    assert "more kinds of layer" not in run(check(many), "--layers").out


def test_a_model_without_layers_is_no_failure(run):
    ran = run(check(LAYERLESS), "--fail-on", "no", "--min-ane", "95")
    assert ran.code == 0 and "glmRegressor: no layers" in ran.out


def test_without_a_chip_it_says_to_name_one(run):
    assert "name one with --chip" in run(check(replace(NET, target=Target()))).out


def test_two_chips_stand_side_by_side_and_only_what_differs_is_listed(run):
    other = checked(*[replace(each, offered=layer().offered, placement="ane") for each in NET.layers], target=M4)
    ran = run(check(NET, other), "--chip", "A15", "--chip", "M4")
    told = ran.out.split("Where the targets differ")[1].split("\n\n")[0]
    assert ran.asked["chips"] == ["A15", "M4"]
    assert "Side by side" in ran.out and "66.6 %" in ran.out and "100 %" in ran.out
    assert "look_up" in told and "conv" not in told
    same = run(check(NET, replace(NET, target=M4)))
    assert "nowhere: every layer has the same answer" in same.out


def test_yes_on_one_chip_and_likely_on_another_is_no_difference(run):
    likely = replace(layer(), offered=layer(offered="likely").offered)
    out = run(check(checked(layer()), checked(likely, target=M4))).out
    assert "nowhere: every layer has the same answer" in out


def test_many_chips_fit_eighty_columns(run):
    chips = ("A12", "A13", "A14", "A15", "A16", "A17 Pro")
    models = [replace(NET, target=replace(A15, chip=chip)) for chip in chips[:5]]
    better = checked(*[layer()] * 12, target=replace(A15, chip=chips[5]))
    out = run(check(*models, better)).out
    told = out.split("Where the targets differ")[1].split("\n\n")[0]
    assert max(map(len, told.splitlines())) <= 80 and "✖ C" in told


def test_of_a_list_that_is_cut_what_is_not_offered_the_engine_stays(run):
    fine = [layer(f"fine{number}", placement="cpu") for number in range(30)]
    told = run(check(checked(*fine, layer("lstm", "no", "cpu"))), "--limit", "2").out.split("Layers not plainly")[1]
    assert "lstm_30" in told and "fine0_0" in told and "fine1_1" not in told


def test_of_a_model_that_stays_off_the_engine_only_what_is_not_offered_it_is_listed(run):
    model = checked(*[layer("add", placement="cpu")] * 5, layer("lstm", "no", "cpu"))
    model = replace(model, summary=replace(model.summary, whole_model_to_cpu=True))
    told = run(check(model)).out.split("Layers not plainly offered the engine (1 of 6")[1]
    assert "lstm_5" in told and "add_0" not in told


def test_a_long_type_leaves_room_for_the_reason(run):
    long = check(checked(layer("upsample_nearest_neighbor_of_many_words", "no", "cpu", name="up", reasons=("dtype",))))
    row = next(line for line in run(long).out.splitlines() if line.startswith("  #0"))
    assert "upsample_nearest_neighbor_of_many_words: up;" in row
    row = next(line for line in run(check(checked(GATHER))).out.splitlines() if line.startswith("  #0"))
    assert "gather  ✖ no" in row


def test_json_is_one_value_with_a_line_for_each_layer(run):
    ran = run(check(NET), "--json", "--fail-on", "no")
    found = ran.json()
    assert ran.code == 1
    assert found["models"] == [as_json(NET)]
    assert found["gate"]["failed"] and "--fail-on no" in ran.err
    assert sum(line.strip().startswith('{"index"') for line in ran.out.splitlines()) >= len(NET.layers)


def as_json(value):
    return json.loads(json.dumps(plain(value)))


@pytest.mark.parametrize("models", [(), (LAYERLESS,), (NET, replace(NET, target=M4))])
def test_the_quick_json_says_what_the_plain_value_says(models):
    sample = check(*models, failed=({"path": "é\u2028", "error": "x", "tip": ""},))
    assert json.loads(check_json.text(sample)) == as_json(sample)


def test_failed_conditions_exit_1_with_a_line_each_after_the_output(run):
    ran = run(check(NET), "--fail-on", "no", "--fail-on", "unknown", "--min-ane", "95")
    assert ran.code == 1 and "Segments" in ran.out
    assert len(ran.err.splitlines()) == 3
    assert all(line.startswith("anedb: net.mlpackage on A15 iOS 18: ") for line in ran.err.splitlines())


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--fail-on", "no"), 1),
        (("--fail-on", "unlikely"), 1),
        (("--fail-on", "unknown"), 1),
        (("--min-ane", "66"), 0),
        (("--min-ane", "67"), 1),
        (("--min-ane", "101"), 2),
        (("--fail-on", "sometimes"), 2),
        (("--json", "--html"), 2),
        (("--limit", "0"), 2),
        (("--baseline", "missing.json"), 2),
    ],
)
def test_how_it_ends(run, arguments, code):
    assert run(check(NET), *arguments).code == code


def test_what_is_asked_wrongly_is_said_before_the_models_are_read(run):
    for arguments in (("--fail-on", "sometimes"), ("--json", "--html"), ("--baseline", "missing.json")):
        assert not run(check(NET), *arguments).asked


def test_a_baseline_lets_old_problems_pass_and_new_ones_fail(run, tmp_path):
    path = str(tmp_path / "known.json")
    assert run(check(NET), "--write-baseline", path).code == 0
    asked = ("--baseline", path, "--fail-on", "no", "--fail-on", "unknown")
    ran = run(check(NET), *asked)
    assert ran.code == 0 and "neither counted nor listed" in ran.out
    assert "look_up" not in ran.out.split("Layers not plainly")[1].split("\n\n")[0]
    worse = checked(layer("lstm", "no", "cpu"), *NET.layers)
    ran = run(check(worse), *asked)
    assert ran.code == 1 and "lstm_0" in ran.err and "look_up" not in ran.err
    ran = run(check(checked(layer())), *asked)
    assert ran.code == 0 and "no longer occur" in ran.out and "no: look_up (gather)" in ran.out


def test_the_share_is_of_the_whole_model_whatever_the_baseline_has(run, tmp_path):
    path = str(tmp_path / "known.json")
    run(check(NET), "--write-baseline", path)
    assert run(check(NET), "--baseline", path, "--min-ane", "95").code == 1


def test_what_could_not_be_read_is_told_and_exits_2_though_others_were_answered(run):
    sample = check(NET, failed=({"path": "b.mlmodel", "error": "a Git LFS pointer", "tip": "run git lfs pull"},))
    ran = run(sample, "--fail-on", "no", models=("a", "b.mlmodel"))
    assert ran.code == 2 and "look_up" in ran.out and "b.mlmodel  a Git LFS pointer" in ran.out
    ran = run(sample, "--json", models=("a", "b.mlmodel"))
    assert ran.code == 2 and ran.json()["failed"] and "b.mlmodel: a Git LFS pointer" in ran.err


def test_a_single_bad_file_is_one_message(run):
    ran = run(BadFileError("net.mlpackage has no Manifest.json", tip="name the package"))
    assert ran.code == 2 and not ran.out and "Manifest.json" in ran.err
    ran = run(BadFileError("net.mlpackage has no Manifest.json"), "--json")
    assert ran.code == 2 and ran.json()["error"]["type"] == "BadFileError"


def test_ctrl_c_exits_130(run):
    assert run(KeyboardInterrupt()).code == 130


def test_a_file_gets_the_same_text_and_nothing_is_printed(run, tmp_path):
    out = tmp_path / "report.txt"
    printed = run(check(NET)).out
    ran = run(check(NET), "--out", str(out))
    assert not ran.out and out.read_text(encoding="utf-8") == printed
    ran = run(check(NET), "--json", "-o", str(out))
    assert not ran.out and json.loads(out.read_text(encoding="utf-8"))["models"]
    assert run(check(NET), "--out", str(tmp_path / "none" / "x")).code == 3


def test_a_name_from_a_model_is_text_and_moves_no_cursor(run, tmp_path):
    hostile = "\x1b[2J[bold]evil[/bold]\u202e\n"
    sample = check(checked(replace(GATHER, name=hostile), path="a\x1b[31m.mlmodel"), failed=())
    ran = run(sample, "--fail-on", "no", "--write-baseline", str(tmp_path / "b.json"))
    for text in (ran.out, ran.err, (tmp_path / "b.json").read_text()):
        assert "\x1b" not in text and "\u202e" not in text
    assert "[bold]evil[/bold]" in ran.out and len(ran.err.splitlines()) == 1


def uncoloured(text):
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


class Screen(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_terminal_is_filled_and_never_overrun(run, monkeypatch, columns):
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys, "stdout", screen := Screen())
    run(check(NET, replace(NET, target=M4), LAYERLESS), "--layers")
    monkeypatch.undo()
    lines = uncoloured(screen.getvalue()).splitlines()
    assert max(map(cell_len, lines)) <= columns
    assert any("A█" in line and cell_len(line) == columns for line in lines)


@pytest.mark.parametrize("terminal", [True, False])
def test_a_terminal_without_unicode_gets_ascii(run, monkeypatch, terminal):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", write_through=True)
    if terminal:
        stream.isatty = lambda: True
    monkeypatch.setattr(sys, "stdout", stream)
    ran = run(check(checked(replace(GATHER, name="é"), layer())))
    monkeypatch.undo()
    text = uncoloured(raw.getvalue().decode("ascii"))
    assert ran.code == 0 and "C--" in text and "A##" in text and "x no" in text


def test_a_bar_of_progress_is_for_a_terminal_and_several_models(run, monkeypatch, tmp_path):
    def on_model(*arguments, models=("a", "b")):
        return run(check(NET), *arguments, models=models).asked["on_model"]

    assert on_model() is None
    monkeypatch.setattr(sys, "stderr", Screen())
    assert on_model(models=("a",)) is None
    assert on_model() is not None
    assert on_model(models=(str(tmp_path),)) is not None


def test_the_command_loads_no_rich_for_json():
    code = "import anedb.cli.check, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "pydantic" not in loaded and "jinja2" not in loaded and "coremltools" not in loaded
    assert "rich.progress" not in done.stdout.split() and "anedb.export" not in done.stdout.split()
