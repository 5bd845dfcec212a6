"""The closed words and texts of a line and of a header: the part of the stage `vocabulary` that asks no catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterable

from anedb.domain.layer import DType, Format
from anedb.domain.observation import ComputeUnits, Context, Method, Unit
from anedb.domain.submission import Header, Seen, SourceHeader
from anedb.ingest.problems import Problems, pointer, shown
from anedb.ingest.wire import Line, meant

FORMATS = tuple(map(str, Format))
DTYPES = frozenset(map(str, DType))
UNITS = tuple(map(str, ComputeUnits))
CONTEXTS = tuple(map(str, Context))
METHODS = tuple(map(str, Method))
COMPUTE_UNITS = tuple(map(str, Unit))
LICENCES = ("CC0-1.0",)
"What data/ is published under."

OPSETS = ("iOS13", "iOS14", "iOS15", "iOS16", "iOS17", "iOS18", "iOS26", "iOS27")
"The `ct.target` names a MIL program may be converted for; the last has no coremltools release yet."

CONTRIBUTOR = re.compile(r"(?:[a-z]{2,16}:)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?", re.ASCII)
DEVICE_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)
LISTED = 39
"At most so many known words are named beside one that is not."
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*", re.ASCII)
"A parameter, an operand, a layer type."
DIM = re.compile(r"\?|[1-9][0-9]{0,9}\.\.(?:[1-9][0-9]{0,9}|\?)|[1-9][0-9]{0,9}(?:\|[1-9][0-9]{0,9})+", re.ASCII)

LENGTHS = {"comment": 500, "note": 500, "text": 500, "model": 200, "place": 200}
LENGTH = 100
"Of every other text."

_CLIMBS = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)")
_ROOTED = re.compile(r"^(?:[/\\~]|[A-Za-z]:[/\\]|file:)")
_HOME = re.compile(r"(?:^|[/\\])(?:Users|home)[/\\][^/\\]", re.IGNORECASE)


def word(code: str, said: str, known: Iterable[str], problems: Problems, number: int, at: str, noun: str) -> bool:
    "Whether `said` is one of the known words; if not, a problem with a guess at what was meant."
    words = tuple(known)
    if said in words:
        return True
    expected = ", ".join(words) if len(words) <= LISTED else ""
    what = f"`{shown(said)}` is no {noun}"
    problems.add(code, what, line=number, at=at, expected=expected, tip=lambda: meant(said, words))
    return False


def check_seen(line: Line, number: int, problems: Problems) -> None:
    if not line.seen:
        problems.add("schema.empty", "no observation", line=number, at="/seen", expected="at least one")
    for index, seen in enumerate(line.seen):
        if not _plain_words(seen):
            _tell_seen(seen, number, pointer("seen", index), problems)
        if seen.opset:
            _opset(seen.opset, number, index, problems)
        if seen.model or seen.place or seen.reason:
            _texts_of(seen, number, pointer("seen", index), problems)


def _plain_words(seen: Seen) -> bool:
    "Most observations have no odd word: one look, before they are told apart."
    return (
        seen.units in UNITS
        and seen.context in CONTEXTS
        and seen.method in METHODS
        and (seen.offered is None or all(unit in COMPUTE_UNITS for unit in seen.offered))
        and (seen.chosen is None or seen.chosen in COMPUTE_UNITS)
        and (seen.ran is None or seen.ran in COMPUTE_UNITS)
    )


def _tell_seen(seen: Seen, number: int, at: str, problems: Problems) -> None:
    word("vocabulary.units", seen.units, UNITS, problems, number, at + "/units", "compute-units setting")
    word("vocabulary.context", seen.context, CONTEXTS, problems, number, at + "/context", "context")
    word("vocabulary.method", seen.method, METHODS, problems, number, at + "/method", "method")
    for index, unit in enumerate(seen.offered or ()):
        word("vocabulary.unit", unit, COMPUTE_UNITS, problems, number, f"{at}/offered/{index}", "compute unit")
    for name in ("chosen", "ran"):
        if (unit := getattr(seen, name)) is not None:
            word("vocabulary.unit", unit, COMPUTE_UNITS, problems, number, f"{at}/{name}", "compute unit")


def _opset(said: str, number: int, index: int, problems: Problems) -> None:
    if said not in OPSETS:
        word("vocabulary.opset", said, OPSETS, problems, number, pointer("seen", index, "opset"), "opset")


def _texts_of(seen: Seen, number: int, at: str, problems: Problems) -> None:
    check_text("model", seen.model, number, at, problems)
    check_path(seen.model, number, at + "/model", problems)
    check_text("place", seen.place, number, at, problems)
    check_path(seen.place, number, at + "/place", problems, rooted=True)
    if seen.reason:
        for name in ("feature", "value", "limit", "text"):
            check_text(name, getattr(seen.reason, name), number, at + "/reason", problems)


def check_text(name: str, text: str, number: int, at: str, problems: Problems) -> None:
    most = LENGTHS.get(name, LENGTH)
    if len(text) > most:
        what = f"a text of {len(text):,} characters"
        problems.add("schema.length", what, line=number, at=f"{at}/{name}", expected=f"at most {most}")


def check_path(text: str, number: int, at: str, problems: Problems, *, rooted: bool = False) -> None:
    """A name must not climb out of a folder, nor tell whose computer it was. `rooted`: it may begin with a slash, as
    layer names of converted models do (`/encoder/conv1/Conv`)."""
    if _CLIMBS.search(text) or _HOME.search(text) or (not rooted and _ROOTED.search(text)):
        tip = "Say which model it is, not where it lay."
        problems.add("schema.path", f"`{shown(text)}` is a path", line=number, at=at, expected="a name", tip=tip)


def check_header(header: Header | SourceHeader, problems: Problems) -> None:
    "What a header says of itself; `anedb.ingest.machine` checks the machine it names."
    if isinstance(header, SourceHeader):
        return
    form = "anonymous, a name, or github:name"
    if not CONTRIBUTOR.fullmatch(header.contributor):
        what = f"`{shown(header.contributor)}` is no contributor's name"
        tip = "No mail address: what is sent is public."
        problems.add("vocabulary.contributor", what, line=1, at="/contributor", expected=form, tip=tip)
    if not DEVICE_KEY.fullmatch(header.device_key) or set(header.device_key) == {"0"}:
        what = f"`{shown(header.device_key, 40)}` is no device key"
        expected = "32 hexadecimal digits made at random"
        problems.add("vocabulary.device-key", what, line=1, at="/device_key", expected=expected)
    word("vocabulary.licence", header.licence, LICENCES, problems, 1, "/licence", "licence data/ takes")
    check_text("comment", header.comment, 1, "", problems)
    for name in ("coremltools", "tool"):
        check_text(name, getattr(header.environment, name), 1, "/environment", problems)
        check_path(getattr(header.environment, name), 1, f"/environment/{name}", problems)
    if header.suite:
        for name in ("id", "version", "sha256"):
            check_text(name, getattr(header.suite, name), 1, "/suite", problems)
            check_path(getattr(header.suite, name), 1, f"/suite/{name}", problems)
