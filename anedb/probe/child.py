"""The process that Core ML is asked in: `python -m anedb.probe.child FD`. One line of JSON in for each model, lines of
JSON out to FD; standard output is left to Core ML's compiler, which prints there.

On this machine a process gets one model, since the compiler may crash or hang in it. A tethered device is made ready
once, which takes a minute, and its process gets one model after the other.
"""

from __future__ import annotations

import json
import math
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from anedb.probe.measure import Runner, Say, measure, scratch

LEFT = 30
"Seconds beyond the limit that a parent keeps to itself."


def main() -> None:
    out = os.fdopen(int(sys.argv[1]), "w", encoding="utf-8")

    def say(what: dict[str, Any]) -> None:
        out.write(json.dumps(what) + "\n")
        out.flush()

    for line in sys.stdin:
        job = json.loads(line)
        # The kernel ends what outlives a parent that was killed: Core ML's calls keep Python from looking itself.
        signal.alarm(math.ceil(job["seconds"]) + LEFT)
        with _runner(job, say) as runner:
            if runner is not None:
                measure(runner, job, say)
        say({"done": job["path"]})


@contextmanager
def _runner(job: dict[str, Any], say: Say) -> Iterator[Runner | None]:
    from anedb.coreml import planning

    with scratch() as folder:
        if not job.get("device"):
            yield planning.Local(Path(job["path"]), Path(folder))
            return
        from anedb.coreml import planning_remote

        say({"begin": "device", "units": ""})
        try:
            device = planning_remote.ready(job["device"], job.get("team", ""))
        except Exception as error:
            say({"failed": "device", "units": "", "what": str(error)[:4000]})
            yield None
            return
        say({"end": "device", "units": ""})
        yield planning_remote.Remote(Path(job["path"]), Path(folder), device)


if __name__ == "__main__":
    main()
