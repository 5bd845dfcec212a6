"""`python -m tools.evidence [FOLDER]`: what data/ has from the dumps in FOLDER (or `ANEDB_EVIDENCE`).

That is data/observations, data/plans, data/ledger/rows, and those files of data/claims that are made from lists.

The same dumps and the same coremltools give the same bytes.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from anedb.catalog import layout, ledger
from tools.evidence import aneforge
from tools.evidence.collect import Collection, collect

DATA = Path(__file__).parents[2] / "data"
TARGET = DATA / "observations"
PLANS = DATA / "plans"
ROWS = DATA / "ledger/rows"


def main() -> int:
    folder = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("ANEDB_EVIDENCE", "")
    if not Path(folder, "claims.jsonl").is_file():
        print("no dumps: name their folder, or set ANEDB_EVIDENCE", file=sys.stderr)
        return 2
    write(collect(Path(folder)))
    write_claims(Path(folder))
    return 0


def write(found: Collection) -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    for source, file in found.files.items():
        (TARGET / f"{source}.jsonl").write_text(file.render(), encoding="utf-8")
        models = f"{found.reproduced[source]} models reproduced, {found.failed[source]} not"
        print(f"{source}: {file.rows} observations of {len(file.layers)} layers; {models}")
    PLANS.mkdir(exist_ok=True)
    for source, plans in found.plans.items():
        (PLANS / f"{source}.jsonl").write_text(plans.render(), encoding="utf-8")
        print(f"{source}: {len(plans.plans)} plans of {sum(len(plan.network.ops) for plan in plans.plans)} operations")
    write_rows(found)
    (TARGET / "NOT_ENTERED.json").write_text(left_out(found), encoding="utf-8")
    print(f"{len(found.skipped)} rows left out, with reasons, in NOT_ENTERED.json")


def write_rows(found: Collection) -> None:
    "Of files whose rows each have a line: where it went."
    ROWS.mkdir(parents=True, exist_ok=True)
    for name, entries in found.ledgers.items():
        path = ROWS / f"{Path(name).stem}.jsonl"
        path.write_text("".join(json.dumps(asdict(entry)) + "\n" for entry in entries), encoding="utf-8")
        path.write_text(ledger.canonical_text(path), encoding="utf-8")


def write_claims(evidence: Path) -> None:
    for name, text in claim_files(evidence).items():
        (DATA / "claims" / name).write_text(text, encoding="utf-8")
        print(f"{name}: {len(json.loads(text))} claims")


def claim_files(evidence: Path) -> dict[str, str]:
    "Name -> text of each file of data/claims that is made from a dump."
    return {name: layout.spread(rows, 2) + "\n" for name, rows in aneforge.claims(evidence / "dumps").items()}


def left_out(found: Collection) -> str:
    "Rows of the dumps that are no observations of ours, each with its reason, in the dumps' order."
    rows = [{"source": item.source, "row": item.where, "what": item.what, "why": item.why} for item in found.skipped]
    body = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows)
    return (
        '{\n "about": "Rows of the dumps that are not entered as observations, and why.",\n "rows": [\n'
        + body
        + "\n ]\n}\n"
    )


if __name__ == "__main__":
    raise SystemExit(main())
