"""The standing entries of courses, read at once: what a case and a course line are made from.

Nothing is decided here. A row that was corrected is not among them; the one that corrects it is.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone

from dermograph.care.case import Event, Sign
from dermograph.protocols import load_library

if TYPE_CHECKING:
    from dermograph.clinic.people.models import Course


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer about the patient or about the area.

    Attributes:
        value: As JSON; None if it is missing.
        missing: Why it is missing; empty if it has a value.
        in_place_of: The id of the answer that the patient put it in place of; None where the clinic wrote it, or where
            there was none before.
    """

    pk: uuid.UUID
    fact: str
    value: Any
    missing: str
    answered_on: dt.date
    written_at: dt.datetime
    in_place_of: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Consented:
    """A consent for the course or for all of the patient's, once for each withdrawal of it.

    Attributes:
        treats: The treatment that its words are about; empty for any.
        purposes: What was agreed to.
        back: The purpose that was taken back, empty for all of them; None if nothing was.
    """

    id: uuid.UUID
    at: dt.datetime
    treats: str
    purposes: tuple[str, ...]
    back: str | None
    back_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """A session that was held; the day is the clinic's."""

    id: uuid.UUID
    at: dt.datetime
    on: dt.date


@dataclass(frozen=True, slots=True)
class Decided:
    """A signed review.

    Attributes:
        by: The name that signed.
        first: The first day that it speaks of, of the next session or to look again; None for none, and where somebody
            decided otherwise than was proposed.
    """

    id: uuid.UUID
    on: dt.date
    decision: str
    by: str
    first: dt.date | None


@dataclass(frozen=True, slots=True)
class Booked:
    """An appointment that is not over: held, booked or arrived, from yesterday on."""

    id: uuid.UUID
    at: dt.datetime
    on: dt.date
    purpose: str


@dataclass(frozen=True, slots=True)
class Entries:
    """What stands of one course, each kind in the order of time.

    Attributes:
        answers: By when they were written down, so that of two about one fact the later one counts.
        events: Dated happenings that the vocabulary knows, of the course and of the whole patient.
        signs: By the day on which they were reported.
    """

    course: uuid.UUID
    answers: tuple[Answered, ...]
    consents: tuple[Consented, ...]
    events: tuple[Event, ...]
    sessions: tuple[Held, ...]
    signs: tuple[Sign, ...]
    reviews: tuple[Decided, ...]
    appointments: tuple[Booked, ...]


def entries_of(courses: Sequence[Course], now: dt.datetime | None = None) -> dict[uuid.UUID, Entries]:
    """What stands of courses, by their ids, in one query.

    Args:
        courses: Each with its clinic.
        now: When it is asked, for the appointments; None for now.
    """
    found: dict[uuid.UUID, dict[str, list[_Row]]] = {course.pk: {} for course in courses}
    for kind, course_pk, *row in _rows(list(found), now or timezone.now()):
        found[uuid.UUID(course_pk)].setdefault(kind, []).append(tuple(row))
    return {course.pk: _entries(course, found[course.pk]) for course in courses}


# Written out: Django takes many times as long to build the same query as the database to answer it.
_STANDS = "NOT EXISTS (SELECT 1 FROM {table} later WHERE later.supersedes_id = t.id)"
_OF_PATIENT = "{table} t ON t.patient_id = c.patient_id AND (t.course_id IS NULL OR t.course_id = c.id)"
_OF_COURSE = "{table} t ON t.course_id = c.id"
_QUERY = f"""
WITH c AS (SELECT id, patient_id FROM people_course WHERE id IN ({{courses}}))
SELECT 'answer', CAST(c.id AS text), CAST(t.id AS text), CAST(t.written_at AS text),
    t.fact, CAST(t.value AS text), t.missing, CAST(t.answered_on AS text),
    CASE WHEN t.written_by_id IS NULL THEN CAST(t.supersedes_id AS text) END
    FROM c JOIN {_OF_PATIENT.format(table="intake_answer")} WHERE {_STANDS.format(table="intake_answer")}
UNION ALL SELECT 'consent', CAST(c.id AS text), CAST(t.id AS text), CAST(t.signed_at AS text),
    words.treatment, CAST(t.purposes AS text), w.purpose, CAST(w.written_at AS text), NULL
    FROM c JOIN {_OF_PATIENT.format(table="intake_consent")} JOIN intake_consenttext words ON words.id = t.text_id
    LEFT JOIN intake_withdrawal w ON w.consent_id = t.id WHERE {_STANDS.format(table="intake_consent")}
UNION ALL SELECT 'event', CAST(c.id AS text), CAST(t.id AS text), '',
    t.what, CAST(t."first" AS text), CAST(t."last" AS text), '', NULL
    FROM c JOIN {_OF_PATIENT.format(table="intake_happening")}
    WHERE NOT t.cancelled AND {_STANDS.format(table="intake_happening")}
UNION ALL SELECT 'session', CAST(c.id AS text), CAST(t.id AS text), CAST(t.started_at AS text), '', '', '', '', NULL
    FROM c JOIN {_OF_COURSE.format(table="treatment_session")} WHERE {_STANDS.format(table="treatment_session")}
UNION ALL SELECT 'sign', CAST(c.id AS text), CAST(t.id AS text), '',
    t.sign, CAST(t.reported_on AS text), CAST(t.gone_on AS text), '', NULL
    FROM c JOIN {_OF_COURSE.format(table="treatment_symptomreport")}
    WHERE {_STANDS.format(table="treatment_symptomreport")}
UNION ALL SELECT 'review', CAST(c.id AS text), CAST(t.id AS text), CAST(t.signed_at AS text),
    CAST(t.reviewed_on AS text), t.decision, t.signed_name,
    CASE WHEN t.decision = t.proposed THEN CAST(t.proposal AS text) END, NULL
    FROM c JOIN {_OF_COURSE.format(table="treatment_review")} WHERE {_STANDS.format(table="treatment_review")}
UNION ALL SELECT 'appointment', CAST(c.id AS text), CAST(t.id AS text), CAST(t.starts_at AS text), t.purpose, '',
    '', '', NULL FROM c JOIN {_OF_COURSE.format(table="agenda_appointment")}
    WHERE t.starts_at >= %s AND (t.state IN ('booked', 'arrived') OR (t.state = 'held' AND t.held_until > %s))
"""  # noqa: S608 (only names of tables are filled in)
_Row = tuple[Any, ...]  # id, instant, and five words, all as text


