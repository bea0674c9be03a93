"""What the pages of a session show beside what a person writes: ranges, estimates, checks, and where they come from."""

from __future__ import annotations

from typing import Any

from dermograph.clinic.facts import protocol_of
from dermograph.clinic.people.models import Course
from dermograph.clinic.treatment.before import Before
from dermograph.clinic.treatment.figures import (
    STATED,
    minutes_between,
    outside,
    punctures_per_cm2,
    ranges,
    said_of,
    stated,
)
from dermograph.clinic.treatment.models import Session
from dermograph.clinic.treatment.services.refusals import required_kinds
from dermograph.clinic.treatment.words import ANAESTHESIA, CHECK_STATES, CHECKS, FIGURES
from dermograph.core.text import Language, Text
from dermograph.protocols.model import Protocol

BESIDE = ("anaesthesia", "device", "needles", "depth", "movement", "pigment", "actives", "lots", "duration", "place")
ALLERGY = "allergy_anaesthetic"


def guidance(course: Course, before: Before | None, language: Language) -> dict[str, Any]:
    """What the protocol says beside each part of the form.

    Returns:
        ``beside`` by the parameter's id, ``ranges`` by figure, ``required`` kinds of lots, ``price`` as a reason,
        ``allergy``: what is known of an allergy to an anaesthetic.
    """
    protocol = protocol_of(course)
    parameters = {one.id: one for one in protocol.session}
    return {
        "protocol": protocol,
        "beside": {name: said_of(parameters[name], protocol, language) for name in BESIDE if name in parameters},
        "ranges": ranges(protocol, language),
        "required": [kind.value for kind in required_kinds(course)],
        "price_reason": said_of(protocol.price, protocol, language, "price") if protocol.price else None,
        "allergy": _allergy(before, language),
        "asks_actives": "active" in required_kinds(course),
    }


def _allergy(before: Before | None, language: Language) -> dict[str, Any]:
    """What the answers say of an allergy to an anaesthetic; unknown is no "no"."""
    if before is None:
        return {"state": "hidden"}
    question = before.protocol.vocabulary.facts[ALLERGY].question.say(language)
    if ALLERGY not in before.known_facts:
        return {"state": "unknown", "question": question}
    return {"state": "yes" if before.known_facts[ALLERGY] else "no", "question": question}


def shown_checks(checks: list[dict[str, Any]], language: Language) -> list[dict[str, Any]]:
    """Checks as a page shows them."""
    return [
        {
            "state": one["state"],
            "title": CHECKS[one["what"]],
            "word": CHECK_STATES[one["state"]][0],
            "icon": CHECK_STATES[one["state"]][1],
            "says": one["says"],
            "reasons": one["reasons"].get(language, []),
        }
        for one in checks
        if one.get("what") in CHECKS and one.get("state") in CHECK_STATES
    ]


def held(session: Session, protocol: Protocol, language: Language) -> dict[str, Any]:
    """A session as it was held: its zones with their estimates, and what lies outside what the protocol states."""
    said = ranges(protocol, language)
    minutes = minutes_between(session.started_at, session.ended_at)
    return {
        "zones": [_zone(zone, protocol, said) for zone in session.zones],
        "minutes": minutes,
        "minutes_outside": said["minutes"]["reason"] if outside(stated(protocol, "minutes"), minutes) else None,
        "anaesthesia": ANAESTHESIA.get(session.anaesthesia, Text(session.anaesthesia, session.anaesthesia)),
        "label_minutes": _minutes_before(session),
        "estimate": ESTIMATE,
    }


ESTIMATE = Text(
    "Needles × Hz × seconds ÷ cm²: every stroke counted as one puncture of every needle, spread evenly. An estimate, "
    "not a measurement.",
    "Agujas × Hz × segundos ÷ cm²: cada golpe cuenta como una punción de cada aguja, repartidas por igual. Una "
    "estimación, no una medida.",
)


def _zone(zone: dict[str, Any], protocol: Protocol, said: dict[str, Any]) -> dict[str, Any]:
    beyond = [
        {"figure": FIGURES[name][0], "reason": said[name]["reason"]}
        for name in STATED
        if outside(stated(protocol, name), zone.get(name))
    ]
    return {**zone, "punctures": punctures_per_cm2(zone), "outside": beyond}


def _minutes_before(session: Session) -> int | None:
    """How long before the needles the label was handed over."""
    return minutes_between(session.label_handed_at, session.started_at) if session.label_handed_at else None
