"""On PYTHONPATH in tests alone: `coremltools.libcoremlpython`, which exists on a Mac only, is the module beside this
one, and coremltools finds itself on macOS. Everything of coremltools above that module is its own."""

import os
import sys
from importlib.machinery import PathFinder
from importlib.util import spec_from_file_location
from pathlib import Path

COMPILED, UTILS = "coremltools.libcoremlpython", "coremltools.models.utils"
REMOTE = "coremltools.models.ml_program.experimental.remote_device"


class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == COMPILED:
            return spec_from_file_location(name, os.path.join(os.path.dirname(__file__), "libcoremlpython.py"))
        if name not in (UTILS, REMOTE):
            return None
        found = PathFinder.find_spec(name, path)
        run = found.loader.exec_module

        def exec_module(module):
            run(module)
            if name == UTILS:
                module._is_macos = lambda: True
            else:  # the wheel for Linux lacks the app's sources
                module._ModelRunnerAppBuilder._get_project_path = staticmethod(lambda: Path(os.environ["STAND_IN_APP"]))

        found.loader.exec_module = exec_module
        return found


if os.environ.get("STAND_IN"):
    sys.meta_path.insert(0, Finder)
