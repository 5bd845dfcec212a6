"Rows as Parquet, by pyarrow (the optional extra `parquet`)."

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

from anedb.errors import UsageError
from anedb.export.text import encodable


def render(kinds: Mapping[str, str], rows: Iterable[tuple[Any, ...]], about: Mapping[str, str]) -> bytes:
    "`kinds`: column -> `string`, `int` or `float`. `about`: the file's own key-value metadata. Raises `UsageError`."
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise UsageError(
            "Parquet needs pyarrow, which is not installed",
            tip="pip install 'anedb[parquet]', or export with --no-parquet",
        ) from None
    types = {"string": pa.string(), "int": pa.int64(), "float": pa.float64()}
    schema = pa.schema([(name, types[kind]) for name, kind in kinds.items()], metadata=dict(sorted(about.items())))
    columns = list(zip(*rows, strict=True)) or [()] * len(kinds)
    cells = [[encodable(it) if isinstance(it, str) else it for it in column] for column in columns]
    arrays = [pa.array(each, type=field.type) for each, field in zip(cells, schema, strict=True)]
    out = io.BytesIO()
    parquet.write_table(pa.Table.from_arrays(arrays, schema=schema), out, compression="zstd")
    return out.getvalue()
