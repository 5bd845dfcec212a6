"""The one way to a Mac's own tools: a command, and what it prints."""

from __future__ import annotations

import subprocess
from typing import Protocol

SECONDS = 30


class Machine(Protocol):
    def run(self, *command: str) -> str:
        "What the command prints; empty where there is none of that name, where it fails, or takes too long."
        ...


class Commands:
    "This machine."

    def run(self, *command: str) -> str:
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS, stdin=subprocess.DEVNULL, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
