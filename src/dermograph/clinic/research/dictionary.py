"""The data dictionary that goes beside the tables: what each column is, and what was counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dermograph.clinic.research.columns import Row
from dermograph.clinic.research.counting import Counted, told
from dermograph.clinic.research.participants import FEWEST, LEFT_OUT, Participants
from dermograph.clinic.research.tables import TABLES
from dermograph.core.text import Language, Text

SCHEMA: Final = "dermograph.research/1"
HEAD: Final = ("table", "column", "type", "unit", "range", "source", "says", "says_es")
_NOTES: Final = (
    Text(
        "Empty (CSV) or null (Parquet) is not known, never 0; the reason stands in a column of the same row.",
        "Vacío (CSV) o nulo (Parquet) es desconocido, nunca 0; el motivo está en una columna de la misma fila.",
    ),
    Text(
        "Days are counted from day 0 of the course; no date, time, name, record number or free text is in any table.",
        "Los días se cuentan desde el día 0 del curso; ninguna tabla contiene fechas, horas, nombres, números de "
        "historia ni texto libre.",
    ),
    Text(
        "Skin, days and rare values may still point at somebody: small_cells names those of fewer than five patients.",
        "La piel, los días y los valores raros pueden señalar a alguien: small_cells nombra los de menos de cinco "
        "pacientes.",
    ),
    Text(
        "The versions of protocol and method came out on known days: they tell from when on a course can have begun.",
        "Las versiones de protocolo y método salieron en días conocidos: dicen desde cuándo pudo empezar un curso.",
    ),
    Text(
        "The clinic keeps the key of the pseudonyms. They hold within this project only.",
        "La clínica guarda la clave de los seudónimos. Solo valen en este proyecto.",
    ),
    Text(
        "Only patients whose consent to research was in force when their rows were read.",
        "Solo pacientes cuyo consentimiento para investigación estaba vigente al leer sus filas.",
    ),
)


def dictionary_rows() -> list[Row]:
    """The dictionary as the rows of a table, ``HEAD`` its columns."""
    return [
        (table.name, one.name, one.type, one.unit, one.range, one.source, one.says.en, one.says.es)
        for table in TABLES
        for one in table.columns
    ]


def dictionary(
    *,
    project: str,
    kind: str,
    language: Language,
    files: Mapping[str, tuple[str, int]],
    counted: Sequence[Counted],
    who: Participants,
) -> bytes:
    """The whole as JSON, without a clock: the same rows give the same bytes.

    Args:
        project: Its name.
        kind: The format of the tables.
        language: Of the words in them.
        files: SHA-256 and bytes of each file, by its name.
        counted: Of each table.
        who: Who agreed, and how many did not.
    """
    methods: Counter[str] = Counter()
    pins: Counter[tuple[str, str, str]] = Counter()
    for one in counted:
        methods += one.methods
        pins += one.protocols
    tree: dict[str, Any] = {
        "schema": SCHEMA,
        "project": project,
        "format": kind,
        "language": language,
        "notes": [one.en for one in _NOTES],
        "notes_es": [one.es for one in _NOTES],
        "patients": told(len(who.agreed)),
        "left_out": {
            why: {
                "says": LEFT_OUT[why].en,
                "says_es": LEFT_OUT[why].es,
                "patients": number,
                "fewer_than": None if number is not None else FEWEST,
            }
            for why, number in who.told().items()
        },
        "tables": [
            {
                "name": one.table.name,
                "says": one.table.says.en,
                "says_es": one.table.says.es,
                "rows": one.rows,
                "patients": told(one.patients),
                "small_cells": one.small_cells(),
                "columns": [
                    dict(zip(HEAD[1:], row[1:], strict=True)) for row in dictionary_rows() if row[0] == one.table.name
                ],
            }
            for one in counted
        ],
        "protocols": [
            {"treatment": treatment, "version": version or None, "hash": hash_ or None, "rows": rows}
            for (treatment, version, hash_), rows in sorted(pins.items())
        ],
        "methods": [{"version": version or None, "rows": rows} for version, rows in sorted(methods.items())],
        "files": {name: {"sha256": sha256, "bytes": size} for name, (sha256, size) in files.items()},
    }
    return json.dumps(tree, ensure_ascii=False, indent=1).encode() + b"\n"
