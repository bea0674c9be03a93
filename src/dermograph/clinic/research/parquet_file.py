"""A table as Parquet, by pyarrow of the extra ``scale``: written in groups of rows, never held whole."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from dermograph.clinic.research.columns import Row, Table
from dermograph.clinic.research.sink import Sink
from dermograph.core.errors import InputError
from dermograph.core.text import Text

_GROUP: Final = 10_000  # rows in one group


def refuse_without_pyarrow() -> None:
    """See that pyarrow is installed.

    Raises:
        InputError: If it is not.
    """
    if importlib.util.find_spec("pyarrow") is None:
        raise InputError(
            Text("Parquet needs pyarrow, which is not installed.", "Parquet necesita pyarrow, que no está instalado."),
            todo=Text(
                "Install it in a clone of the project, pip install -c constraints.txt '.[scale]', or take CSV.",
                "Instálelo en un clon del proyecto, pip install -c constraints.txt '.[scale]', o elija CSV.",
            ),
        )


def parquet_pieces(table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
    """The file in pieces; the same rows give the same bytes with the same pyarrow. Empty is null.

    Args:
        table: Its columns, each with its unit and meaning in the file.
        rows: As many values each.
    """
    import pyarrow as pa  # noqa: PLC0415 (of the extra, and half a second)
    from pyarrow import parquet  # noqa: PLC0415 (the same)

    types = {"text": pa.string(), "number": pa.float64(), "count": pa.int64(), "yes_no": pa.bool_()}
    fields = [
        pa.field(one.name, types[one.type], metadata={"unit": one.unit, "says": one.says.en, "says_es": one.says.es})
        for one in table.columns
    ]
    schema, sink, every = pa.schema(fields), Sink(), iter(rows)
    with parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        while group := list(islice(every, _GROUP)):
            values = zip(*group, strict=True)
            columns = [pa.array(some, type=one.type) for one, some in zip(fields, values, strict=True)]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema), row_group_size=_GROUP)
            yield sink.taken()
    yield sink.taken()
