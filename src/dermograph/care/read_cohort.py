"""Cohorts read from files, fast where every value is plain, and strictly everywhere.

JSON lines hold one case a line, as ``dermograph assess`` reads it, with an optional ``id``. A Parquet file holds the
table itself: ``id``, ``area``, ``assessed_on`` and a column for each fact that is known of anybody.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.json as pa_json
import pyarrow.parquet as pq

from dermograph.care.cohort import Checks, columns_of, complete, day_of, first_bad, schema, table_of
from dermograph.care.read_case import read_case
from dermograph.core.errors import InputError, Place, nearest, shown
from dermograph.core.text import Text
from dermograph.protocols.vocabulary import Vocabulary

CHUNK_BYTES = 8_000_000
BLOCK_BYTES = 1_000_000
ROWS_A_BATCH = 50_000
LONGEST_LINE = 1_000_000
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def read_cohort(
    path: Path, vocabulary: Vocabulary, *, treatment: str | None = None, today: dt.date | None = None
) -> Iterator[pl.DataFrame]:
    """The tables of a cohort, chunk by chunk, each with every column of ``schema``.

    Args:
        path: A ``.parquet`` file, or JSON lines.
        vocabulary: What a case may hold.
        treatment: If given, a line of another treatment is refused. (The table of a Parquet file names none.)
        today: If given, what is said to have happened after the day that follows it is refused.

    Raises:
        InputError: For a file that cannot be read, and for the first row that holds what no case may.
    """
    if not path.is_file():
        raise InputError(Text("There is no such file.", "No existe ese archivo."), Place(file=str(path)))
    rules = Checks(vocabulary, treatment, today)
    if path.suffix == ".parquet":
        yield from _from_parquet(path, rules)
        return
    found = False
    for start, raw in _chunks(path):
        table = _from_lines(raw, start, path.name, rules)
        found = found or table.height > 0
        yield table
    if not found:
        raise InputError(Text("The file is empty.", "El archivo está vacío."), Place(file=path.name))


def _chunks(path: Path) -> Iterator[tuple[int, bytes]]:
    """Whole lines of about ``CHUNK_BYTES`` together, with the number of the first."""
    number = 1
    with path.open("rb") as stream:
        while block := stream.read(CHUNK_BYTES):
            rest = stream.readline(LONGEST_LINE + 1)
            if len(rest) > LONGEST_LINE:
                raise InputError(
                    Text("The line is longer than 1 MB.", "La línea ocupa más de 1 MB."),
                    Place(path.name, number + block.count(b"\n")),
                )
            raw = block + rest
            yield number, raw
            number += raw.count(b"\n")


def _from_lines(raw: bytes, start: int, name: str, rules: Checks) -> pl.DataFrame:
    """A chunk read at once where every value has its plain type; else line by line, which knows what is wrong where."""
    lines = raw.count(b"\n") + (not raw.endswith(b"\n"))
    objects = raw.count(b"\n{") + raw.startswith(b"{")
    # pyarrow 26 crashes the process on a line that is null, so it only ever sees lines that begin an object.
    table = _read_at_once(raw, lines, rules) if objects == lines else None
    return _row_by_row(raw, start, name, rules) if table is None else table


def _read_at_once(raw: bytes, lines: int, rules: Checks) -> pl.DataFrame | None:
    options = pa_json.ParseOptions(explicit_schema=_plain_types(rules.vocabulary), unexpected_field_behavior="error")
    try:
        read = pa_json.read_json(pa.BufferReader(raw), pa_json.ReadOptions(block_size=BLOCK_BYTES), options)
        frame = pl.from_arrow(read)
        if not isinstance(frame, pl.DataFrame) or frame.height != lines:
            return None
        table = _flat(frame, rules)
        return table if table is not None and first_bad(table, rules) is None else None
    except (pa.ArrowException, pl.exceptions.PolarsError):
        return None


def _plain_types(vocabulary: Vocabulary) -> pa.Schema:
    """What the fast way expects: one plain type for each fact; anything else is left to the slow way."""
    types = {"boolean": pa.bool_(), "integer": pa.int64()}
    scopes: dict[str, list[pa.Field]] = {"patient": [], "area": [pa.field("name", pa.string())]}
    for name, fact in vocabulary.facts.items():
        scopes[fact.scope].append(pa.field(name, types.get(fact.type, pa.string())))
    return pa.schema(
        [
            pa.field("id", pa.string()),
            pa.field("treatment", pa.string()),
            pa.field("assessed_on", pa.string()),
            pa.field("patient", pa.struct(scopes["patient"])),
            pa.field("areas", pa.list_(pa.struct(scopes["area"]))),
        ]
    )


def _flat(frame: pl.DataFrame, rules: Checks) -> pl.DataFrame | None:
    """The table of a chunk that holds facts alone; None where a case is not what the fast way understands."""
    if (frame["areas"].list.len() > 0).all() is not True or frame["treatment"].null_count():
        return None
    named = frame["treatment"].str.strip_chars() != ""
    if not (named if rules.treatment is None else frame["treatment"] == rules.treatment).all():
        return None
    columns = [pl.col("id"), pl.col("areas").struct.field("name").alias("area"), day_of(pl.col("assessed_on"))]
    dates = {"assessed_on": pl.col("assessed_on")}
    for name, fact in rules.vocabulary.facts.items():
        source = pl.col("areas" if fact.scope == "area" else "patient").struct.field(name)
        columns += columns_of(source, fact)
        if fact.type in ("date", "date_or_word"):
            dates[name] = source.replace(list(fact.words), None) if fact.words else source
    rows = frame.with_row_index("row").explode("areas")
    names = rows.select("row", pl.col("areas").struct.field("name"))
    if names.n_unique() < names.height:
        return None
    written = rows.select(date.str.contains(_DAY).all().alias(name) for name, date in dates.items())
    if not all(written.row(0)):
        return None
    return rows.select(columns).select(list(schema(rules.vocabulary)))


def _row_by_row(raw: bytes, start: int, name: str, rules: Checks) -> pl.DataFrame:
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(raw.split(b"\n"), start=start):
        if not line.strip():
            continue
        rows += _read_line(line, Place(name, number), rules)
    return table_of(rows, rules.vocabulary)


def _read_line(line: bytes, place: Place, rules: Checks) -> Iterable[dict[str, Any]]:
    try:
        value = json.loads(line, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        column = error.colno
        raise InputError(
            Text(f"This line is not JSON (at column {column}).", f"Esta línea no es JSON (en la columna {column})."),
            place,
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(Text("This line is not JSON.", "Esta línea no es JSON."), place) from error
    except InputError as error:
        raise InputError(error.what, place) from error
    if not isinstance(value, dict):
        raise InputError(Text("A line holds one case.", "Una línea contiene un caso."), place)
    own_id = value.pop("id", None)
    if own_id is not None and (isinstance(own_id, bool) or not isinstance(own_id, str | int)):
        raise InputError(Text("An id is text or a number.", "Un id es un texto o un número."), place)
    try:
        case = read_case(
            json.dumps(value, ensure_ascii=False), rules.vocabulary, file=place.file or "", today=rules.today
        )
    except InputError as error:
        raise InputError(error.what, Place(place.file, place.line, error.place.field), error.todo) from error
    if rules.treatment is not None and case.treatment != rules.treatment:
        raise InputError(
            Text(
                f"The treatment is {shown(case.treatment)}, not {rules.treatment!r}.",
                f"El tratamiento es {shown(case.treatment)}, y no {rules.treatment!r}.",
            ),
            Place(place.file, place.line, "treatment"),
        )
    return [
        {
            "id": None if own_id is None else str(own_id),
            "area": area.name,
            "assessed_on": case.assessed_on,
            **area.facts,
        }
        for area in case.areas
    ]


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        twice = next(key for index, (key, _) in enumerate(pairs) if key in dict(pairs[:index]))
        raise InputError(Text(f"The key {shown(twice)} stands twice.", f"La clave {shown(twice)} aparece dos veces."))
    return value


def _from_parquet(path: Path, rules: Checks) -> Iterator[pl.DataFrame]:
    place = Place(file=path.name)
    start = 0
    try:
        batches = pq.ParquetFile(path, memory_map=True).iter_batches(batch_size=ROWS_A_BATCH)
        for batch in batches:
            frame = pl.from_arrow(batch)
            if isinstance(frame, pl.DataFrame):
                yield _checked(frame, start, place, rules)
                start += frame.height
    except (pa.ArrowException, pl.exceptions.PolarsError, OSError) as error:
        raise InputError(
            Text("This is not a Parquet file that can be read.", "Esto no es un archivo Parquet legible."), place
        ) from error


def _checked(frame: pl.DataFrame, start: int, place: Place, rules: Checks) -> pl.DataFrame:
    """A batch of a Parquet file with its types and values checked; ``start`` rows came before it."""
    vocabulary = rules.vocabulary
    wanted = schema(vocabulary)
    columns: list[pl.Expr] = []
    for name, dtype in frame.schema.items():
        if name not in wanted:
            raise InputError(
                Text(f"Unknown column {shown(name)}.", f"Columna desconocida {shown(name)}."),
                place,
                nearest(name, wanted),
            )
        fact = vocabulary.facts.get(name)
        if fact is not None and fact.words and dtype == pl.String:
            columns += columns_of(pl.col(name), fact)
        elif dtype in (wanted[name], pl.Null) or (dtype.is_integer() and wanted[name] == pl.Int64):
            columns.append(pl.col(name).cast(wanted[name]))
        else:
            raise InputError(
                Text(
                    f"The column {name} has the type {dtype}, not {wanted[name]}.",
                    f"La columna {name} es de tipo {dtype}, y no {wanted[name]}.",
                ),
                place,
            )
    for name in ("area", "assessed_on"):
        if name not in frame.columns:
            raise InputError(Text(f"The column {name!r} is missing.", f"Falta la columna {name!r}."), place)
    table = complete(_converted(frame, columns, place), vocabulary)
    if (bad := first_bad(table, rules)) is not None:
        row, column = bad
        value = shown(table[column][row])
        number = start + row + 1
        raise InputError(
            Text(f"Row {number}: {column} {value} is not possible.", f"Fila {number}: {column} {value} no es posible."),
            place,
        )
    return table


def _converted(frame: pl.DataFrame, columns: list[pl.Expr], place: Place) -> pl.DataFrame:
    try:
        return frame.select(columns)
    except pl.exceptions.PolarsError as error:
        raise InputError(
            Text("A date is not written as 2026-11-21.", "Una fecha no está escrita como 2026-11-21."), place
        ) from error
