"""A stand-in for coremltools' compiled module, after its C++ (coremlpython/CoreMLPython.mm in apple/coremltools): the
same names and signatures, structures of coremltools' own classes, `None` where Core ML gives nil, `RuntimeError` where
it gives an error. It runs no model: what it answers is in the JSON file that STAND_IN names.

    {"default": {...}, "models": {"<part of the model's file name>": {...}}}

An answer has `offered`/`chosen` by operator type, `cost`, `refusals` by type, `load`, `outputs`, and `do`: what happens
instead at a step (`compile`, `plan`, `load`, `predict`), under one setting or all: crash, hang, eat, nil, error.
"""

import json
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

ASKED = json.loads(Path(os.environ["STAND_IN"]).read_text())
HOARD = []


class _MLCPUComputeDeviceProxy:
    pass


class _MLGPUComputeDeviceProxy:
    pass


class _MLNeuralEngineComputeDeviceProxy:
    def get_total_core_count(self):
        return 16


class _MLModelAssetProxy:
    pass


class _State:
    pass


def answer(path):
    name = os.path.basename(path)
    found = next((each for part, each in ASKED.get("models", {}).items() if part in name), {})
    return {**ASKED.get("default", {}), **found}


def happens(path, step, units=""):
    "What Core ML does instead of answering; `nil` is for the caller."
    for rule in answer(path).get("do", []):
        if rule["step"] == step and rule.get("units", units) in (units, ""):
            what = rule["what"]
            if what == "crash":
                os.kill(os.getpid(), signal.SIGSEGV)
            if what == "hang":
                time.sleep(3600)
            if what == "eat":
                while True:
                    HOARD.append(b"x" * 2**24)
                    time.sleep(0.01)
            if what == "error":
                print(rule.get("said", ""), file=sys.stderr, flush=True)
                raise RuntimeError(rule.get("text", '{\n    NSLocalizedDescription = "Failed";\n}'))
            return what
    return None


def devices():
    from coremltools.models import compute_device as module

    return {
        "cpu": module.MLCPUComputeDevice(_MLCPUComputeDeviceProxy()),
        "gpu": module.MLGPUComputeDevice(_MLGPUComputeDeviceProxy()),
        "ane": module.MLNeuralEngineComputeDevice(_MLNeuralEngineComputeDeviceProxy()),
    }


ALLOWED = {
    "ALL": ("ane", "cpu", "gpu"),
    "CPU_AND_NE": ("ane", "cpu"),
    "CPU_AND_GPU": ("cpu", "gpu"),
    "CPU_ONLY": ("cpu",),
}


class _MLComputePlanProxy:
    def __init__(self, path="", units="ALL", structure=None):
        self.path, self.units, self._structure = path, units, structure

    @property
    def model_structure(self):
        return self._structure

    def _usage(self, type):
        from coremltools.models.compute_plan import MLComputePlanDeviceUsage

        said = answer(self.path)
        if type == "const" or type in said.get("silent", []):
            return None
        all = devices()
        offered = [
            each for each in said.get("offered", {}).get(type, ["ane", "cpu", "gpu"]) if each in ALLOWED[self.units]
        ]
        chosen = said.get("chosen", {}).get(type, "ane")
        chosen = chosen if chosen in offered else "cpu"
        return MLComputePlanDeviceUsage(all[chosen], [all[each] for each in offered])

    def get_compute_device_usage_for_mlprogram_operation(self, operation):
        return self._usage(operation.operator_name.rpartition(".")[2])

    def get_compute_device_usage_for_neuralnetwork_layer(self, layer):
        return self._usage(layer.type)

    def get_estimated_cost_for_mlprogram_operation(self, operation):
        from coremltools.models.compute_plan import MLComputePlanCost

        weight = answer(self.path).get("cost", 0.5)
        return None if operation.operator_name.endswith("const") or weight is None else MLComputePlanCost(weight)


def spec_of(compiled):
    from coremltools import proto

    return proto.Model_pb2.Model.FromString(open(os.path.join(compiled, "model.spec"), "rb").read())


