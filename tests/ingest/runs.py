"""A good run, and every way to spoil it. tests/samples/ holds the outcome; `pytest --regen` writes it anew."""

import copy
import json
from collections.abc import Callable
from typing import Any

from anedb.catalog import canonical, layers, records
from anedb.domain.layer import Operand
from anedb.domain.submission import Environment, LayerLine, Seen, Suite
from anedb.fingerprint import fingerprint
from anedb.ingest import identity
from anedb.ingest.write import ordered, seal

TODAY = "2026-11-22"
OTHER = "v1:" + "f" * 64

Objects = list[dict[str, Any]]


def fp16(name: str, *shape: int | str, const: bool = False) -> Operand:
    return Operand(name=name, dtype="fp16", shape=shape, const=const)


def int32(name: str, *shape: int) -> Operand:
    return Operand(name=name, dtype="int32", shape=shape)


def seen(**more: Any) -> Seen:
    "Offered the engine, run on the CPU: what a plan says of a lone small layer."
    return Seen(
        **{
            "units": "cpu-and-ne",
            "context": "isolated",
            "method": "compute-plan",
            "offered": ("ane", "cpu"),
            "chosen": "cpu",
            "cost_ppm": 1_000_000,
            "opset": "iOS18",
            **more,
        }
    )


def line(
    type: str, params: dict[str, Any], *inputs: Operand, format: str = "mlprogram", of: tuple[Seen, ...]
) -> LayerLine:
    kind = layers.get(format, type)
    layer, left = canonical.canonical(kind, params, inputs)
    assert not left, left
    return LayerLine(fingerprint="", layer=layer, seen=of)


def lines() -> list[LayerLine]:
    x = fp16("x", 1, 64, 32, 32)
    weight = fp16("weight", 64, 64, 3, 3, const=True)
    all_units = seen(units="all", offered=("ane", "cpu", "gpu"))
    ones = {"strides": [1, 1], "dilations": [1, 1], "groups": 1}
    return ordered(
        [
            line("conv", {"pad_type": "same", **ones}, x, weight, of=(seen(), all_units)),
            line("conv", {"pad_type": "same", **ones, "dilations": [2, 2]}, x, weight, of=(seen(),)),
            line(
                "relu", {}, x, of=(seen(), seen(context="in-model", chosen="ane", model="small net", cost_ppm=12_000))
            ),
            line("softmax", {"axis": -1}, x, of=(seen(),)),
            line("add", {}, int32("x", 1, 64, 32, 32), int32("y", 1, 64, 32, 32), of=(seen(offered=("cpu",)),)),
            line("relu", {}, fp16("x", 1, 65537, 1, 1), of=(seen(offered=("cpu",)),)),
            line("cumsum", {"axis": 1}, x, of=(seen(offered=("cpu",)),)),
        ]
    )


def run(**more: Any) -> tuple[Any, list[LayerLine]]:
    "A header and its lines."
    body = lines()
    header = seal(
        body,
        **{
            "environment": Environment(
                chip="M2",
                device="Mac14,2",
                os="macOS",
                version="15.1",
                build="24B83",
                coremltools="9.0",
                tool="anedb 0.1.0",
            ),
            "contributor": "github:someone",
            "device_key": "5f0c7a6d2b9e41388c1d0e7f6a5b4c3d",
            "date": "2026-11-20",
            "suite": Suite(id="basic", version="1"),
            "comment": "MacBook Air, lid open, on mains.",
            **more,
        },
    )
    return header, body


def good() -> bytes:
    return records.render(*run()).encode()


def objects() -> Objects:
    return [json.loads(text) for text in good().splitlines()]


def to_bytes(found: Objects) -> bytes:
    return "".join(json.dumps(item, ensure_ascii=False, separators=(",", ":")) + "\n" for item in found).encode()


