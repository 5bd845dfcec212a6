"One plan as six tools print it: what each tells of its layers is the same, as far as it tells it."

import json
from pathlib import Path

import pytest

from anedb.api.importing import import_
from anedb.api.submit import load
from anedb.errors import BadFileError
from tests.api import programs

ROWS = [("ios18.conv", "a", "ANE", "CPU,ANE"), ("ios18.relu", "b", "ANE", "CPU,ANE"), ("ios18.tan", "c", "CPU", "CPU")]
"Operator, output, chosen, supported."
ON = {"chip": "M4", "os": "macOS 26.1", "date": "2026-11-20", "units": "cpu-and-ne"}
REFUSAL = 'Unsupported MIL operation "tan".'


def anecheck() -> str:
    found = [
        {"function": "main", "operator": type, "preferred": on, "supported": may.split(","), "cost": 0.25}
        for type, _, on, may in ROWS
    ]
    summary = {"by_count": {"ANE": 2, "CPU": 1}, "ane_fraction_by_cost": 0.5}
    return json.dumps({"model": "net", "compute_units": "CPU_AND_NE", "summary": summary, "operations": found})


def inspect() -> str:
    letters = {"CPU,ANE": "N|C ", "CPU": "C|  "}
    lines = [f'25.00 {letters[may]} {name} = {type}(x: ["x"])' for type, name, _, may in ROWS]
    head = "Analyzing model for compute unit [cpuAndNeuralEngine]...\n\nKey: C=CPU, G=GPU, N=NeuralEngine\n"
    return head + "func main(x) {\n           a_w = const()\n" + "\n".join(lines) + "\n           -> (c)\n}\n"


def app() -> str:
    said = {"ane_msg": ""}
    found = [
        {"op_number": number, "operator_id": name, "operatorName": type, "cost": 0.25, **said}
        | {"preferred_device": on, "supported_devices": may.replace(",", ", ")}
        for number, (type, name, on, may) in enumerate(ROWS, start=1)
    ]
    return json.dumps([*found[:-1], found[-1] | {"ane_msg": REFUSAL}])


def app_plan() -> str:
    block = {"inputs": [], "outputs": [], "operations": json.loads(app())}
    return json.dumps({"main": {"inputs": [], "block": block}})


def mobius() -> str:
    backends = {"CPU,ANE": ["bnns", "ane"], "CPU": ["bnns", "classic_cpu"]}
    found = [
        {"name": name, "type": type, "device": on.lower(), "cost_percent": 25.0}
        | {"detailed": {"supported_backends": backends[may]}}
        for type, name, on, may in ROWS
    ]
    result = {"compute_units": "cpu_and_neural_engine", "summary": {}, "operations": found}
    return json.dumps({"hardware": {}, "models": [{"model_name": "net", "results": [result]}]})


def anemll() -> str:
    found = [
        {"function": "main", "index": number, "name": name, "type": type, "device": on, "cost": 0.25}
        | {"ane_supported": "ANE" in may}
        for number, (type, name, on, may) in enumerate(ROWS)
    ]
    less = [{**found[2], "supported": "CPU"}]
    return json.dumps({"tool": "anemll-profile", "ordered_placements": found, "fallback_ops": less})


def anemll_text() -> str:
    head = "  ANE CostModel Report: net.mlmodelc\n\n  Compute:      CPU+ANE\n  ANE ops:      2\n  CPU ops:      1\n"
    line = "  %-40s %-24s %4s %-12s %s\n"
    table = line % ("c", "tan", "CPU", "CPU", f"ane: {REFUSAL}")
    return f"{head}\n═══════════\n  CPU/GPU Fallback Ops (1 ops not on ANE)\n═══════════\n\n{table}"


def mobius_fallback() -> str:
    reasons = [{"reason": REFUSAL, "count": 1, "op_types": {"ios18.tan": 1}, "ops": ["c"]}]
    numbers = {"total_ops": 3, "ane_ops": 2, "gpu_ops": 0, "cpu_ops": 1}
    told = {"compute_units": "cpu_and_neural_engine", **numbers, "reasons": reasons}
    return json.dumps({"hardware": {}, "models": [{"model_name": "net", "fallback": told}]})


