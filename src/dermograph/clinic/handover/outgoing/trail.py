"""When rows changed that are no entries: the trail says so by their ids."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.handover.kept import in_parts
from dermograph.clinic.handover.outgoing.source import Source
from dermograph.clinic.people.models import Clinic


def followed(source: Source, clinic: Clinic, rows: Sequence[Any]) -> dict[uuid.UUID, dt.datetime]:
    """When the trail last tells of a change of some rows, by their ids.

    Args:
        source: Their table.
        clinic: Whose they are.
        rows: Of that table.
    """
    if not source.is_followed or not rows:
        return {}
    patients = {source.patient_of(row) for row in rows}
    entries = AuditEntry.objects.filter(clinic=clinic, patient__in=patients).order_by()
    found: dict[uuid.UUID, dt.datetime] = {}
    for some in in_parts(row.pk for row in rows):
        told = entries.filter(about__in=some).values("about").annotate(last=Max("at"))
        found |= {about: last for about, last in told.values_list("about", "last") if about is not None}
    return found


def changed_since(source: Source, clinic: Clinic, rows: QuerySet[Any], since: dt.datetime) -> QuerySet[Any]:
    """Those of some rows that changed after an instant; all of a table of which nobody knows when it changed."""
    if source.since is not None:
        return rows.filter(source.since(since))
    if not source.changed:
        return rows
    later = Q()
    for column in source.changed:
        later |= Q(**{f"{column}__gt": since}, **source.changed_where.get(column, {}))
    if source.is_followed:
        told = AuditEntry.objects.filter(
            clinic=clinic, patient=OuterRef(source.patient), about=OuterRef("pk"), at__gt=since
        )
        later |= Q(Exists(told.order_by()))
    if any("__" in column for column in source.changed):  # a join: else a row comes once for each
        return rows.filter(pk__in=source.model._base_manager.filter(later).values("pk"))  # noqa: SLF001 (the manager that hides no row)
    return rows.filter(later)
