"""A table with every kind of cell, and strategies that make hostile ones."""

from hypothesis import strategies as st

from anedb.domain.table import Table, TableCell, TableEngine, TableRelease, TableRow, TableSource
from anedb.domain.verdict import Answer, Basis, Part, State


def part(
    answer,
    probability=None,
    *,
    observations=0,
    witnesses=0,
    basis="same-configuration",
    state="reported",
    newest="",
    why="",
):
    interval = None if probability is None else (max(0.0, probability - 1 / 7), min(1.0, probability + 1 / 7))
    return Part(
        answer=answer,
        probability=probability,
        interval=interval,
        state=state,
        basis=basis,
        observations=observations,
        witnesses=witnesses,
        sources=witnesses,
        newest=newest,
        why=why,
    )


UNKNOWN = part("unknown", basis="none", state="unknown", why="nobody has reported it")
M4_CONV = TableCell(
    engine="H16",
    release=None,
    offered=part("yes", 0.9876543, observations=12, witnesses=3, state="corroborated", newest="2026-10-05"),
    chosen=part("mixed", 0.5, observations=8, witnesses=2, state="contested", newest="2026-10-05"),
    observations=12,
    witnesses=3,
    newest="2026-10-05",
    sources=("751k", "hollance"),
    link="mlprogram:conv@H16",
)
CONV = TableRow(
    concept="conv",
    format="mlprogram",
    type="conv",
    title="Convolution",
    category="Convolution",
    link="mlprogram:conv",
    cells=(
        TableCell(
            engine="H16",
            release=27,
            offered=M4_CONV.offered,
            chosen=UNKNOWN,
            observations=12,
            witnesses=3,
            newest="2026-10-05",
            sources=("751k",),
        ),
        M4_CONV,
        TableCell(
            engine="H11",
            release=None,
            offered=part("unlikely", 0.25, basis="claim", newest="2020-12", why="a guess of 2020"),
            chosen=UNKNOWN,
            newest="2020-12",
            sources=("hollance",),
        ),
    ),
)
HOSTILE = TableRow(
    concept='=HYPERLINK("http://evil.example","x")',
    format="neuralnetwork",
    type="evil`|<script>alert(1)</script>\n# heading",
    title="[click](javascript:alert(1)) *bold* :smile: www.evil.example",
    category="@SUM(A1)",
)
LSTM = TableRow(
    concept="lstm",
    format="neuralnetwork",
    type="uniDirectionalLSTM",
    title="LSTM in one direction",
    category="Recurrent",
    cells=(
        TableCell(
            engine="H16",
            release=None,
            offered=part("no", 0.02, observations=3, witnesses=2, state="verified", newest="2026-10-05"),
            chosen=part("no", 0.02, observations=3, witnesses=2, state="verified", newest="2026-10-05"),
            observations=3,
            witnesses=2,
            newest="2026-10-05",
            sources=("751k",),
        ),
    ),
)
TABLE = Table(
    schema_version="1.0.0",
    data_version="0123456789ab",
    generated_from="2026-10-05",
    engines=(TableEngine(id="H16", chips=("A17 Pro", "M4")), TableEngine(id="H11", chips=("A12", "A12X"))),
    releases=(TableRelease(number=27, name="iOS 27, macOS 27"),),
    sources=(
        TableSource(
            id="hollance", title="Which layers, they ask", url="https://example.org/layers_(2020).md", licence="CC0"
        ),
        TableSource(id="751k", title="751K <study>", url="https://example.org/751k?a=1&b=2", licence="MIT"),
    ),
    rows=(LSTM, HOSTILE, CONV),
)

HOSTILE_TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "=1+1",
            "+1",
            "-1",
            "@a",
            "\t=1",
            "\r=1",
            " =1",
            "＝1",
            "a|b",
            "a\\|b",
            "``",
            "`a`",
            "<b>x</b>",
            "&amp;",
            "a\nb",
            '"',
            ",",
            "\ud800",
            "\x00",
            "\u202eabc",
            "|---|",
            "[a](b)",
            "![a](b)",
            "https://evil.example",
            ":smile:",
            "'=1",
            "| # x",
        ]
    ),
)
PROBABILITIES = st.none() | st.floats(0, 1)


@st.composite
def parts(draw):
    probability = draw(PROBABILITIES)
    return part(
        draw(st.sampled_from(Answer)).value,
        probability,
        observations=draw(st.integers(0, 9)),
        witnesses=draw(st.integers(0, 9)),
        basis=draw(st.sampled_from(Basis)).value,
        state=draw(st.sampled_from(State)).value,
        newest=draw(st.sampled_from(["", "2020", "2026-10-05"])),
        why=draw(HOSTILE_TEXTS),
    )


@st.composite
def cells(draw):
    return TableCell(
        engine=draw(st.sampled_from(["H11", "H16"])),
        release=draw(st.sampled_from([None, 17, 27])),
        offered=draw(parts()),
        chosen=draw(parts()),
        sources=tuple(draw(st.lists(st.sampled_from(["one", "two"]), max_size=2))),
        link=draw(HOSTILE_TEXTS),
    )


@st.composite
def rows(draw):
    return TableRow(
        concept=draw(HOSTILE_TEXTS),
        format=draw(st.sampled_from(["mlprogram", "neuralnetwork"])),
        type=draw(HOSTILE_TEXTS),
        title=draw(HOSTILE_TEXTS),
        category=draw(HOSTILE_TEXTS),
        cells=tuple(draw(st.lists(cells(), max_size=4, unique_by=lambda cell: (cell.engine, cell.release)))),
    )


@st.composite
def tables(draw):
    return Table(
        schema_version="1.0.0",
        data_version="0123456789ab",
        generated_from=draw(st.sampled_from(["", "2026-10-05"])),
        engines=(TableEngine(id="H11", chips=("A12",)), TableEngine(id="H16", chips=("M4",))),
        releases=(TableRelease(number=17, name="iOS 17"), TableRelease(number=27, name="iOS 27")),
        sources=tuple(
            TableSource(id=each, title=draw(HOSTILE_TEXTS), url=draw(HOSTILE_TEXTS)) for each in ("one", "two")
        ),
        rows=tuple(draw(st.lists(rows(), max_size=3, unique_by=lambda row: (row.format, row.type)))),
    )
