"""Messages between a patient and the clinic: one thread a patient, each message sealed with the patient's key."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Patient, User
from dermograph.clinic.portal.limits import call, limits_of, refuse_where_shut
from dermograph.clinic.portal.messaging_notice import prepare
from dermograph.clinic.portal.models import Message
from dermograph.clinic.vault.seal import Erased, Unreadable, seal, unseal_each
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

LONGEST = 4000  # characters
MOST_A_DAY = 20  # messages of one patient in 24 hours
A_PAGE = 30
_JOINERS = "\u200c\u200d"  # within words of Persian and within emoji


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as a page shows it.

    Attributes:
        words: None where they cannot be opened.
    """

    row: Message
    words: str | None


def write(
    *, patient: Patient, words: str, who: User | None, entry: uuid.UUID, seen: Sequence[uuid.UUID] = (), site: str = ""
) -> Message:
    """Write a message; the same form again finds the one that is there. Of the clinic's the patient is told by e-mail.

    Args:
        patient: Whose thread, with their clinic.
        words: The message; line breaks stay.
        who: Who of the clinic writes; None where the patient does.
        entry: The id of the new row.
        seen: The messages that stood on the page of who answers for the clinic: no others count as read.
        site: With what links in the e-mail begin; empty tells the patient nothing.

    Raises:
        InputError: If it is empty or too long, the patient has no account, the clinic takes no messages here, it is
            one too many, or the form was sent before with other words.
    """
    text = plain_words(words)
    with transaction.atomic():
        held = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
        there = Message.objects.filter(pk=entry).first()
        if there is not None:
            return _replayed(there, patient, text, who)
        now = timezone.now()
        if who is None:
            _refuse_patient(patient, now)
        elif held.user_id is None:
            raise InputError(
                Text("This patient has no access to the portal.", "Este paciente no tiene acceso al portal."),
                todo=Text("Invite them first; else nobody reads it.", "Invítele antes; si no, nadie lo leerá."),
            )
        made = Message(pk=entry, clinic=patient.clinic, patient=patient, written_at=now, written_by=who)
        made.sealed = seal(patient, text.encode(), name_of(entry))
        if who is not None and site:
            prepare(made, site, now)
        made.save(force_insert=True)
        if who is not None:
            _mark(waiting_of(patient).filter(pk__in=seen), who, now)  # who answers has read what stood there
        record("message.written", clinic=patient.clinic, who=who, about=made, details={"by": _by(who)})
    return made


def mark_read(*, patient: Patient, who: User, seen: Sequence[uuid.UUID]) -> int:
    """Say that the clinic has read messages that stood on a page, where no answer is needed; how many it were."""
    with transaction.atomic():
        count = _mark(waiting_of(patient).filter(pk__in=seen), who, timezone.now())
        if count:
            details = {"messages": count}
            record("message.read", clinic=patient.clinic, who=who, patient=patient.pk, details=details)
    return count


def read_by_patient(patient: Patient, seen: Sequence[uuid.UUID]) -> int:
    """Note that the patient has opened messages that stood on a page; how many were new."""
    unread = unread_of(patient).filter(pk__in=seen)
    return unread.update(read_at=timezone.now()) if unread.exists() else 0


def thread(patient: Patient, page: int = 1) -> tuple[list[Shown], bool]:
    """The messages of a patient, the oldest of the page first.

    Args:
        patient: Whose.
        page: 1 for the latest ones.

    Returns:
        The messages, and whether there are earlier ones.
    """
    start = (max(page, 1) - 1) * A_PAGE
    rows = Message.objects.filter(patient=patient).select_related("written_by", "read_by")
    found = list(rows.order_by("-written_at", "-pk")[start : start + A_PAGE + 1])
    shown = found[:A_PAGE][::-1]
    return [Shown(row, words) for row, words in zip(shown, _opened(patient, shown), strict=True)], len(found) > A_PAGE


def words_of(message: Message) -> str | None:
    """The words of one message; None where they cannot be opened."""
    return _opened(message.patient, [message])[0]


def waiting_of(patient: Patient) -> QuerySet[Message]:
    """What a patient wrote that nobody of the clinic has answered or read."""
    return Message.objects.filter(patient=patient, written_by=None, read_at=None)


def unread_of(patient: Patient) -> QuerySet[Message]:
    """What the clinic wrote that the patient has not opened."""
    return Message.objects.filter(patient=patient, written_by__isnull=False, read_at=None)


def plain_words(words: str) -> str:
    """A text of several lines: without what does not print, at most two line breaks in a row.

    Raises:
        InputError: If it is empty or too long.
    """
    lines = words.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = ["".join(char if char.isprintable() or char in _JOINERS else " " for char in one).rstrip() for one in lines]
    text = "\n".join(line for at, line in enumerate(kept) if line or (at and kept[at - 1])).strip()
    if len(text) > LONGEST:
        raise InputError(
            Text(
                f"The message has {len(text)} characters; at most {LONGEST} are kept.",
                f"El mensaje tiene {len(text)} caracteres; se guardan como mucho {LONGEST}.",
            ),
            Place(field="words"),
            Text("Shorten it, or send it in two.", "Acórtelo o envíelo en dos."),
        )
    if not any(char.isalnum() for char in text):
        raise InputError(
            Text("The message is empty.", "El mensaje está vacío."),
            Place(field="words"),
            Text("Write something, then send it.", "Escriba algo y envíelo."),
        )
    return text


def name_of(entry: uuid.UUID) -> str:
    """What a message is sealed under."""
    return f"message/{entry}"


def _opened(patient: Patient, rows: Sequence[Message]) -> list[str | None]:
    try:
        texts = unseal_each(patient, [(bytes(row.sealed), name_of(row.pk)) for row in rows])
    except (Erased, Unreadable):
        return [None] * len(rows)
    return [None if text is None else text.decode("utf-8", "replace") for text in texts]


def _refuse_patient(patient: Patient, now: dt.datetime) -> None:
    refuse_where_shut(limits_of(patient.clinic))
    since = now - dt.timedelta(days=1)
    if Message.objects.filter(patient=patient, written_by=None, written_at__gt=since).count() >= MOST_A_DAY:
        raise InputError(
            Text("You have sent many messages within a day.", "Ha enviado muchos mensajes en un día."),
            todo=call(patient.clinic),
        )


def _replayed(there: Message, patient: Patient, text: str, who: User | None) -> Message:
    """The message that a form has made already, if it is the same one."""
    if there.patient_id != patient.pk or there.written_by_id != (who.pk if who else None):
        raise InputError(
            Text("This form was used elsewhere.", "Este formulario se usó en otro lugar."),
            todo=Text("Open the page again, then send it.", "Abra la página de nuevo y envíelo."),
        )
    if _opened(patient, [there])[0] != text:
        raise InputError(
            Text(
                "This form was sent before with other words. Those stand; these were not sent.",
                "Este formulario ya se envió con otro texto. Aquel consta; este no se ha enviado.",
            ),
            Place(field="words"),
            Text("Send them now as a message of their own.", "Envíelo ahora como otro mensaje."),
        )
    return there


def _mark(rows: QuerySet[Message], who: User, now: dt.datetime) -> int:
    return rows.update(read_at=now, read_by=who)


def _by(who: User | None) -> str:
    return "clinic" if who else "patient"
