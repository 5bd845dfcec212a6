"""What anedb raises on purpose. Imports nothing; each class carries the exit code the command line gives it."""

from __future__ import annotations


class AnedbError(Exception):
    """Something the user can act on: the message says what, where, and what to try."""

    exit_code = 2

    def __init__(self, message: str, *, tip: str = "", suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.tip = tip
        self.suggestions = suggestions
        "Names that were probably meant, best first."


class UsageError(AnedbError):
    "An option or argument that cannot be understood."


class UnknownNameError(AnedbError):
    "A layer, chip, device, OS release, parameter or source there is none of. Never answered as another."


class BadFileError(AnedbError):
    "A file that is malformed, truncated, too large, or not what its name says."


class RefusedError(AnedbError):
    "A submission with problems; `problems` lists every one of them."

    def __init__(self, message: str, problems: tuple[object, ...] = (), **more: object) -> None:
        super().__init__(message, **more)  # type: ignore[arg-type]
        self.problems = problems


class ConditionFailedError(AnedbError):
    "What was asked for with `--fail-on` or the like does not hold."

    exit_code = 1


class StoreError(AnedbError):
    "The database or the machine cannot: read-only, full, locked, not a database, made by a newer anedb."

    exit_code = 3


class DataError(AnedbError):
    "The project's own data/ breaks one of its rules."

    exit_code = 2
