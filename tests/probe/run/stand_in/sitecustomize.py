"""On PYTHONPATH in tests alone: `coremltools.libcoremlpython`, which exists on a Mac only, is the module beside this
one, and coremltools finds itself on macOS. Everything of coremltools above that module is its own."""

import os
import sys
from importlib.machinery import PathFinder
from importlib.util import spec_from_file_location

COMPILED, UTILS = "coremltools.libcoremlpython", "coremltools.models.utils"


class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == COMPILED:
            return spec_from_file_location(name, os.path.join(os.path.dirname(__file__), "libcoremlpython.py"))
        if name != UTILS:
            return None
        found = PathFinder.find_spec(name, path)
        run = found.loader.exec_module

        def exec_module(module):
            run(module)
            module._is_macos = lambda: True

        found.loader.exec_module = exec_module
        return found


if os.environ.get("STAND_IN"):
    sys.meta_path.insert(0, Finder)
