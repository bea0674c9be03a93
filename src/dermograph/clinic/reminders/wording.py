"""What a reminder says: the protocol's own statements with their days, and nothing promised or added.

A short one names no treatment and no area: an e-mail is not confidential.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass

from dermograph.care.aftercare import Care, Moment
from dermograph.clinic.agenda.models import Appointment
from dermograph.clinic.agenda.wall import clock
from dermograph.clinic.people.models import Clinic, Course
from dermograph.clinic.reminders.windows import Window, day_of
from dermograph.core.dates import day_text
from dermograph.core.text import Language, Text
from dermograph.protocols.model import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in one language, without greeting and foot.

    Attributes:
        subject: Without anything clinical.
        says: Sentences before the items.
        items: What to mind, one each.
        more: Sentences after them.
    """

    subject: str
    says: tuple[str, ...]
    items: tuple[str, ...] = ()
    more: tuple[str, ...] = ()


def one_line(words: str, longest: int = 120) -> str:
    """Words of a person in a header or a line: no control characters, no line breaks, not long."""
    return " ".join("".join(char if char.isprintable() else " " for char in words).split())[:longest]


def of_appointment(appointment: Appointment, clinic: Clinic, protocol: Protocol | None, language: Language) -> Letter:
    """That the appointment is near.

    Args:
        appointment: With its course, area and practitioner.
        clinic: Whose it is.
        protocol: Where the treatment may be named; None where not.
        language: Of the patient.
    """
    name = one_line(clinic.name)
    place = ", ".join(one_line(part, 300) for part in (clinic.name, clinic.address) if part)
    more = [Text(f"Place: {place}.", f"Lugar: {place}.")]
    if protocol is not None and appointment.course is not None:
        who = one_line(appointment.practitioner.user.name)
        more += [*about_course(appointment.course, protocol), Text(f"With {who}.", f"Con {who}.")]
    if clinic.phone:
        phone = one_line(clinic.phone)
        more.append(Text(f"If you cannot come, telephone {phone}.", f"Si no puede venir, llame al {phone}."))
    subject = Text(f"Your appointment at {name}", f"Su cita en {name}")
    return Letter(subject.say(language), (_when(appointment, clinic.zone).say(language),), (), _said(more, language))


def of_preparation(
    appointment: Appointment,
    clinic: Clinic,
    told: Sequence[Window],
    today: dt.date,
    protocol: Protocol | None,
    language: Language,
) -> Letter:
    """What has to be minded before a session, each from its day on.

    Args:
        appointment: With its course and area.
        clinic: Whose it is.
        told: What is told of this time.
        today: The clinic's day on which it is sent.
        protocol: Where the treatment may be named; None where not.
        language: Of the patient.
    """
    name = one_line(clinic.name)
    items = tuple(
        f"{_from(one.begins, today, clinic.zone).say(language)}: {one.statement.says.say(language)}" for one in told
    )
    before = Text("Before it:", "Antes de ella:").say(language)
    more = [*(about_course(appointment.course, protocol) if protocol and appointment.course else ()), *_ask(clinic)]
    subject = Text(f"Before your appointment at {name}", f"Antes de su cita en {name}").say(language)
    return Letter(subject, (_when(appointment, clinic.zone).say(language), before), items, _said(more, language))


def of_aftercare(
    course: Course,
    clinic: Clinic,
    held: dt.date,
    told: Sequence[Care],
    protocol: Protocol | None,
    language: Language,
    *,
    begins: bool,
) -> Letter:
    """The aftercare that begins on the day of the session, or what of it is dated today.

    Args:
        course: With its area.
        clinic: Whose it is.
        held: The day of the session.
        told: What is told of this time; what has no end is left out of a short message.
        protocol: Where the treatment may be named; None where not.
        language: Of the patient.
        begins: Whether it begins.
    """
    day = day_text(held)
    says = (
        Text(f"Your visit was on {day.en}. From now on:", f"Su visita fue el {day.es}. Desde ahora:")
        if begins
        else Text(
            f"Of the care after your visit of {day.en}, this is dated today:",
            f"De los cuidados tras su visita del {day.es}, esto lleva la fecha de hoy:",
        )
    )
    items = []
    for care in told:
        words = care.statement.says.say(language)
        if care.until is not None:
            until = _moment(care.until, clinic.zone)
            items.append(f"{Text(f'Until {until.en}', f'Hasta el {until.es}').say(language)}: {words}")
        elif protocol is not None:
            items.append(words)
    more = [*(about_course(course, protocol) if protocol else ()), *_ask(clinic)]
    return Letter(_note(clinic, language), (says.say(language),), tuple(items), _said(more, language))


