"""A review as Markdown for a pull request's comment. All that a stranger wrote in it is text and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from anedb.domain.problem import Problem
from anedb.domain.review import Finding, Kind, Review, ReviewedRun
from anedb.export.check_prose import code, details, grid, joined, words
from anedb.export.check_words import plural, target_text
from anedb.export.markdown import text

MARK = "<!-- anedb review -->"
"The first line, by which the workflow finds its own comment."
MOST = 65_536
"Characters of a comment on GitHub."
ROWS = (60, 25, 10, 4, 1)
"Rows of a list: as many as leave the whole below `MOST`."
LONG = 160
"Characters of a layer, or of a stranger's sentence."
SIGNED = {
    "unsigned": "not signed",
    "proven": "signed by the contributor",
    "signed": "signed; whose key it is was not asked",
    "unchecked": "signed; not checked",
    "refused": "**signature proves nothing**",
}


def markdown(review: Review, most: int = MOST) -> str:
    "At most `most` characters: lists get shorter, and in the end the head alone is left."
    for rows in ROWS:
        if len(found := joined(_page(review, rows))) <= most:
            return found
    return f"{found[: most - 40].rpartition(chr(10))[0]}\n\nThe rest is left out.\n"


def _page(review: Review, rows: int) -> Iterator[str]:
    yield f"{MARK}\n## {_head(review)}"
    if review.problems:
        yield _problems(review.problems, rows)
    if review.notes:
        yield "\n".join([f"- {words(_cut(note))}" for note in review.notes[:rows]] + _left(review.notes, rows))
    if review.runs:
        yield _runs(review.runs, rows)
    for run in [run for run in review.runs if run.problems][:rows]:
        yield f"### {code(_cut(run.file))}: {words(run.status)}"
        yield _problems(run.problems, rows)
    if review.findings:
        yield from _findings(review, rows)
    yield _foot(review)


def _head(review: Review) -> str:
    good = sum(run.status == "counts" for run in review.runs)
    bad = len(review.runs) - good
    if not review.runs:
        return "No run to review"
    said = f"{plural(good, 'run')} in order" if good else "No run in order"
    return f"{said}, {bad} not" if bad else f"{said}{'' if review.ok else ', and yet something is wrong'}"


def _problems(problems: Sequence[Problem], rows: int) -> str:
    return "\n".join([f"- {_problem(each)}" for each in problems[:rows]] + _left(problems, rows))


def _problem(each: Problem) -> str:
    expected = f"; expected {words(_cut(each.expected))}" if each.expected else ""
    tip = f". {words(_cut(each.tip))}" if each.tip else ""
    return f"{code(each.code)} {code(_cut(each.where))}: {words(_cut(each.what))}{expected}{tip}"


def _runs(runs: Sequence[ReviewedRun], rows: int) -> str:
    header = ["Run", "Machine", "Day", "Contributor", "Layers", "Observations", "Canaries", "Is"]
    table = grid(header, map(_run, runs[:rows]))
    return "\n".join([table, *(f"\n{line}" for line in _left(runs, rows))])


def _run(run: ReviewedRun) -> list[str]:
    machine = text(_cut(target_text(run.target))) if run.target.chip else "not known"
    who = f"{text(run.contributor)}, {SIGNED.get(run.signature, 'not signed')}" if run.contributor else ""
    numbers = [f"{run.layers:,}", f"{run.observations:,}", f"{run.canaries:,}"]
    return [code(_cut(run.file)), machine, text(run.date), who, *numbers, words(run.status)]


def _findings(review: Review, rows: int) -> Iterator[str]:
    numbers = review.counts
    yield "### What it says beside what is known"
    yield grid(
        ["Contradicts", "Joins a disagreement", "Confirms", "New", "of these unexpected", "Answers that move"],
        [[f"{numbers.get(each, 0):,}" for each in (*Kind, "surprises", "moves")]],
    )
    moved = [each for each in review.findings if each.moves]
    opposed = [each for each in review.findings if (each.kind == Kind.CONTRADICTS or each.surprise) and not each.moves]
    if opposed:
        yield _list("Contradicted or unexpected, and the answer stays", opposed, rows)
    yield _list("Answers that move", moved, rows) if moved else "No answer moves."
    if review.uncompared:
        yield f"{plural(review.uncompared, 'more layer')} were checked and not compared."


def _list(title: str, found: Sequence[Finding], rows: int) -> str:
    table = grid(["Layer", "Units", "Question", "Run says", "Answer", "Probability", "Is"], map(_finding, found[:rows]))
    body = [table, *(f"{line}" for line in _left(found, rows))]
    return details(f"{title}: {len(found):,}", body) if len(found) > 5 else joined([f"**{title}**", *body]).rstrip()


def _finding(each: Finding) -> list[str]:
    shift = f"{each.before} → {each.after}" if each.moves else each.before
    chance = f"{_share(each.probability_before)} → {_share(each.probability_after)}"
    kind = f"{each.kind}, unexpected" if each.surprise else each.kind
    return [code(_cut(each.layer)), text(each.units), each.about, each.says, f"**{shift}**", chance, kind]


def _share(value: float | None) -> str:
    return "not known" if value is None else f"{value:.2f}"


def _cut(value: str) -> str:
    return value if len(value) <= LONG else f"{value[: LONG - 1]}…"


def _left(listed: Sequence[object], rows: int) -> list[str]:
    left = len(listed) - rows
    return [f"*{left:,} more; `anedb review --json` has all.*"] if left > 0 else []


def _foot(review: Review) -> str:
    return (
        f"<sub>Checked as a stranger's, compared with data {code(review.data_version)} without these runs. "
        "A person merges; this comment only counts. `anedb review --base main` says the same on your machine.</sub>"
    )
