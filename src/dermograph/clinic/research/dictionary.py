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

SCHEMA: Final = "dermograph.research/1"
HEAD: Final = ("table", "column", "type", "unit", "range", "source", "says")
_NOTES: Final = (
    "Empty (CSV) or null (Parquet) is not known, never 0; the reason stands in a column of the same row.",
    "Days are counted from day 0 of the course; no date, time, name, record number or free text is in any table.",
    "Skin, days and rare values may still point at somebody: small_cells names those with fewer than five patients.",
    "The clinic keeps the key of the pseudonyms. They hold within this project only.",
    "Only patients whose consent to research was in force when their rows were read.",
)


def dictionary_rows() -> list[Row]:
    """The dictionary as the rows of a table, ``HEAD`` its columns."""
    return [
        (table.name, one.name, one.type, one.unit, one.range, one.source, one.says)
        for table in TABLES
        for one in table.columns
    ]


def dictionary(
    *,
    project: str,
    kind: str,
    files: Mapping[str, tuple[str, int]],
    counted: Sequence[Counted],
    who: Participants,
) -> bytes:
    """The whole as JSON, without a clock: the same rows give the same bytes.

    Args:
        project: Its name.
        kind: The format of the tables.
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
        "notes": list(_NOTES),
        "patients": told(len(who.agreed)),
        "left_out": {
            why: {"says": LEFT_OUT[why].en, "patients": number, "fewer_than": None if number is not None else FEWEST}
            for why, number in who.told().items()
        },
        "tables": [
            {
                "name": one.table.name,
                "says": one.table.says,
                "rows": one.rows,
                "patients": told(one.patients),
                "small_cells": one.small_cells(),
                "columns": [
                    dict(zip(HEAD[1:], (c.name, c.type, c.unit, c.range, c.source, c.says), strict=True))
                    for c in one.table.columns
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
