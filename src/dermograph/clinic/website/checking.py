"""The check without an account: the questions and the engine of the staff's assessment, on what a visitor tells.

What they told is kept in a sealed cookie of their own browser, for one treatment of one clinic, until they close it or
``HOURS_KEPT`` have passed. Nothing of it is stored here.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from dermograph.care.answer import answered
from dermograph.care.ask import Question
from dermograph.care.assess import AreaAssessment, assess
from dermograph.care.case import Area, Case
from dermograph.clinic.facts import stored_value
from dermograph.clinic.intake.answering import read_answer, value_from_form
from dermograph.clinic.people.models import Clinic
from dermograph.clinic.website.public import Site, name_of
from dermograph.clinic.website.sealing import opened, sealed
from dermograph.core.errors import InputError, shown
from dermograph.core.text import Text
from dermograph.protocols import Protocol
from dermograph.protocols.vocabulary import Fact, FactValue, Missing

COOKIE = "check"
HOURS_KEPT = 4
LONGEST_COOKIE = 4000
MISSING_HERE = ("not_known", "refused")  # what a visitor's buttons can say in place of an answer
FIRST = "lesion"  # what a visitor came for
_AREA = "area"


@dataclass(frozen=True, slots=True)
class Told:
    """What a visitor has told so far, in the order in which they told it.

    Attributes:
        answers: Each fact with its value, or why there is none.
    """

    answers: Mapping[str, FactValue | Missing] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As it is sealed."""
        return {
            name: {"missing": one.why} if isinstance(one, Missing) else {"value": stored_value(one)}
            for name, one in self.answers.items()
        }


def told_from(stored: Mapping[str, Any], protocol: Protocol) -> Told:
    """What was sealed; what the vocabulary does not know any more, or would refuse, is left out."""
    answers: dict[str, FactValue | Missing] = {}
    for name, kept in stored.items():
        fact = protocol.vocabulary.facts.get(name)
        if fact is None or not isinstance(kept, dict):
            continue
        try:
            answers[name] = read_answer(fact, kept.get("value"), str(kept.get("missing", "")))
        except InputError:
            continue
    return Told(answers)


def today_in(clinic: Clinic) -> dt.date:
    """Today in the clinic's time zone."""
    return timezone.now().astimezone(clinic.zone).date()


def case_of(told: Told, protocol: Protocol, on: dt.date) -> Case:
    """What a visitor told as a case of one area, as ``care`` takes it."""
    known = {name: one for name, one in told.answers.items() if not isinstance(one, Missing)}
    missing = {name: one for name, one in told.answers.items() if isinstance(one, Missing)}
    facts = protocol.vocabulary.facts
    return Case(
        treatment=name_of(protocol),
        assessed_on=on,
        areas=(Area(name=_AREA, facts=known, missing=missing),),
        patient={name: value for name, value in known.items() if facts[name].scope == "patient"},
    )


def assessed(told: Told, protocol: Protocol, on: dt.date) -> AreaAssessment:
    """What it decides, by the same engine as the staff's assessment."""
    return assess(case_of(told, protocol, on), protocol).areas[0]


def next_question(area: AreaAssessment, told: Told) -> Question | None:
    """The next among those that were not answered in any way: what it is about first, then as the engine has them.

    None if there is none left.
    """
    left = [one for one in area.ask if one.fact.id not in told.answers]
    return next((one for one in left if one.fact.id == FIRST), left[0] if left else None)


def with_answer(told: Told, protocol: Protocol, on: dt.date, given: Mapping[str, str]) -> Told:
    """What was told, with one more answer.

    Args:
        told: So far.
        protocol: Whose vocabulary holds.
        on: The day of the check.
        given: What the form sent: ``fact``, its ``value``, and ``missing`` for why there is none.

    Raises:
        InputError: If there is no such fact, or it cannot have that value.
    """
    fact = fact_named(protocol, given["fact"])
    missing = given["missing"]
    if missing and missing not in MISSING_HERE:
        raise InputError(Text(f"Unknown answer {shown(missing)}.", f"Respuesta desconocida {shown(missing)}."))
    answer = read_answer(fact, value_from_form(fact, given["value"]), missing)
    answered(case_of(told, protocol, on), 0, fact, answer)  # refuses a day after today, or before the birth
    return Told({**{one: kept for one, kept in told.answers.items() if one != fact.id}, fact.id: answer})


def fact_named(protocol: Protocol, name: str) -> Fact:
    """A fact of the vocabulary.

    Raises:
        InputError: If it has none of that name.
    """
    fact = protocol.vocabulary.facts.get(name)
    if fact is None:
        raise InputError(
            Text("This question does not belong to this page.", "Esta pregunta no es de esta página."),
            todo=Text("Answer the one below.", "Responda a la de abajo."),
        )
    return fact


def told_by(request: HttpRequest, site: Site, protocol: Protocol) -> Told:
    """What the visitor's cookie holds; nothing where there is none, it is too old, or it was altered."""
    raw = request.COOKIES.get(COOKIE, "")
    if not raw or len(raw) > LONGEST_COOKIE:
        return Told()
    try:
        kept = opened(_about(site, protocol), base64.urlsafe_b64decode(raw.encode()))
    except (binascii.Error, ValueError):
        return Told()
    if kept is None or not isinstance(kept.get("told"), dict) or kept.get("at", 0) + HOURS_KEPT * 3600 < time.time():
        return Told()
    return told_from(kept["told"], protocol)


def keep(response: HttpResponse, site: Site, protocol: Protocol, told: Told) -> None:
    """Put it into the visitor's cookie, which goes with their browser's session."""
    value = sealed(_about(site, protocol), {"told": told.to_json(), "at": int(time.time())})
    response.set_cookie(
        COOKIE,
        base64.urlsafe_b64encode(value).decode(),
        path=_path(site, protocol),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def forget(response: HttpResponse, site: Site, protocol: Protocol) -> None:
    """Take it out of the visitor's browser."""
    response.delete_cookie(COOKIE, path=_path(site, protocol), samesite="Lax")


def _about(site: Site, protocol: Protocol) -> str:
    return f"check\n{site.clinic.pk}\n{name_of(protocol)}"


def _path(site: Site, protocol: Protocol) -> str:
    return reverse("treatment_page", args=(site.clinic.slug, name_of(protocol)))
