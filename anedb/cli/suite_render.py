"Suites, for people."

from __future__ import annotations

from anedb.cli.render import Section, plural
from anedb.domain.observation import Context
from anedb.domain.suite import Question, SuiteBuilt, Suites

SHOWN = 12
"Lines of what could not be built; --json has all of them."


def blocks(found: Suites, *, listed: bool) -> list[Section]:
    return [_questions(found)] if listed else [_suites(found), *_coverage(found)]


def built(found: SuiteBuilt) -> list[Section]:
    size = f"{found.bytes / 1e6:,.1f} MB"
    rows: list[tuple[str, ...]] = [
        ("suite", f"{found.name}, version {found.version}, {found.digest[:12]}" if found.version else found.name),
        ("folder", f"{found.folder}: {found.models} {plural('model', found.models)}, {size}, and suite.json"),
        ("measure", f"anedb probe --suite {found.folder}"),
    ]
    left_out = [(id, why) for id, why in found.left_out.items()]
    more = [(f"and {len(left_out) - SHOWN} more",)] if len(left_out) > SHOWN else []
    return [Section("Built", rows), *([Section("Left out", [*left_out[:SHOWN], *more])] if left_out else [])]


def _suites(found: Suites) -> Section:
    rows: list[tuple[str, ...]] = [("suite", "models", "MIL ops", "NN layers", "on a Mac")]
    rows += [
        (each.name, f"{each.models:,}", str(each.mlprogram), str(each.neuralnetwork), f"about {each.minutes:.0f} min")
        for each in found.suites
    ]
    rows.append(("wanted", "", "", "", "what `anedb wanted` lists, for your chip"))
    return Section(f"Suites, version {found.version}", rows)


def _coverage(found: Suites) -> list[Section]:
    whys: dict[str, list[str]] = {}
    for name, why in found.uncovered.items():
        whys.setdefault(why, []).append(name)
    total = ", ".join(f"{format} {count}" for format, count in sorted(found.catalogue.items()))
    rows: list[tuple[str, ...]] = [("catalogue", total), *((", ".join(names), why) for why, names in whys.items())]
    asked = f"{len(found.unasked)} questions of the tables cannot be asked; --json says which, and why"
    return [Section("Not asked about", [*rows, (asked,)])]


def _questions(found: Suites) -> Section:
    rows: list[tuple[str, ...]] = [("question", "asks about", "where")]
    rows += [(each.id, f"{each.format}:{each.type}", _where(each)) for each in found.questions]
    count = len(found.questions)
    return Section(f"{count:,} {plural('question', count)}", rows)


def _where(each: Question) -> str:
    told = ["between other layers" if each.context == Context.IN_MODEL else "alone"]
    if each.canary:
        told.append("canary")
    return ", ".join(told)
