"""LSTM, GRU and RNN: the work of one step for one sequence, times steps and sequences.

Definitions: coremltools 9.0, `ops/defs/iOS15/recurrent.py`; NeuralNetwork.proto (`coupledInputAndForgetGate`: the
forget gate is 1 - the input gate). Clipping the cell state is left out.
"""

from __future__ import annotations

from anedb.placement.formulae.case import Case, Formula, Unknown, item
from anedb.placement.formulae.elementwise import OPERATIONS

ACTIVATIONS = {name.rpartition(".")[2].replace("_", "").lower(): count for name, count in OPERATIONS.items()}


def activation(name: str) -> int:
    "Operations an element of an activation by either format's name for it. Raises `Unknown`."
    count = ACTIVATIONS.get(name.replace("_", "").lower())
    if count is None:
        raise Unknown(f"no activation {name}")
    return count


def lstm(case: Case) -> int:
    """Four gates: input, forget, output and cell. Per step and hidden unit: the products; activations of three gates,
    of the cell input and of the cell; f · c + i · z and o · activation(c), four; six for peepholes."""
    rest = _acts(case, (("recurrent_activation", 3), ("cell_activation", 1), ("activation", 1))) + 4
    step = _gates(case, 4) + rest + 6 * case.has("peephole")
    return _steps(case) * step * (2 if case.params.get("direction") == "bidirectional" else 1)


def one_way(case: Case) -> int:
    "A NeuralNetwork's `uniDirectionalLSTM`."
    return _steps(case) * _nn_lstm(case, "activations")


def two_way(case: Case) -> int:
    "A NeuralNetwork's `biDirectionalLSTM`: each way may have its own activations."
    return _steps(case) * (_nn_lstm(case, "activationsForwardLSTM") + _nn_lstm(case, "activationsBackwardLSTM"))


def _nn_lstm(case: Case, activations: str) -> int:
    "As `lstm`. Where the gates are coupled there is one less, and a subtraction."
    coupled = case.on("coupledInputAndForgetGate")
    gate, cell, output = _listed(case, activations, 3)
    gates = 2 if coupled else 3
    rest = gates * gate + cell + output + 4 + coupled
    return _gates(case, gates + 1) + rest + 2 * gates * case.on("hasPeepholeVectors")


def gru(case: Case) -> int:
    "Three gates. Two of them and the output are activated; r · h, (1 - z) · o + z · h: five."
    if "activations" in case.params:
        gate, output = _listed(case, "activations", 2)
        rest = 2 * gate + output
    else:
        rest = _acts(case, (("recurrent_activation", 2), ("activation", 1)))
    return _steps(case) * (_gates(case, 3) + rest + 5)


def rnn(case: Case) -> int:
    "One product of each kind, and its activation."
    return _steps(case) * (_gates(case, 1) + _acts(case, (("activation", 1),)))


def _steps(case: Case) -> int:
    "Steps · sequences · hidden units. A NeuralNetwork has further axes of extent 1 behind."
    size = _input(case)
    if not size:
        raise Unknown("the input has no extent")
    return case.read() // size * _hidden(case)


def _gates(case: Case, gates: int) -> int:
    "Per hidden unit: two products for each gate, their sum, and a bias."
    biases = case.has("bias") + case.has("input_bias") + (case.on("hasBiasVectors") or case.on("hasBiasVector"))
    return gates * (2 * (_input(case) + _hidden(case)) + 1 + biases)


def _input(case: Case) -> int:
    "MIL weight_ih: [gates · H, I]."
    told = "inputVectorSize" in case.params
    return case.whole("inputVectorSize") if told else item(case.shape("weight_ih"), -1, "weight_ih")


def _hidden(case: Case) -> int:
    "MIL weight_hh: [gates · H, H]."
    told = "outputVectorSize" in case.params
    return case.whole("outputVectorSize") if told else item(case.shape("weight_hh"), -1, "weight_hh")


def _acts(case: Case, used: tuple[tuple[str, int], ...]) -> int:
    return sum(count * activation(case.word(name)) for name, count in used)


def _listed(case: Case, name: str, count: int) -> list[int]:
    "A NeuralNetwork's list of activations, in its order: gates, cell input, output."
    names = case.params.get(name)
    if type(names) is not tuple or len(names) != count:
        raise Unknown(f"{name} is not told")
    return [activation(str(it)) for it in names]


FORMULAE: dict[str, Formula] = {
    "lstm": lstm,
    "uniDirectionalLSTM": one_way,
    "biDirectionalLSTM": two_way,
    "gru": gru,
    "rnn": rnn,
    "simpleRecurrent": rnn,
}
