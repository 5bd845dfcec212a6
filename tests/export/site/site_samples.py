"A small site with every kind of page on it, and one that a stranger filled with whatever he could think of."

from dataclasses import replace

from anedb.domain.evaluation import Bin, Evaluation, Score
from anedb.domain.site import (
    SCHEMA_VERSION,
    Site,
    SiteCell,
    SiteChip,
    SiteClaim,
    SiteConflict,
    SiteEngine,
    SiteLayer,
    SitePlot,
    SitePoint,
    SiteRelease,
    SiteSeen,
    SiteSide,
    SiteSource,
)
from anedb.domain.target import Target
from anedb.domain.verdict import Flip, Part
from anedb.domain.wanted import Want, Wanted

ENGINES = (
    SiteEngine(id="H13", chips=("A14", "M1", "M1 Pro")),
    SiteEngine(id="H16", chips=("A17 Pro", "M4"), limits=(("W", 16384),), source="a table"),
)
RELEASES = (
    SiteRelease(number=27, name="iOS 27, macOS 27", date="2026-09-14"),
    SiteRelease(number=26, name="iOS 26, macOS 26", date="2025-09-15"),
    SiteRelease(number=18, name="iOS 18, macOS 15", date="2024-09-16"),
)
HOSTILE = (
    "<script>alert(1)</script>",
    "</th><img src=x onerror=alert(2)>",
    '=HYPERLINK("http://evil.example")',
    "\u202eevil\u202c\u0000\u2066",
    "'\"><svg/onload=alert(3)>",
    "../../../etc/passwd",
    "javascript:alert(4)",
    "{{ 7 * 7 }}{% raw %}",
    "con",
    "x" * 400,
)


def part(answer, probability=None, *, basis="same-configuration", state="reported", newest="2026-10-05"):
    interval = None if probability is None else (max(0.0, probability - 0.2), min(1.0, probability + 0.2))
    return Part(answer=answer, probability=probability, interval=interval, state=state, basis=basis, newest=newest)


YES = part("yes", 0.99)
LIKELY = part("likely", 0.8, basis="claim")
NO = part("no", 0.01)
MIXED = part("mixed", 0.5, basis="near-target", state="contested")
UNKNOWN = part("unknown", basis="none", state="unknown", newest="")


def cells(offered, chosen=MIXED, *, seen=0, by=0, releases=RELEASES):
    "The same part everywhere, or one for each engine."
    parts = offered if isinstance(offered, tuple) else (offered, offered)
    return tuple(
        SiteCell(engine=engine.id, release=release, offered=each, chosen=chosen, seen=seen, seen_by=by)
        for release in (None, *(it.number for it in releases))
        for engine, each in zip(ENGINES, parts, strict=True)
    )


def layer(type, offered=YES, format="mlprogram", **more):
    known = {"concept": type, "title": f"The {type}", "category": "convolution", "cells": cells(offered)}
    return SiteLayer(format=format, type=type, **{**known, **more})


def seen(number, **more):
    known = {
        "id": f"c{number}", "layer": f"conv x=fp16[1,{number},8,8]", "target": "M4 macOS 27.0.1", "units": "all",
        "context": "isolated", "offered": (1, 0), "chosen": (0, 1), "ran": (0, 0), "method": "compute-plan",
        "date": "2026-10-05", "sources": ("dump",), "witnesses": 1,
    }  # fmt: skip
    return SiteSeen(**{**known, **more})


def claim(id, text="Wide kernels are refused.", **more):
    known = {
        "subject": "conv", "says": "no", "about": "offered", "condition": "kernel_width > 15", "scope": "H16",
        "strength": "measured", "method": "report", "date": "2026-06", "source": "notes",
    }  # fmt: skip
    return SiteClaim(id=id, text=text, **{**known, **more})


