"""Rows as JSON that a person can read: every column by its name, and beside it what it means in words."""

from __future__ import annotations

import datetime as dt
import decimal
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import ForeignKey, Model

from dermograph.care.explain import VERDICTS
from dermograph.care.verdict import Verdict
from dermograph.clinic.agenda.words import PURPOSES as APPOINTMENTS
from dermograph.clinic.agenda.words import STATES
from dermograph.clinic.rights.purposes import FORMS, SHORT
from dermograph.clinic.vault.seal import Unreadable, unseal
from dermograph.core.text import Language, Text
from dermograph.protocols import load_library

Json = dict[str, Any]
#: Columns that open something rather than say something.
_SECRET: Final = re.compile(r"token|secret|wrapped|password|^sealed$")
#: Kinds of rows that say nothing of their own: words of the name for the search, minutes of an appointment, the key,
#: and what is worked out from the other rows.
TECHNICAL: Final = frozenset(
    {
        *("people.NameToken", "agenda.Occupied", "vault.PatientKey", "overview.CourseStanding", "smart.SmartToken"),
        "handover.ReceivedIdentifier",
    }
)
TITLES: Final[Mapping[str, Text]] = {
    "people.Patient": Text("Who you are", "Quién es usted"),
    "people.Area": Text("Areas of skin", "Zonas de la piel"),
    "people.Course": Text("Courses of treatment", "Cursos de tratamiento"),
    "people.Ending": Text("Ends of courses", "Finales de cursos"),
    "intake.Answer": Text("What you answered", "Lo que respondió"),
    "intake.Happening": Text("Dated events", "Sucesos con fecha"),
    "intake.Assessment": Text("Signed assessments", "Valoraciones firmadas"),
    "intake.Override": Text("Decisions of the medical lead", "Decisiones de la dirección médica"),
    "intake.Consent": Text("Consents", "Consentimientos"),
    "intake.Withdrawal": Text("Consents taken back", "Consentimientos retirados"),
    "agenda.Appointment": Text("Appointments", "Citas"),
    "gallery.Photograph": Text("Photographs", "Fotografías"),
    "gallery.Outline": Text("Outlines on photographs", "Contornos sobre fotografías"),
    "gallery.Comparison": Text("Measured comparisons", "Comparaciones medidas"),
    "scalp.ScalpReading": Text("Dots that were counted on the scalp", "Puntos contados en el cuero cabelludo"),
    "scalp.ScalpChange": Text("What became of the dots", "Qué fue de los puntos"),
    "scalp.ScalpDesign": Text("Designs for the scalp", "Diseños para el cuero cabelludo"),
    "scalp.DesignChoice": Text("Which design the sessions follow", "Qué diseño siguen las sesiones"),
    "treatment.Session": Text("Sessions", "Sesiones"),
    "treatment.SymptomReport": Text("Signs after sessions", "Signos tras las sesiones"),
    "treatment.Review": Text("Reviews", "Revisiones"),
    "ledger.LotUse": Text("Lots that were used on you", "Lotes utilizados"),
    "ledger.Payment": Text("Payments", "Pagos"),
    "rights.Disclosure": Text("Who was given photographs", "A quién se entregaron fotografías"),
    "printed.PrintedRecord": Text("Who was given the record on paper", "A quién se entregó la historia en papel"),
    "rights.SharedLink": Text("Links that show a photograph", "Enlaces que muestran una fotografía"),
    "imaging.Sending": Text("Photographs sent to the archive", "Fotografías enviadas al archivo"),
    "research.Included": Text("Measures that left for research", "Medidas que salieron para investigación"),
    "rights.Restriction": Text("Blocking of the record", "Bloqueo de la historia"),
    "website.AppointmentRequest": Text("Requests for an appointment", "Solicitudes de cita"),
    "reminders.Reminder": Text("Reminders by e-mail", "Recordatorios por correo"),
    "reminders.Preference": Text("Your wish about reminders", "Su preferencia sobre recordatorios"),
    "portal.Message": Text("Messages with the clinic", "Mensajes con la clínica"),
    "portal.Change": Text("What you did to appointments online", "Lo que hizo con sus citas en línea"),
    "portal.Notice": Text("E-mails about appointments and access", "Correos sobre citas y acceso"),
    "smart.Grant": Text("Programs that were let into your record", "Programas admitidos a su historia"),
    "cds.GivenCard": Text("Guidance about you given to a program", "Indicaciones sobre usted dadas a un programa"),
    "cds.CardFeedback": Text("What became of that guidance", "Qué se hizo con esas indicaciones"),
    "handover.Received": Text("Received from other systems", "Recibido de otros sistemas"),
    "handover.HandedOver": Text("Who was given the record as a file", "A quién se entregó la historia en un archivo"),
    "portal.CalendarFeed": Text("The address of your calendar", "La dirección de su calendario"),
    "calendars.Reading": Text("Calendars of yours that were read", "Calendarios suyos que se leyeron"),
    "calendars.Taken": Text("Days taken over from them", "Días que se incorporaron de ellos"),
}


