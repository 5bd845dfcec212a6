"One thing the database knows, for people: what has a shape of its own, else name and value."

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from anedb.cli.render import MARKS, Section, pairs, plural, thing
from anedb.cli.words import value_text

if TYPE_CHECKING:
    from anedb.api.show import Thing

Rows = Iterator[tuple[str, ...]]

AGAINST = {
    "observations": "Observations against observations",
    "claims": "What people say against what was seen",
    "claims alone": "What people say against each other, where nothing was seen",
}
MOST = 3
"Names in a list before the rest is counted."
PLAIN = ("concept", "what it does", "since", "other layers of the concept", "also called", "observations",
         "configurations")  # fmt: skip


def sections(found: Thing) -> list[Section]:
    "What `anedb show` prints."
    shape = SHAPES.get(found.kind)
    return shape(found) if shape else thing(found)


def layer(found: Thing) -> list[Section]:
    about = found.about
    told = [
        Section(f"layer {found.id}", list(pairs({name: about[name] for name in PLAIN}))),
        Section("Inputs", [(each["name"], spec(each)) for each in about["inputs"]]),
        Section("By engine generation and release, for the layer as a whole", list(answers(about["answers"]))),
        Section("Configurations that were offered the engine, or not", list(seen_on(about["seen on"]))),
        Section("What flips it", list(flips(about["flips"]))),
        Section("The same configuration, another answer elsewhere", list(turns(about["turns"]))),
        Section("Why it was refused", [(f"×{each['cells']}", each["reason"]) for each in about["reasons"]]),
        Section("What people say", list(claims(about["claims"]))),
        Section("What to use instead", list(workarounds(about["workarounds"]))),
    ]
    return [section for section in told if section.rows]


def spec(each: dict[str, Any]) -> str:
    "`operand, fp16|fp32, required`"
    types = "|".join(each.get("types", ())) + (" list" if each.get("is_list") else "")
    default = each.get("default")
    words = [each["kind"], types, "required" if each.get("required") else ""]
    words += [f"default {value_text(default)}" if default is not None else "", each.get("only_if", "")]
    return ", ".join(word for word in words if word)


def answers(rows: list[dict[str, Any]]) -> Rows:
    yield ("", "", "offered", "chosen", "")
    before = ""
    for each in rows:
        on = ", ".join(each["on"].split(", ")[:2]) or "any release"
        engine = "" if each["engine"] == before else each["engine"]
        before = each["engine"]
        yield (engine, on, said(each, "offered"), said(each, "chosen"), rests(each))


def said(each: dict[str, Any], question: str) -> str:
    probability = each[f"{question} probability"]
    return f"{MARKS[each[question]]} {each[question]}" + ("" if probability is None else f" {probability:.2f}")


def rests(each: dict[str, Any]) -> str:
    newest = f", newest {each['newest']}" if each["newest"] else ""
    return f"{each['basis']}, {each['state']}{newest}"


def seen_on(rows: list[dict[str, Any]]) -> Rows:
    for each in rows:
        counts = [
            (each[f"offered: {word}"], text) for word, text in (("yes", "yes"), ("no", "no"), ("both", "disputed"))
        ]
        yield (each["target"], each["engine"] or "", ", ".join(f"{number} {text}" for number, text in counts if number))


def flips(rows: list[dict[str, Any]]) -> Rows:
    for each in rows:
        number = each["configurations"]
        where = f"{number} {plural('configuration', number)} on {few(each['on'])}"
        yield (each["about"], each["text"], f"{where}; {few(each['evidence'])}")


def turns(rows: list[dict[str, Any]]) -> Rows:
    for each in rows:
        yield (f"yes on {few(each['yes'])}; no on {few(each['no'])}: {each['layer']}; {few(each['evidence'])}",)


def claims(rows: list[dict[str, Any]]) -> Rows:
    for each in rows:
        scope = [f"where {each['where']}" if each["where"] else "", f"on {few(each['on'])}" if each["on"] else ""]
        ends = [*scope, each["strength"], each["date"], each["source"]]
        yield (each["says"], each["id"], f"{each['text']} [{'; '.join(end for end in ends if end)}]")


def workarounds(rows: list[dict[str, Any]]) -> Rows:
    for each in rows:
        where = f"where {each['where']}; " if each["where"] else ""
        yield (each["id"], f"{each['text']} [{where}{each['strength']}; {each['source']}]")


def conflicts(found: Thing) -> list[Section]:
    told = [Section(AGAINST[name], list(disagreements(rows))) for name, rows in found.about.items() if rows]
    end = Section("", [("`anedb show ID` follows one piece of evidence; --json has all of them",)])
    return [*told, end] if told else [Section("Nothing that anedb knows disagrees", [("",)])]


def disagreements(rows: list[dict[str, Any]]) -> Rows:
    for each in rows:
        number, where = each["configurations"], f" on {few(each['on'])}" if each["on"] else ""
        rest = f" ({few(each['answer rests on'])})" if each["answer rests on"] else ""
        yield (
            each["layer"],
            each["about"],
            f"{'/'.join(each['answers'])}{rest}, but {few(each['dissent'])} {each['dissent says']}: {each['why']}; "
            f"{number} {plural('configuration', number)}{where}",
        )


def few(names: list[str]) -> str:
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more


SHAPES: dict[str, Callable[[Thing], list[Section]]] = {"layer": layer, "conflicts": conflicts}
