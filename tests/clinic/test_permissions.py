"""Every address against every role, as one table: what is not allowed is refused, what is allowed never breaks."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from dermograph.care.assess import assess
from dermograph.clinic.agenda.models import Appointment, Room
from dermograph.clinic.facts import case_of, protocol_of
from dermograph.clinic.gallery.models import Comparison, Outline, Photograph
from dermograph.clinic.handover.models import Received
from dermograph.clinic.intake.models import Assessment, Consent, ConsentText, Happening
from dermograph.clinic.ledger.models import Lot
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient, Role
from dermograph.clinic.permissions import ANYONE, PATIENT, PERMISSIONS, may
from dermograph.clinic.rights.models import SharedLink
from dermograph.clinic.scalp.models import ScalpDesign
from dermograph.clinic.treatment.models import Review, Session, SymptomReport
from dermograph.clinic.vault.seal import seal
from dermograph.clinic.vault.store import put
from dermograph.clinic.website.models import AppointmentRequest
from dermograph.core.text import LANGUAGES
from tests.clinic.conftest import member, signed_in
from tests.clinic.portal.people import another_patient, signed_in_patient

ROLES = (*Role.values, None)
# Open to anyone, and lead to the page where one signs in: that is no refusal.
SIGNING_IN = ("account_login", "account_logout", "mfa_authenticate", "mfa_login_webauthn")


def addresses(
    resolver: URLResolver | None = None, above: tuple[str, ...] = ()
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The name and the argument names of every address of the site."""
    for one in (get_resolver() if resolver is None else resolver).url_patterns:
        names = (*above, *(tuple(one.pattern.converters) or tuple(one.pattern.regex.groupindex)))
        if isinstance(one, URLResolver):
            yield from addresses(one, names)
        elif one.name:
            yield one.name, names


def test_every_address_is_named_in_the_table_and_every_name_has_an_address() -> None:
    names = {name for name, _ in addresses()}
    assert names - set(PERMISSIONS) == set()
    assert {name for name in PERMISSIONS if not name.startswith("account_")} - names == set()


def test_a_page_that_the_table_does_not_name_opens_for_nobody() -> None:
    assert not any(may(role, "no_such_page") for role in ROLES)


@pytest.fixture
def records(course: Course, practitioner: Membership) -> dict[str, Any]:
    """One record of each kind, by the name that it has in addresses."""
    clinic, now, day = course.clinic, timezone.now(), dt.date(2026, 11, 20)
    pinned = {"protocol_version": "1", "protocol_hash": "sha256:0"}
    assessed = assess(case_of(course, day), protocol_of(course)).areas[0]
    result = {language: assessed.to_json(language) for language in LANGUAGES}
    proposal: dict[str, Any] = {
        "name": "abdomen",
        "decision": "wait",
        "from": None,
        "to": None,
        "late": False,
        "reasons": [],
    }
    proposals = {language: {**proposal, "forecast": None} for language in LANGUAGES}
    files = {kind: put(course.patient, b"a picture", "jpg") for kind in ("file", "preview", "thumbnail")}
    session = Session.objects.create(
        clinic=clinic,
        course=course,
        performed_by=practitioner,
        started_at=now - dt.timedelta(days=40),
        ended_at=now - dt.timedelta(days=40),
        device="dermograph",
        anaesthesia="none",
    )
    photographs = [
        Photograph.objects.create(
            clinic=clinic,
            course=course,
            taken_on=day,
            name=f"{n}.jpg",
            kind="image/jpeg",
            sha256=str(n) * 64,
            bytes=1,
            width=10,
            height=10,
            **files,
        )
        for n in range(2)
    ]
    outline = Outline.objects.create(
        clinic=clinic, photograph=photographs[0], shape={"lesion": [[1, 1], [5, 1], [5, 5]], "landmarks": {}}
    )
    text = ConsentText.objects.create(
        clinic=clinic, language="en", version="1", title="Consent", body="Words", sha256="0" * 64, valid_from=day
    )
    room = Room.objects.create(clinic=clinic, name="1")
    design = ScalpDesign.objects.create(clinic=clinic, course=course, photograph=photographs[0], shapes={})
    consent = Consent.objects.create(
        clinic=clinic,
        patient=course.patient,
        course=course,
        text=text,
        text_sha256="0" * 64,
        signed_name="Lucía Ferrer",
        strokes=[[[0, 0], [1, 1]]],
        signed_at=now,
    )
    return {
        "asked": AppointmentRequest.objects.create(
            clinic=clinic, treatment="paramedical", language="en", given_names="Marta"
        ),
        "patient": course.patient,
        "area": course.area,
        "course": course,
        "clinic": clinic,
        "session": session,
        "photograph": photographs[0],
        "comparison": Comparison.objects.create(
            clinic=clinic, course=course, before=photographs[0], after=photographs[1], outline=outline
        ),
        "assessment": Assessment.objects.create(
            clinic=clinic,
            course=course,
            assessed_on=day,
            facts={"facts": {}, "missing": {}},
            verdict="incomplete",
            worst_case="excluded",
            result=result,
            **pinned,
        ),
        "happening": Happening.objects.create(clinic=clinic, patient=course.patient, what="sauna", first=day, last=day),
        "consent": consent,
        "appointment": Appointment.objects.create(
            clinic=clinic,
            patient=course.patient,
            course=course,
            purpose="session",
            practitioner=practitioner,
            room=room,
            starts_at=now,
            ends_at=now + dt.timedelta(hours=1),
        ),
        "symptom": SymptomReport.objects.create(clinic=clinic, course=course, sign="pain", reported_on=day),
        "received": Received.objects.create(
            clinic=clinic,
            patient=course.patient,
            kind="Condition",
            key=course.pk,
            sealed=seal(course.patient, b'{"resourceType":"Condition"}', f"received/{course.pk}"),
            id=course.pk,
            sha256="0" * 64,
        ),
        "review": Review.objects.create(
            clinic=clinic,
            course=course,
            reviewed_on=day,
            proposal=proposals,
            proposed="wait",
            decision="wait",
            facts={},
            signed_name="Nuria Vidal",
            signed_at=now,
            **pinned,
        ),
        "design": design,
        "row": design,
        "place": practitioner,
        "share": SharedLink.objects.create(
            clinic=clinic,
            photograph=photographs[0],
            purpose="teaching",
            recipient="School",
            token_sha256="0" * 64,
            consent=consent,
            expires_at=now + dt.timedelta(days=1),
        ),
        "lot": Lot.objects.create(
            clinic=clinic, kind="needle", name="7RL", number="A1", expires_on=dt.date(2030, 1, 1)
        ),
    }