def net(folder: Path) -> Path:
    lines = (programs.conv("x", "a"), programs.relu("a", "b"), programs.unary("tan", "b", "c"))
    return programs.compiled(folder / "net.mlmodelc", *lines)


def told(tmp_path: Path, text: str) -> dict[str, tuple[object, ...]]:
    report = tmp_path / "report"
    tmp_path.mkdir(exist_ok=True)
    report.write_text(text, encoding="utf-8")
    found = import_([report], **ON, model=net(tmp_path), out=tmp_path / "out.jsonl")
    assert found.status == "written"
    lines = load(tmp_path / "out.jsonl").lines
    assert {seen.context for line in lines for seen in line.seen} == {"in-model"}
    return {line.layer.type: (seen.offered, seen.chosen, seen.cost_ppm) for line in lines for seen in line.seen}


WHOLE = {
    "conv": (("ane", "cpu"), "ane", 250000),
    "relu": (("ane", "cpu"), "ane", 250000),
    "tan": (("cpu",), "cpu", 250000),
}


@pytest.mark.parametrize("text", [anecheck, inspect, app, app_plan, mobius], ids=lambda it: it.__name__)
def test_those_that_tell_all_tell_the_same(tmp_path, text):
    assert told(tmp_path, text()) == WHOLE


def test_one_that_tells_what_is_offered_only_beside_the_engine_tells_no_more(tmp_path):
    assert told(tmp_path, anemll()) == {type: (None, *rest) for type, (_, *rest) in WHOLE.items()} | {
        "tan": WHOLE["tan"]
    }


def test_those_that_list_some_operations_give_these_and_none_of_them_is_alone(tmp_path):
    assert told(tmp_path / "anemll", anemll_text()) == {"tan": (("cpu",), "cpu", None)}
    assert told(tmp_path / "mobius", mobius_fallback()) == {"tan": (("cpu",), None, None)}


@pytest.mark.parametrize("text", [app, mobius_fallback, anemll_text], ids=lambda it: it.__name__)
def test_a_refusal_stays_with_its_operation(tmp_path, text):
    told(tmp_path, text())
    reasons = {line.layer.type: seen.reason for line in load(tmp_path / "out.jsonl").lines for seen in line.seen}
    assert {type: reason.code for type, reason in reasons.items() if reason} == {"tan": "unsupported-op"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (lambda: anecheck().replace('"ANE": 2', '"ANE": 3'), "its summary counts ANE 3, CPU 1"),
        (lambda: inspect().removesuffix("}\n"), "its function main does not end"),
        (lambda: anemll_text().replace("(1 ops", "(2 ops"), "1 operations not on the engine, and it counts 2"),
        (lambda: anemll().replace('"ane_supported": false', '"ane_supported": true'), "its two lists disagree"),
        (lambda: mobius_fallback().replace('"cpu_ops": 1', '"cpu_ops": 2'), "4 operations by unit, 3 in all"),
        (lambda: app().replace("CPU, ANE", "CPU, TPU"), "row 0: 'TPU' is no compute device"),
    ],
)
def test_what_contradicts_itself_is_an_error(tmp_path, text, why):
    report = tmp_path / "report"
    report.write_text(text(), encoding="utf-8")
    with pytest.raises(BadFileError, match=why.replace("(", r"\(")):
        import_([report], dry_run=True)


def test_a_machine_that_hides_what_it_is_is_asked_for(tmp_path):
    text = mobius().replace('"hardware": {}', '"hardware": {"chip": "arm", "os_version": "macOS 16.0"}')
    (tmp_path / "report").write_text(text, encoding="utf-8")
    found = import_([tmp_path / "report"], dry_run=True)
    assert {need.option for need in found.needs} >= {"--chip", "--os", "--date"}
