"""Which rows stand on a page, and how many parts there are on all pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import Combinable


def page_of(rows: QuerySet[Any, Any], skip: int, wanted: int) -> tuple[list[Any], int]:
    """So many ids after so many, and how many there are; the second is not asked for where the first tell it.

    Args:
        rows: The ids, in their order.
        skip: How many are passed over; less than none passes over none.
        wanted: How many are given; less than one gives none.
    """
    first = max(skip, 0)
    ids = list(rows[first : first + wanted]) if wanted > 0 else []
    if ids and len(ids) < wanted:
        return ids, first + len(ids)
    return ids, 0 if first == 0 and wanted > 0 and not ids else rows.count()


def page_of_several(rows: QuerySet[Any], number: Combinable, first: int, wanted: int) -> tuple[list[Any], int, int]:
    """The same of rows of which each has any number of parts.

    Args:
        rows: Of one table.
        number: How many parts a row has.
        first: How many parts are passed over.
        wanted: How many are given.

    Returns:
        The ids of the rows with those parts, how many parts the rows before them have, and how many there are.
    """
    passed, total = 0, 0
    ids: list[Any] = []
    for pk, parts in rows.order_by("pk").annotate(parts=number).values_list("pk", "parts").iterator():
        if total + parts <= first:
            passed += parts
        elif total < first + wanted:
            ids.append(pk)
        total += parts
    return ids, passed, total
