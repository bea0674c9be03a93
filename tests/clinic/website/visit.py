"""A visitor of the public site, as the tests walk through it."""

from __future__ import annotations

import datetime as dt
import re
import time
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.signing import Signer
from django.test import Client, RequestFactory

from dermograph.clinic.agenda.models import OpeningHours
from dermograph.clinic.people.models import Clinic
from dermograph.clinic.website.checking import Told, assessed, next_question, told_by
from dermograph.clinic.website.public import Site
from dermograph.protocols import Protocol, load_library

MOST_QUESTIONS = 60
ASKS: Mapping[str, Any] = {
    "given_names": "Marta",
    "family_names": "Quiroga Sanz",
    "phone": "+34 600 100 200",
    "email": "marta@mail.example",
    "days": ["0", "3"],
    "times": ["morning"],
    "note": "Not in the first week.",
    "agreed": "on",
}


def furnish(clinic: Clinic) -> Clinic:
    """The clinic with an address, a telephone and opening hours."""
    clinic.address, clinic.phone = "Calle del Prado 4, Valencia", "+34 960 000 000"
    clinic.save()
    for day in range(5):
        OpeningHours.objects.create(clinic=clinic, weekday=day, opens=dt.time(9), closes=dt.time(14))
        if day < 4:
            OpeningHours.objects.create(clinic=clinic, weekday=day, opens=dt.time(16), closes=dt.time(20))
    return clinic


def at(clinic: Clinic, treatment: str = "", page: str = "", language: str = "en") -> str:
    """The address of a public page."""
    parts = [clinic.slug, *([treatment] if treatment else []), *([page] if page else [])]
    path = "/".join(parts)
    return f"/at/{path}{'' if page.endswith('.txt') else '/'}?lang={language}"


def told_in(client: Client, clinic: Clinic, protocol: Protocol, treatment: str) -> Told:
    """What the visitor's cookie holds."""
    request = RequestFactory().get(at(clinic, treatment, "check"))
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    assert protocol.base in (None, treatment)
    return told_by(request, Site(clinic, "en", ""), protocol)


def tell(client: Client, clinic: Clinic, treatment: str, fact: str, value: object) -> Any:  # noqa: ANN401 (a response)
    """One answer; None is "I do not know"."""
    given = {"missing": "not_known"} if value is None else {"value": _raw(value)}
    return client.post(at(clinic, treatment, "check"), {"fact": fact, **given})


def go_through(client: Client, clinic: Clinic, treatment: str, known: Mapping[str, object], on: dt.date) -> list[str]:
    """Answer every question that is asked, with "I do not know" where nothing is known; what was asked, in order."""
    protocol = load_library().protocol(treatment)
    asked: list[str] = []
    for _ in range(MOST_QUESTIONS):
        told = told_in(client, clinic, protocol, treatment)
        question = next_question(assessed(told, protocol, on), told)
        if question is None:
            return asked
        fact = question.fact.id
        if len(asked) % 5 == 0:  # that the page asks just this; not each time, which takes long
            assert f'name="fact" value="{fact}"' in client.get(at(clinic, treatment, "check")).content.decode()
        answer = tell(client, clinic, treatment, fact, known.get(fact))
        assert answer.status_code == 302, (fact, known.get(fact), answer.status_code)
        asked.append(fact)
    raise AssertionError("the check does not end")


def ending(client: Client, clinic: Clinic, treatment: str, language: str = "en") -> tuple[str, str]:
    """The kind of the ending, and its page."""
    page = client.get(at(clinic, treatment, "check/result", language)).content.decode()
    found = re.search(r'data-ending="(\w+)"', page)
    assert found is not None, page[:2000]
    return found[1], page


def filled(seconds: float = 60, **changes: object) -> dict[str, Any]:
    """The form of a request, opened so many seconds ago."""
    opened = Signer(salt="website: form opened").sign(str(int(time.time() - seconds)))
    return {"entry": str(uuid.uuid4()), "opened": opened, "pebble": "", **ASKS, **changes}


def words_of(page: str) -> str:
    """What a person reads on a page, without what stands in marks that are closed."""
    body = page.partition("<main")[2].partition("</main>")[0]
    body = re.sub(r'<div class="reason-body">.*?</div></details>', " ", body, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def _raw(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
