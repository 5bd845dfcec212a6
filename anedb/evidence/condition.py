"""Conditions in CEL, the Common Expression Language, evaluated by Google's own runtime (`cel-expr-python`).

https://cel.dev. A condition speaks about the features of docs/answers.md. CEL's logic has three values: where a
feature is not known, `unknown && false` is false, `unknown || true` is true, and the rest stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from anedb.errors import DataError
from anedb.evidence.features import FEATURES
from anedb.evidence.simple import LONGEST, simple

_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?!\w*\s*\()")
_BOUND = re.compile(r"\.\s*(?:all|exists|exists_one|filter|map)\s*\(\s*([A-Za-z_]\w*)\s*,")
_WORDS = frozenset({"true", "false", "null", "in"})


def holds(condition: str, features: Mapping[str, Any]) -> bool | None:
    """Whether a condition holds; None: it needs a feature or parameter that is not known. An empty one always holds.

    Raises `DataError` for a condition that breaks the rules of `check`.
    """
    if not condition:
        return True
    quick = _simple(condition)
    return quick(features) if quick else by_runtime(condition, features)


def by_runtime(condition: str, features: Mapping[str, Any]) -> bool | None:
    "As `holds`, by the CEL runtime whatever the condition."
    program, needed = _program(condition)
    known = {name: plain_list(features[name]) for name in needed if name in features}
    value = program.eval(data=known).value()
    # An error comes back as its text: an absent name or key is unknown, and so is a value of another type than meant.
    return value if isinstance(value, bool) else None


_simple = cache(simple)


@cache
def names(condition: str) -> frozenset[str]:
    "The names a condition reads, right or wrong: not texts, functions, fields, or the variables of its macros."
    bare = _TEXT.sub('""', condition)
    return frozenset(_NAME.findall(bare)) - _WORDS - frozenset(_BOUND.findall(bare))


def check(condition: str) -> str | None:
    "What is wrong with a condition, or None: unknown names, syntax, operands of the wrong type, not a yes or no."
    if not condition:
        return None
    if len(condition) > LONGEST:
        return f"a condition of {len(condition)} characters; at most {LONGEST}"
    if wrong := sorted(names(condition) - FEATURES.keys()):
        return f"no feature is called {', '.join(wrong)}"
    try:
        kind = _compiled(condition).return_type().name()
    except RuntimeError as error:
        return _first_line(error)
    return None if kind in ("BOOL", "bool", "DYN", "dyn") else f"gives {kind}, not a yes or no"


@cache
def _compiled(condition: str) -> Any:
    return _environment().compile(condition)


def plain_list(value: Any) -> Any:
    "Tuples, which canonical parameters are made of, as the lists that CEL knows."
    if isinstance(value, Mapping):
        return {name: plain_list(item) for name, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain_list(item) for item in value]
    return value


@cache
def _program(condition: str) -> tuple[Any, tuple[str, ...]]:
    if wrong := check(condition):
        raise DataError(
            f"the condition `{condition}` cannot be read: {wrong}", tip="docs/answers.md lists the features"
        )
    return _compiled(condition), tuple(sorted(names(condition)))


@cache
def _environment() -> Any:
    "Making the first one costs 30 ms, so it waits for the first condition."
    from cel_expr_python import cel

    kinds = {"int": cel.Type.INT, "bool": cel.Type.BOOL, "str": cel.Type.STRING}
    return cel.NewEnv(variables={it.name: kinds.get(it.kind, cel.Type.DYN) for it in FEATURES.values()})


def _first_line(error: RuntimeError) -> str:
    "`INVALID_ARGUMENT: ERROR: <input>:1:3: Syntax error: …` without its wrapping."
    line = str(error).splitlines()[0]
    return line.split("<input>:", 1)[-1]
