"""Names come from strangers: how they become text that is only text."""

from __future__ import annotations

import unicodedata

REPLACEMENT = "\ufffd"


def encodable(text: str) -> str:
    "Half of a surrogate pair has no UTF-8."
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def visible(text: str) -> str:
    "On one line, without what cannot be seen: controls, and marks that turn the direction of writing."
    joined = " ".join(encodable(text).split())
    return "".join(REPLACEMENT if unicodedata.category(each) in ("Cc", "Cf") else each for each in joined)
