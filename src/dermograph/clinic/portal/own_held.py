"""What is held about a patient, counted; how long it has to be kept; and what left, to whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, Model, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from dermograph.clinic.agenda.models import Appointment
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery.models import Comparison, Photograph
from dermograph.clinic.intake.models import Answer, Assessment, Consent
from dermograph.clinic.people.models import Patient, User
from dermograph.clinic.portal.access_ways import GIVEN
from dermograph.clinic.portal.models import Message, Notice
from dermograph.clinic.reminders.models import Reminder
from dermograph.clinic.rights.keeping import ERASABLE, KEPT, OPEN, Decision, decide
from dermograph.clinic.rights.models import Disclosure
from dermograph.clinic.rights.purposes import FORMS, SHORT
from dermograph.clinic.scalp.models import ScalpDesign, ScalpReading
from dermograph.clinic.treatment.models import Review, Session, SymptomReport
from dermograph.core.dates import day_text
from dermograph.core.errors import InputError
from dermograph.core.text import Text

MOST_A_DAY = 5  # downloads of everything by one patient in 24 hours
_LEFT_SHOWN, _GIVEN_SHOWN = 30, 10
#: What is counted: its name, the rows, the way to the patient, what it is called, and the page on which it is seen.
_KINDS: tuple[tuple[str, type[Model], str, Text, str], ...] = (
    ("held_answers", Answer, "patient", Text("Answers of yours", "Respuestas suyas"), "me_forms"),
    (
        "held_assessments",
        Assessment,
        "course__patient",
        Text("Signed assessments", "Valoraciones firmadas"),
        "me_forms",
    ),
    ("held_consents", Consent, "patient", Text("Consents", "Consentimientos"), "me_forms"),
    ("held_appointments", Appointment, "patient", Text("Appointments", "Citas"), "me_appointments"),
    ("held_sessions", Session, "course__patient", Text("Sessions", "Sesiones"), "me_timeline"),
    ("held_photographs", Photograph, "course__patient", Text("Photographs", "Fotografías"), "me_photographs"),
    ("held_comparisons", Comparison, "course__patient", Text("Measurements", "Mediciones"), "me_photographs"),
    ("held_dots", ScalpReading, "course__patient", Text("Counts of dots", "Recuentos de puntos"), "me_timeline"),
    (
        "held_designs",
        ScalpDesign,
        "course__patient",
        Text("Designs drawn on a photograph of yours", "Diseños sobre una fotografía suya"),
        "",
    ),
    (
        "signs",
        SymptomReport,
        "course__patient",
        Text("Signs after sessions", "Signos tras las sesiones"),
        "me_timeline",
    ),
    ("held_reviews", Review, "course__patient", Text("Signed reviews", "Revisiones firmadas"), "me_timeline"),
    ("held_letters", Message, "patient", Text("Messages", "Mensajes"), "me_messages"),
    ("held_reminders", Reminder, "patient", Text("Reminders by e-mail", "Recordatorios por correo"), ""),
    ("held_notices", Notice, "patient", Text("Other e-mails to you", "Otros correos para usted"), ""),
)


@dataclass(frozen=True, slots=True)
class Counted:
    """One kind of what is held.

    Attributes:
        page: The name of the page on which it is seen; empty for none.
    """

    label: Text
    number: int
    page: str


@dataclass(frozen=True, slots=True)
class Left:
    """Photographs that left for one purpose at one time.

    Attributes:
        to: Who has them; empty for the patient.
    """

    row: Any
    form: Text
    purpose: Text
    to: str


@dataclass(frozen=True, slots=True)
class Held:
    """What the page of one's own data says."""

    counted: tuple[Counted, ...]
    left: tuple[Left, ...]
    kept: Text


@dataclass(frozen=True, slots=True)
class Given:
    """Something that was done with the access to these pages.

    Attributes:
        who: The name of who did it; empty for nobody.
    """

    at: dt.datetime
    says: Text
    who: str


