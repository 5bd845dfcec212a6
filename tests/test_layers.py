"""Which room may import which. Read down the list: a room imports only rooms below its own line."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOMS = (
    {"cli"},
    {"api"},
    {"ingest", "probe", "export"},
    {"store", "coreml", "evidence", "placement"},
    {"catalog"},
    {"fingerprint"},
    {"domain"},
    {"errors"},
)
DEPTH = {room: depth for depth, rooms in enumerate(ROOMS) for room in rooms}

# A library that would spread is kept in one room.
HOME = {
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "sqlite3": {"store"},
    "coremltools": {"coreml"},
    "cel_expr_python": {"evidence"},
    "typer": {"cli"},
    "rich": {"cli"},
    "lark": {"coreml"},
    "jinja2": {"export"},
    # Pydantic stands where strangers' text becomes values, and where schemas are written.
    "pydantic": {"ingest", "catalog", "export", "api"},
}

ANEDB = Path(__file__).parents[1] / "anedb"


def imports_in(path: Path) -> Iterator[tuple[str, int]]:
    "Each module a file imports, as a dotted name, with its line."
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "anedb":
            yield from ((f"anedb.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ".", node.lineno


def room_of(path: Path) -> str:
    return path.relative_to(ANEDB).with_suffix("").parts[0]


FILES = [path for path in sorted(ANEDB.rglob("*.py")) if room_of(path) not in ("__init__", "__main__")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ANEDB)))
def test_arrows_point_down(path):
    here = room_of(path)
    for name, line in imports_in(path):
        library, _, rest = name.partition(".")
        room = rest.partition(".")[0]
        if library == "anedb" and room and room != here:
            assert DEPTH.get(room, 99) > DEPTH[here], f"anedb/{here} may not import anedb/{room} ({path.name}:{line})"
        assert here in HOME.get(library, {here}), f"{library} belongs in {HOME[library]} ({path.name}:{line})"


def test_every_room_is_on_the_list():
    assert {room_of(path) for path in FILES} <= DEPTH.keys()
