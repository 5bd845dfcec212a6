"""Small batches to store: `batch(line("conv", seen(...)))`."""

from dataclasses import replace

from anedb.domain.claim import Claim, Workaround
from anedb.domain.layer import Layer, Operand
from anedb.domain.observation import Reason, Source
from anedb.domain.submission import (
    OBSERVATIONS,
    SUBMISSION,
    Environment,
    Fingerprints,
    Header,
    LayerLine,
    Seen,
    SourceHeader,
)
from anedb.domain.target import Target
from anedb.fingerprint import fingerprint
from anedb.store.batch import Batch, Data

M4 = Target(chip="M4", engine="H16", os="macOS", version="27.0.1", release=27, build="26A434", device="Mac16,12")
SOURCE = Source(id="src", kind="dump", title="A dump", author="somebody", url="https://e.org", date="2026", licence="")
CLAIM = Claim(
    id="c1",
    subject="conv",
    says="no",
    strength="guess",
    source="src",
    text="Dilated convolution stays off.",
    date="2020",
    condition="dilated",
    engines=("H11", "H12"),
    chips=("A12",),
    since_release=12,
    until_release=14,
    method="report",
    reason="dilation",
    feature="dilation_height",
    limit="1",
    about="chosen",
)
WORKAROUND = Workaround(
    id="w1",
    subject="conv",
    text="Do.",
    source="src",
    condition="dilated",
    use=("a:b",),
    evidence=("c1",),
    strength="guess",
)
REFUSED = Reason(code="dtype", feature="dtype", value="int32", text="Unsupported tensor data type: int32")


def layer(type="conv", **params) -> Layer:
    x = Operand(name="x", dtype="fp16", shape=(1, 64, "1..32", 32))
    weight = Operand(name="weight", dtype="fp16", shape=(64, 64, 3, 3), const=True)
    return Layer(format="mlprogram", type=type, params=dict(sorted(params.items())), inputs=(x, weight))


def seen(offered=("ane", "cpu"), chosen="ane", method="compute-plan", **more) -> Seen:
    said = {"units": "cpu-and-ne", "context": "isolated", **more}
    return Seen(offered=offered, chosen=chosen, method=method, **said)


def line(found: Layer | None = None, *many: Seen) -> LayerLine:
    found = found or layer()
    return LayerLine(fingerprint=fingerprint(found.hashed()), layer=found, seen=many or (seen(),))


def recorded(*lines: LayerLine, key="src-file", digest="d1", **more) -> Batch:
    "What we recorded from a public source."
    said = {"source": "src", "witness": "somebody:Mac16,12", "date": "2026-10-05", **more}
    header = SourceHeader(kind=OBSERVATIONS, schema_version="1.0.0", target=M4, layers=len(lines), **said)
    return Batch(key=key, digest=digest, header=header, target=M4, lines=lambda: lines or (line(),))


MAC = Environment(chip="M4", device="Mac16,12", os="macOS", version="27.0.1", build="26A434", tool="anedb 1")


def run(*lines: LayerLine, name="v1:run", result="v1:result", **more) -> Batch:
    "Somebody's submission."
    said = {"contributor": "ann", "device_key": "00", "date": "2026-11-22", "licence": "CC0-1.0", **more}
    header = Header(
        kind=SUBMISSION,
        schema_version="1.0.0",
        environment=MAC,
        layers=len(lines),
        fingerprints=Fingerprints(environment="v1:env", run=name, result=result),
        **said,
    )
    return Batch(key=name, digest=f"digest of {name}", header=header, target=M4, lines=lambda: lines or (line(),))


def data(*batches: Batch, version="1", **more) -> Data:
    return Data(version=version, stamp=f"stamp {version}", **{"sources": (SOURCE,), **more}, batches=batches)


def changed(batch: Batch, **more) -> Batch:
    return replace(batch, **more)


def offered(store):
    "Of the first cell: counts and witnesses."
    with store.reader() as reader:
        cells = reader.knowledge("mlprogram", "conv").cells
    return [(t.yes, t.no, t.yes_witnesses, t.no_witnesses) for t in cells[0].offered] if cells else None


def dump(store):
    "All that the judge can see, without the numbers of this database."
    with store.reader() as reader:
        found = [reader.knowledge(format, type) for format, type, _ in reader.types()]
    return sorted(
        repr((cell.layer, cell.target, cell.units, cell.context, cell.offered, cell.chosen, cell.ran))
        + repr((cell.newest, cell.sources, cell.reasons, knowledge.layers[cell.layer]))
        for knowledge in found
        for cell in knowledge.cells
    )


def retract(store, what):
    return store.retract(what, reason="broken device", by="ann", date="2026-11-22")
