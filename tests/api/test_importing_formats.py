"Reports of other tools against the model they are of: what each can say of a layer, and no more, is in the submission."

import json
from pathlib import Path

import pytest

from anedb.api.importing import import_
from anedb.api.submit import load
from anedb.errors import BadFileError, UsageError
from tests.api import programs

MACHINE = {"device": "Mac16,12", "os": "macOS 26.1 (25B78)", "date": "2026-11-20"}


def net(folder: Path, name: str = "net") -> Path:
    lines = (programs.conv("x", "a"), programs.relu("a", "b"), programs.unary("tan", "b", "c"))
    return programs.compiled(folder / f"{name}.mlmodelc", *lines)


def seen(path: Path) -> dict[str, list[object]]:
    "Layer type -> what was seen of it."
    return {line.layer.type: list(line.seen) for line in load(path).lines}


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def operation(number: int, operator: str, name: str, preferred: str, supported: list[str]) -> dict[str, object]:
    said = {"operatorName": operator, "outputNames": [name], "path": f"main.{number}", "estimatedCostWeight": 0.25}
    return said | {"preferredComputeDevice": preferred, "supportedComputeDevices": supported}


def plans(path: Path) -> Path:
    "The same program under two settings, on a Mac that is named."
    every = ["CPU", "GPU", "Neural Engine"]
    settings = {
        "all": ("GPU", every, ["CPU", "GPU"]),
        "cpu-and-neural-engine": ("Neural Engine", ["CPU", "Neural Engine"], ["CPU"]),
    }
    found = []
    for units, (unit, most, some) in settings.items():
        rows = [("ios18.conv", "a", unit, most), ("ios18.relu", "b", unit, most), ("ios18.tan", "c", "CPU", some)]
        operations = [operation(number, *row) for number, row in enumerate(rows)]
        found.append({"requestedComputeUnits": units, "operations": operations})
    host = {"hardwareModel": "Mac16,12", "operatingSystem": "Version 26.1 (Build 25B78)"}
    said = {"generatedAt": "2026-11-20T10:00:00Z", "host": host, "model": {"name": "net"}, "plans": found}
    return written(path, json.dumps(said))


def test_plans_under_two_settings_ask_for_nothing_but_the_model_and_are_kept_apart(tmp_path):
    found = import_([plans(tmp_path / "plan.json")], model=net(tmp_path), out=tmp_path / "out.jsonl")
    assert (found.status, found.layers, found.observations) == ("written", 3, 6)
    assert (found.environment.chip, found.environment.build, found.date) == ("M4", "25B78", "2026-11-20")
    conv = {each.units: (each.offered, each.chosen) for each in seen(tmp_path / "out.jsonl")["conv"]}
    assert conv == {"all": (("ane", "cpu", "gpu"), "gpu"), "cpu-and-ne": (("ane", "cpu"), "ane")}


def test_an_option_that_one_of_two_settings_contradicts_is_an_error_that_names_it(tmp_path):
    with pytest.raises(UsageError, match=r"plan.json \(all\) says compute units all, the option says cpu-and-ne"):
        import_([plans(tmp_path / "plan.json")], units="cpu-and-ne")


def test_a_model_that_ran_wholly_on_the_engine_says_so_of_each_operation_and_not_what_was_offered(tmp_path):
    log = written(tmp_path / "log.txt", "Completed with status: Fully compatible (0)\n")
    found = import_([log], **MACHINE, model=net(tmp_path), out=tmp_path / "out.jsonl")
    assert (found.status, found.layers, found.units) == ("written", 3, ("all",))
    each = [what for one in seen(tmp_path / "out.jsonl").values() for what in one]
    assert {(what.ran, what.offered, what.chosen, what.method) for what in each} == {("ane", None, None, "profiler")}


