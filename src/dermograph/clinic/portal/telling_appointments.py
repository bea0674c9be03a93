"""What the clinic did to a time that its patient asked for, told by e-mail: confirmed, moved, declined, cancelled.

What the patient knows is what they did last, or what an e-mail that left told them last. Where the appointment has been
changed since, a notice is due; of several changes between two rounds they are told how it stands. What is off is told
with the time that they know.
"""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse

from dermograph.clinic.agenda.models import Appointment, State
from dermograph.clinic.agenda.placing import HOLD_ENDED
from dermograph.clinic.agenda.wall import clock
from dermograph.clinic.portal.models import Change, Done, MailState, Notice, NoticeKind
from dermograph.clinic.reminders.wording import Letter, one_line
from dermograph.core.dates import day_text
from dermograph.core.text import Language, Text

_MOST = 200  # in one round; the others in the next
_KNOWN: Final = {
    Done.ASKED: State.HELD,
    Done.BOOKED: State.BOOKED,
    Done.CANCELLED: State.CANCELLED,
    Done.RESTORED: State.BOOKED,
}
_TOLD: Final = {
    NoticeKind.CONFIRMED: State.BOOKED,
    NoticeKind.MOVED: State.BOOKED,
    NoticeKind.KEPT: State.HELD,
    NoticeKind.DECLINED: State.CANCELLED,
    NoticeKind.CANCELLED: State.CANCELLED,
    NoticeKind.LAPSED: State.CANCELLED,
}
_SAYS: Final = {
    NoticeKind.CONFIRMED: Text("Your appointment on {when} is confirmed.", "Su cita del {when} está confirmada."),
    NoticeKind.MOVED: Text(
        "The clinic has moved your appointment. It is now on {when}.",
        "La clínica ha cambiado su cita. Ahora es el {when}.",
    ),
    NoticeKind.KEPT: Text(
        "The clinic keeps another time for you: {when}. It is not confirmed yet.",
        "La clínica le guarda otra hora: {when}. Aún no está confirmada.",
    ),
    NoticeKind.DECLINED: Text(
        "The clinic cannot give you the time that you asked for: {when}.",
        "La clínica no puede darle la hora que pidió: {when}.",
    ),
    NoticeKind.CANCELLED: Text(
        "The clinic has cancelled your appointment of {when}.", "La clínica ha anulado su cita del {when}."
    ),
    NoticeKind.LAPSED: Text(
        "The time that you asked for, {when}, was not confirmed and is free for others again.",
        "La hora que pidió, {when}, no se confirmó y vuelve a estar libre.",
    ),
}
_SEE = Text("See it in your own pages:", "Véala en sus páginas personales:")
_CHOOSE = Text("You can choose another time in your own pages:", "Puede elegir otra hora en sus páginas personales:")


def look(now: dt.datetime) -> int:
    """Write a notice for each appointment to come that the clinic changed since its patient knew how it stood.

    Args:
        now: The instant that counts as now.

    Returns:
        How many are due.
    """
    changes = Change.objects.filter(sequence__isnull=False)
    last = changes.filter(appointment=OuterRef("pk")).order_by("-sequence")
    told = Notice.objects.filter(appointment=OuterRef("pk")).order_by("-sequence")
    sent = told.filter(state=MailState.SENT)
    rows = (
        Appointment.objects.filter(pk__in=changes.values("appointment"))
        .annotate(
            done=Subquery(last.values("done")[:1]),
            was=Subquery(last.values("was")[:1]),
            known=Subquery(last.values("sequence")[:1]),
            known_at=Subquery(last.values("now_at")[:1]),
            told=Subquery(told.values("sequence")[:1]),
            sent=Subquery(sent.values("sequence")[:1]),
            sent_kind=Subquery(sent.values("kind")[:1]),
            sent_at=Subquery(sent.values("starts_at")[:1]),
        )
        .filter(Q(told=None) | Q(sequence__gt=F("told")), sequence__gt=F("known"))
        .filter(Q(starts_at__gt=now) | Q(known_at__gt=now) | Q(sent_at__gt=now))
        # What the patient knows is not certain while an e-mail is on its way.
        .exclude(Exists(told.filter(state=MailState.SENDING)))
    )
    news = (notice for row in rows.order_by("starts_at") if (notice := _news(row, now)) is not None)
    due = list(itertools.islice(news, _MOST))
    Notice.objects.bulk_create(due, ignore_conflicts=True)  # another process may do the same
    return len(due)


