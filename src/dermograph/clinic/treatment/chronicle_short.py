"""Appointments, signs, reviews and payments in words: short rows, so that all of them come in one query."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator

from django.db import connection

from dermograph.care.explain import DECISIONS
from dermograph.care.sight import Decision
from dermograph.clinic.entries import instant
from dermograph.clinic.ledger.words import METHODS
from dermograph.clinic.people.models import Course
from dermograph.clinic.treatment.chronicle_rows import Row, same
from dermograph.clinic.treatment.chronicle_words import APPOINTMENT_STATES, PURPOSES
from dermograph.core.dates import day_text
from dermograph.core.text import Text, spanish
from dermograph.protocols.model import Protocol

# Written out: Django takes many times as long to build the same query as the database to answer it. Each gives kind,
# id, time, when it was written, who, what corrects it, why it corrects, and four words, all as text.
_QUERIES = {
    "appointment": """
SELECT 'appointment', CAST(t.id AS text), CAST(t.starts_at AS text), '', who.name, '', '', t.purpose, t.state, '', ''
    FROM agenda_appointment t JOIN people_membership m ON m.id = t.practitioner_id
    JOIN people_user who ON who.id = m.user_id WHERE t.course_id = %s""",
    "symptom": """
SELECT 'symptom', CAST(t.id AS text), CAST(t.reported_on AS text), CAST(t.written_at AS text), who.name,
    CAST(later.id AS text), '', t.sign, t.words, CAST(t.gone_on AS text), CAST(t.seen_at AS text)
    FROM treatment_symptomreport t LEFT JOIN treatment_symptomreport later ON later.supersedes_id = t.id
    LEFT JOIN people_user who ON who.id = t.written_by_id WHERE t.course_id = %s""",
    "review": """
SELECT 'review', CAST(t.id AS text), CAST(t.signed_at AS text), '', t.signed_name,
    CAST(later.id AS text), t.correction_reason, t.decision, t.proposed, t.reason, ''
    FROM treatment_review t LEFT JOIN treatment_review later ON later.supersedes_id = t.id WHERE t.course_id = %s""",
    "payment": """
SELECT 'payment', CAST(t.session_id AS text), CAST(t.paid_at AS text), CAST(t.written_at AS text), who.name,
    CAST(later.id AS text), '', CAST(t.cents AS text), t.method, '', ''
    FROM ledger_payment t JOIN treatment_session s ON s.id = t.session_id
    LEFT JOIN ledger_payment later ON later.supersedes_id = t.id
    LEFT JOIN people_user who ON who.id = t.written_by_id WHERE s.course_id = %s""",
}
SHORT = frozenset(_QUERIES)


def short_rows(course: Course, protocol: Protocol, kinds: frozenset[str]) -> Iterator[Row]:
    """The short rows of a course, by their time; ``pk`` of a payment is that of the session.

    Args:
        course: Whose.
        protocol: Of the course.
        kinds: Of ``SHORT``, at least one.
    """
    asked = [query for kind, query in _QUERIES.items() if kind in kinds]
    pk = Course._meta.pk.get_db_prep_value(course.pk, connection)  # noqa: SLF001 (Django's way to the field)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked), [pk] * len(asked))
        found = cursor.fetchall()
    for kind, row_pk, at, _, who, later, why, *rest in sorted(found, key=lambda row: (row[2], row[3])):
        title, lines = _WORDS[kind](protocol, *rest)
        yield Row(
            pk=uuid.UUID(row_pk),
            kind=kind,
            at=instant(at),
            on=dt.date.fromisoformat(at[:10]),
            title=title,
            lines=lines,
            who=who or "",
            superseded=bool(later),
            correction=why,
        )


def _appointment(_protocol: Protocol, purpose: str, state: str, *_: str) -> tuple[Text, tuple[Text, ...]]:
    return PURPOSES.get(purpose, same(purpose)), (APPOINTMENT_STATES.get(state, same(state)),)


def _symptom(
    protocol: Protocol, sign: str, words: str, gone_on: str | None, seen_at: str | None
) -> tuple[Text, tuple[Text, ...]]:
    label = protocol.vocabulary.signs.get(sign) or same(sign)
    lines = [same(words)] if words else []
    if gone_on:
        day = day_text(dt.date.fromisoformat(gone_on))
        lines.append(Text(f"Gone on {day.en}", f"Desapareció el {day.es}"))
    if seen_at is None:
        lines.append(Text("Nobody has looked at it yet", "Nadie lo ha visto todavía"))
    return Text(f"Sign: {label.en}", f"Signo: {label.es}"), tuple(lines)


def _review(_protocol: Protocol, decision: str, proposed: str, reason: str, *_: str) -> tuple[Text, tuple[Text, ...]]:
    word, lines = DECISIONS[Decision(decision)], []
    if decision != proposed:
        was = DECISIONS[Decision(proposed)]
        lines.append(Text(f"Proposed was: {was.en}. {reason}", f"Se proponía: {was.es}. {reason}"))
    return Text(f"Review signed: {word.en}", f"Revisión firmada: {word.es}"), tuple(lines)


def _payment(_protocol: Protocol, cents: str, method: str, *_: str) -> tuple[Text, tuple[Text, ...]]:
    paid = abs(int(cents)) / 100
    title = (
        Text(f"Given back: €{paid:,.2f}", f"Devuelto: {spanish(paid, 2)} €")
        if int(cents) < 0
        else Text(f"Paid: €{paid:,.2f}", f"Pagado: {spanish(paid, 2)} €")
    )
    return title, (METHODS.get(method, same(method)),)


_WORDS: dict[str, Callable[..., tuple[Text, tuple[Text, ...]]]] = {
    "appointment": _appointment,
    "symptom": _symptom,
    "review": _review,
    "payment": _payment,
}
