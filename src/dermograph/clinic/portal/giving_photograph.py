"""A photograph from home: when one can be sent, and keeping it as the patient's own."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from dermograph.clinic.gallery.framing import Frame
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.gallery.rules import FromHome, may_keep_photographs
from dermograph.clinic.gallery.selectors import baseline
from dermograph.clinic.gallery.services import add_photograph
from dermograph.clinic.people.models import Course, User
from dermograph.core.errors import InputError
from dermograph.core.text import Language, Text

MOST_A_DAY: Final = 10  # of one course, so that an account that was taken over cannot fill the disk
WHERE: Final = Text("from home", "desde casa")
ENDED: Final = Text("This treatment has ended.", "Este tratamiento ha terminado.")
NO_CONSENT: Final = Text(
    "You have not agreed that photographs are kept in your treatment record: none can be stored.",
    "No ha aceptado que se guarden fotografías en su historia: no se puede guardar ninguna.",
)
NO_FIRST: Final = Text(
    "The first photograph is taken at the clinic: all later ones are held against it. After that you can send yours.",
    "La primera fotografía se hace en la clínica: con ella se comparan las siguientes. Después podrá enviar las suyas.",
)
TOO_MANY: Final = Text(
    f"You have sent {MOST_A_DAY} photographs today: send the next ones tomorrow, or telephone.",
    f"Hoy ha enviado {MOST_A_DAY} fotografías: envíe las siguientes mañana, o llame.",
)
WITHOUT_CARD: Final = Text(
    "If you have the clinic's card, lay it flat beside the area. Without it you can send the photograph all the same.",
    "Si tiene la tarjeta de la clínica, póngala plana junto a la zona. Sin ella puede enviar la fotografía igualmente.",
)
#: Where the staff's words would send a patient to somebody who can help them only at the clinic.
HOME_CAMERA: Final = {
    "insecure": Text(
        "This browser gives the camera to no page here. Choose a photograph below instead.",
        "Este navegador no da la cámara a esta página. Elija abajo una fotografía.",
    ),
    "none": Text(
        "This device has no camera. Choose a photograph below instead.",
        "Este dispositivo no tiene cámara. Elija abajo una fotografía.",
    ),
    "taken": Text("Send it, or take it again.", "Envíela o repítala."),
    "keeping": Text("Sending the photograph…", "Enviando la fotografía…"),
    "notKept": Text(
        "The photograph was not sent. It is still here; try again.",
        "La fotografía no se envió. Sigue aquí; inténtelo de nuevo.",
    ),
    "silent": Text(
        "The check does not answer. You can still take the photograph; it is judged when it has arrived.",
        "La comprobación no responde. Puede hacer la fotografía; se evaluará cuando llegue.",
    ),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a photograph can be sent for a course now.

    Attributes:
        baseline: The clinic's first photograph; None while there is none that can be measured.
        may_keep: Whether the patient agreed to it.
        refusal: Why not; None if one can be sent.
    """

    baseline: Photograph | None
    may_keep: bool
    refusal: Text | None


def standing_of(course: Course) -> Standing:
    """Whether a photograph can be sent for a course now; with its patient and clinic."""
    first, may_keep = baseline(course), may_keep_photographs(course)
    refusal = None
    if course.closed_at is not None:
        refusal = ENDED
    elif not may_keep:
        refusal = NO_CONSENT
    elif first is None:
        refusal = NO_FIRST
    return Standing(first, may_keep, refusal)


def judged_at_home(frame: Frame, language: Language) -> dict[str, Any]:
    """What the camera's page is told of a frame; who has no card is told what else to mend, not the card again."""
    told = frame.to_json(language)
    if told["card_found"]:
        return told
    other = next((one for one in frame.findings if one.passed is False and one.check != "card"), None)
    if other is None:
        return {**told, "say": WITHOUT_CARD.say(language)}
    return {**told, "say": (other.todo if other.todo.en else other.says).say(language)}


def send(
    *,
    course: Course,
    account: User,
    data: bytes,
    name: str,
    entry: uuid.UUID,
    taken_on: dt.date | None,
    note: str = "",
) -> Photograph:
    """Keep a photograph that the patient took.

    Args:
        course: Theirs, with its patient and clinic.
        account: Theirs.
        data: The whole file.
        name: As the browser calls it.
        entry: Its id; a replay finds what is there.
        taken_on: The day it was taken; None takes the camera's.
        note: Words of the patient.

    Raises:
        InputError: If none can be sent now, the file is no photograph, or its day cannot be. Nothing is left then.
    """
    standing = standing_of(course)
    if standing.refusal is not None or standing.baseline is None:
        raise InputError(standing.refusal or NO_FIRST)
    since = timezone.now() - dt.timedelta(hours=24)
    sent = Photograph.objects.filter(course=course, written_by=None, written_at__gt=since).exclude(pk=entry)
    if sent.count() >= MOST_A_DAY:
        raise InputError(TOO_MANY)
    home = FromHome(account, WHERE.say("es" if course.clinic.language == "es" else "en"), standing.baseline.taken_on)
    return add_photograph(
        course=course, data=data, name=name, who=None, entry=entry, taken_on=taken_on, note=note, home=home
    )