def sealed(found: Objects) -> bytes:
    "With every fingerprint right again, so that one mistake gives one problem."
    for item in found[1:]:
        item["fingerprint"] = fingerprint(
            {name: item[name] for name in ("format", "type", "params")} | {"inputs": _operands(item)}
        )
        item["seen"].sort(key=lambda one: identity.seen_key(records.seen_from_json(one)))
    found[1:] = sorted(found[1:], key=lambda item: item["fingerprint"])
    header = records.header_from_json(found[0])
    prints = identity.fingerprints(header, identity.result(map(records.line_from_json, found[1:])))
    found[0]["fingerprints"] = {"environment": prints.environment, "run": prints.run, "result": prints.result}
    return to_bytes(found)


def _operands(item: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"const": False, **operand} for operand in item["inputs"]]


def at(found: Objects, type: str, shape: tuple[int, ...] = ()) -> dict[str, Any]:
    "The line of a type whose first operand has this shape, 1x64x32x32 unless told."
    wanted = list(shape or (1, 64, 32, 32))
    return next(item for item in found[1:] if item["type"] == type and item["inputs"][0]["shape"] == wanted)


def spoil(change: Callable[[Objects], Any], *, seal: bool = True) -> Callable[[], bytes]:
    def spoiled() -> bytes:
        found = copy.deepcopy(objects())
        change(found)
        return sealed(found) if seal else to_bytes(found)

    return spoiled


def _set(path: str, value: Any, *, seal: bool = True) -> Callable[[], bytes]:
    "`/0/environment/chip`: line, then the way inside it. Line `relu` is the first of that type."

    def change(found: Objects) -> None:
        first, *inside, last = path.split("/")[1:]
        place: Any = found[0] if first == "0" else at(found, first)
        for part in inside:
            place = place[int(part)] if isinstance(place, list) else place[part]
        place[int(last) if isinstance(place, list) else last] = value

    return spoil(change, seal=seal)


def _swap_lines(found: Objects) -> None:
    found[1], found[2] = found[2], found[1]


def _raw(old: bytes, new: bytes) -> Callable[[], bytes]:
    def replaced() -> bytes:
        text = good()
        assert old in text, old
        return text.replace(old, new, 1)

    return replaced


LONG = (1, 65537, 1, 1)

