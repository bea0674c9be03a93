"""Finding a record of one's own clinic; another clinic's id is as unknown as one that does not exist."""

from __future__ import annotations

import uuid
from typing import TypeVar

from django.db.models import Model
from django.http import Http404

from dermograph.clinic.people.models import Area, Clinic

Found = TypeVar("Found", bound=Model)


def within(clinic: Clinic, model: type[Found], pk: uuid.UUID, *related: str) -> Found:
    """The record of that id in a clinic.

    Args:
        clinic: Of who is asking.
        model: What kind of record.
        pk: Its id.
        related: What to fetch with it, as ``select_related`` takes it.

    Raises:
        Http404: If there is none, or it is another clinic's.
    """
    where = {"patient__clinic": clinic} if model is Area else {"clinic": clinic}
    found: Found | None = model.objects.filter(pk=pk, **where).select_related(*related).first()  # type: ignore[attr-defined]  # every model has its manager, a type variable does not
    if found is None:
        raise Http404
    return found
