"""What the static site is made of: everything its pages say, gathered before the first page is written."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from anedb.domain.evaluation import Evaluation
from anedb.domain.value import value
from anedb.domain.verdict import Flip, Part
from anedb.domain.wanted import Wanted

SCHEMA_VERSION = "1.0.0"
SITE = "anedb-site"


@value
class SiteEngine:
    "A column."

    id: str
    chips: tuple[str, ...] = ()
    isa: str = ""
    compiler_targets: tuple[str, ...] = ()
    limits: tuple[tuple[str, int], ...] = ()
    "Axis and its largest extent."
    note: str = ""
    source: str = ""


@value
class SiteRelease:
    "A Core ML release that answers are given for."

    number: int
    name: str
    "`iOS 26, macOS 26, tvOS 26`."
    date: str = ""
    "First day out, of its first system."


@value
class SiteChip:
    id: str
    engine: str | None
    usable: bool = True
    names: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    "Names of the devices that have it."
    cores: int | None = None
    tops: str = ""
    basis: str = ""
    "How its engine is known."
    note: str = ""
    disputed: str = ""
    source: str = ""
    seen: tuple[tuple[str, int, int], ...] = ()
    "What was seen on this very chip: layer (`mlprogram:conv`), configurations, observations."


@value
class SiteSource:
    id: str
    kind: str
    title: str
    author: str = ""
    url: str = ""
    date: str = ""
    licence: str = ""
    note: str = ""
    withdrawn: str = ""
    "Why it counts no more; empty: it does."
    claims: tuple[SiteClaim, ...] = ()
    seen: tuple[tuple[str, int], ...] = ()
    "Layers it saw, and how many cells (configurations on a target) of each name it."


@value
class SiteClaim:
    id: str
    subject: str
    says: str
    about: str
    text: str
    condition: str
    scope: str
    "Engines and chips it speaks of."
    strength: str
    method: str
    date: str
    source: str


@value
class SiteCell:
    "One layer type as a whole on one engine generation, on one Core ML release or on any."

    engine: str
    release: int | None
    offered: Part
    chosen: Part
    seen: int = 0
    "Observations of what was offered, on this very generation (and release)."
    seen_by: int = 0
    "Independent witnesses of those."
    placed: int = 0
    "Likewise of what was chosen."
    placed_by: int = 0


@value
class SiteSeen:
    "All that was seen of one configuration on one target under one setting."

    id: str
    "`c12`."
    layer: str
    "In short form."
    target: str
    units: str
    context: str
    offered: tuple[int, int]
    "Yes and no."
    chosen: tuple[int, int]
    ran: tuple[int, int]
    method: str
    date: str
    sources: tuple[str, ...]
    witnesses: int
    reasons: tuple[str, ...] = ()


@value
class SitePoint:
    "Configurations that share a value of a feature and an answer."

    value: int
    says: str
    "`yes`, `no` or `both`."
    count: int


@value
class SitePlot:
    "What was offered along one number."

    feature: str
    unit: str
    points: tuple[SitePoint, ...]
    bounds: tuple[Flip, ...] = ()
    "Where the answer turns."


@value
class SiteSide:
    "One piece of evidence on one side of a disagreement."

    id: str
    says: str
    where: str
    source: str
    date: str


@value
class SiteConflict:
    against: str
    "`observations`, `claims` or `claims alone`."
    layer: str
    about: str
    answers: tuple[str, ...]
    why: str
    unexplained: bool
    dissent_says: str
    example: str
    on: tuple[str, ...]
    configurations: int
    answer: tuple[SiteSide, ...]
    dissent: tuple[SiteSide, ...]
    dissent_total: int


@value
class SiteLayer:
    "A layer type's page."

    format: str
    type: str
    concept: str
    title: str
    category: str
    doc: str = ""
    since: str = ""
    aliases: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    "Other layer types of the concept."
    inputs: tuple[dict[str, Any], ...] = ()
    cells: tuple[SiteCell, ...] = ()
    configurations: int = 0
    observations: int = 0
    plots: tuple[SitePlot, ...] = ()
    flips: tuple[dict[str, Any], ...] = ()
    "As `anedb show` lists them."
    turns: tuple[dict[str, Any], ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()
    claims: tuple[SiteClaim, ...] = ()
    workarounds: tuple[dict[str, Any], ...] = ()
    conflicts: tuple[SiteConflict, ...] = ()
    seen: tuple[SiteSeen, ...] = ()
    seen_total: int = 0
    "`seen` may be cut; this counts all."

    @property
    def name(self) -> str:
        return f"{self.format}:{self.type}"


@value
class Site:
    schema_version: str
    data_version: str
    generated_from: str
    "The newest date of its evidence; never the clock's."
    engines: tuple[SiteEngine, ...] = ()
    releases: tuple[SiteRelease, ...] = ()
    "Those answers are given for, the newest first."
    chips: tuple[SiteChip, ...] = ()
    sources: tuple[SiteSource, ...] = ()
    layers: tuple[SiteLayer, ...] = ()
    conflicts: tuple[SiteConflict, ...] = ()
    wanted: Wanted | None = None
    evaluation: Evaluation | None = None
    "None: left out."
    counts: dict[str, int] = field(default_factory=dict)
