"""How layer types and parameters are called, and how one spelling is folded into another."""

from __future__ import annotations

import re
from functools import lru_cache

MLPROGRAM = "mlprogram"
NEURALNETWORK = "neuralnetwork"
FORMATS = (MLPROGRAM, NEURALNETWORK)
"Where a name is in both, the first is meant."

_OPSET = re.compile(r"^(?:ios|coreml|macos)\d+\.", re.IGNORECASE)
_FRAMEWORK = re.compile(
    r"^(?:torch\.nn\.functional\.|torch\.nn\.|torch\.tensor\.|torch\.|nn\.functional\.|nn\.|f\.|aten::"
    r"|tf\.keras\.layers\.|tf\.raw_ops\.|tf\.nn\.|tf\.math\.|tf\.|keras\.layers\.|onnx::|espresso::)",
    re.IGNORECASE,
)
_DROPPED = str.maketrans("", "", "-_ ")


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    "One spelling for `Max_Pool`, `max-pool`, `MaxPool` and `max pool`: lower case, without `-`, `_` and spaces."
    return name.lower().translate(_DROPPED)


def plain(name: str) -> str:
    "A name without the opset a compute plan puts before it (`ios17.conv`) and without blanks around it."
    return _OPSET.sub("", name.strip())


def bare(name: str) -> str:
    "A name without the module of the framework it is from: `F.conv2d`, `tf.keras.layers.Dense`, `aten::relu`."
    return _FRAMEWORK.sub("", name)


def activation_type(member: str) -> str:
    """The layer type of a member of `ActivationParams.NonlinearityType`: `ReLU` is `activation.relu`, `leakyReLU`
    `activation.leakyReLU`."""
    return "activation." + (member if member[0].islower() else member.lower())


def unary_type(member: str) -> str:
    "The layer type of a member of `UnaryFunctionLayerParams.Operation`: `SQRT` is `unary.sqrt`."
    return "unary." + member.lower()


DECONVOLUTIONS = {"convolution": "deconvolution", "convolution3d": "deconvolution3d"}
"NeuralNetwork layers that `isDeconvolution` turns into another."


SHARED = {"UnaryFunctionLayerParams"}
"Messages of several layer types, which data/concepts.json lists with the family."


def derived(name: str, message: str) -> tuple[str, ...]:
    """Further names of a NeuralNetwork layer type: its protobuf message with and without `Params`, and the Objective-C
    style made from the field name (`AddBroadcastableLayer`). Nothing for a MIL op, which has no message."""
    if not message:
        return ()
    found = [] if message in SHARED else [message, message.removesuffix("Params")]
    if "." not in name:
        found.append(name[0].upper() + name[1:] + "Layer")
    return tuple(dict.fromkeys(found))
