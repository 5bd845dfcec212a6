"""A file of observations: JSON Lines, a header and then one line a layer, sorted by layer fingerprint.

The same lines serve a contributor's run (`Header`, under data/submissions) and what we recorded from a public
source (`SourceHeader`, under data/observations). Timings live in a file of their own beside it.
"""

from __future__ import annotations

from anedb.domain.layer import Layer
from anedb.domain.observation import Reason
from anedb.domain.target import Target
from anedb.domain.value import value

SCHEMA_VERSION = "1.0.0"
SUBMISSION = "anedb-submission"
OBSERVATIONS = "anedb-observations"


@value
class Seen:
    "One observation of the line's layer. See `anedb.domain.observation.Observation` for the fields."

    units: str
    context: str
    method: str
    offered: tuple[str, ...] | None = None
    chosen: str | None = None
    ran: str | None = None
    reason: Reason | None = None
    cost_ppm: int | None = None
    opset: str = ""
    model: str = ""
    place: str = ""


@value
class LayerLine:
    "Everything seen of one layer in this file."

    fingerprint: str
    "Of `layer`; recomputed when read."
    layer: Layer
    seen: tuple[Seen, ...]


@value
class Suite:
    id: str
    version: str
    sha256: str = ""


@value
class Environment:
    "What a repeat must share. Its fingerprint says whether two runs were made under the same conditions."

    chip: str
    device: str = ""
    "Empty: not known, as of a report that was made by somebody else."
    os: str
    version: str
    build: str = ""
    "Likewise. A program that measures can always say both."
    coremltools: str = ""
    tool: str = ""
    "The program that measured, with its version: `anedb 0.1.0`."
    virtual: bool = False
    low_power: bool = False


@value
class Fingerprints:
    environment: str
    run: str
    "Of suite, environment, ordered facts, device key and date: exact identity, and the file's name."
    result: str
    "Of the ordered facts alone: finds a run sent again under another name."


@value
class Header:
    "First line of a contributor's run. Nothing in it identifies a person or a machine beyond what they chose to say."

    kind: str
    schema_version: str
    environment: Environment
    contributor: str
    "A name they chose, `github:someone`, or `anonymous`."
    device_key: str
    "32 hexadecimal digits made at random on the device, resettable; never derived from a serial number."
    date: str
    "Day of the run, `2026-11-22`."
    licence: str
    layers: int
    "How many lines follow."
    fingerprints: Fingerprints
    suite: Suite | None = None
    comment: str = ""


@value
class SourceHeader:
    "First line of what we recorded from a public source."

    kind: str
    schema_version: str
    source: str
    "A source id of data/sources.json."
    target: Target
    witness: str
    "The independence key: a project and its device, `751K:Mac16,12`."
    date: str
    layers: int
    tool: str = ""
    note: str = ""