def _rows(courses: list[uuid.UUID], now: dt.datetime) -> list[_Row]:
    from dermograph.clinic.people.models import Course  # noqa: PLC0415 (models are loaded after this)

    if not courses:
        return []
    pks = [Course._meta.pk.get_db_prep_value(pk, connection) for pk in courses]  # noqa: SLF001 (Django's way to the field)
    instants = [connection.ops.adapt_datetimefield_value(at) for at in (now - dt.timedelta(days=1), now)]
    with connection.cursor() as cursor:
        cursor.execute(_QUERY.format(courses=", ".join(["%s"] * len(pks))), [*pks, *instants])
        return list(cursor.fetchall())


def _entries(course: Course, rows: Mapping[str, list[_Row]]) -> Entries:
    zone, kinds = course.clinic.zone, load_library().vocabulary.events

    def of(kind: str) -> list[_Row]:
        return rows.get(kind, [])

    answers = (
        Answered(
            uuid.UUID(pk), fact, _json(value), missing, _day(on), instant(at), uuid.UUID(before) if before else None
        )
        for pk, at, fact, value, missing, on, before in of("answer")
    )
    consents = (
        Consented(uuid.UUID(pk), instant(at), treats, tuple(_json(to)), back, instant(back_at) if back_at else None)
        for pk, at, treats, to, back, back_at, _ in of("consent")
    )
    happened = sorted((_day(first), _day(last), what) for _, _, what, first, last, *_ in of("event") if what in kinds)
    at_instants = [(uuid.UUID(row[0]), instant(row[1])) for row in of("session")]
    signs = (Sign(what, _day(on), _day(gone) if gone else None) for _, _, what, on, gone, *_ in of("sign"))
    signed = sorted(of("review"), key=lambda row: (_day(row[2]), instant(row[1])))
    waiting = [(uuid.UUID(row[0]), instant(row[1]), row[2]) for row in of("appointment")]
    return Entries(
        course=course.pk,
        answers=tuple(sorted(answers, key=lambda one: one.written_at)),
        consents=tuple(sorted(consents, key=lambda one: one.at)),
        events=tuple(Event(what, first, last) for first, last, what in happened),
        sessions=tuple(sorted((Held(pk, at, at.astimezone(zone).date()) for pk, at in at_instants), key=_at)),
        signs=tuple(sorted(signs, key=lambda one: (one.on, one.what))),
        reviews=tuple(
            Decided(uuid.UUID(pk), _day(on), decision, by, _first_day(said))
            for pk, _, on, decision, by, said, _ in signed
        ),
        appointments=tuple(
            sorted((Booked(pk, at, at.astimezone(zone).date(), what) for pk, at, what in waiting), key=_at)
        ),
    )


def _at(one: Held | Booked) -> dt.datetime:
    return one.at


def _json(text: str | None) -> Any:  # noqa: ANN401 (JSON)
    return None if text is None else json.loads(text)


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def instant(text: str) -> dt.datetime:
    """An instant as the database writes it; SQLite keeps it in UTC without saying so."""
    at = dt.datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)


def _first_day(proposal: str | None) -> dt.date | None:
    said = (_json(proposal) or {}).get("en") or {}
    return dt.date.fromisoformat(said["from"]) if said.get("from") else None
