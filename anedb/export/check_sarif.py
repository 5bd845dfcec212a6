"""A check as SARIF 2.1.0, for code scanning: a rule for every reason, a result for every layer with a problem."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from anedb import __version__
from anedb.domain.check import Check, CheckedLayer, CheckedModel
from anedb.domain.plain import plain
from anedb.domain.verdict import Answer
from anedb.export.check_rules import all_rules, escaped, rule_of
from anedb.export.check_words import (
    FINE,
    PLACES,
    SAYS,
    SETTINGS,
    failure,
    layer_name,
    sentence,
    shapes,
    shown,
    target_text,
    told,
    why,
)
from anedb.export.text import encodable
from anedb.fingerprint import fingerprint

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: dict[str, str] = {
    Answer.NO: "error",
    Answer.UNLIKELY: "warning",
    Answer.MIXED: "warning",
    Answer.UNKNOWN: "note",
}
MOST_RESULTS = 25_000
"What GitHub takes in one run; it refuses the whole file beyond."
MOST_TEXT = 1_000
"What GitHub shows of a message."


def sarif(check: Check) -> str:
    "One run. The same check gives the same bytes."
    run = ",\n".join(f"  {_json(name)}: {_member(name, value)}" for name, value in _run(check).items())
    log = f'{{\n "$schema": {_json(SCHEMA)},\n "version": "2.1.0",\n "runs": [\n {{\n{run}\n }}\n ]\n}}\n'
    return encodable(log)


def _member(name: str, value: Any) -> str:
    "A line for every result: a diff shows the layer, and the encoder stays in C."
    if name == "results":
        return "[" + ",".join(f"\n   {_json(each)}" for each in value) + "]"
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False).replace("\n", "\n  ")


_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _run(check: Check) -> dict[str, Any]:
    rules = all_rules()
    paths = list(dict.fromkeys(model.path for model in check.models))
    results = [each for model in check.models for each in _results(model, rules, paths.index(model.path))]
    _suppress(check, results)
    kept = _worst(results)
    return {
        "tool": {"driver": {"name": "anedb", "version": __version__, "rules": list(rules.values())}},
        "invocations": [_invocation(check, len(results) - len(kept))],
        "artifacts": [{"location": {"uri": uri(path)}, "roles": ["analysisTarget"]} for path in paths],
        "columnKind": "unicodeCodePoints",
        "results": kept,
        "properties": _properties(check),
    }


def _results(model: CheckedModel, rules: dict[str, Any], artifact: int) -> Iterator[dict[str, Any]]:
    indexes = {code: index for index, code in enumerate(rules)}
    seen: Counter[str] = Counter()
    for layer in model.layers:
        if layer.offered.answer not in FINE:
            rule = rule_of(layer, rules)
            yield _result(model, layer, {"ruleId": rule, "ruleIndex": indexes[rule]}, artifact, seen)


def _result(
    model: CheckedModel, layer: CheckedLayer, rule: dict[str, Any], artifact: int, seen: Counter[str]
) -> dict[str, Any]:
    key = problem_key(model, layer, rule["ruleId"])
    seen[key] += 1
    prints = {"primaryLocationLineHash": f"{key}:{seen[key]}"}
    if layer.fingerprint:
        prints["layerFingerprint/v1"] = layer.fingerprint
    return {
        **rule,
        "level": LEVELS.get(layer.offered.answer, "note"),
        "message": {"text": escaped(message(model, layer))},
        "locations": [_location(model, layer, artifact)],
        "partialFingerprints": prints,
        "properties": {
            "answer": layer.offered.answer,
            "probability": layer.offered.probability,
            "placement": layer.placement,
            "index": layer.index,
            "evidence": list(layer.evidence),
        },
    }


def _suppress(check: Check, results: list[dict[str, Any]]) -> None:
    "What the baseline has is suppressed; SARIF wants the property on every result of a run or on none."
    layers = [it for model in check.models for it in model.layers if it.offered.answer not in FINE]
    if any(layer.known for layer in layers):
        for layer, result in zip(layers, results, strict=True):
            known = {"kind": "external", "justification": "in the baseline of known problems"}
            result["suppressions"] = [known] if layer.known else []


def problem_key(model: CheckedModel, layer: CheckedLayer, rule: str) -> str:
    """16 hexadecimal digits that tell a problem again: code scanning tracks it by them.

    No index and no shape: a layer put in before it, or another input size, does not make it a new problem.
    """
    target = (model.target.chip or model.target.engine, model.target.os, model.target.version)
    said = [uri(model.path), *(each or "" for each in target), layer.network, layer.type, layer.name, rule]
    return fingerprint([encodable(each) for each in said]).partition(":")[2][:16]


def message(model: CheckedModel, layer: CheckedLayer) -> str:
    "The first sentence is all that a list shows."
    where = f"{target_text(model.target)}, {SETTINGS.get(model.units, model.units)}"
    said = [f"{shown(layer.type)} layer {layer_name(layer)}: {SAYS[layer.offered.answer]} ({where})."]
    reasons, flow = why(layer), shapes(layer)
    said += [f"Why: {sentence(reasons)}"] if reasons else []
    said += [f"Shapes: {flow}."] if layer.inputs or layer.outputs else []
    said.append(f"Predicted placement: {PLACES.get(layer.placement, layer.placement)}.")
    said += [f"Instead: {sentence(layer.workarounds[0].text, 300)}"] if layer.workarounds else []
    said += [f"Evidence (anedb show ID): {', '.join(layer.evidence)}."] if layer.evidence else []
    return told(" ".join(said), MOST_TEXT)


def _location(model: CheckedModel, layer: CheckedLayer, artifact: int) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri(model.path), "index": artifact},
            # A model has no lines, but code scanning shows nothing that is on none.
            "region": {"startLine": 1},
        },
        "logicalLocations": [
            {"name": layer_name(layer), "fullyQualifiedName": shown(layer.place), "kind": "member"},
        ],
    }


def uri(path: str) -> str:
    "A relative reference; a file URI where the path is absolute. Bytes of a name that are no UTF-8 stay as they are."
    there = PurePath(path)
    found = quote(_bytes(there.as_posix()), safe="/")
    return f"file://{'' if found.startswith('/') else '/'}{found}" if there.is_absolute() else found


def _bytes(path: str) -> bytes:
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return encodable(path).encode()


def _worst(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    "As they are, or the worst of too many, still in order."
    if len(results) <= MOST_RESULTS:
        return results
    order = ("error", "warning", "note")
    ranked = sorted(range(len(results)), key=lambda at: order.index(results[at]["level"]))
    return [results[at] for at in sorted(ranked[:MOST_RESULTS])]


def _invocation(check: Check, left_out: int) -> dict[str, Any]:
    notices = [
        {
            "level": "error",
            "message": {"text": escaped(told(failure(each), MOST_TEXT))},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(each["path"])}}}],
        }
        for each in check.failed
    ]
    if left_out:
        text = f"{left_out:,} results are left out: code scanning takes {MOST_RESULTS:,} in a run. The worst are here."
        notices.append({"level": "warning", "message": {"text": text}})
    return {"executionSuccessful": not check.failed, "toolExecutionNotifications": notices}


def _properties(check: Check) -> dict[str, Any]:
    found = {"schemaVersion": check.schema_version, "dataVersion": check.data_version, "units": check.units}
    models = [{"path": shown(it.path), "target": plain(it.target), "summary": plain(it.summary)} for it in check.models]
    return {**found, "estimates": check.costs.text, "models": models}