def of_photographs(
    course: Course, clinic: Clinic, since: dt.date, protocol: Protocol | None, language: Language
) -> Letter:
    """That the photographs of the review can be taken."""
    day = day_text(since)
    says = Text(
        f"The photographs for your review can be taken since {day.en}. Arrange a day with the clinic.",
        f"Las fotografías de su revisión pueden hacerse desde el {day.es}. Acuerde un día con la clínica.",
    )
    more = [*(about_course(course, protocol) if protocol else ()), *_ask(clinic)]
    return Letter(_note(clinic, language), (says.say(language),), (), _said(more, language))


def of_maintenance(
    course: Course, clinic: Clinic, on: dt.date, protocol: Protocol | None, language: Language
) -> Letter:
    """That a review decided on a maintenance session."""
    day = day_text(on)
    says = Text(
        f"Your review of {day.en} decided on a further session. Arrange a day with the clinic.",
        f"Su revisión del {day.es} decidió una sesión más. Acuerde un día con la clínica.",
    )
    maintain = protocol.review.maintain if protocol is not None else None
    items = (maintain.says.say(language),) if maintain is not None else ()
    more = [*(about_course(course, protocol) if protocol else ()), *_ask(clinic)]
    return Letter(_note(clinic, language), (says.say(language),), items, _said(more, language))


def about_course(course: Course, protocol: Protocol) -> list[Text]:
    """What it is about; only for who agreed to it."""
    area, title = one_line(course.area.name), protocol.title
    return [Text(f"It is about: {title.en}, {area}.", f"Se trata de: {title.es}, {area}.")]


def _note(clinic: Clinic, language: Language) -> str:
    name = one_line(clinic.name)
    return Text(f"A note from {name}", f"Un aviso de {name}").say(language)


def _when(appointment: Appointment, zone: zoneinfo.ZoneInfo) -> Text:
    when = _moment(appointment.starts_at.astimezone(zone), zone)
    return Text(f"You have an appointment on {when.en}.", f"Tiene una cita el {when.es}.")


def _moment(moment: Moment, zone: zoneinfo.ZoneInfo) -> Text:
    """A day, or an instant with the clinic's time; which of the two where the clock shows it twice."""
    day = day_text(day_of(moment))
    if not isinstance(moment, dt.datetime):
        return day
    return Text(f"{day.en}, {clock(moment, zone)}", f"{day.es}, {clock(moment, zone)}")


def _from(begins: Moment, today: dt.date, zone: zoneinfo.ZoneInfo) -> Text:
    when, day = _moment(begins, zone), day_of(begins)
    if day == today:
        return Text(f"From today, {when.en}", f"Desde hoy, {when.es}")
    if day < today:
        return Text(f"Since {when.en}", f"Desde el {when.es}")
    return Text(f"From {when.en}", f"Desde el {when.es}")


def _ask(clinic: Clinic) -> list[Text]:
    phone = one_line(clinic.phone)
    return [Text(f"The clinic answers questions at {phone}.", f"La clínica responde en el {phone}.")] if phone else []


def _said(parts: Sequence[Text], language: Language) -> tuple[str, ...]:
    return tuple(part.say(language) for part in parts)


def foot_of(clinic: Clinic, language: Language) -> tuple[str, str, str]:
    """Who sends it, that it is not confidential, and the words before the link that stops them."""
    name = one_line(clinic.name)
    foot = (
        Text(
            f"{name} sends this because you gave it your address.",
            f"{name} le envía esto porque le dio su dirección.",
        ),
        Text(
            "An e-mail is not confidential: write nothing about your health in an answer.",
            "Un correo no es confidencial: no escriba nada sobre su salud al responder.",
        ),
        Text("No more reminders:", "No recibir más recordatorios:"),
    )
    return foot[0].say(language), foot[1].say(language), foot[2].say(language)


def hello(given_names: str, language: Language) -> str:
    """The greeting."""
    name = one_line(given_names)
    return Text(f"Hello, {name}:", f"Hola, {name}:").say(language)
