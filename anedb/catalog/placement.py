"data/placement.json: what `tools/placement` learnt of Core ML's scheduler from recorded plans, and its constants."

from __future__ import annotations

from functools import cache
from typing import Any

from anedb.catalog import files
from anedb.domain.placement import Placement, Rate, Scheduler, TargetRates
from anedb.errors import DataError

FILE = "placement.json"


@cache
def load() -> Placement:
    "Raises `DataError`."
    try:
        return parse(files.read_json(FILE))
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(f"data/{FILE}: {error}", tip="write it again: python -m tools.placement") from None


def parse(found: dict[str, Any]) -> Placement:
    return Placement(
        scheduler=Scheduler(**found["scheduler"]),
        computed=tuple(found["computed"]),
        targets=tuple(
            TargetRates(
                chip=each["chip"],
                engine=each["engine"],
                steps=tuple(each["steps"]),
                rates=tuple(Rate(**{**row, "sources": tuple(row["sources"])}) for row in each["rates"]),
            )
            for each in found["targets"]
        ),
    )
