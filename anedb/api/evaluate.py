"""How right we are: what Core ML itself planned is left out, predicted from the rest, and compared.

Offered and chosen are scored apart: offered layer by layer (here), chosen network by network (`evaluate_placement`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from anedb.api.ask import Asker
from anedb.api.blind import Blind, of_the_same_authors
from anedb.api.evaluate_placement import placements
from anedb.api.scores import reliability, score, scores_by
from anedb.catalog import layers, targets
from anedb.domain.evaluation import SCHEMA_VERSION, Evaluation, Miss, Score
from anedb.domain.knowledge import Cell
from anedb.domain.layer import Layer
from anedb.domain.observation import Method
from anedb.domain.target import Target
from anedb.domain.verdict import Answer
from anedb.errors import UsageError
from anedb.evidence.question import Question
from anedb.fingerprint import fingerprint

LEFT_OUT = ("configuration", "source", "target")
SEED = "hollance-unsupported-layers"
"The list from 2020 that everybody copies: the seed."
ITS_TIME = ("A13", "iOS 14")
"Chip and system it speaks of. Who copies it does not ask how old it is; anedb does, and would call it unknown today."
CATALOGUE, SWEEP = "aneforge-catalogue", "aneforge-sweep"
"Two lists of operations by name: what each engine generation has, and what one M5 ran."
Told = Callable[[str, int, int], None]


class Case(NamedTuple):
    "One layer on one target, as Core ML planned it."

    layer: Layer
    fingerprint: str
    target: Target
    units: str
    was: bool
    "Offered."
    sources: tuple[str, ...]


class Answered(NamedTuple):
    case: Case
    probability: float | None
    "None: unknown."
    answer: str
    basis: str

    @property
    def said(self) -> bool | None:
        if self.answer in (Answer.YES, Answer.LIKELY):
            return True
        return False if self.answer in (Answer.NO, Answer.UNLIKELY) else None


def evaluate(asker: Asker, left_out: str = "configuration", on_case: Told | None = None) -> Evaluation:
    """Everything Core ML's plans say, each predicted without it.

    `left_out`: a `configuration` (a layer, everywhere it was seen), a `source` (with it all that its author saw), or a
    `target` (everything seen on that chip, and what its authors saw of its engine by other means); with each all
    claims of the authors of what is left out. Raises `UsageError`.
    """
    if left_out not in LEFT_OUT:
        raise UsageError(f"--leave-out {left_out!r} is not one of {', '.join(LEFT_OUT)}")
    cases = list(planned(asker))
    found: list[Answered] = []
    for number, (group, blind) in enumerate(blinds(asker, cases, left_out)):
        if on_case is not None:
            on_case(group[0].layer.type, number, len(cases))
        found += [answer(blind, case) for case in group]
    return Evaluation(
        schema_version=SCHEMA_VERSION,
        data_version=asker.data_version,
        left_out=left_out,
        offered=scored("all", found),
        baselines=tuple(baselines(asker, cases)),
        reliability=tuple(reliability([(it.probability, it.case.was) for it in found])),
        by_basis=tuple(scores_by(found, lambda it: it.basis, scored)),
        by_type=tuple(scores_by(found, lambda it: it.case.layer.type, scored)),
        misses=tuple(_miss(it) for it in found if it.said is not None and it.said != it.case.was),
        placement=tuple(placements(asker)),
    )


def planned(asker: Asker) -> Iterator[Case]:
    "Every layer on every target that compute plans speak of, where they agree."
    for format, type, _ in asker.reader.types():
        known = asker.reader.knowledge(format, type)
        groups: dict[tuple[str, Target], list[Cell]] = defaultdict(list)
        for cell in known.cells:
            groups[cell.layer, cell.target].append(cell)
        for (mark, target), cells in groups.items():
            told = [it for cell in cells for it in cell.offered if it.method == Method.COMPUTE_PLAN]
            yes, no = sum(it.yes for it in told), sum(it.no for it in told)
            if bool(yes) != bool(no):
                sources = tuple(sorted({source for cell in cells for source in cell.sources}))
                yield Case(known.layers[mark], mark, target, cells[0].units, yes > 0, sources)


def blinds(asker: Asker, cases: Sequence[Case], left_out: str) -> Iterator[tuple[list[Case], Blind]]:
    "Cases that are left out together, and an asker that knows nothing of them."
    groups: dict[object, list[Case]] = defaultdict(list)
    for case in cases:
        groups[_key(case, left_out)].append(case)
    for key, group in groups.items():
        yield group, _blind(asker, group, key, left_out)


def _key(case: Case, left_out: str) -> object:
    if left_out == "configuration":
        return case.fingerprint
    return case.target.chip if left_out == "target" else case.sources


def _blind(asker: Asker, group: Sequence[Case], key: object, left_out: str) -> Blind:
    "What the authors of what is hidden claim is hidden with it: their claims sum up what they saw."
    gone = {source for case in group for source in case.sources}
    claims = of_the_same_authors(gone)
    if left_out == "configuration":
        return Blind(asker, lambda cell: cell.layer == key, types={group[0].layer.type}, sources=claims)
    if left_out == "source":
        return Blind(asker, lambda cell: not claims.isdisjoint(cell.sources), sources=claims)
    engines = {case.target.engine for case in group}
    return Blind(
        asker,
        lambda cell: cell.target.chip == key
        or (cell.target.engine in engines and not claims.isdisjoint(cell.sources)),
        sources=claims,
    )  # fmt: skip


def answer(asker: Asker, case: Case) -> Answered:
    kind = layers.get(case.layer.format, case.layer.type)
    found = asker.judgement(
        Question(
            layer_type=kind, layer=case.layer, fingerprint=fingerprint(case.layer.hashed()), target=case.target,
            units=case.units,
        )
    ).offered  # fmt: skip
    return Answered(case, found.probability, found.answer, found.basis)


def scored(name: str, found: Sequence[Answered]) -> Score:
    return score(name, [(it.said, it.probability, it.case.was) for it in found])


def baselines(asker: Asker, cases: Sequence[Case]) -> Iterator[Score]:
    "What a list that never says unknown would get."
    yield _certain("always yes", ((True, case.was) for case in cases))
    types = Counter((case.layer.type, case.was) for case in cases)
    yield _certain("majority of the layer type", ((_majority(types, case), case.was) for case in cases))
    seed = Blind(asker, lambda _: True)
    yield _certain("seed list of 2020, all else yes", ((_seed(seed, case), case.was) for case in cases))
    listed = ((_listed(asker, CATALOGUE, case, case.target.engine), case.was) for case in cases)
    yield _certain("aneforge's catalogue by engine, all else yes", listed)
    swept = ((_listed(asker, SWEEP, case), case.was) for case in cases)
    yield _certain("aneforge's sweep of an M5, all else yes", swept)


def _certain(name: str, told: Iterable[tuple[bool, bool]]) -> Score:
    return score(name, [(said, float(said), was) for said, was in told])


def _majority(types: Counter[tuple[str, bool]], case: Case) -> bool:
    "Of the others of its type; a tie, and a type that has no other, is yes."
    yes = types[case.layer.type, True] - case.was
    no = types[case.layer.type, False] - (not case.was)
    return yes >= no


def _seed(asker: Blind, case: Case) -> bool:
    "What the list says of the layer, whatever the target."
    kind = layers.get(case.layer.format, case.layer.type)
    claims, _ = asker.base.said(kind)
    asker._said[kind.format, kind.name] = tuple(it for it in claims if it.source == SEED), ()
    asker.hidden_sources = frozenset({"-"})
    chip, os = ITS_TIME
    return answer(asker, case._replace(target=targets.resolve(chip, None, os))).said is not False


def _listed(asker: Asker, source: str, case: Case, engine: str | None = "") -> bool:
    """What a list says of an operation's name, as its reader looks it up: shapes, types and conditions do not count.

    `engine`: the column to look in; empty: the list has one. None: the target's is not known, so no column is.
    """
    kind = layers.get(case.layer.format, case.layer.type)
    names = kind.concept, f"{kind.format}:{kind.name}"
    rows = [it for it in asker.said(kind)[0] if it.source == source and it.subject in names]
    return all(it.says != "no" for it in rows if engine == "" or engine in it.engines)


def _miss(found: Answered) -> Miss:
    case = found.case
    return Miss(
        layer=case.fingerprint,
        type=case.layer.type,
        target=" ".join(it for it in (case.target.chip, case.target.os, case.target.version) if it),
        said=found.answer,
        probability=round(found.probability or 0.0, 4),
        was="yes" if case.was else "no",
        basis=found.basis,
    )