def structure(spec):
    from coremltools.models import compute_plan as plan

    kind = spec.WhichOneof("Type")
    if kind == "mlProgram":
        functions = {}
        for name, function in spec.mlProgram.functions.items():
            opset = function.opset
            functions[name] = plan.MLModelStructureProgramFunction(
                [], block(function.block_specializations[opset], str(10 + int(opset.removeprefix("CoreML"))))
            )
        return plan.MLModelStructure(None, plan.MLModelStructureProgram(functions), None)
    if kind == "pipeline":
        parts = [(f"model{i}", structure(each)) for i, each in enumerate(spec.pipeline.models)]
        return plan.MLModelStructure(None, None, plan.MLModelStructurePipeline(parts))
    layers = [
        plan.MLModelStructureNeuralNetworkLayer(
            each.name, each.WhichOneof("layer"), list(each.input), list(each.output), object()
        )
        for each in spec.neuralNetwork.layers
    ]
    return plan.MLModelStructure(plan.MLModelStructureNeuralNetwork(layers), None, None)


def block(found, opset):
    from coremltools.models import compute_plan as plan

    kind = plan.MLModelStructureProgramValueType()
    operations = [
        plan.MLModelStructureProgramOperation(
            {},
            f"ios{opset}.{each.type}" if each.type not in ("const", "cond", "while_loop") else each.type,
            [plan.MLModelStructureProgramNamedValueType(out.name, kind) for out in each.outputs],
            [block(inner, opset) for inner in each.blocks],
            object(),
        )
        for each in found.operations
    ]
    return plan.MLModelStructureProgramBlock([], operations, list(found.outputs))


def leave_analytics(path, units):
    "What Core ML leaves in its cache: only operations and what it thinks of their backends."
    refusals = answer(path).get("refusals")
    if not refusals or units not in ("ALL", "CPU_AND_NE"):
        return
    home = os.environ.get("CFFIXED_USER_HOME") or os.environ["HOME"]
    folder = (
        f"{home}/Library/Caches/python3.11/com.apple.e5rt.e5bundlecache/24B83/{'A' * 64}/{units}.bundle/H14G.bundle"
    )
    os.makedirs(folder, exist_ok=True)
    rows = "".join(
        f"            tensor<fp16, [1]> {each['name']} = {each['type']}(x = x)"
        f'[BackendSupport = list<string, 2>(["unsupported", "bnns"]), SelectedBackend = string("bnns"), '
        f'ValidationMessage = dict<string, string>({{{{"ane", "{each["said"]}"}}}})];\n'
        for each in refusals
    )
    text = (
        "program(1.3)\n{\n    func main<ios18>(tensor<fp16, [1]> x) {\n"
        + rows
        + f"        }} -> ({refusals[0]['name']});\n}}\n"
    )
    Path(f"{folder}/analytics.mil").write_text(text)


class _MLModelProxy:
    def __init__(self, path, units, function="", hints=None, asset=None):
        happens(path, "load", units)
        self.path, self.units, self.last = path, units, None

    @staticmethod
    def maximum_supported_specification_version():
        return 10

    @staticmethod
    def compileModel(path):
        happens(path, "compile")
        print("coremlcompiler prints here, as it does on a Mac")
        folder = os.path.join(tempfile.mkdtemp(), os.path.splitext(os.path.basename(path))[0] + ".mlmodelc")
        os.makedirs(folder)
        inside = os.path.join(path, "Data/com.apple.CoreML/model.mlmodel")
        shutil.copy(inside if os.path.isdir(path) else path, os.path.join(folder, "model.spec"))
        return folder

    @staticmethod
    def get_model_structure(path):
        return structure(spec_of(path))

    @staticmethod
    def get_compute_plan(path, units):
        from coremltools.models.compute_plan import MLComputePlan

        if happens(path, "plan", units) == "nil":
            return None
        leave_analytics(path, units)
        return MLComputePlan(_MLComputePlanProxy(path, units, structure(spec_of(path))))

    @staticmethod
    def get_all_compute_devices():
        return list(devices().values())

    get_available_compute_devices = get_all_compute_devices

    def newState(self):
        return _State()

    def get_load_duration_in_nano_seconds(self):
        return 5_000_000

    def get_last_predict_duration_in_nano_seconds(self):
        return self.last

    def predict(self, inputs, state):
        import numpy

        happens(self.path, "predict", self.units)
        self.last = 120_000 if self.units != "CPU_ONLY" else 300_000
        whole = sum(float(numpy.asarray(each).sum()) for each in inputs.values())
        wrong = answer(self.path).get("wrong", {}).get(self.units, 0)
        return {
            each.name: numpy.array([whole, (abs(whole) + 1) * wrong], numpy.float32)
            for each in spec_of(self.path).description.output
        }
