"""Whether what was received says a code or a day that is searched for: looked at one by one, since it is sealed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

from dermograph.clinic.handover.stored import Asked
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.map.codecs import instant_of
from dermograph.exchange.record.partial import PartialDate

#: The element of a type's ``code`` parameter (R4, registry of search parameters); of the others it is ``code``.
_CODE: Final[Mapping[str, str]] = {"AdverseEvent": "event"}
#: The element of a type's parameter of days; without its type where it may have several (R4, ``effective[x]``).
_DAY: Final[Mapping[str, str]] = {
    "AdverseEvent": "date",
    "Appointment": "start",
    "AuditEvent": "recorded",
    "CarePlan": "period",
    "Communication": "sent",
    "Consent": "dateTime",
    "DetectedIssue": "identified",
    "Goal": "start",
    "Media": "created",
    "Observation": "effective",
    "Procedure": "performed",
    "Provenance": "recorded",
    "QuestionnaireResponse": "authored",
    "ServiceRequest": "authoredOn",
    "Slot": "start",
    "Task": "authoredOn",
}
_FORMS: Final = ("", "DateTime", "Instant", "Date", "Period")
Range = tuple[dt.date, dt.date]


def fits_said(resource: Element, asked: Asked, zone: dt.tzinfo) -> bool:
    """Whether a resource says what is asked for beside its patient, ids and identifiers.

    A name and a birth date no received resource of a patient has.

    Args:
        resource: As it was kept.
        asked: What is looked for.
        zone: The clinic's, in which instants are days.
    """
    if asked.name or asked.birth_date:
        return False
    if asked.code and not has_code(resource, asked.code):
        return False
    if not any(asked.dates):
        return True
    first, last = asked.dates[0] or dt.date.min, asked.dates[1] or dt.date.max
    return any(begin <= last and first <= end for begin, end in _days(resource, zone))


def has_code(resource: Element, wanted: str) -> bool:
    """Whether a resource is of a code (R4, search, token).

    Args:
        resource: Any.
        wanted: A code, ``system|code``, ``|code`` for one without a system, or ``system|`` for any of a system.
    """
    system, bar, code = wanted.rpartition("|")
    concept = resource.get(_CODE.get(str(resource.get("resourceType")), "code"))
    codings = concept.get("coding", ()) if isinstance(concept, Mapping) else ()
    return any(
        (not code or one.get("code") == code) and (not bar or one.get("system", "") == system) for one in codings
    )


def _days(resource: Element, zone: dt.tzinfo) -> Iterator[Range]:
    """The days that a resource is of: an open end has none."""
    name = _DAY.get(str(resource.get("resourceType")), "")
    for form in _FORMS if name else ():
        value = resource.get(name + form)
        if isinstance(value, Mapping):
            begin = _day(value.get("start"), zone) or (dt.date.min, dt.date.min)
            end = _day(value.get("end"), zone) or (dt.date.max, dt.date.max)
            yield begin[0], end[1]
        elif (days := _day(value, zone)) is not None:
            yield days


def _day(value: Any, zone: dt.tzinfo) -> Range | None:  # noqa: ANN401 (any JSON)
    """First and last day of a date, a part of one, or an instant; None of what is none."""
    if not isinstance(value, str):
        return None
    try:
        at = instant_of(value)
        if isinstance(at, PartialDate):
            return at.first, at.last
        day = at.astimezone(zone).date()
    except (ValueError, OverflowError):
        return None
    return day, day