FLIP = {
    "feature": "kernel_width", "about": "offered", "yes": 15, "no": 16, "text": "kernel width 15 yes, 16 no",
    "configurations": 3, "on": ["M4 macOS 27.0.1"], "evidence": ["c1"],
}  # fmt: skip
PLOT = SitePlot(
    feature="kernel_width",
    unit="elements",
    points=(
        SitePoint(value=1, says="yes", count=9),
        SitePoint(value=3, says="both", count=1),
        SitePoint(value=15, says="yes", count=1),
        SitePoint(value=16, says="no", count=2),
    ),
    bounds=(Flip(feature="kernel_width", unit="", about="offered", yes=15, no=16, asked=None, text=FLIP["text"]),),
)
SIDE = SiteSide(
    id="c1", says="offered: 1 yes, 0 no", where="conv x=fp16[1,1,8,8] · M4", source="dump", date="2026-10-05"
)
CONFLICT = SiteConflict(
    against="observations", layer="mlprogram:conv", about="offered", answers=("yes",), why="the dissent is older",
    unexplained=False, dissent_says="no", example="conv x=fp16[1,1,8,8]", on=("M4",), configurations=1,
    answer=(SIDE,), dissent=(replace(SIDE, id="c2"),), dissent_total=9,
)  # fmt: skip
CONV = layer(
    "conv",
    cells=cells(YES, seen=862, by=2),
    aliases=("Conv2d", "nn.Conv1d"),
    related=("neuralnetwork:convolution",),
    inputs=({"name": "x", "kind": "operand", "required": True, "types": ["fp16"]},
            {"name": "pad", "kind": "param", "required": True, "is_list": True, "default": (1, 2)}),
    configurations=2, observations=862, plots=(PLOT,), flips=(FLIP,), reasons=(("too wide", 2),),
    claims=(claim("wide"),), conflicts=(CONFLICT,), seen=(seen(1), seen(2, reasons=("too wide",))), seen_total=2,
    workarounds=({"id": "w", "text": "Split it.", "where": "kernel_width > 15", "strength": "stated",
                  "source": "notes"},),
    turns=({"layer": "conv x", "yes": ["M4"], "no": ["M1"], "evidence": []},),
)  # fmt: skip
WANT = Want(
    format="mlprogram", type="conv", params={"pad": [1, 1]}, target=Target(chip="M1", engine="H13"), answer="mixed",
    probability=0.4, basis="claim", state="reported", occurrences=3, score=2.5, why="it is common",
    inputs=({"name": "x", "dtype": "fp16", "shape": [1, 2], "const": True},), ask=("query", "conv", "-p", "pad=1 1"),
)  # fmt: skip
SCORE = Score(name="all", cases=10, answered=8, right=7, brier=0.1, brier_all=0.15, calibration_error=0.02)
EVALUATION = Evaluation(
    schema_version="1.0.0", data_version="d1", left_out="configuration", offered=SCORE,
    baselines=(replace(SCORE, name="always yes"),), by_basis=(), by_type=(), misses=(), placement=(),
    reliability=(Bin(low=0.0, high=0.5, cases=4, said=0.1, was=0.0),
                 Bin(low=0.5, high=1.0, cases=6, said=0.9, was=1.0)),
)  # fmt: skip
SITE = Site(
    schema_version=SCHEMA_VERSION,
    data_version="d1",
    generated_from="2026-10-05",
    engines=ENGINES,
    releases=RELEASES,
    chips=(
        SiteChip(id="M4", engine="H16", seen=(("mlprogram:conv", 2, 3),), source="table https://example.org/; book"),
        SiteChip(id="A11", engine=None, usable=False),
    ),
    sources=(
        SiteSource(id="dump", kind="dump", title="A dump", url="https://example.org/", seen=(("mlprogram:conv", 2),)),
        SiteSource(id="notes", kind="document", title="Notes", url="javascript:alert(1)", claims=(claim("wide"),)),
        SiteSource(id="v1:run", kind="submission", title="a contributor's run", withdrawn="sent twice (2026-11-01)"),
    ),
    layers=(
        CONV,
        layer("convolution", (LIKELY, YES), "neuralnetwork"),
        layer("gather", (NO, YES), category="indexing"),
        layer("lstm", (UNKNOWN, MIXED), category="recurrent", aliases=("LSTM",)),
    ),
    conflicts=(CONFLICT,),
    wanted=Wanted(
        schema_version="1.0.0", data_version="d1", units="cpu-and-ne", targets=(), candidates=5, unseen=0.1,
        wanted=(WANT,),
    ),
    evaluation=EVALUATION,
)  # fmt: skip
EMPTY = Site(schema_version=SCHEMA_VERSION, data_version="", generated_from="")


def hostile():
    "Every text of the site that comes from data, as bad as it gets."
    layers = tuple(
        replace(
            CONV, type=bad, title=bad, category=bad, doc=bad, aliases=(bad,), related=(f"mlprogram:{bad}",),
            claims=(claim(bad, bad, condition=bad, scope=bad, source=bad, strength=bad),),
            workarounds=({"id": bad, "text": bad, "where": bad, "strength": bad, "source": bad},),
            reasons=((bad, 1),), seen=(seen(1, layer=bad, target=bad, sources=(bad,), reasons=(bad,)),), seen_total=1,
            conflicts=(replace(CONFLICT, layer=f"mlprogram:{bad}", why=bad, example=bad, on=(bad,), answer=(
                replace(SIDE, says=bad, where=bad, source=bad, id=bad),),),),
            flips=({**FLIP, "text": bad, "on": [bad]},),
            plots=(replace(PLOT, feature=bad, bounds=(replace(PLOT.bounds[0], text=bad),)),),
        )
        for bad in HOSTILE
    )  # fmt: skip
    sources = tuple(SiteSource(id=bad, kind=bad, title=bad, author=bad, url=bad, note=bad) for bad in HOSTILE)
    chips = tuple(SiteChip(id=bad, engine="H16", names=(bad,), note=bad, source=bad) for bad in HOSTILE)
    return replace(SITE, layers=layers, sources=sources, chips=chips, conflicts=tuple(it.conflicts[0] for it in layers))


def table_of(rows):
    "So many layers on eight engine generations, in 18 categories: a table and little else."
    engines = tuple(replace(ENGINES[0], id=f"H{n}") for n in range(11, 19))
    parts = (YES, LIKELY, MIXED, NO, UNKNOWN, YES)
    layers = tuple(
        layer(
            f"{('conv', 'gather', 'softmax', 'pool')[n % 4]}_{n}",
            format=("mlprogram", "neuralnetwork")[n % 2],
            category=f"category {n % 18}",
            aliases=("Conv2d", "nn.Module", f"Other{n}"),
            cells=tuple(
                SiteCell(engine=it.id, release=None, offered=parts[(n + at) % 6], chosen=MIXED, seen=n, seen_by=at)
                for at, it in enumerate(engines)
            ),
        )
        for n in range(rows)
    )
    return replace(SITE, engines=engines, layers=layers, releases=(), conflicts=(), chips=(), sources=())
