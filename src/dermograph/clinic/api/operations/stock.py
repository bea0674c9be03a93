"""Lots, to read."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from django.utils import timezone
from ninja import Query, Router

from dermograph.clinic.api.gate import ApiRequest
from dermograph.clinic.api.pages import After, Limit, Page, page
from dermograph.clinic.api.shapes import Day, Json
from dermograph.clinic.api.shapes_places import LotOut
from dermograph.clinic.api.site import operation
from dermograph.clinic.ledger.models import Lot
from dermograph.clinic.ledger.selectors import soon_days, state_of
from dermograph.clinic.people.within import within

router = Router(tags=["stock"])
_SAME = (
    "kind",
    "name",
    "maker",
    "supplier",
    "number",
    "expires_on",
    "received_on",
    "label",
    "withdrawn_at",
    "withdrawn_reason",
)
Kind = Literal["needle", "pigment", "anaesthetic", "active"]


@operation(router, "get", "/lots", out=Page[LotOut], scope="stock:read", like="stock")
def list_lots(
    request: ApiRequest,
    kind: Annotated[Kind | None, Query(None, description="Only of this kind.")] = None,
    usable_on: Annotated[Day | None, Query(None, description="Only those that may be used on this day.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> Json:
    """The lots of the clinic, the one that expires first first."""
    rows = Lot.objects.filter(clinic=request.clinic).select_related("clinic")
    if kind is not None:
        rows = rows.filter(kind=kind)
    if usable_on is not None:
        rows = rows.filter(withdrawn_at=None, expires_on__gte=usable_on)
    return page(rows, _shown, by="expires_on", after=after, limit=limit)


@operation(router, "get", "/lots/{uuid:lot}", out=LotOut, scope="stock:read", like="lot")
def get_lot(request: ApiRequest, lot: uuid.UUID) -> Json:
    """A lot."""
    return _shown(within(request.clinic, Lot, lot, "clinic"))


def _shown(row: Lot) -> Json:
    state = state_of(row, timezone.localdate(), soon_days(row.clinic))
    return {"id": row.pk, **{name: getattr(row, name) for name in _SAME}, "state": state.value}