def stands(notice: Notice, now: dt.datetime) -> bool:
    """Whether the appointment is still as it is told, and to come."""
    row, state = notice.appointment, _TOLD[NoticeKind(notice.kind)]
    if row is None or notice.starts_at is None or notice.starts_at <= now:
        return False
    return row.state == state and (state == State.CANCELLED or row.starts_at == notice.starts_at)


def letter(notice: Notice, site: str, language: Language) -> Letter:
    """What an e-mail about an appointment says: day and hour on the clinic's wall, nothing of a treatment.

    Args:
        notice: Of an appointment, with its clinic.
        site: With what links begin.
        language: Of the patient.
    """
    clinic = notice.clinic
    assert notice.starts_at is not None  # noqa: S101 (of an appointment)
    wall = notice.starts_at.astimezone(clinic.zone)
    day, hour = day_text(wall.date()), clock(notice.starts_at, clinic.zone)
    when = f"{day.say(language)}, {hour}"
    gone = _TOLD[NoticeKind(notice.kind)] == State.CANCELLED
    name, phone = one_line(clinic.name), one_line(clinic.phone)
    more = [f"{(_CHOOSE if gone else _SEE).say(language)} {site}{reverse('me_appointments')}"]
    if not gone:
        place = ", ".join(one_line(part, 300) for part in (clinic.name, clinic.address) if part)
        more.insert(0, Text(f"Place: {place}.", f"Lugar: {place}.").say(language))
    if phone:
        ask = Text(f"The clinic answers questions at {phone}.", f"La clínica responde en el {phone}.")
        more.append(ask.say(language))
    subject = Text(f"Your appointment at {name}", f"Su cita en {name}")
    says = _SAYS[NoticeKind(notice.kind)].say(language).replace("{when}", when)
    return Letter(subject.say(language), (says,), (), tuple(more))


def _news(row: Appointment, now: dt.datetime) -> Notice | None:
    """What there is to tell of an appointment, as ``look`` fetches it; None for nothing, or where it is past."""
    seen = vars(row)
    if seen["sent"] is not None and seen["sent"] > seen["known"]:
        before, at = _TOLD[NoticeKind(seen["sent_kind"])], seen["sent_at"]
    else:
        before, at = _KNOWN.get(seen["done"], seen["was"]), seen["known_at"]
    kind, starts_at = _kind(row, before, at), at if row.state == State.CANCELLED else row.starts_at
    if kind is None or starts_at <= now:
        return None
    return Notice(
        clinic_id=row.clinic_id,
        patient_id=row.patient_id,
        kind=kind,
        appointment=row,
        sequence=row.sequence,
        starts_at=starts_at,
        made_at=now,
    )


def _kind(row: Appointment, before: str, at: dt.datetime) -> NoticeKind | None:
    """What became of an appointment.

    Args:
        row: As it stands.
        before: Its state as the patient knows it.
        at: When it begins as the patient knows it.
    """
    if row.state == State.CANCELLED:
        if before == State.CANCELLED:
            return None
        if row.reason == HOLD_ENDED:
            return NoticeKind.LAPSED
        return NoticeKind.DECLINED if before == State.HELD else NoticeKind.CANCELLED
    if row.state == State.BOOKED:
        if before != State.BOOKED:
            return NoticeKind.CONFIRMED
        return NoticeKind.MOVED if row.starts_at != at else None
    return NoticeKind.KEPT if row.state == State.HELD and row.starts_at != at else None