def as_json(row: Model, language: Language) -> Json:
    """A row with all its columns, and under ``in_words`` what its codes mean.

    Args:
        row: With the rows that it points at fetched; those that are people or have a name of their own are named.
        language: Of the words.
    """
    said: Json = {}
    for field in row._meta.concrete_fields:  # noqa: SLF001 (Django's documented way to a model's fields)
        if _SECRET.search(field.name):
            continue
        said[field.name] = plain(field.value_from_object(row))
        if isinstance(field, ForeignKey) and field.is_cached(row) and (name := _name_of(getattr(row, field.name))):
            said[f"{field.name}_name"] = name
    words = _IN_WORDS.get(row._meta.label)  # noqa: SLF001 (the same)
    if words is not None and (found := {key: text.say(language) for key, text in words(row).items()}):
        said["in_words"] = found
    return said


def title_of(label: str, language: Language) -> str:
    """What people call a kind of row."""
    return TITLES[label].say(language) if label in TITLES else label


def plain(value: object) -> Any:  # noqa: ANN401 (JSON)
    """A value as JSON has it."""
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, uuid.UUID | decimal.Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value


def _name_of(other: Model | None) -> str:
    """The name of a person or thing; empty where it has none."""
    if other is None:
        return ""
    if isinstance(other, AbstractBaseUser):
        return str(getattr(other, "name", ""))
    return str(other) if type(other).__str__ is not Model.__str__ else ""


def _answer(row: Any) -> dict[str, Text]:  # noqa: ANN401 (an Answer)
    fact = load_library().vocabulary.facts.get(row.fact)
    if fact is None:
        return {}
    value = {**fact.values, **fact.words}.get(row.value) if isinstance(row.value, str) else None
    if row.value is True or row.value is False:
        value = Text("yes", "sí") if row.value else Text("no", "no")
    return {"question": fact.question, **({"answer": value} if value else {})}


def _happening(row: Any) -> dict[str, Text]:  # noqa: ANN401 (a Happening)
    kind = load_library().vocabulary.events.get(row.what)
    return {"what": kind.label} if kind else {}


def _sign(row: Any) -> dict[str, Text]:  # noqa: ANN401 (a SymptomReport)
    word = load_library().vocabulary.signs.get(row.sign)
    return {"sign": word} if word else {}


def _verdict(row: Any) -> dict[str, Text]:  # noqa: ANN401 (an Assessment)
    known = row.verdict in {one.value for one in Verdict}
    return {"verdict": VERDICTS[Verdict(row.verdict)]} if known else {}


def _appointment(row: Any) -> dict[str, Text]:  # noqa: ANN401 (an Appointment)
    return _known(purpose=APPOINTMENTS.get(row.purpose), state=STATES.get(row.state))


def _left(row: Any) -> dict[str, Text]:  # noqa: ANN401 (a Disclosure)
    return _known(purpose=SHORT.get(row.purpose), form=FORMS.get(row.left_as))


def _message(row: Any) -> dict[str, Text]:  # noqa: ANN401 (a Message of the portal, which stands above this part)
    words = _unsealed(row)
    return {} if words is None else {"words": Text(words, words)}


def _comment(row: Any) -> dict[str, Text]:  # noqa: ANN401 (a CardFeedback of cds, which stands above this part)
    try:
        words = unseal(row.card.patient, bytes(row.sealed), f"feedback/{row.pk}").decode() if row.sealed else ""
    except (Unreadable, UnicodeDecodeError):
        words = ""
    return {"comment": Text(words, words)} if words else {}


def _received(row: Any) -> dict[str, Text]:  # noqa: ANN401 (a Received of handover, which stands above this part)
    """What another system sent, as it was kept."""
    try:
        text = unseal(row.patient, bytes(row.sealed), f"received/{row.pk}").decode()
    except (Unreadable, UnicodeDecodeError):
        return {}
    return {"original": Text(text, text)}


def _unsealed(row: Any) -> str | None:  # noqa: ANN401 (the same)
    """The words of a message; None where they cannot be opened."""
    try:
        return unseal(row.patient, bytes(row.sealed), f"message/{row.pk}").decode()
    except (Unreadable, UnicodeDecodeError):
        return None


def _known(**words: Text | None) -> dict[str, Text]:
    return {key: text for key, text in words.items() if text is not None}


_IN_WORDS: Final[Mapping[str, Callable[[Any], dict[str, Text]]]] = {
    "intake.Answer": _answer,
    "intake.Happening": _happening,
    "intake.Assessment": _verdict,
    "treatment.SymptomReport": _sign,
    "agenda.Appointment": _appointment,
    "rights.Disclosure": _left,
    "portal.Message": _message,
    "handover.Received": _received,
    "cds.CardFeedback": _comment,
}
