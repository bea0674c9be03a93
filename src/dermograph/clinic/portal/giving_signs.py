"""What a patient notices after a session: in plain words, reported together, and what the protocol says to each."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from dermograph.care.sight import Decision
from dermograph.clinic import facts
from dermograph.clinic.overview.alerts import judged
from dermograph.clinic.people.models import Course, Patient, User
from dermograph.clinic.portal.giving import refuse_ended
from dermograph.clinic.treatment.aftercare import Advice, sheet_of
from dermograph.clinic.treatment.models import Session, SymptomReport
from dermograph.clinic.treatment.services import report_symptom
from dermograph.core.dates import day_text
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Language, Text
from dermograph.protocols import load_library

OTHER: Final = "other"
LONGEST_WORDS: Final = 1500  # of the patient; the day since when is put before them
#: In this order on the page: what must not wait stands first.
SIGNS: Final[dict[str, tuple[Text, Text]]] = {
    "infection": (
        Text("Signs of infection", "Signos de infección"),
        Text("pus, heat, redness that spreads, or fever", "pus, calor, enrojecimiento que se extiende o fiebre"),
    ),
    "allergic_reaction": (
        Text("An allergic reaction", "Una reacción alérgica"),
        Text(
            "a rash, hives, or swelling beyond the treated area",
            "erupción, ronchas o hinchazón fuera de la zona tratada",
        ),
    ),
    "pain": (Text("Pain", "Dolor"), Text("in the treated area", "en la zona tratada")),
    "swelling": (Text("Swelling", "Hinchazón"), Text("of the treated area", "de la zona tratada")),
    "erythema": (Text("Redness", "Enrojecimiento"), Text("of the treated area", "de la zona tratada")),
    "hyperpigmentation": (
        Text("Darker skin", "Piel más oscura"),
        Text("the area is darker than the skin around it", "la zona está más oscura que la piel de alrededor"),
    ),
    "scarring": (
        Text("A change of the scar", "Un cambio de la cicatriz"),
        Text("the area is raised, hard or thicker", "la zona está elevada, dura o más gruesa"),
    ),
    "scabs": (Text("Scabs or crusts", "Costras"), Text("on the treated area", "en la zona tratada")),
    "peeling": (Text("Peeling", "Descamación"), Text("the skin comes off in flakes", "la piel se desprende")),
    "itching": (
        Text("Itching", "Picor"),
        Text("or the area is sensitive to touch", "o la zona está sensible al tacto"),
    ),
    "dryness": (Text("Dryness", "Sequedad"), Text("the skin feels tight or dry", "la piel está tirante o seca")),
    OTHER: (Text("Something else", "Otra cosa"), Text("describe it below", "descríbalo abajo")),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One sign that can be ticked."""

    pk: str
    label: Text
    help: Text
    chosen: bool


@dataclass(frozen=True, slots=True)
class Reported:
    """One report as the patient reads it again.

    Attributes:
        decision: ``refer`` where somebody has to look at it, ``wait`` where the protocol expects it for a while.
        reason: What the protocol says, as the reason mark takes it; None where it says nothing.
    """

    report: SymptomReport
    label: Text
    decision: str
    reason: dict[str, Any] | None


def choices(chosen: Sequence[str] = ()) -> list[Choice]:
    """All signs of the vocabulary, in plain words."""
    found = {**{name: (label, Text("", "")) for name, label in load_library().vocabulary.signs.items()}, **SIGNS}
    order = [*(name for name in SIGNS if name != OTHER), *(name for name in found if name not in SIGNS), OTHER]
    return [Choice(name, *found[name], chosen=name in chosen) for name in order]


def plain_label(sign: str) -> Text:
    """A sign in plain words; its id where the vocabulary has dropped it."""
    if sign in SIGNS:
        return SIGNS[sign][0]
    return load_library().vocabulary.signs.get(sign, Text(sign, sign))