WORDS = {"rest": "openapi.json", "size": "preview", "kind": "heat", "language": "es", "theme": "dark", "uidb36": "1"}
WORDS |= {"key": "x-y", "pk": "1", "token": "x-y"}
WORDS |= {"treatment": "paramedical", "what": "design"}
WORDS |= {"service": "dermograph-patient-view", "interface": "fhir"}


def address(name: str, parameters: tuple[str, ...], records: dict[str, Any]) -> str:
    values = {one: WORDS[one] if one in WORDS else records[one].pk for one in parameters}
    return reverse(name, kwargs=values)


def someone(role: str, clinic: Clinic) -> Client:
    if role == Role.PATIENT:
        return signed_in_patient(Patient.objects.filter(clinic=clinic).first() or another_patient(clinic))
    person = Membership.objects.filter(clinic=clinic, role=role).first()
    return signed_in(person or member(clinic, role, f"{role} person", ("paramedical",)))


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_every_address_opens_only_for_whom_the_table_names(role: str | None, records: dict[str, Any]) -> None:
    clinic = records["clinic"]
    wrong = []
    for name, parameters in addresses():
        client = someone(role, clinic) if role else Client()
        for method in ("get", "post"):
            answer = getattr(client, method)(address(name, parameters, records))
            allowed = PERMISSIONS[name] == ANYONE or may(role, name)
            refused = answer.status_code == 403 or (
                role is None and answer.status_code == 302 and "/account/login/" in answer["Location"]
            )
            if role == Role.PATIENT and name == "today":  # where signing in leads; theirs is another page
                refused = answer.status_code == 302 and answer["Location"] == reverse("me")
            if answer.status_code >= 500 or allowed == (refused and name not in SIGNING_IN):
                wrong.append((name, method, answer.status_code))
    assert wrong == []


def test_the_records_of_another_clinic_are_as_unknown_as_none(records: dict[str, Any]) -> None:
    other = Clinic.objects.create(name="Otra", slug="otra")
    clients = {role: someone(role, other) for role in Role.values}
    shown = []
    for name, parameters in addresses():
        if not set(parameters) & (set(records) - {"clinic"}):
            continue
        for role, client in clients.items():
            if not may(role, name):
                continue
            for method in ("get", "post"):
                answer = getattr(client, method)(address(name, parameters, records))
                if answer.status_code not in (404, 405):
                    shown.append((name, role, method, answer.status_code))
    assert shown == []


def test_a_patient_finds_nothing_of_another_patient_of_the_same_clinic(records: dict[str, Any]) -> None:
    client = signed_in_patient(another_patient(records["clinic"]))
    shown, asked = [], 0
    for name, parameters in addresses():
        if PERMISSIONS[name] != PATIENT or not parameters:
            continue
        for method in ("get", "post"):
            answer = getattr(client, method)(address(name, parameters, records))
            asked += 1
            if answer.status_code not in (404, 405):
                shown.append((name, method, answer.status_code))
    assert shown == []
    assert asked >= 20


def test_an_id_that_does_not_exist_is_not_found(records: dict[str, Any], lead: Membership) -> None:
    client = signed_in(lead)
    answer = client.get(reverse("course", kwargs={"course": uuid.uuid4()}))
    assert answer.status_code == 404
