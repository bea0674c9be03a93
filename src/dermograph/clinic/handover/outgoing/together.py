"""Which answers were given together, and what took the place of one of them since.

Together are the answers about the same course, or about the patient, that the same person wrote down for the same day.
Those that a received response gave are among none: they are part of that one, which leaves as it came.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from django.db.models import CharField, Exists, F, Func, OuterRef, Q, QuerySet
from django.db.models.lookups import IsNull

from dermograph.clinic.handover.kept import in_parts
from dermograph.clinic.handover.models import Received
from dermograph.clinic.handover.outgoing.keys import made_of
from dermograph.clinic.handover.outgoing.reading import Reading
from dermograph.clinic.handover.retracting import withdrawal
from dermograph.clinic.intake.models import Answer
from dermograph.protocols import load_library

RESPONSE: Final = "response"
_KIND: Final = "QuestionnaireResponse"
_NAMED: Final = "5"
#: So long after a response was received its answers are written at most: both happen in one transaction.
_AT_ONCE: Final = dt.timedelta(minutes=10)


class _VersionOfId(Func):
    """The version of a UUID (RFC 9562, 4.2), as the letter in which it is written."""

    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:  # noqa: ANN401 (Django's)
        """In SQLite, which keeps the letters without hyphens."""
        return super().as_sql(compiler, connection, template="SUBSTR(%(expressions)s, 13, 1)", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:  # noqa: ANN401 (Django's)
        """In PostgreSQL."""
        return super().as_sql(compiler, connection, template="SUBSTR((%(expressions)s)::text, 15, 1)", **more)


def put_together(rows: Sequence[Any], _reading: Reading | None = None) -> None:
    """Give each answer those that were given together with it, itself included, in the order of time.

    One that came with a received response gets none. Each gets the id of the response that it is part of as well; None
    where there is none, since the vocabulary does not know it.
    """
    if not rows:
        return
    days = {row.answered_on for row in rows}
    every = Answer.objects.filter(patient__in={row.patient_id for row in rows}, answered_on__in=days)
    groups: dict[Any, list[Answer]] = defaultdict(list)
    received: set[uuid.UUID] = set()
    for one in every.annotate(came=_came()).order_by("written_at", "pk"):
        if one.came:
            received.add(one.pk)
        else:
            groups[_group(one)].append(one)
    came_with = _came_with([row for row in rows if row.pk in received])
    facts = load_library().vocabulary.facts
    for row in rows:
        row.together = [] if row.pk in received else groups[_group(row)]
        if row.pk in received:
            row.response = came_with.get(row.pk)
        else:
            row.response = made_of(row.together[0].pk, RESPONSE) if row.fact in facts else None


def put_in_place(rows: Sequence[Any]) -> None:
    """Give each of such answers what took the place of those that were given together with it, by their ids.

    It has the latest instant of all that was written down of them as well.
    """
    ids = {one.pk for row in rows for one in row.together}
    later = {one.supersedes_id: one for some in in_parts(ids) for one in Answer.objects.filter(supersedes__in=some)}
    for row in rows:
        row.replaced = {one.pk: later[one.pk] for one in row.together if one.pk in later}
        row.latest_at = max(one.written_at for one in (row, *row.together, *row.replaced.values()))


def is_first() -> Q:
    """The first answers of those that were given together and of which the vocabulary knows one at least."""
    at = OuterRef("written_at")
    earlier = _together().filter(Q(written_at__lt=at) | Q(written_at=at, pk__lt=OuterRef("pk")))
    known = _together().filter(fact__in=tuple(load_library().vocabulary.facts))
    return ~Q(_came()) & ~Q(Exists(earlier)) & Q(Exists(known))


def changed_since(since: dt.datetime) -> Q:
    """Those of which any was written down after an instant, or lost its place to another."""
    replaced = Exists(Answer.objects.filter(supersedes=OuterRef("pk"), written_at__gt=since).order_by())
    return Q(Exists(_together().filter(Q(written_at__gt=since) | Q(replaced))))


def _group(row: Answer) -> tuple[Any, ...]:
    return row.patient_id, row.course_id, row.written_by_id, row.answered_on


def _together() -> QuerySet[Answer]:
    """The answers that were given together with that of the query around it."""
    alike = Q(patient=OuterRef("patient"), answered_on=OuterRef("answered_on"))
    for column in ("course", "written_by"):  # either may be none, which equals nothing in a database
        neither = Q(IsNull(F(column), True)) & Q(IsNull(OuterRef(column), True))
        alike &= Q(**{column: OuterRef(column)}) | neither
    return Answer.objects.filter(alike).filter(~Q(_came())).order_by()


def _came() -> Exists:
    """Whether an answer came with a received response.

    The ids of such answers are made of names; so are those of answers that programs write with the clinic's own
    interface. Of these two the first is written in the transaction in which the response is kept.
    """
    at, kept = OuterRef("written_at"), Received.objects.filter(kind=_KIND, patient=OuterRef("patient"))
    kept = kept.annotate(of_answer=_VersionOfId(OuterRef("pk"))).filter(of_answer=_NAMED)
    return Exists(
        kept.filter(taken_by__user=OuterRef("written_by"), taken_at__lte=at, taken_at__gt=at - _AT_ONCE).order_by()
    )


def _came_with(rows: Sequence[Answer]) -> dict[uuid.UUID, uuid.UUID]:
    """The ids of the received responses that answers came with."""
    if not rows:
        return {}
    kept = Received.objects.filter(kind=_KIND, patient__in={row.patient_id for row in rows})
    found: dict[uuid.UUID, uuid.UUID] = {}
    by_patient: dict[uuid.UUID | None, list[tuple[uuid.UUID, uuid.UUID]]] = defaultdict(list)
    for pk, key, patient in kept.values_list("pk", "key", "patient"):
        by_patient[patient].append((pk, key))
    for row in rows:
        names = (row.fact, withdrawal(row.fact, row.supersedes_id))
        for pk, key in by_patient[row.patient_id]:
            if any(row.pk == uuid.uuid5(pk, name) for name in names):
                found[row.pk] = key
    return found
