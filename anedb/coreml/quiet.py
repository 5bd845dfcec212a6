"coremltools without its noise: on Linux importing it prints seven warnings, converting prints three progress bars."

from __future__ import annotations

import contextlib
import importlib
import io
import logging
import warnings
from collections.abc import Iterator
from functools import cache
from types import ModuleType


@cache
def coremltools() -> ModuleType:
    "The package, imported once (0.7 s), its logger kept to errors."
    logging.getLogger("coremltools").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("coremltools")


@contextlib.contextmanager
def silence() -> Iterator[None]:
    "Keeps progress bars and numeric warnings from the terminal; an exception passes with its message."
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        yield
