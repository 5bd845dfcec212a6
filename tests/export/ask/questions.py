"""Questions drawn by a seeded rule: every kind of name, parameters, operands, targets, and what cannot be read."""

from __future__ import annotations

import random
from typing import Any

from anedb.api.telling import operand_to_json
from anedb.catalog import layers, targets
from anedb.domain.layer import InputKind, Layer, LayerType

SHAPES = ("[1,64,32,32]", "[1,3,224,224]", "[2,16,7,9]", "[1,197,768]", "[64,32]", "[1,1,1,1]", "[]", "", "[?,8..512]")
DTYPES = ("fp16", "fp32", "int32", "float16", "bool", "int8", "fp16", "fp16")
CHIPS = ("M1", "m4-pro", "A15", "Apple A12 Bionic", "M4", "A17 Pro", "S9", "M5 Max")
SYSTEMS = ("iOS 17", "macOS 15.1", "macOS 27.0 (26A434)", "iOS17.4", "macOS", "tvOS 18", "visionOS 26", "iOS 26")
DEVICES = ("iPhone15,3", "Mac16,12", "iPad13,4", "iPhone 14 Pro")
ONE = {
    "int": "1 2 3 4 7 16 17 -1 0 32",
    "bool": "true false",
    "float": "0.1 1e-5 2 0.001001",
    "str": "same valid a",
}
"Values to draw from, by type."
BAD: tuple[dict[str, Any], ...] = (
    {"layer": "nosuchlayer"},
    {"layer": ""},
    {"layer": "covn"},
    {"layer": "activation"},
    {"layer": "conv", "chip": "A99"},
    {"layer": "conv", "chip": "M44"},
    {"layer": "conv", "os": "iOS 99"},
    {"layer": "conv", "os": "Windows 11"},
    {"layer": "conv", "os": "macOS 15 (22A1)"},
    {"layer": "conv", "device": "iPhone99,1"},
    {"layer": "conv", "device": "iPhone15,3", "chip": "M1"},
    {"layer": "conv", "device": "iPhone15,3", "os": "macOS 14"},
    {"layer": "conv", "units": "cpu-only"},
    {"layer": "conv", "format": "onnx"},
    {"layer": "conv", "params": ["dilations"]},
    {"layer": "conv", "params": ["dilations=a,b"]},
    {"layer": "conv", "params": ["dilatons=2,2"]},
    {"layer": "conv", "params": ["groups=99999999999999999999"]},
    {"layer": "conv", "params": ['pad_type=<script>alert(\'"1")</script>']},
    {"layer": "conv", "params": ["x=3"]},
    {"layer": "conv", "inputs": ["x=fp17[1]"]},
    {"layer": "conv", "inputs": ["x=fp16[1,64", "y"]},
    {"layer": "conv", "inputs": ["x=fp16[1,-1]"]},
    {"layer": "conv", "inputs": ["x=fp16[1,2]", "x=fp16[1,2]"]},
    {"layer": "conv", "inputs": ["x=fp16[1,2]:sometimes"]},
    {"layer": "relu", "inputs": ["fp16[1,2]", "fp16[1,2]"]},
    {"layer": "neuralnetwork:relu6x"},
    {"layer": "=cmd|' /C calc'!A0"},
    {"layer": "😀", "chip": "😀"},
)


def questions(asker: Any, number: int, seed: int) -> list[dict[str, Any]]:
    "The bad ones, then as many drawn ones as make `number`."
    chance = random.Random(seed)
    kinds = [layers.get(*name.split(":", 1)) for name in layers.all_types()]
    known = [kind for kind in kinds if asker.knowledge(kind.format, kind.name).cells]
    drawn = [one(asker, chance, kinds, known) for _ in range(number - len(BAD))]
    return [*BAD, *drawn]


