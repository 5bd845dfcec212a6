"""Conditions in CEL, with a third answer where a feature is not known."""

import subprocess
import sys

import pytest

from anedb.errors import DataError
from anedb.evidence.condition import check, holds, names
from anedb.evidence.features import features
from tests.builders import conv

KNOWN = features(conv((3, 9), dilations=(2, 1)))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("", True),
        ("dilated", True),
        ("dilations.exists(d, d > 1)", True),
        ("dilations.exists(d, d > 2)", False),
        ('dtype == "int32"', False),
        ('"fp16" in dtypes', True),
        ("kernel_height == kernel_width && kernel_width > 16", False),
        ('params.pad_type == "same"', True),
        ("params.strides[1] == 1", True),
        ("params.nothing == 1", None),
        ("has(params.nothing)", False),
        ("inner > 3", None),
        ("inner > 3 && kernel_width > 100", False),
        ("inner > 3 || kernel_width > 8", True),
        ("inner > 3 || kernel_width > 100", None),
        ("inner > 3 && kernel_width > 8", None),
        ("params.pad_type > 3", None),
        ('format == "mlprogram" && layer_type.startsWith("co")', True),
        ('engine == "H16"', None),
        ("release >= 17", None),
    ],
)
def test_a_condition_holds_or_not_or_is_unknown(condition, expected):
    assert holds(condition, KNOWN) is expected


def test_the_target_can_be_spoken_of():
    assert holds('engine == "H16" && release >= 17', {**KNOWN, "engine": "H16", "release": 27}) is True


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("dilations.exists(d, d > 1)", {"dilations"}),
        ('params.pad_type == "width height"', {"params"}),
        ("size(dtypes) > 1 && has(params.axis)", {"dtypes", "params"}),
        ("true || 'in' in dtypes", {"dtypes"}),
        ("layer_type.endsWith('ND') && rank > 5", {"layer_type", "rank"}),
        ("dilations.exists(d, d > q)", {"dilations", "q"}),
    ],
)
def test_names_are_those_of_features(condition, expected):
    assert names(condition) == expected


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("kernel_widht > 2", "no feature is called kernel_widht"),
        ("kernel_width >", "Syntax error"),
        ("kernel_width > 'a'", "no matching overload"),
        ("kernel_width + 1", "not a yes or no"),
        ("dilations.exists(d, d > q)", "q"),
        ("dilated && " * 60 + "dilated", "characters"),
    ],
)
def test_a_wrong_condition_is_told(condition, says):
    assert says in (check(condition) or "")
    with pytest.raises(DataError, match="cannot be read"):
        holds(condition, KNOWN)


def test_right_conditions_pass():
    for condition in ("", "dilated", "scale_height > 2 || scale_width > 2", "state && width % 32 != 0"):
        assert check(condition) is None


def test_the_runtime_is_loaded_only_for_a_condition():
    code = (
        "import sys, anedb.evidence.judge;"
        "heavy = {'cel_expr_python', 'pydantic', 'sqlalchemy', 'alembic', 'coremltools', 'numpy', 'scipy'};"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
