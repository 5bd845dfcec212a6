"The study's compute plans: seven columns by tab, one line an operation."

from __future__ import annotations

from pathlib import Path

from tools.evidence.rows import UNITS, Row, Skipped, operator, units

COLUMNS = 7
NO_ANSWER = "-"


def read_plan(path: Path, source: str) -> tuple[dict[str, list[Row]], list[Skipped]]:
    """Rows by model in the file's order, and what is no observation.

    A model whose plan came back without costs is incomplete: none of its rows is an answer.
    """
    models: dict[str, list[Row]] = {}
    skipped: list[Skipped] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        cells = line.split("\t")
        where = f"{path.name}:{number}"
        if len(cells) < COLUMNS or cells[1] == NO_ANSWER:
            skipped.append(Skipped(source=source, where=where, what=" ".join(cells[:3]), why=_why(line)))
        else:
            models.setdefault(cells[0], []).append(_row(where, cells))
    return _complete(models, skipped, source), skipped


def _why(line: str) -> str:
    if "OOM" in line:
        return "the study's memory watchdog ended the compiler: this row answers nothing"
    return "Core ML gave an error instead of a plan"


def _row(where: str, cells: list[str]) -> Row:
    model, _, name, output, chosen, offered, cost = cells
    op, opset = operator(name)
    ppm = None if cost == NO_ANSWER else round(float(cost) * 1_000_000)
    answered = chosen != NO_ANSWER
    return Row(
        where=where,
        model=model,
        op=op,
        opset=opset,
        output=output,
        offered=units(offered.split(",")) if answered else (),
        chosen=UNITS[chosen] if answered else "",
        cost_ppm=ppm,
    )


def _complete(models: dict[str, list[Row]], skipped: list[Skipped], source: str) -> dict[str, list[Row]]:
    kept = {}
    for model, rows in models.items():
        if all(row.cost_ppm is not None for row in rows):
            kept[model] = rows
            continue
        why = "the plan is incomplete: no costs, and units missing or other than those asked for"
        skipped += [Skipped(source=source, where=row.where, what=f"{model} {row.op}", why=why) for row in rows]
    return kept
