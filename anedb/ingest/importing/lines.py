"Rows with their layers -> the lines of a submission."

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from anedb.domain.foreign import ForeignReport, ForeignRow
from anedb.domain.layer import Layer
from anedb.domain.observation import Context, Reason, Unit
from anedb.domain.submission import LayerLine, Seen
from anedb.errors import UsageError
from anedb.ingest import words
from anedb.ingest.importing import refusals
from anedb.ingest.importing.models import bare
from anedb.ingest.plausible import ALLOWED
from anedb.ingest.problems import Problems, unfit


@dataclass(frozen=True, slots=True)
class Known:
    "A row, and the layer it is about."

    row: ForeignRow
    layer: Layer
    name: str
    "Of the layer in its model."
    place: str
    opset: str
    alone: bool
    "In a model of this one layer."


def lines(report: ForeignReport, found: Iterable[Known], units: str) -> list[LayerLine]:
    "One a row; `anedb.ingest.write.ordered` joins them. Raises `UsageError` where `units` cannot have been asked for."
    return [LayerLine(fingerprint="", layer=each.layer, seen=(_seen(report, each, units),)) for each in found]


def _seen(report: ForeignReport, known: Known, units: str) -> Seen:
    "Enumerations become plain text: nothing else has a fingerprint."
    row = known.row
    _check_units(row, units)
    return Seen(
        units=str(units),
        context=(Context.ISOLATED if known.alone else Context.IN_MODEL).value,
        method=str(report.method),
        offered=None if row.offered is None else tuple(sorted(set(map(str, row.offered)))),
        chosen=None if row.chosen is None else str(row.chosen),
        ran=None if row.ran is None else str(row.ran),
        reason=_reason(known),
        cost_ppm=row.cost_ppm,
        opset=next((each for each in (row.opset, known.opset) if each in words.OPSETS), ""),
        model=fit("model", bare(row.model or report.model)),
        place=fit("place", known.name) or fit("place", known.place),
    )


def _check_units(row: ForeignRow, units: str) -> None:
    allowed = ALLOWED[units]  # type: ignore[index]
    odd = [unit for unit in (*(row.offered or ()), row.chosen, row.ran) if unit and unit not in allowed]
    if odd:
        where = f"{row.place} of {row.model}" if row.model else row.place
        raise UsageError(f"{where} names the {odd[0]}, which {units} does not leave to choose from", tip="see --units")


def _reason(known: Known) -> Reason | None:
    """Why not the engine, where it is not on it. Text that was read without its layer is read again with it: some
    refusals name no number, and mean one of the layer's."""
    row, said = known.row, known.row.reason
    if said is None or Unit.ANE in (row.chosen, row.ran):
        return None
    if row.layer is None and said.text:
        again = refusals.reason(said.text, known.layer)
        said = again if again.code != "unmapped" else said
    return replace(said, **{name: _said(name, getattr(said, name)) for name in ("feature", "value", "limit", "text")})


def _said(name: str, text: str) -> str:
    return clean(text)[: words.LENGTHS.get(name, words.LENGTH)]


def clean(text: str) -> str:
    "Without characters that belong in no name."
    return text if not unfit(text) else "".join(each for each in text if not unfit(each))


def fit(name: str, text: str) -> str:
    "A name as a submission may have it; empty for one that is a path, or too long."
    text = clean(text) if len(text) <= words.LENGTHS[name] else ""
    problems = Problems("")
    words.check_path(text, 1, "", problems, rooted=name == "place")
    return "" if problems.seen else text
