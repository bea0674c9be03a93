"""A case as data, in the form that ``care.read_case`` reads: what a signed review was made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dermograph.care.aftercare import written
from dermograph.care.case import Area, Case, Measurement
from dermograph.core.quantity import Quantity
from dermograph.protocols.vocabulary import FactValue, Missing, Vocabulary


def case_file(case: Case, vocabulary: Vocabulary, *, reviewed_on: dt.date | None = None) -> dict[str, Any]:
    """A case as ``dermograph.case/1``: plain values, what is unknown with its reason or absent.

    Args:
        case: The case.
        vocabulary: Which facts are the patient's, and which the area's.
        reviewed_on: The day of the review; None for the case's own.
    """
    on = reviewed_on or case.reviewed_on
    patient: dict[str, Any] = {name: _stored(value) for name, value in sorted(case.patient.items())}
    for area in case.areas:
        patient |= _missing(area.missing, "patient", vocabulary)
    result: dict[str, Any] = {
        "schema": "dermograph.case/1",
        "treatment": case.treatment,
        "assessed_on": case.assessed_on.isoformat(),
        "patient": patient,
        "areas": [_area(area, vocabulary) for area in case.areas],
    }
    if on is not None:
        result["reviewed_on"] = on.isoformat()
    if case.time_zone is not None:
        result["time_zone"] = case.time_zone
    return result


def _area(area: Area, vocabulary: Vocabulary) -> dict[str, Any]:
    own = {name: value for name, value in sorted(area.facts.items()) if vocabulary.facts[name].scope == "area"}
    result: dict[str, Any] = {
        "name": area.name,
        **{name: _stored(value) for name, value in own.items()},
        **_missing(area.missing, "area", vocabulary),
        "events": [
            {"what": event.what, "on": written(event.at)}
            if event.at is not None
            else {"what": event.what, "from": event.first.isoformat(), "to": event.last.isoformat()}
            for event in area.events
        ],
        "sessions": [written(session) for session in area.sessions],
        "measurements": [_measurement(one) for one in area.measurements],
        "signs": [
            {"what": sign.what, "on": sign.on.isoformat()}
            | ({"gone_on": sign.gone_on.isoformat()} if sign.gone_on else {})
            for sign in area.signs
        ],
        "reviews": [{"on": review.on.isoformat(), "by": review.by} for review in area.reviews],
    }
    optional = {
        "wish": area.wish,
        "size_cm2": area.size_cm2,
        "minutes": area.minutes,
        "goal_delta_e00": area.goal_delta_e00,
    }
    return result | {name: value for name, value in optional.items() if value is not None}


def _missing(missing: Mapping[str, Missing], scope: str, vocabulary: Vocabulary) -> dict[str, Any]:
    return {
        name: {"missing": one.why} for name, one in sorted(missing.items()) if vocabulary.facts[name].scope == scope
    }


def _measurement(one: Measurement) -> dict[str, Any]:
    result: dict[str, Any] = {"on": one.on.isoformat(), "comparable": one.comparable}
    for name, quantity in (("contrast", one.contrast), ("ita_deg", one.ita_deg)):
        if quantity is not None:
            result[name] = _quantity(quantity)
    return result | ({"why_not": one.why_not} if one.why_not else {})


def _quantity(quantity: Quantity) -> dict[str, float]:
    return {"value": quantity.value, "u": quantity.u}


def _stored(value: FactValue) -> Any:  # noqa: ANN401 (JSON)
    return value.isoformat() if isinstance(value, dt.date) else value
