"""Can I use, for the Apple Neural Engine: answers about Core ML layers, from evidence.

import anedb

with anedb.open() as db:
    verdict = db.query("conv", params={"dilations": [2, 2]}, chip="M4", os="macOS 27.0")
    print(verdict.offered.answer, verdict.offered.probability)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from anedb.api import Anedb


def open(url: str | None = None) -> Anedb:
    """The database at `url`, or the user's own (`ANEDB_URL`, else a file in the user's data folder).

    Built from `data/` on first use. Raises `anedb.errors.AnedbError` and nothing else on purpose.
    """
    from anedb.api import Anedb

    return Anedb.open(url)
