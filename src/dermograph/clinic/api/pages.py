"""Lists in pages: by keyset, so that who pages sees every row once while others are added."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import uuid
from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from ninja import Query
from pydantic import Field

from dermograph.clinic.api.problems import ProblemError
from dermograph.clinic.api.shapes import LARGEST, Json, Shape
from dermograph.core.text import Text

MOST = 100
USUAL = 50
LONGEST = 200
Item = TypeVar("Item")
Row = TypeVar("Row", bound=Model)
After = Annotated[
    str | None,
    Query(None, max_length=LONGEST, description="The `next` of the page before; without it, the first page."),
]
Limit = Annotated[int, Query(USUAL, ge=1, le=MOST, description="How many rows at most.")]


class Page(Shape, Generic[Item]):
    """A page of a list."""

    items: list[Item]
    next: str | None = Field(description="What the next page is asked for with; null on the last one.")


def whole(items: list[Json]) -> Json:
    """A list that is short and comes in one piece."""
    return {"items": items, "next": None}


def page(rows: QuerySet[Row], shape: Callable[[Row], Json], *, by: str, after: str | None, limit: int) -> Json:
    """One page.

    Args:
        rows: All of them.
        shape: What is shown of one.
        by: The column of their order, one that never changes; rows of one value follow by their id.
        after: As it was sent.
        limit: 1 to ``MOST``.

    Raises:
        ProblemError: 422 if ``after`` is none of ours.
    """
    if after:
        value, pk = _read(rows, by, after)
        rows = rows.filter(Q(pk__gt=pk) if by == "pk" else Q(**{f"{by}__gt": value}) | Q(**{by: value}, pk__gt=pk))
    found = list(rows.order_by(*dict.fromkeys((by, "pk")))[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return {
        "items": [shape(one) for one in found[:limit]],
        "next": None if last is None else _write(getattr(last, by), last.pk),
    }


def last_of(after: str | None) -> uuid.UUID | None:
    """The last id of the page before, of a list in the order of its ids; None for the first page.

    Raises:
        ProblemError: 422 if ``after`` is none of ours.
    """
    if not after:
        return None
    try:
        return uuid.UUID(after)
    except ValueError:
        raise _unknown() from None


def _write(value: object, pk: uuid.UUID) -> str:
    said = value.isoformat() if isinstance(value, dt.date) else value if isinstance(value, int) else ""
    return base64.urlsafe_b64encode(json.dumps([said, pk.hex]).encode()).decode().rstrip("=")


def _read(rows: QuerySet[Any], by: str, after: str) -> tuple[object, uuid.UUID]:
    try:
        said, pk = json.loads(base64.urlsafe_b64decode(after.encode("ascii") + b"=" * (-len(after) % 4)))
        if not isinstance(said, int | str) or isinstance(said, bool) or not isinstance(pk, str):
            raise _unknown()
        if isinstance(said, int) and not 0 <= said <= LARGEST:
            raise _unknown()
        value = None if by == "pk" else rows.model._meta.get_field(by).to_python(said)  # noqa: SLF001 (documented)
        if isinstance(value, dt.datetime) and value.tzinfo is None:
            raise _unknown()
        if by != "pk" and value is None:
            raise _unknown()
        return value, uuid.UUID(pk)
    except (ValueError, TypeError, RecursionError, binascii.Error, ValidationError, OverflowError):
        raise _unknown() from None


def _unknown() -> ProblemError:
    return ProblemError(
        422,
        "unknown-page",
        Text("There is no such page.", "No existe esa página."),
        Text("Send back `next` as it came.", "Devuelva `next` tal como llegó."),
    )
