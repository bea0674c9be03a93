"""Links that show one photograph to who has them: made, looked up live, ended."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from dermograph.clinic.audit.record import record
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.people.models import User
from dermograph.clinic.people.plain import plain_line
from dermograph.clinic.rights.known import Known, known
from dermograph.clinic.rights.leaving import RECIPIENT, NotAllowed, allowed, leave
from dermograph.clinic.rights.models import LONGEST_RECIPIENT, Form, SharedLink
from dermograph.clinic.rights.purposes import SHAREABLE
from dermograph.clinic.rights.watermark import marked
from dermograph.clinic.vault import store
from dermograph.core.dates import day_in_words
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

LONGEST_DAYS: Final = 90
DAYS: Final = (1, 7, 30, LONGEST_DAYS)
TOKEN_BYTES: Final = 32
TOKEN_LENGTH: Final = 43
_SAID_AGAIN_AFTER: Final = dt.timedelta(hours=1)


def make_link(
    *,
    photograph: Photograph,
    purpose: str,
    recipient: str,
    days: int,
    watermark: bool,
    who: User,
    entry: uuid.UUID,
) -> tuple[SharedLink, str]:
    """Make a link that shows a photograph for a while.

    Args:
        photograph: With its course, patient and clinic.
        purpose: One of ``SHAREABLE``.
        recipient: Who is to see it.
        days: For how long, 1 to 90.
        watermark: Whether to burn the recipient and the day into the picture.
        who: Who shares it.
        entry: The id of the link; a replay finds what is there.

    Returns:
        The link and its token, which nobody can read later; the token is empty for a replay.

    Raises:
        NotAllowed: If the photograph may not leave for that purpose.
        InputError: If it is for too long, or it is not said for whom.
    """
    if purpose not in SHAREABLE:
        raise NotAllowed(Text("Choose what it is for.", "Elija para qué es."), Place(field="purpose"))
    if not 1 <= days <= LONGEST_DAYS:
        raise InputError(
            Text(f"A link lasts from 1 to {LONGEST_DAYS} days.", f"Un enlace dura de 1 a {LONGEST_DAYS} días."),
            Place(field="days"),
        )
    to = plain_line(recipient, RECIPIENT, longest=LONGEST_RECIPIENT)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        type(photograph.course.patient).objects.select_for_update(no_key=True).filter(
            pk=photograph.course.patient_id
        ).first()
        there = SharedLink.objects.filter(pk=entry).first()
        if there is not None:
            if there.photograph_id != photograph.pk:
                raise InputError(Text("This form was used elsewhere.", "Este formulario se usó en otro lugar."))
            return there, ""
        decision = allowed(photograph, purpose)
        if decision.consent is None:
            raise NotAllowed(decision.refusal or Text("", ""), Place(field="purpose"))
        link = SharedLink.objects.create(
            pk=entry,
            clinic=photograph.clinic,
            written_by=who,
            photograph=photograph,
            purpose=purpose,
            recipient=to,
            token_sha256=_hashed(token),
            consent=decision.consent,
            expires_at=timezone.now() + dt.timedelta(days=days),
            watermark=watermark,
        )
        leave(photographs=[photograph], purpose=purpose, recipient=to, form=Form.LINK, who=who, link=link)
    return link, token


def link_of(token: str) -> SharedLink | None:
    """The link of a token, if it shows its photograph now; None for any other, whatever the reason."""
    if len(token) != TOKEN_LENGTH or not token.isascii():
        return None
    found = (
        SharedLink.objects.filter(token_sha256=_hashed(token))
        .select_related("photograph__course__patient", "clinic")
        .first()
    )
    return found if found is not None and why_dead(found) is None else None


def why_dead(link: SharedLink, what: Known | None = None) -> Text | None:
    """Why a link shows nothing any more; None while it does. Asked anew each time: nothing has to run for it to end.

    Args:
        link: With the photograph, its course and patient.
        what: What is known of the patient, where it was read already.
    """
    if link.ended_at is not None:
        return Text("ended", "terminado")
    if link.expires_at <= timezone.now():
        return Text("expired", "caducado")
    what = known(link.photograph.course.patient) if what is None else what
    if not what.is_unbroken(link.consent_id, link.purpose):
        return Text("ended: the consent was taken back", "terminado: se retiró el consentimiento")
    if not allowed(link.photograph, link.purpose, what):
        return Text("ended: it may not be shown any more", "terminado: ya no puede mostrarse")
    return None


def end_link(*, link: SharedLink, who: User) -> None:
    """End a link now; one that has ended stays as it ended."""
    with transaction.atomic():
        held = SharedLink.objects.select_for_update(no_key=True).get(pk=link.pk)
        if held.ended_at is not None:
            return
        held.ended_at, held.ended_by = timezone.now(), who
        held.save(update_fields=["ended_at", "ended_by"])
        patient = link.photograph.course.patient_id
        record("share.ended", clinic=link.clinic, who=who, about=link, patient=patient)


def shown(link: SharedLink) -> bytes:
    """The picture that a link shows, as a JPEG made for it.

    Raises:
        Missing: If it is not in the vault any more.
        Erased: If the patient was erased.
    """
    jpeg = store.get(link.photograph.course.patient, link.photograph.preview)
    return marked(jpeg, words_on(link) if link.watermark else "")


def words_on(link: SharedLink) -> str:
    """What is burnt into the picture, in the language of the clinic."""
    day = link.written_at.astimezone(link.clinic.zone).date()
    words = Text(
        f"Dermograph · shared with {link.recipient} · {day_in_words(day, 'en')}",
        f"Dermograph · compartida con {link.recipient} · {day_in_words(day, 'es')}",
    )
    return words.say("es" if link.clinic.language == "es" else "en")


def note_opened(link: SharedLink) -> None:
    """Count that a link was opened, and tell the trail, once an hour."""
    now = timezone.now()
    again = link.last_opened_at is None or now - link.last_opened_at > _SAID_AGAIN_AFTER
    with transaction.atomic():
        SharedLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1, last_opened_at=now)
        if again:
            patient = link.photograph.course.patient_id
            record("share.opened", clinic=link.clinic, who=None, about=link, patient=patient)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
