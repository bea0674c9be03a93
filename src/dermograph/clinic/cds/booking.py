"""Proposed appointments against the days that the protocol allows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from dermograph.care.reasons import Reason
from dermograph.clinic.agenda.course_days import NEEDLES
from dermograph.clinic.cds.known import Known
from dermograph.core.dates import FIRST_DAY, LAST_DAY, day_text
from dermograph.core.text import Text
from dermograph.exchange.cds_hooks.cards import Card
from dermograph.exchange.cds_hooks.guidance import card, indicator_of, session_on
from dermograph.exchange.cds_hooks.request import HookRequest
from dermograph.exchange.cds_hooks.resources import codes_of, entries
from dermograph.exchange.fhir.elements import Element, code_system

_TREATMENTS: Final = code_system("treatments")
_PURPOSES: Final = code_system("purposes")


def booking_cards(known: Known, request: HookRequest) -> Iterator[Card]:
    """What stands against each proposed appointment that is, or may be, a session of a course."""
    proposed = [one for _, one in entries(request.context["appointments"]) if _is_about(one, known)]
    for appointment in proposed:
        yield from _of_appointment(appointment, known.without(str(appointment.get("id", ""))))
    yield from _between(sorted(day for one in proposed if (day := _day(one, _zone(known))) is not None), known)


def _between(days: list[dt.date], known: Known) -> Iterator[Card]:
    """What stands between proposed days, in their order: the spacing holds between them as between any sessions."""
    spacing = _spacing(known)
    for before, after in pairwise(days):
        if known.about.protocol.course.spacing.at_least.after(before) > after:
            first, second = day_text(before), day_text(after)
            says = Text(
                f"No session on {second.en} if there is one on {first.en}: both are proposed here.",
                f"El {second.es} no puede haber sesión si la hay el {first.es}: se proponen ambos.",
            )
            yield _said(known, spacing.rule, says, [spacing], urgent=True)


def _zone(known: Known) -> dt.tzinfo | None:
    return known.course.clinic.zone if known.course is not None else None


def _of_appointment(appointment: Element, known: Known) -> Iterator[Card]:
    day = _day(appointment, _zone(known))
    if day is None:
        yield _said(known, "appointment-without-day", _NO_DAY, [], first=known.first())
        return
    words, standing = day_text(day), known.on(day)
    spacing = _spacing(known)
    if standing.kind == "closed":
        first = known.first()
        says = _not_on(words, first, held=first is not None and known.on(first).kind == "pending")
        reasons = [*standing.because] or [spacing]
        yield _said(known, reasons[0].rule, says, reasons, first=first, urgent=True)
    elif standing.kind == "pending":
        says = Text(
            f"{words.en} can only be held: no assessment that clears a session is signed.",
            f"El {words.es} solo puede reservarse: no hay firmada una valoración que permita la sesión.",
        )
        yield _said(known, standing.because[0].rule, says, list(standing.because))
    elif known.plan.latest is not None and day > known.plan.latest:
        latest = day_text(known.plan.latest)
        says = Text(
            f"{words.en} is later than usual: the next session usually follows by {latest.en}.",
            f"El {words.es} es más tarde de lo habitual: la siguiente sesión suele ser antes del {latest.es}.",
        )
        yield _said(known, spacing.rule, says, [spacing], urgent=False)
    elif known.course is None:
        says = Text(
            f"The answers do not speak against {words.en}; earlier sessions and events are not known here.",
            f"Las respuestas no se oponen al {words.es}; aquí no se conocen sesiones ni hechos anteriores.",
        )
        yield _said(known, "history-not-known", says, [spacing])


_NO_DAY: Final = Text(
    "The appointment states no day, so nothing can be said of its day.",
    "La cita no indica el día, así que no puede decirse nada de él.",
)


def _said(
    known: Known,
    rule: str,
    says: Text,
    reasons: list[Reason],
    *,
    first: dt.date | None = None,
    urgent: bool | None = None,
) -> Card:
    about = known.about
    worst = indicator_of(reasons)
    if not known.tells_why:
        reasons, worst = [], "warning" if worst == "critical" else worst
    return card(
        about,
        rule,
        says.say(about.language),
        reasons,
        indicator="warning" if urgent and worst == "info" else "info" if urgent is False else worst,
        lead=says.say(about.language),
        suggestions=(session_on(first, about, held=known.on(first).kind == "pending"),) if first else (),
    )


def _not_on(words: Text, first: dt.date | None, *, held: bool) -> Text:
    if first is None:
        return Text(
            f"No session on {words.en}, and no allowed day is known.",
            f"El {words.es} no puede haber sesión, y no se conoce ningún día permitido.",
        )
    then = day_text(first)
    if held:
        return Text(
            f"No session on {words.en}; from {then.en} a day can be held until an assessment is signed.",
            f"El {words.es} no puede haber sesión; desde el {then.es} puede reservarse, a falta de firmar la "
            "valoración.",
        )
    return Text(
        f"No session on {words.en}; the first allowed day is {then.en}.",
        f"El {words.es} no puede haber sesión; el primer día permitido es el {then.es}.",
    )


def _is_about(appointment: Element, known: Known) -> bool:
    """Whether an appointment is, or may be, a session of a course.

    One that names a course of the patient or a treatment of ours is about those alone, one that only names kinds of
    others' is none of ours, and one that names nothing, or a request that is not known here, may be any: what is not
    known is never "no".
    """
    purposes = codes_of(appointment.get("appointmentType"), _PURPOSES)
    if purposes and not set(purposes) & set(NEEDLES):
        return False
    courses = [str(one.get("reference", "")).rpartition("/")[2] for one in _list(appointment, "basedOn")]
    if known.named and known.named in courses:
        return True
    if known.siblings & set(courses):
        return False
    kinds = _list(appointment, "serviceType")
    ours = [code for kind in kinds for code in codes_of(kind, _TREATMENTS)]
    return known.about.protocol.id in ours if ours else not kinds


def _list(appointment: Element, name: str) -> list[Any]:
    listed = appointment.get(name)
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _day(appointment: Element, zone: dt.tzinfo | None) -> dt.date | None:
    """The day that is proposed, in the clinic's time zone, or in the sender's where the patient is not ours."""
    start = appointment.get("start")
    wanted = next((one.get("start") for one in _list(appointment, "requestedPeriod") if one.get("start")), None)
    text = start or wanted
    if not isinstance(text, str) or len(text) < len("2026-11-22"):
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
        local = moment.astimezone(zone) if zone is not None and moment.tzinfo is not None else moment
    except (ValueError, OverflowError):
        return None
    return local.date() if FIRST_DAY <= local.date() <= LAST_DAY else None


def _spacing(known: Known) -> Reason:
    return Reason.of_statement(known.about.protocol.course.spacing, known.about.protocol, grade="plan")