def one(asker: Any, chance: random.Random, kinds: list[LayerType], known: list[LayerType]) -> dict[str, Any]:
    way = chance.random()
    if way < 0.4:
        # Much seen, much asked: where little was seen nothing flips an answer.
        weights = [len(asker.knowledge(kind.format, kind.name).cells) for kind in known]
        kind = chance.choices(known, [it**0.7 for it in weights])[0]
        found = asker.knowledge(kind.format, kind.name)
        layer = found.layers[chance.choice(sorted(found.layers))]
        asked = as_typed(layer, chance)
        if chance.random() < 0.6:
            seen = chance.choice(found.cells).target
            asked |= {"chip": seen.chip} if seen.chip else {}
            asked |= {"os": f"{seen.os} {seen.version}"} if seen.os and seen.version and chance.random() < 0.6 else {}
            return asked | units(chance)
    else:
        kind = chance.choice(known if way < 0.7 else kinds)
        asked = {"layer": name_of(kind, chance), "params": list(params(kind, chance)), "inputs": inputs(kind, chance)}
    return asked | target(chance) | units(chance)


def as_typed(layer: Layer, chance: random.Random) -> dict[str, Any]:
    "A layer that was seen, said with a number changed now and then, so that it is near one that was seen."
    told = []
    for name, value in layer.params.items():
        if isinstance(value, tuple) and value and all(type(it) is int for it in value) and chance.random() < 0.2:
            value = tuple(it + chance.choice((0, 1, 2)) for it in value)
        told.append(f"{name}={text(value)}")
    keep = chance.choice((0.0, 0.95, 1.0))  # without operands it is a pattern, which numbers flip
    inputs = [operand(operand_to_json(it)) for it in layer.inputs if chance.random() < keep]
    return {"layer": layer.type, "format": layer.format, "params": told, "inputs": inputs}


def operand(it: dict[str, Any]) -> str:
    shape = "" if it["shape"] is None else f"[{','.join(map(str, it['shape']))}]"
    return f"{it['name']}={it['dtype']}{shape}:{'const' if it['const'] else 'dynamic'}"


def text(value: Any) -> str:
    if isinstance(value, tuple):
        inside = ",".join(map(text, value))
        return f"[{inside}]" if value and isinstance(value[0], tuple) else inside
    return str(value).lower() if isinstance(value, bool) else str(value)


def name_of(kind: LayerType, chance: random.Random) -> str:
    aliases = layers.aliases(kind)
    names = [kind.name, f"{kind.format}:{kind.name}", kind.name.upper(), f"ios17.{kind.name}", kind.concept]
    return chance.choice([*names, *aliases])


def params(kind: LayerType, chance: random.Random) -> list[str]:
    found = []
    for each in kind.inputs:
        if each.kind == InputKind.PARAM and chance.random() < 0.35:
            found.append(f"{each.name}={value(each, chance)}")
    return found


def value(each: Any, chance: random.Random) -> str:
    types = each.types[0] if each.types else "str"
    if "|" in types:
        return chance.choice(types.split("|"))
    pick = ONE.get(types, "1").split()
    many = chance.choice((1, 2, 2, 4)) if each.is_list else 1
    return ",".join(chance.choice(pick) for _ in range(many))


def inputs(kind: LayerType, chance: random.Random) -> list[str]:
    found = []
    for each in kind.inputs:
        if each.kind in (InputKind.OPERAND, InputKind.VARIADIC) and chance.random() < 0.7:
            found.append(f"{each.name}={chance.choice(DTYPES)}{chance.choice(SHAPES)}")
    return found


def target(chance: random.Random) -> dict[str, Any]:
    way = chance.random()
    if way < 0.3:
        return {}
    if way < 0.4:
        return {"device": chance.choice(DEVICES)}
    chip = chance.choice((*CHIPS, *(each.id for each in targets.chips())))
    return {"chip": chip} | ({"os": chance.choice(SYSTEMS)} if way < 0.75 else {})


def units(chance: random.Random) -> dict[str, Any]:
    return {"units": "all"} if chance.random() < 0.3 else {}
