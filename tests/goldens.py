"""Files under tests/golden/: exports that somebody has read and approved."""

from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


def compare_golden(path: Path, text: str, *, regen: bool) -> None:
    # An empty golden file agrees with a renderer that has stopped working.
    assert text.strip(), f"nothing to compare with {path.name}"
    if regen:
        path.write_bytes(text.encode())
    assert path.is_file(), f"{path.name} is missing: `pytest --regen` writes it, then read it"
    expected = path.read_bytes().decode()
    assert expected.strip(), f"{path.name} is empty"
    assert text == expected, f"{path.name} differs: `pytest --regen`, then read the diff"
