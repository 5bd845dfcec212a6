"How right the answers are, for people."

from __future__ import annotations

from collections.abc import Iterator, Sequence

from anedb.cli.render import Section
from anedb.domain.evaluation import Bin, Evaluation, Miss, Placed, Score

MOST = 20
"Wrong answers, and layer types, that are listed."


def blocks(found: Evaluation) -> list[Section]:
    misses = [Section(f"Wrong answers ({len(found.misses)})", list(_misses(found.misses)))] if found.misses else []
    return [
        Section(f"Offered the engine? One {found.left_out} left out at a time", list(_offered(found))),
        Section("Said and was: does a probability mean what it says?", list(_bins(found.reliability))),
        Section("By what the answer rests on", list(_scores(found.by_basis))),
        Section("By layer type, those with wrong or missing answers", list(_worst(found.by_type))),
        *misses,
        Section("Placed as Core ML placed them? Operation by operation", list(_placed(found.placement))),
        Section("", [(f"data {found.data_version}; --json has every figure",)]),
    ]


def _offered(found: Evaluation) -> Iterator[tuple[str, ...]]:
    yield ("", "answered", "right of those", "right of all", "Brier", "calibration error")
    for each in (found.offered, *found.baselines):
        name = "anedb" if each is found.offered else each.name
        yield (name, *_figures(each), _number(each.brier), _number(each.calibration_error))
    yield ("", f"{found.offered.cases} layers on targets that Core ML's own plans tell of")


def _scores(found: Sequence[Score]) -> Iterator[tuple[str, ...]]:
    for each in found:
        yield (each.name, f"{each.cases} cases", *_figures(each)[:2], _number(each.brier))


def _worst(found: Sequence[Score]) -> Iterator[tuple[str, ...]]:
    wrong = [each for each in found if each.right < each.cases]
    wrong.sort(key=lambda each: (each.right - each.cases, each.name))
    for each in wrong[:MOST]:
        yield (each.name, f"{each.cases} cases", f"{each.answered} answered", f"{each.right} right")
    if len(wrong) > MOST:
        yield ("", f"and {len(wrong) - MOST} more layer types")


def _figures(each: Score) -> tuple[str, str, str]:
    return (
        _percent(each.answered, each.cases),
        _percent(each.right, each.answered),
        _percent(each.right, each.cases),
    )


def _bins(found: Sequence[Bin]) -> Iterator[tuple[str, ...]]:
    yield ("probability", "cases", "said", "was")
    for each in found:
        yield (f"{each.low:.2f} to {each.high:.2f}", str(each.cases), f"{each.said:.3f}", f"{each.was:.3f}")


def _misses(found: Sequence[Miss]) -> Iterator[tuple[str, ...]]:
    for each in found[:MOST]:
        yield (each.type, each.target, f"said {each.said} ({each.probability:.2f}), was {each.was}", each.basis)
    if len(found) > MOST:
        yield ("", f"and {len(found) - MOST} more")


def _placed(found: Sequence[Placed]) -> Iterator[tuple[str, ...]]:
    yield ("", "", "ops", "agree", "but for the last", "as shipped", "from answers", "all offered to it")
    for each in found:
        yield (
            each.name,
            f"{each.target}, {each.units}",
            str(each.operations),
            _percent(each.agreed, each.operations),
            _percent(each.agreed_before_last, each.operations_before_last),
            _percent(each.agreed_as_shipped, each.operations),
            _percent(each.agreed_from_answers, each.operations),
            _percent(each.baseline, each.operations),
        )
        if each.misses:
            told = ", ".join(f"{name} ×{count}" for name, count in list(each.misses.items())[:3])
            yield ("", f"predicted, chosen: {told}")


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def _number(number: float | None) -> str:
    return "–" if number is None else f"{number:.3f}"
