"""The plan of an area as a CarePlan: what is done when, what is not done until when, and why days are closed.

Every dated activity is a proposal that somebody has to book. A chained session after the next one is provisional in any
case: nobody knows how many there will be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from dermograph.care.aftercare import Broken, Care, Moment, written
from dermograph.care.case import session_day
from dermograph.care.closures import ClosedDays
from dermograph.care.plan import AreaPlan, Plan, ReviewStep
from dermograph.core.dates import day_text, moment_in_words
from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import (
    AREA_NAME,
    CITATION,
    EVENT_KINDS,
    STATEMENT_KINDS,
    plan_definition_url,
    resource_id,
)
from dermograph.exchange.fhir.elements import (
    Element,
    both_languages,
    coding,
    concept,
    extension,
    narrative,
    period,
    reference,
    without_empty,
)
from dermograph.exchange.fhir.protocol.activity_definition import SESSION, activity_url
from dermograph.exchange.fhir.protocol.citing import claim_coding
from dermograph.exchange.fhir.protocol.guidance import Setting
from dermograph.exchange.fhir.protocol.statements import KINDS
from dermograph.protocols.citations import Cite
from dermograph.protocols.model import Protocol

_NO_DAY = Text(
    "No day can be proposed yet: an answer is missing, or something has no end that is known.",
    "Aún no se puede proponer un día: falta una respuesta, o algo no tiene un final conocido.",
)
_NEXT = Text("Next session", "Próxima sesión")
_CHAINED = Text("Session {number} from now, provisional", "Sesión {number} desde ahora, provisional")
_LATE = Text("Its earliest day lies past the usual spacing.", "Su primer día queda tras el intervalo habitual.")
_CLOSED = Text("Closed days", "Días cerrados")
_DOES_NOT_FIT = Text("It does not fit before the deadline.", "No cabe antes de la fecha límite.")


def care_plan(plan: Plan, name: str, setting: Setting) -> dict[str, Any]:
    """One area's plan.

    Args:
        plan: Of the whole case.
        name: Of the area.
        setting: Whose it is.

    Raises:
        KeyError: If there is no area of that name.
    """
    area, protocol = plan.area(name), plan.assessment.protocol
    title = Text(f"{protocol.title.en}: {area.name}", f"{protocol.title.es}: {area.name}")
    begin = plan.assessment.assessed_on.isoformat()
    return without_empty(
        {
            "resourceType": "CarePlan",
            "id": resource_id(setting.key, "plan"),
            "language": "en",
            "text": narrative(title),
            "extension": [extension(AREA_NAME, valueString=area.name)],
            "instantiatesCanonical": [plan_definition_url(protocol)],
            "status": "draft" if area.provisional or area.earliest is None else "active",
            "intent": "proposal",
            **both_languages("title", title),
            "description": _described(area),
            "subject": setting.patient,
            "period": period(begin),
            "created": setting.at or begin,
            "supportingInfo": [
                reference("GuidanceResponse", resource_id(setting.key)),
                *([setting.area] if setting.area else []),
                *setting.evidence,
            ],
            "activity": [{"detail": detail} for detail in _details(area, protocol)],
        }
    )


def _described(area: AreaPlan) -> str:
    """What the plan as a whole has to say, in English as its description has to be."""
    says = [note.says.en for note in area.notes]
    return " ".join([_NO_DAY.en, *says] if area.earliest is None else says)


def _details(area: AreaPlan, protocol: Protocol) -> Iterable[Element]:
    """Every activity: sessions, closed days, reviews, aftercare that holds, and what broke it."""
    yield _next(area, protocol)
    for session in area.chain[1:]:
        says = _CHAINED.format(number=session.number)
        if not session.fits:
            says = Text(f"{says.en}. {_DOES_NOT_FIT.en}", f"{says.es}. {_DOES_NOT_FIT.es}")
        yield _detail(
            "ServiceRequest",
            "parameter",
            says,
            protocol.course.spacing.cite,
            activity=activity_url(protocol, SESSION),
            scheduled=_days(session.first, session.last),
        )
    for run in area.closed:
        yield _closed(run)
    for step in area.steps:
        yield _review(step, protocol)
    for care in area.aftercare:
        yield _care(care, protocol)
    for broken in area.conflicts:
        yield _broken(broken, protocol)


def _next(area: AreaPlan, protocol: Protocol) -> Element:
    says = _NEXT if area.earliest else Text(f"{_NEXT.en}. {_NO_DAY.en}", f"{_NEXT.es}. {_NO_DAY.es}")
    if area.late:
        says = Text(f"{says.en}. {_LATE.en}", f"{says.es}. {_LATE.es}")
    latest = area.latest if area.latest and area.earliest and area.latest >= area.earliest else None
    return _detail(
        "ServiceRequest",
        "parameter",
        says,
        protocol.course.spacing.cite,
        activity=activity_url(protocol, SESSION),
        scheduled=_days(area.earliest, latest),
        status="not-started" if area.earliest else "on-hold",
    )


def _closed(run: ClosedDays) -> Element:
    """A run of closed days: no session in it, for every reason that closes it."""
    reasons = [closure.reason for closure in run.because]
    says = Text(
        f"{_CLOSED.en}. {' '.join(reason.says.en for reason in reasons)}",
        f"{_CLOSED.es}. {' '.join(reason.says.es for reason in reasons)}",
    )
    made = _detail(
        "ServiceRequest",
        "parameter",
        says,
        [cite for reason in reasons for cite in reason.cite],
        scheduled=_days(run.first, run.last),
        forbidden=True,
    )
    made["reasonCode"] = [concept(text=reason.rule) for reason in reasons]
    return made


def _review(step: ReviewStep, protocol: Protocol) -> Element:
    status = "completed" if step.done_on else "not-started"
    first = step.done_on or step.measure_from
    return _detail(
        "Task",
        "review-before-next",
        step.reason.says,
        step.reason.cite,
        activity=activity_url(protocol, resource_id("review-before-next", protocol.course.review_before_next.id)),
        scheduled=_days(first, step.done_on),
        status=status,
    )


def _care(care: Care, protocol: Protocol) -> Element:
    statement = care.statement
    made = _detail(
        "CommunicationRequest",
        "aftercare",
        _with_time(statement.says, care.until),
        statement.cite,
        activity=activity_url(protocol, resource_id("aftercare", statement.id)),
        scheduled={"scheduledPeriod": {"end": _moment(care.until)}} if care.until else {},
        forbidden=statement.avoid is not None,
        status="in-progress",
    )
    if statement.avoid is not None:
        made["code"]["coding"].append(_event(statement.avoid, protocol))
    return made


def _with_time(says: Text, until: Moment | None) -> Text:
    """The words, with the time of day where it cannot be written as a dateTime, for want of a time zone."""
    if not isinstance(until, dt.datetime) or until.tzinfo is not None:
        return says
    return Text(
        f"{says.en} (Until {moment_in_words(until, 'en')}.)", f"{says.es} (Hasta el {moment_in_words(until, 'es')}.)"
    )


def _broken(broken: Broken, protocol: Protocol) -> Element:
    """An event that breaks the aftercare of a session."""
    event, day = broken.event, day_text(session_day(broken.session))
    label = protocol.vocabulary.events[event.what].label
    care = broken.care.statement
    says = Text(
        f"{label.en} breaks the aftercare of the session on {day.en}: {care.says.en}",
        f"{label.es} incumple los cuidados de la sesión del {day.es}: {care.says.es}",
    )
    made = _detail(
        "CommunicationRequest", "aftercare", says, care.cite, scheduled=_days(event.first, event.last), forbidden=True
    )
    made["code"]["coding"].append(_event(event.what, protocol))
    return made


def _event(what: str, protocol: Protocol) -> Element:
    return coding(EVENT_KINDS, what, protocol.vocabulary.events[what].label.en)


def _detail(
    does: str,
    kind: str,
    says: Text,
    cite: Iterable[Cite],
    *,
    activity: str | None = None,
    scheduled: Element | None = None,
    forbidden: bool = False,
    status: str = "not-started",
) -> Element:
    """One activity, with its sources."""
    return {
        "extension": [extension(CITATION, valueCoding=claim_coding(one)) for one in dict.fromkeys(cite)],
        "kind": does,
        "instantiatesCanonical": [activity] if activity else [],
        "code": concept(coding(STATEMENT_KINDS, kind, KINDS[kind].en)),
        "status": status,
        "doNotPerform": forbidden,
        **(scheduled or {}),
        **both_languages("description", says),
    }


def _days(first: dt.date | None, last: dt.date | None) -> Element:
    """From a day to a day, both inclusive; an end that is not known is open."""
    return {"scheduledPeriod": period(written(first), written(last))} if first else {}


def _moment(moment: Moment) -> str | None:
    """A FHIR dateTime: an instant needs seconds and a zone (R4, 2.24.0.1); without a zone only its day is sure."""
    if isinstance(moment, dt.datetime):
        return moment.isoformat(timespec="seconds") if moment.tzinfo else moment.date().isoformat()
    return written(moment)
