"JSON of a stranger's: parsed, or a `BadFileError` that says where it breaks."

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

from anedb.errors import BadFileError

T = TypeVar("T")


def load(text: str, path: Path) -> Any:
    "Raises `BadFileError`: no JSON, a number without end, nested beyond what Python reads."
    try:
        return json.loads(text, parse_constant=_constant)
    except json.JSONDecodeError as error:
        what = error.msg[:1].lower() + error.msg[1:]
        tip = "the file is cut short, or no JSON"
        raise BadFileError(f"{path}:{error.lineno}:{error.colno}: not JSON: {what}", tip=tip) from None
    except RecursionError:
        raise BadFileError(f"{path}: nested too deep", tip="no plan is; the file is damaged") from None
    except ValueError as error:
        raise BadFileError(f"{path}: not JSON: {error}") from None


def _constant(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def field(found: Any, name: str, kind: type[T], where: str, default: T | None = None) -> T:
    """A member of an object. Raises `BadFileError`: not of that kind, or missing and there is no default. `where` says
    which object, for the message."""
    if not isinstance(found, dict):
        raise BadFileError(f"{where}: no object stands here")
    value = found.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
        said = "is missing" if value is None else f"is {type(value).__name__}, not {kind.__name__}"
        raise BadFileError(f"{where}: `{name}` {said}")
    return value


def share_ppm(found: Any, name: str, where: str) -> int | None:
    "A share of a cost, 0 to 1, in millionths; None where it is missing or null. Raises `BadFileError`."
    value = found.get(name) if isinstance(found, dict) else None
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise BadFileError(f"{where}: `{name}` is no share of the cost, 0 to 1")
    return round(value * 1_000_000)
