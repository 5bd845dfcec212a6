"""Wrong data, told so that somebody can mend it."""

from __future__ import annotations

from anedb.domain.value import value


@value
class Problem:
    code: str
    "Stable: `schema.unknown-field`, `canonical.fingerprint`. docs/formats.md lists them all."
    where: str
    "File, line and path inside it: `run.jsonl:3 /inputs/0/dtype`."
    what: str
    expected: str = ""
    tip: str = ""

    def __str__(self) -> str:
        more = f"; expected {self.expected}" if self.expected else ""
        return f"{self.where}: {self.what}{more} [{self.code}]" + (f"\n    {self.tip}" if self.tip else "")
