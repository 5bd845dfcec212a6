"""The use cases: all that the command line calls, and the Python API."""

from anedb.api.anedb import Anedb

__all__ = ["Anedb"]