@pytest.mark.parametrize("status", ["Partial compatibility (1)", "Not compatible (2)"])
def test_a_model_that_ran_partly_or_not_there_gives_nothing_to_store(tmp_path, status):
    log = written(tmp_path / "log.txt", f"Completed with status: {status}\n")
    found = import_([log], **MACHINE, model=net(tmp_path), out=tmp_path / "out.jsonl")
    assert (found.status, found.needs, found.left_out[0].count) == ("nothing to store", (), 1)
    assert not (tmp_path / "out.jsonl").exists()


def test_a_sweep_takes_each_layer_from_the_program_named_as_its_operation(tmp_path):
    folder = tmp_path / "programs"
    folder.mkdir()
    programs.compiled(folder / "tan.mlmodelc", programs.unary("tan", "x", "y"))
    programs.compiled(folder / "relu.mlmodelc", programs.relu("x", "y"))
    common = {"correct": None, "relerr": None, "family": "_unary"}
    rows = [
        {"op": "relu", "compile": True, "run": True, "klass": "reachable", "err": "", **common},
        {"op": "tan", "compile": False, "run": False, "klass": "not-implemented-on-ANE", "err": "", **common},
    ]
    sweep = written(tmp_path / "sweep.json", json.dumps(rows))
    found = import_([sweep], **MACHINE, model=folder, out=tmp_path / "out.jsonl")
    assert (found.status, found.layers) == ("written", 2)
    (relu,), (tan,) = seen(tmp_path / "out.jsonl")["relu"], seen(tmp_path / "out.jsonl")["tan"]
    assert (relu.offered, relu.ran, relu.method, relu.context) == (("ane",), "ane", "private-api", "isolated")
    assert (tan.offered, tan.ran, tan.reason.code) == ((), None, "unsupported-op")


def test_a_class_that_its_own_row_contradicts_is_an_error(tmp_path):
    row = {"op": "relu", "compile": False, "run": False, "klass": "reachable", "err": ""}
    with pytest.raises(BadFileError, match="relu is 'reachable', with compile False and run False"):
        import_([written(tmp_path / "sweep.json", json.dumps([row]))])


def test_a_table_and_a_list_of_one_model_agree_on_what_was_chosen(tmp_path):
    rows = [("ios18.conv", "a", "NeuralEngine", "NE"), ("ios18.relu", "b", "NeuralEngine", "NE")]
    rows.append(("ios18.tan", "c", "CPU", "GPU"))
    head = "Operation | Identifier | Selected Device | Cost | Supported Devices\n"
    lines = [f"{type} | {name} | {device} | 1.00e-01 | CPU,{other}\n" for type, name, device, other in rows]
    table = written(tmp_path / "table.txt", head + "".join(lines))
    plain = written(
        tmp_path / "net.plan.json",
        json.dumps([{"op": type, "device": f"ML{unit}ComputeDevice"} for type, _, unit, _ in rows]),
    )
    model = net(tmp_path)
    import_([table], **MACHINE, model=model, out=tmp_path / "table.jsonl")
    import_([plain], **MACHINE, units="all", model=model, out=tmp_path / "plain.jsonl")
    one, other = seen(tmp_path / "table.jsonl"), seen(tmp_path / "plain.jsonl")
    assert {type: each[0].chosen for type, each in one.items()} == {
        type: each[0].chosen for type, each in other.items()
    }
    assert one["conv"][0].offered == ("ane", "cpu") and other["conv"][0].offered is None


def test_a_share_that_several_numbers_give_is_no_count(tmp_path):
    head = "model                                             ANE   GPU   CPU   ops\n" + "-" * 78 + "\n"
    table = written(tmp_path / "shares.txt", f"{head}one    99%    0%    1%   100\ntwo    99%    0%    1%   1000\n")
    (file,) = import_([table], dry_run=True).files
    assert [each.what for each in file.counts if each.count == 99] == ["one: ane of 100, all operations"]
    assert "two: ane 99% of 1000 operations, which is 986 to 994" in file.notes
    with pytest.raises(BadFileError, match="50% is no share of 3 operations"):
        import_([written(tmp_path / "odd.txt", f"{head}odd    50%    0%   50%   3\n")])
