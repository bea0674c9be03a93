"""The file of a card's measured colours, read strictly: one row a patch, as JSON or as CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dermograph.core.errors import NOTHING, InputError, Place, nearest, shown
from dermograph.core.text import Text
from dermograph.photo.card.pieces import Lab
from dermograph.photo.card.serial import LARGEST_SERIAL

SCHEMA = "dermograph.card-colours/1"
_MOST_BYTES = 1_000_000
_MOST_ROWS = 1_000
_KEYS = ("schema", "layout", "version", "serial", "white", "measured_on", "instrument", "patches")
_COLUMNS = ("id", "L", "a", "b", "u")
_RANGES = {"L": (0.0, 100.0), "a": (-128.0, 128.0), "b": (-128.0, 128.0), "u": (0.01, 20.0)}


@dataclass(frozen=True, slots=True)
class Row:
    """One measured patch: its colour under D50, its standard uncertainty if stated, and where it stands."""

    id: str
    lab: Lab
    u: float | None
    place: Place


@dataclass(frozen=True, slots=True)
class Rows:
    """What the file says; None for what it leaves out. No id stands twice."""

    file: str
    rows: tuple[Row, ...]
    layout: str | None = None
    version: str | None = None
    serial: int | None = None


def read_rows(path: Path) -> Rows:
    """The rows of a file.

    Raises:
        InputError: If it cannot be read, or any part of it is not as it should be.
    """
    text = _text(path)
    rows = _from_json(text, path.name) if text.lstrip().startswith(("{", "[")) else _from_csv(text, path.name)
    seen: set[str] = set()
    for row in rows.rows:
        if row.id in seen:
            raise InputError(
                Text(f"Patch {shown(row.id)} stands twice.", f"El parche {shown(row.id)} está dos veces."), row.place
            )
        seen.add(row.id)
    return rows


def _text(path: Path) -> str:
    place = Place(str(path))
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        what = Text(f"The file cannot be read ({error.strerror}).", "No se puede leer el archivo.")
        raise InputError(what, place) from error
    except ValueError as error:
        raise InputError(
            Text("This is not a text file in UTF-8.", "No es un archivo de texto en UTF-8."), place
        ) from error
    if len(data) > _MOST_BYTES or "\0" in text:
        raise InputError(Text("This is not a list of colours.", "Esto no es una lista de colores."), place)
    return text


def _from_json(text: str, file: str) -> Rows:
    try:
        whole = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        what = Text(f"This is not JSON: {error.msg}.", "Esto no es JSON válido.")
        raise InputError(what, Place(file, error.lineno)) from error
    except (ValueError, RecursionError) as error:
        what = Text("This is not plain JSON, or a key stands twice.", "No es JSON simple, o una clave está dos veces.")
        raise InputError(what, Place(file)) from error
    whole = _object(whole, _KEYS, Place(file), "")
    for key, only in (("schema", SCHEMA), ("white", "D50")):
        if whole.get(key, only if key == "schema" else None) != only:
            what = Text(f"This has to be {shown(only)}.", f"Esto debe ser {shown(only)}.")
            raise InputError(what, Place(file, field=key), _WHITE if key == "white" else NOTHING)
    patches = whole.get("patches")
    if not isinstance(patches, list) or not 0 < len(patches) <= _MOST_ROWS:
        what = Text("A list of patches is needed.", "Se necesita una lista de parches.")
        raise InputError(what, Place(file, field="patches"))
    rows = tuple(_json_row(entry, Place(file, field=f"patches[{index}]")) for index, entry in enumerate(patches))
    return Rows(file, rows, _word(whole, "layout", file), _word(whole, "version", file), _serial(whole, file))


_WHITE = Text("Measure under D50, 2° observer.", "Mida con D50, observador de 2°.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def _refuse(name: str) -> float:
    raise ValueError(name)


def _object(value: object, keys: Iterable[str], place: Place, inside: str) -> dict[str, Any]:
    """A JSON object with known keys only.

    Raises:
        InputError: If it is not.
    """
    if not isinstance(value, dict):
        raise InputError(Text("An object in braces is needed here.", "Aquí se necesita un objeto entre llaves."), place)
    for key in value:
        if key not in keys:
            what = Text(f"Unknown key {shown(key)}.", f"Clave desconocida {shown(key)}.")
            raise InputError(what, Place(place.file, place.line, inside), nearest(key, keys))
    return value


def _word(whole: dict[str, Any], key: str, file: str) -> str | None:
    value = whole.get(key)
    if value is not None and not isinstance(value, str):
        raise InputError(Text("Text is needed here.", "Aquí se necesita un texto."), Place(file, field=key))
    return value


def _serial(whole: dict[str, Any], file: str) -> int | None:
    value = whole.get("serial")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_SERIAL:
        what = Text(f"A serial is a whole number from 0 to {LARGEST_SERIAL}.", f"El número va de 0 a {LARGEST_SERIAL}.")
        raise InputError(what, Place(file, field="serial"))
    return value


def _json_row(entry: object, place: Place) -> Row:
    found = _object(entry, _COLUMNS, place, place.field)
    for key, value in found.items():
        if isinstance(value, bool) or not isinstance(value, str if key == "id" else int | float):
            kind = Text("Text", "un texto") if key == "id" else Text("A number", "un número")
            what = Text(f"{kind.en} is needed here.", f"Aquí se necesita {kind.es}.")
            raise InputError(what, Place(place.file, place.line, f"{place.field}.{key}"))
    return _row({key: str(value) for key, value in found.items()}, place)


def _from_csv(text: str, file: str) -> Rows:
    """Commas between columns; or semicolons, as spreadsheets write where the decimal sign is a comma."""
    head = text.partition("\n")[0]
    continental = head.count(";") > head.count(",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if continental else ",", strict=True)
    rows: list[Row] = []
    columns: list[str] = []
    try:
        for cells in reader:
            place = Place(file, reader.line_num)
            stripped = [cell.strip() for cell in cells]
            if not any(stripped):
                continue
            if not columns:
                columns = _head(stripped, place)
                continue
            if len(stripped) != len(columns) or len(rows) == _MOST_ROWS:
                what = Text(f"{len(columns)} columns are needed here.", f"Aquí se necesitan {len(columns)} columnas.")
                raise InputError(what, place)
            values = {name: cell for name, cell in zip(columns, stripped, strict=True) if cell}
            if continental:
                values = {name: cell if name == "id" else cell.replace(",", ".") for name, cell in values.items()}
            rows.append(_row(values, place))
    except csv.Error as error:
        raise InputError(
            Text("This line is not CSV.", "Esta línea no es CSV."), Place(file, reader.line_num)
        ) from error
    if not rows:
        what = Text("There are no colours in this file.", "No hay colores en este archivo.")
        raise InputError(what, Place(file))
    return Rows(file, tuple(rows))


def _head(cells: list[str], place: Place) -> list[str]:
    for cell in cells:
        if cell not in _COLUMNS:
            what = Text(f"Unknown column {shown(cell)}.", f"Columna desconocida {shown(cell)}.")
            raise InputError(what, place, nearest(cell, _COLUMNS))
    if len(set(cells)) != len(cells) or not {"id", "L", "a", "b"} <= set(cells):
        what = Text(
            "The first line names the columns: id,L,a,b and maybe u.",
            "La primera línea nombra las columnas: id,L,a,b y quizá u.",
        )
        raise InputError(what, place)
    return cells


def _row(values: dict[str, str], place: Place) -> Row:
    """One row from its cells.

    Raises:
        InputError: If one is missing, not a number or out of range.
    """
    if not values.get("id"):
        raise InputError(Text("The id of the patch is missing.", "Falta el identificador del parche."), place)
    numbers = {name: _number(values.get(name), name, place) for name in ("L", "a", "b")}
    u = _number(values["u"], "u", place) if "u" in values else None
    return Row(values["id"], (numbers["L"], numbers["a"], numbers["b"]), u, place)


def _number(cell: str | None, name: str, place: Place) -> float:
    low, high = _RANGES[name]
    where = Place(place.file, place.line, f"{place.field}.{name}".lstrip("."))
    try:
        value = float(cell) if cell is not None and cell.isascii() and "_" not in cell else math.nan
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        given = Text("nothing", "nada") if cell is None else Text(shown(cell), shown(cell))
        what = Text(
            f"{name} has to be a number from {low:g} to {high:g}, not {given.en}.",
            f"{name} debe ser un número de {low:g} a {high:g}, no {given.es}.",
        )
        raise InputError(what, where)
    return value
