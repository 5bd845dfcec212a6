"""A refusal in someone's words as a reason: `anedb.catalog.refused`, which measuring reads too."""

from __future__ import annotations

from anedb.catalog.refusals import LONGEST
from anedb.catalog.refused import UNMAPPED, reason

__all__ = ["LONGEST", "UNMAPPED", "reason"]