BAD: dict[str, Callable[[], bytes]] = {
    "size.empty": lambda: b"\n",
    "size.truncated": lambda: good()[:-40],
    "encoding.lfs-pointer": lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
    "encoding.bom": lambda: b"\xef\xbb\xbf" + good(),
    "encoding.utf-8": _raw(b"lid open", b"lid \xff\xfeopen"),
    "encoding.text": _raw(b"lid open", b"lid \\u202eopen"),
    "json.syntax": _raw(b'"seen":[', b'"seen":[,'),
    "json.blank-line": _raw(b"\n", b"\n\n"),
    "json.object": spoil(lambda found: found.__setitem__(2, [1, 2, 3]), seal=False),
    "json.nesting": _raw(b'"params":{', b'"params":{"deep":' + b"[" * 40 + b"]" * 40 + b","),
    "json.duplicate-key": _raw(b'"chip":"M2"', b'"chip":"M2","chip":"M3"'),
    "json.number": _raw(b'"cost_ppm":1000000', b'"cost_ppm":NaN'),
    "json.integer": _raw(b'"cost_ppm":1000000', b'"cost_ppm":99999999999999999999'),
    "schema.kind": _set("/0/kind", "anedb-observations", seal=False),
    "schema.version": _set("/0/schema_version", "2.0.0"),
    "schema.unknown-field": _set("/relu/seen/0/prefered", "ane", seal=False),
    "schema.missing-field": spoil(lambda found: at(found, "relu")["seen"][0].pop("units"), seal=False),
    "schema.type": _set("/relu/inputs/0/const", 1, seal=False),
    "schema.empty": _set("/relu/seen", []),
    "schema.length": _set("/relu/seen/0/model", "m" * 201),
    "schema.path": _set("/relu/seen/0/model", "../../etc/passwd"),
    "canonical.form": _set("/softmax/params/axis", -1),
    "canonical.order": spoil(_swap_lines, seal=False),
    "canonical.duplicate": spoil(lambda found: at(found, "relu")["seen"].append(at(found, "relu")["seen"][-1])),
    "canonical.count": _set("/0/layers", 9),
    "canonical.open": spoil(lambda found: at(found, "conv")["inputs"].pop()),
    "fingerprint.form": _set("/0/fingerprints/run", "abc", seal=False),
    "fingerprint.layer": spoil(lambda found: found[-1].update(fingerprint=OTHER), seal=False),
    "fingerprint.environment": _set("/0/environment/low_power", True, seal=False),
    "fingerprint.result": _set("/cumsum/seen/0/cost_ppm", 7, seal=False),
    "fingerprint.run": _set("/0/date", "2026-11-19", seal=False),
    "vocabulary.format": _set("/relu/format", "coreai"),
    "vocabulary.layer": _set("/relu/type", "reloo"),
    "vocabulary.parameter": _set("/relu/params/alpha", 1),
    "vocabulary.dtype": _set("/relu/inputs/0/dtype", "float16"),
    "vocabulary.dim": _set("/relu/inputs/0/shape/0", "any"),
    "vocabulary.opset": _set("/relu/seen/0/opset", "iOS99"),
    "vocabulary.chip": _set("/0/environment/chip", "A99"),
    "vocabulary.device": _set("/0/environment/device", "Mac99,9"),
    "vocabulary.device-chip": _set("/0/environment/chip", "M4"),
    "vocabulary.os": _set("/0/environment/os", "OS X"),
    "vocabulary.version": _set("/0/environment/version", "99.1"),
    "vocabulary.build": _set("/0/environment/build", "22A3354"),
    "vocabulary.units": _set("/relu/seen/0/units", "cpu-and-ane"),
    "vocabulary.context": _set("/relu/seen/0/context", "alone"),
    "vocabulary.method": _set("/relu/seen/0/method", "guess"),
    "vocabulary.unit": _set("/relu/seen/0/chosen", "neuralEngine"),
    "vocabulary.reason": _set("/cumsum/seen/0/reason", {"code": "because"}),
    "vocabulary.contributor": _set("/0/contributor", "someone@example.org"),
    "vocabulary.device-key": _set("/0/device_key", "C02XL0THJGH5"),
    "vocabulary.licence": _set("/0/licence", "all rights reserved"),
    "vocabulary.date": _set("/0/date", "2026-02-30"),
    "vocabulary.future": _set("/0/date", "2027-01-01"),
    "vocabulary.too-early": spoil(
        lambda found: found[0]["environment"].update(version="14.3", build="23D56"),
    ),
    "plausible.extent": _set("/relu/inputs/0/shape/2", 2**31 + 1),
    "plausible.rank": _set("/relu/inputs/0/shape", [1] * 17),
    "plausible.cost": _set("/relu/seen/0/cost_ppm", 1_000_001),
    "plausible.nothing-seen": _set("/cumsum/seen/0", {"units": "all", "context": "isolated", "method": "compute-plan"}),
    "plausible.outside-units": _set("/cumsum/seen/0/offered", ["cpu", "gpu"]),
    "plausible.chosen-not-offered": _set("/cumsum/seen/0/chosen", "ane"),
    "plausible.no-engine": _set("/0/environment/virtual", True),
    "plausible.os-device": spoil(
        lambda found: found[0]["environment"].update(os="iOS", version="18.1", build="22B83"),
    ),
    "canary.must-run": spoil(lambda found: at(found, "relu")["seen"][-1].update(offered=["cpu"])),
    "canary.must-not": spoil(lambda found: at(found, "add")["seen"][0].update(offered=["ane", "cpu"])),
    "canary.must-fail": spoil(lambda found: at(found, "relu", LONG)["seen"][0].update(offered=["ane", "cpu"])),
}
"Code -> a file that gives it."
