"""A check as JUnit XML: a suite for every model and target, a case for every layer. No times: nothing was run."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from anedb.domain.check import Check, CheckedLayer, CheckedModel
from anedb.domain.verdict import Answer
from anedb.export.check_words import (
    PLACES,
    SAYS,
    WORDS_MOST,
    by_path,
    failure,
    layer_name,
    percent,
    shapes,
    shown,
    target_text,
    told,
    why,
)

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

FAILS = {
    "no": (Answer.NO,),
    "unlikely": (Answer.NO, Answer.UNLIKELY),
    "mixed": (Answer.NO, Answer.UNLIKELY, Answer.MIXED),
    "unknown": (Answer.UNKNOWN,),
}
"`--fail-on`'s words -> the answers that fail; `anedb.api.gate` has the same."
DEFAULT = ("no",)
# What no XML 1.0 file may hold.
NOT_XML = re.compile("[\ufffe\uffff\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
ROUNDING = 1e-9


def junit(check: Check, fail_on: Sequence[str] = ()) -> str:
    """`fail_on`: words of `--fail-on`; with none, the answer no fails. A layer in the baseline is skipped."""
    from xml.etree import ElementTree

    failing = {answer for word in fail_on or DEFAULT for answer in FAILS[word]}
    suites = [_suite(check, model, failing) for model in check.models]
    suites += [_unread(each) for each in check.failed]
    root = ElementTree.Element("testsuites", {"name": "anedb check", **_totals(suites)})
    root.extend(suites)
    ElementTree.indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _suite(check: Check, model: CheckedModel, failing: Collection[str]) -> Element:
    name = f"{shown(model.path)} on {target_text(model.target)}"
    several = len(by_path(check)[model.path]) > 1
    cases = [_case(layer, model, failing, several) for layer in model.layers]
    cases += list(_share(check, model, several))
    cases += [_layerless(model, several)] if not model.layers else []
    return _with_counts(name, [_properties(check, model), *cases])


def _case(layer: CheckedLayer, model: CheckedModel, failing: Collection[str], several: bool) -> Element:
    name = told(f"{layer.place} {layer_name(layer)} ({shown(layer.type)})")
    case = _element("testcase", name=name, classname=_class(model, several, layer.network))
    answer = layer.offered.answer
    if layer.known:
        case.append(_element("skipped", message=f"{SAYS[answer]}; in the baseline of known problems"))
    elif answer in failing:
        case.append(_element("failure", _told(layer), message=_message(layer), type=answer))
    elif answer == Answer.UNKNOWN:
        case.append(_element("skipped", message=_message(layer)))
    return case


def _message(layer: CheckedLayer) -> str:
    reasons = why(layer)
    return f"{SAYS[layer.offered.answer]}: {reasons}" if reasons else SAYS[layer.offered.answer]


def _told(layer: CheckedLayer) -> str:
    "Several lines."
    lines = [f"shapes: {shapes(layer)}", f"predicted placement: {PLACES.get(layer.placement, layer.placement)}"]
    lines += [f"why: {why(layer)}"] if why(layer) else []
    lines += [f"instead: {told(each.text)} [{each.source}]" for each in layer.workarounds]
    lines += [f"evidence (anedb show ID): {', '.join(layer.evidence)}"] if layer.evidence else []
    return "\n".join(told(line, 2 * WORDS_MOST) for line in lines)


def _share(check: Check, model: CheckedModel, several: bool) -> Iterator[Element]:
    "What `--min-ane` asks, as a case of its own."
    if check.gate is None or check.gate.min_ane is None or model.summary.ane_share is None:
        return
    least, share = check.gate.min_ane, model.summary.ane_share
    case = _element("testcase", name=f"at least {least:g} % of the layers", classname=_class(model, several, "model"))
    if share * 100 + ROUNDING < least:
        said = f"{percent(share)} of the layers are predicted on the Neural Engine, less than {least:g} %"
        case.append(_element("failure", message=said, type="min-ane"))
    yield case


def _layerless(model: CheckedModel, several: bool) -> Element:
    "A suite without a case is taken for a mistake by some readers."
    notes = "; ".join(f"{part.name}: {part.note}" for part in model.networks if part.note)
    case = _element("testcase", name="layers", classname=_class(model, several, "model"))
    case.append(_element("skipped", message=told(f"no layers to check. {notes}".strip())))
    return case


def _unread(failed: dict[str, str]) -> Element:
    case = _element("testcase", name="read", classname=_dotless(PurePath(failed["path"]).name))
    words = told(failure(failed))
    case.append(_element("error", told(failed.get("tip", "")), message=words, type="unreadable"))
    return _with_counts(shown(failed["path"]), [case])


def _properties(check: Check, model: CheckedModel) -> Element:
    found = _element("properties")
    figures = {
        "data_version": check.data_version,
        "units": model.units,
        "summary": told(model.summary.text),
        "predicted_on_engine": percent(model.summary.ane_share),
        "segments": str(model.summary.segments),
    }
    found.extend(_element("property", name=name, value=value) for name, value in figures.items())
    return found


def _class(model: CheckedModel, several: bool, network: str) -> str:
    "`net.main`, or `net@A15-iOS-18.main` with several targets: readers tell cases apart by class and name."
    target = model.target
    said = [each for each in (target.chip or target.engine, target.os, target.version) if each]
    at = f"@{'-'.join(said) or 'any'}" if several else ""
    return f"{_dotless(PurePath(model.path).stem + at)}.{_dotless(network)}"


def _dotless(text: str) -> str:
    "A dot would begin another package, a blank is refused by some."
    return re.sub(r"[.\s]+", "_", shown(text)) or "_"


def _with_counts(name: str, children: Sequence[Element]) -> Element:
    cases = [each for each in children if each.tag == "testcase"]
    kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    counts = {plural: str(sum(case.find(tag) is not None for case in cases)) for plural, tag in kinds.items()}
    suite = _element("testsuite", name=name, tests=str(len(cases)), **counts)
    suite.extend(children)
    return suite


def _totals(suites: Sequence[Element]) -> dict[str, str]:
    names = ("tests", "failures", "errors", "skipped")
    return {name: str(sum(int(suite.attrib[name]) for suite in suites)) for name in names}


def _element(tag: str, text: str = "", /, **attributes: str) -> Element:
    from xml.etree import ElementTree

    found = ElementTree.Element(tag, {name: NOT_XML.sub("\ufffd", value) for name, value in attributes.items()})
    found.text = NOT_XML.sub("\ufffd", text) or None
    return found