def report(
    *,
    course: Course,
    account: User,
    signs: Sequence[str],
    since: str,
    words: str,
    entry: uuid.UUID,
    language: Language,
) -> list[SymptomReport]:
    """Write down what the patient notices today, each sign by itself; all of them, or nothing.

    They are reported for today, whenever they began: what was there earlier and is still there must not be taken for
    what is usual in the first days, nor for what the last session has done where it was there before.

    Args:
        course: Theirs, with its patient and clinic.
        account: Theirs.
        signs: Ids of the vocabulary.
        since: A day such as 2026-11-21; empty where that is not known.
        words: Theirs.
        entry: Of the form; the id of each report follows from it, so that a replay finds what is there.
        language: Of the page.

    Raises:
        InputError: If nothing was ticked, something cannot be, or the course has ended.
    """
    refuse_ended(course)
    today = facts.today(course)
    ticked = list(dict.fromkeys(signs))
    if not ticked:
        raise InputError(Text("Tick what you notice.", "Marque lo que nota."), Place(field="sign"))
    told = words.strip()
    if OTHER in ticked and not any(char.isalnum() for char in told):
        raise InputError(Text("Describe what you notice.", "Describa lo que nota."), Place(field="words"))
    if len(told) > LONGEST_WORDS:
        raise InputError(
            Text(f"At most {LONGEST_WORDS} characters.", f"Como máximo {LONGEST_WORDS} caracteres."),
            Place(field="words"),
            Text("Say it more shortly; the clinic can ask.", "Dígalo con menos palabras; la clínica puede preguntar."),
        )
    began = _since(since, today)
    if began is not None:
        day = day_text(began).say(language)
        told = f"{Text(f'Since {day}.', f'Desde el {day}.').say(language)} {told}".strip()
    with transaction.atomic():
        return [
            report_symptom(
                course=course,
                who=None,
                account=account,
                sign=sign,
                reported_on=today,
                began_on=began,
                words=told,
                entry=uuid.uuid5(entry, sign),
            )
            for sign in ticked
        ]


def sent_with(course: Course, entry: uuid.UUID) -> list[SymptomReport]:
    """The reports that one form has written, what must not wait first; empty for a form of somebody else."""
    ids = {uuid.uuid5(entry, one.pk): place for place, one in enumerate(choices())}
    found = SymptomReport.objects.filter(pk__in=ids, course=course, by_patient=True)
    return sorted(found, key=lambda one: ids[one.pk])


def read_again(reports: Sequence[SymptomReport], course: Course, language: Language) -> list[Reported]:
    """What the protocol says to reports of one course, as of the day of each; one query."""
    protocol, zone = facts.protocol_of(course), course.clinic.zone
    started = Session.objects.filter(course=course).standing().order_by("started_at")
    held = list(started.values_list("started_at", flat=True))
    shown = []
    for one in reports:
        one.course = course
        before = [at.astimezone(zone).date() for at in held if at < one.written_at]
        decision, reason = judged(one, before, one.reported_on, protocol)
        waits = decision is Decision.WAIT
        shown.append(
            Reported(
                one,
                plain_label(one.sign),
                "wait" if waits else "refer",
                reason.to_json(language) if reason else None,
            )
        )
    return shown


def reports_of(patient: Patient, course: Course) -> list[SymptomReport]:
    """What was reported in a course and stands, the latest first; written down by the clinic or by the patient."""
    found = SymptomReport.objects.filter(course=course, course__patient=patient).standing()
    return list(found.order_by("-reported_on", "-written_at")[:50])


def meanwhile(course: Course, language: Language) -> list[Advice]:
    """What the aftercare of the last session still forbids today; empty before the first.

    Only what it forbids: what it allows, or asks to be put on the skin, is not for somebody who has just told of a
    sign that nobody has looked at.
    """
    last = Session.objects.filter(course=course).standing().order_by("-started_at").first()
    if last is None:
        return []
    last.course = course
    protocol = facts.protocol_of(course)
    forbids = {one.id for one in protocol.aftercare if one.avoid is not None}
    sheet = sheet_of(last, protocol, facts.today(course), language)
    return [one for one in (*sheet.now, *sheet.lasting) if one.reason["rule"] in forbids]


def _since(text: str, today: dt.date) -> dt.date | None:
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text) if len(text) == len("2026-11-21") else None
    except ValueError:
        day = None
    if day is None or not today - dt.timedelta(days=3650) <= day <= today:
        raise InputError(
            Text("This day cannot be.", "Ese día no puede ser."),
            Place(field="since"),
            Text("Give a day up to today, or leave it empty.", "Indique un día hasta hoy, o déjelo vacío."),
        )
    return day
