"""Timing that holds on any machine: a figure and its floor in turn, and the ratio pair by pair."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: float
    "Seconds, or bytes."
    floor: float | None
    floor_name: str
    budget: str
    within: bool | None
    unit: str = "s"

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None


def process(arguments: Sequence[str], **environment: str) -> float:
    "Wall seconds of one fresh process."
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], env={**os.environ, **environment}, stdout=subprocess.DEVNULL, check=True
    )
    return time.perf_counter() - start


def in_turn(one: Callable[[], float], other: Callable[[], float], times: int) -> tuple[float, float]:
    "Medians of both, measured A B A B …, after one warm-up of each: a drifting machine drifts for both."
    one(), other()
    pairs = [(one(), other()) for _ in range(times)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def each(calls: Sequence[Callable[[], object]]) -> float:
    "Median seconds of one call."
    found = []
    for call in calls:
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def peak_bytes() -> int:
    "Peak resident memory of this process."
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
