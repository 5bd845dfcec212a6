"An import, for people."

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from anedb.cli.render import Section, plural
from anedb.cli.words import UNITS, printable, target_text
from anedb.domain.imported import Imported, Need, ReadFile, Tally
from anedb.domain.target import Target

SHOWN = 8
"Notes, and tallies of a kind; the rest are counted, and --json has them."
APART = 3
"So many files are shown each by itself."
TALLIES = ("offered", "chosen", "ran", "counts", "refusals", "unmapped")
LABELS = {"counts": "counted", "refusals": "refused"}


def formats(found: Iterable[tuple[str, str]]) -> Section:
    return Section("Formats that can be imported", [(name, title) for name, title in found])


def blocks(found: Imported, *, dry_run: bool = False) -> list[Section]:
    "What is missing is told here on a dry run; else `complaint` has it."
    sections = [Section(each.file, list(_read(each))) for each in _few(found.files)]
    sections.append(Section(f"Submission: {found.status}", list(_submission(found))))
    missing = [(_options(need), need.what) for need in found.needs] if dry_run else []
    sections.append(Section("Missing", [*missing, ("for example", found.command)] if missing else []))
    sections.append(Section("Not in it", [(str(each.count), each.what) for each in found.left_out]))
    sections.append(Section("Problems", [(line,) for each in found.problems for line in str(each).splitlines()]))
    return [each for each in sections if each.rows]


def _few(files: Sequence[ReadFile]) -> list[ReadFile]:
    "Each file by itself, or what those of a format say together where there are many."
    if len(files) <= APART:
        return list(files)
    by_format: dict[str, list[ReadFile]] = {}
    for each in files:
        by_format.setdefault(each.format, []).append(each)
    return [_together(each) for each in by_format.values()]


def _together(files: list[ReadFile]) -> ReadFile:
    tallies = {name: _summed([getattr(each, name) for each in files]) for name in TALLIES}
    return ReadFile(
        file=f"{len(files)} {plural('file', len(files))}, {files[0].file} …",
        format=files[0].format,
        title=files[0].title,
        models=sum(each.models for each in files),
        rows=sum(each.rows for each in files),
        notes=tuple(dict.fromkeys(note for each in files for note in each.notes)),
        **tallies,
    )


def _summed(found: Iterable[tuple[Tally, ...]]) -> tuple[Tally, ...]:
    total: Counter[str] = Counter()
    for tallies in found:
        total.update({each.what: each.count for each in tallies})
    return tuple(Tally(what=what, count=count) for what, count in total.most_common())


def _read(each: ReadFile) -> Iterator[tuple[str, ...]]:
    yield ("format", each.format, each.title)
    of = f" of {each.models} {plural('model', each.models)}" if each.models > 1 else ""
    yield ("read", str(each.rows), f"{plural('operation', each.rows)}{of}")
    for name in TALLIES:
        tallies: tuple[Tally, ...] = getattr(each, name)
        yield from _some([(LABELS.get(name, name), str(one.count), one.what) for one in tallies])
    yield from _some([("note", "", note) for note in each.notes])


def _some(rows: list[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    "A label only before the first of its rows."
    for place, (label, *rest) in enumerate(islice(rows, SHOWN)):
        yield (label if place == 0 else "", *rest)
    if len(rows) > SHOWN:
        yield (*[""] * (len(rows[0]) - 1), f"and {len(rows) - SHOWN} more; --json has them")


def _submission(found: Imported) -> Iterator[tuple[str, ...]]:
    on = found.environment
    target = Target(
        chip=on.chip or None,
        os=on.os or None,
        version=on.version or None,
        build=on.build or None,
        device=on.device or None,
    )
    yield ("on", _on(target))
    units = sorted({UNITS[each] for each in found.units if each})
    if units or found.date:
        yield ("with", "; ".join([*units, *([found.date] if found.date else [])]))
    yield ("holds", f"{found.observations} observations of {found.layers} {plural('layer', found.layers)}")
    if found.run:
        yield ("run", found.run)
    if found.written:
        yield ("written", found.written)
        yield ("next", f"anedb submit {found.written} --dry-run")
    yield from _some([("note", note) for note in found.notes])


def _on(target: Target) -> str:
    "A build alone is what the path in Core ML's cache gives where the catalogue does not know it."
    if target.chip or target.device or target.os:
        return target_text(target)
    return f"a system of build {target.build}, else not known yet" if target.build else "not known yet"


def _options(need: Need) -> str:
    return f"{need.option} or {need.or_option}" if need.or_option else need.option


def complaint(found: Imported) -> str:
    "Why nothing was written, what is missing, and a command line that has it."
    if found.status == "refused":
        return "anedb: not written: it would be sent back for the problems above"
    if found.status == "nothing to store":
        return "anedb: nothing to store: no operation in it has a layer and an answer; --dry-run shows what was read"
    lines = ["anedb: not written: no file says"]
    for need in found.needs:
        lines.append(f"  {_options(need)}: {need.what}")
    lines.append("for example:")
    lines.append(f"  {found.command}")
    return "\n       ".join(printable(line) for line in lines)