def held_of(patient: Patient) -> Held:
    """What is held about a patient, with corrected entries, in few queries.

    Args:
        patient: With their clinic.
    """
    row: Any = Patient.objects.filter(pk=patient.pk).values(
        **{name: _number(kind, way) for name, kind, way, *_ in _KINDS}
    )
    numbers = row[0]
    counted = tuple(Counted(label, numbers[name], page) for name, _, _, label, page in _KINDS if numbers[name])
    gone = Disclosure.objects.filter(patient=patient).exclude(recipient="").order_by("-written_at")[:_LEFT_SHOWN]
    left = tuple(Left(one, FORMS[one.left_as], SHORT[one.purpose], one.recipient) for one in gone)
    return Held(counted, left, _kept(decide(patient, timezone.localdate())))


def refuse_too_many(patient: Patient, who: User) -> None:
    """Refuse more downloads of everything than a person needs: each reads and writes down all of it.

    Raises:
        InputError: If there were ``MOST_A_DAY`` within a day.
    """
    since = timezone.now() - dt.timedelta(days=1)
    done = AuditEntry.objects.filter(clinic=patient.clinic_id, patient=patient.pk, who=who, at__gt=since)
    if done.filter(action="record.exported").count() >= MOST_A_DAY:
        raise InputError(
            Text(
                f"You have downloaded it {MOST_A_DAY} times within a day.",
                f"Lo ha descargado {MOST_A_DAY} veces en un día.",
            ),
            todo=Text("Download it again tomorrow.", "Descárguelo de nuevo mañana."),
        )


def access_given(patient: Patient) -> list[Given]:
    """What was done with a patient's access, the latest first."""
    actions = (*GIVEN, "portal.access_removed")
    rows = AuditEntry.objects.filter(clinic=patient.clinic_id, patient=patient.pk, action__in=actions)
    return [
        Given(row.at, _in_words(row), row.who.name if row.who else "")
        for row in rows.select_related("who").order_by("-number")[:_GIVEN_SHOWN]
    ]


def _in_words(row: AuditEntry) -> Text:
    if row.action == "portal.access_removed":
        factors = Text(", with the second factors", ", con los segundos factores")
        more = factors if row.details.get("factors") else Text("", "")
        return Text(f"taken away{more.en}", f"retirado{more.es}")
    by_paper = row.details.get("by") == "paper"
    by = Text("on paper", "en papel") if by_paper else Text("by e-mail", "por correo")
    if row.action == "portal.address_changed":
        return Text(f"moved to another address, link {by.en}", f"pasado a otro correo, enlace {by.es}")
    return Text(f"given out {by.en}", f"entregado {by.es}")


def _number(kind: type[Model], way: str) -> Coalesce:
    rows = kind._default_manager.filter(**{way: OuterRef("pk")}).order_by().values(way)  # noqa: SLF001 (Django's name for it)
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), Value(0))


def _kept(decision: Decision) -> Text:
    """How long it is kept, for the patient; who may erase is decided by the clinic."""
    if decision.state == OPEN:
        return Text(
            "While a treatment goes on, its record is kept. After it has ended, the law says for how long.",
            "Mientras dura un tratamiento, su historia se conserva. Cuando termina, la ley dice por cuánto tiempo.",
        )
    if decision.state == KEPT and decision.from_day is not None:
        day = day_text(decision.from_day)
        return Text(
            f"The law asks the clinic to keep a clinical record for some years. Yours can be erased from {day.en}.",
            f"La ley obliga a la clínica a conservar la historia unos años. La suya puede borrarse desde el {day.es}.",
        )
    if decision.state == ERASABLE:
        return Text(
            "No law that is known here asks for it to be kept any longer.",
            "Ninguna ley que conste aquí obliga a conservarla más tiempo.",
        )
    return Text(
        "How long the law asks for it to be kept, the clinic tells you.",
        "Cuánto tiempo obliga la ley a conservarla se lo dirá la clínica.",
    )
