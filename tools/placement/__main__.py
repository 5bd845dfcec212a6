"""python -m tools.placement: writes data/placement.json from data/plans.

`anedb evaluate` learns again without the plan that it scores.
"""

from __future__ import annotations

import json

from anedb.catalog import files
from anedb.catalog.placement import FILE
from anedb.catalog.plans import plans
from anedb.domain.observation import Unit
from anedb.domain.placement import Placement, Scheduler
from anedb.domain.plain import plain
from anedb.placement.infer import with_inferred
from anedb.placement.learn import COMPUTED, learn

EIGHTH = {Unit.ANE.value: 0.125, Unit.GPU.value: 0.125}
SCHEDULER = Scheduler(launch_ms=EIGHTH, switch_ms=0.125, output_ms=EIGHTH, source="751k-note-cost")
"""Core ML states the engine's launch and the switches in `analytics.mil`. That a GPU's launch costs the same is what
the plans under all units allow: more than 0.10 ms, or BERT's token look-up would go there, and no more than 0.126 ms,
or ResNet-50's second-stage additions would not."""


def main() -> None:
    known = list(plans())
    found = with_inferred(Placement(scheduler=SCHEDULER, computed=COMPUTED, targets=learn(known)), known)
    (files.root() / FILE).write_text(json.dumps(plain(found), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
