"""Asking for an appointment: what is kept, what is refused, and that nobody learns who is a patient."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.signing import Signer
from django.test import Client, RequestFactory
from django.utils import timezone

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Clinic, Membership, Patient
from dermograph.clinic.rights.rows import rows_of
from dermograph.clinic.website import requesting
from dermograph.clinic.website.models import AppointmentRequest, SentFrom
from dermograph.clinic.website.requesting import answers_of, digest_of, erase_old
from dermograph.protocols import load_library
from tests.clinic.website.markup import invalid
from tests.clinic.website.visit import at, filled, furnish, tell

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(clinic: Clinic, practitioner: Membership) -> None:
    furnish(clinic)
    assert practitioner.treatments


def send(clinic: Clinic, client: Client | None = None, **form: Any) -> Any:  # noqa: ANN401 (fields, and a response)
    return (client or Client()).post(at(clinic, "paramedical", "request"), filled(**form))


def page_of(answer: Any) -> str:  # noqa: ANN401 (a response)
    page: str = answer.content.decode()
    return page


def test_a_request_is_kept_and_the_visitor_told(clinic: Clinic) -> None:
    answer = send(clinic)
    assert answer.status_code == 302
    kept = AppointmentRequest.objects.get()
    assert (kept.given_names, kept.family_names) == ("Marta", "Quiroga Sanz")
    assert (kept.phone, kept.email) == ("+34 600 100 200", "marta@mail.example")
    assert (kept.days, kept.times, kept.words) == ([0, 3], ["morning"], "Not in the first week.")
    assert (kept.treatment, kept.language, kept.state, kept.patient) == ("paramedical", "en", "new", None)
    assert "Clínica Aurora keeps what I write here" in kept.agreed_to
    assert kept.answers is None
    told = page_of(Client().get(answer["Location"]))
    assert "Your request was sent" in told
    assert invalid(told) == []
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.who, entry.about) == ("request.received", None, kept.pk)
    assert "Marta" not in str(entry.details)


def test_a_patient_gets_the_very_same_answer_as_anybody_else(clinic: Clinic, patient: Patient) -> None:
    Patient.objects.filter(pk=patient.pk).update(phone="+34 600 100 200", email="marta@mail.example")
    known = send(clinic)
    unknown = send(clinic, email="nobody@mail.example", phone="+34 699 999 999", given_names="Otra")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    first, second = (page_of(Client().get(one["Location"])) for one in (known, unknown))
    assert first == second


def test_a_form_that_is_sent_twice_is_kept_once(clinic: Clinic) -> None:
    entry = str(uuid.uuid4())
    places = {send(clinic, entry=entry)["Location"] for _ in range(3)}
    assert len(places) == 1
    assert AppointmentRequest.objects.count() == 1
    send(clinic, entry=entry, given_names="Somebody else")
    assert AppointmentRequest.objects.get().given_names == "Marta"


def test_the_answers_go_with_it_only_where_the_visitor_says_so_and_are_sealed(clinic: Clinic) -> None:
    client = Client()
    tell(client, clinic, "paramedical", "lesion", "stria")
    tell(client, clinic, "paramedical", "pregnant", None)
    send(clinic, client)
    assert AppointmentRequest.objects.get().answers is None
    answer = send(clinic, client, hand_over="on", email="second@mail.example")
    kept = AppointmentRequest.objects.get(email="second@mail.example")
    assert b"stria" not in bytes(kept.answers or b"")
    told = answers_of(kept, load_library().protocol("paramedical"))
    assert told is not None
    assert told.answers["lesion"] == "stria"
    assert not isinstance(told.answers["pregnant"], bool)
    assert answer.cookies["check"].value == ""
    kept.pk = uuid.uuid4()
    assert answers_of(kept, load_library().protocol("paramedical")) is None  # sealed for that request alone


def test_who_told_nothing_is_not_asked_to_hand_it_over(clinic: Clinic) -> None:
    assert "hand_over" not in page_of(Client().get(at(clinic, "paramedical", "request")))
    send(clinic, hand_over="on")
    assert AppointmentRequest.objects.get().answers is None


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"given_names": ""}, "Fill this in."),
        ({"given_names": "1234"}, "Write your name."),
        ({"phone": "", "email": ""}, "We need one way to reach you."),
        ({"phone": "not a number"}, "Write a telephone number"),
        ({"email": "nobody"}, "Write an address"),
        ({"agreed": ""}, "Without your agreement nothing can be kept"),
        ({"days": ["6"]}, "Choose one of these."),
        ({"days": ["99"]}, "Choose one of these."),
        ({"times": ["midnight"]}, "Choose one of these."),
        ({"given_names": "a" * 121}, "That is too long."),
        ({"family_names": "a" * 121}, "That is too long."),
        ({"phone": "1" * 41}, "That is too long."),
        ({"note": "a" * 501}, "That is too long."),
        ({"given_names": "Ana\0"}, "Null characters are not allowed."),
        ({"email": "ana@mail.example\nBcc: all@mail.example"}, "Write an address"),
        ({"phone": "+34 600\r\nBcc: x"}, "Write a telephone number"),
    ],
    ids=str,
)
def test_what_cannot_be_kept_is_said_beside_its_field(clinic: Clinic, form: dict[str, Any], words: str) -> None:
    answer = send(clinic, **form)
    assert answer.status_code == 422
    page = page_of(answer)
    assert words in page
    assert invalid(page) == []
    assert not AppointmentRequest.objects.exists()


def test_what_is_just_short_enough_is_kept(clinic: Clinic) -> None:
    send(clinic, given_names="a" * 120, family_names="b" * 120, phone="1" * 40, note="c" * 500)
    assert AppointmentRequest.objects.count() == 1


def test_one_way_to_answer_is_enough(clinic: Clinic) -> None:
    send(clinic, phone="")
    send(clinic, email="")
    send(clinic, family_names="")
    assert AppointmentRequest.objects.count() == 3


def test_a_line_break_never_gets_into_what_may_become_a_header(clinic: Clinic) -> None:
    send(clinic, given_names="Ana\r\nBcc: all@mail.example", family_names="Sanz\nX: y")
    kept = AppointmentRequest.objects.get()
    for value in (kept.given_names, kept.family_names, kept.phone, kept.email):
        assert not {"\r", "\n"} & set(value)


def test_markup_is_shown_as_it_was_written(clinic: Clinic) -> None:
    answer = send(clinic, given_names="<script>alert(1)</script>", agreed="")
    assert "<script>alert" not in page_of(answer)
    assert "&lt;script&gt;alert(1)" in page_of(answer)


def test_a_machine_that_fills_in_every_field_is_told_the_same_and_nothing_is_kept(clinic: Clinic) -> None:
    person, machine = send(clinic), send(clinic, company="Ads Ltd", given_names="")
    assert machine.status_code == person.status_code
    assert machine["Location"] == person["Location"]
    assert AppointmentRequest.objects.count() == 1


@pytest.mark.parametrize(("seconds", "kept"), [(1, 0), (2, 0), (4, 1), (12 * 3600 - 60, 1), (12 * 3600 + 60, 0)])
def test_a_form_takes_a_person_some_time(clinic: Clinic, seconds: float, kept: int) -> None:
    answer = send(clinic, seconds=seconds)
    assert AppointmentRequest.objects.count() == kept
    assert answer.status_code == (302 if kept else 422)
    if not kept:
        assert "Look it over, then send it again." in page_of(answer)
        assert 'value="Marta"' in page_of(answer)


@pytest.mark.parametrize("opened", ["", "0", "1700000000", "1700000000:forged", "x" * 300, "\0"])
def test_a_moment_that_we_did_not_sign_is_refused(clinic: Clinic, opened: str) -> None:
    answer = send(clinic, opened=opened)
    assert answer.status_code == 422
    fresh = page_of(answer).partition('name="opened" value="')[2].partition('"')[0]
    assert Signer(salt="website: form opened").unsign(fresh)


@pytest.mark.parametrize("entry", ["", "x", "' OR 1=1", "0" * 500])
def test_a_form_without_its_number_is_given_one(clinic: Clinic, entry: str) -> None:
    assert send(clinic, entry=entry).status_code == 302
    assert AppointmentRequest.objects.count() == 1


def test_the_sixth_request_of_an_hour_from_one_address_is_refused(clinic: Clinic) -> None:
    for _ in range(requesting.MOST_AN_HOUR):
        assert send(clinic).status_code == 302
    answer = send(clinic)
    assert answer.status_code == 429
    assert "Too many requests came in for now." in page_of(answer)
    assert 'value="Marta"' in page_of(answer)
    assert AppointmentRequest.objects.count() == requesting.MOST_AN_HOUR
    other = Client(REMOTE_ADDR="198.51.100.7")
    assert send(clinic, other).status_code == 302
    SentFrom.objects.update(at=timezone.now() - dt.timedelta(hours=1, seconds=1))
    assert send(clinic).status_code == 302


def test_a_clinic_takes_so_many_a_day_from_everywhere(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requesting, "MOST_A_DAY", 3)
    answers = [send(clinic, Client(REMOTE_ADDR=f"198.51.100.{n}")).status_code for n in range(4)]
    assert answers == [302, 302, 302, 429]


def test_an_address_is_counted_and_not_kept(clinic: Clinic) -> None:
    send(clinic, Client(REMOTE_ADDR="203.0.113.77"))
    assert "203.0.113.77" not in SentFrom.objects.get().digest
    now = timezone.now()

    def digest(address: str, when: dt.datetime = now, **headers: str) -> str:
        return digest_of(RequestFactory().get("/", REMOTE_ADDR=address, **headers), when)  # type: ignore[arg-type]  # headers

    assert digest("203.0.113.77") == digest("203.0.113.77") != digest("203.0.113.78")
    assert digest("203.0.113.77") != digest("203.0.113.77", now + dt.timedelta(days=1))
    assert digest("2001:db8:1:2::1") == digest("2001:db8:1:2:ffff::9") != digest("2001:db8:1:3::1")
    forged = {"HTTP_X_FORWARDED_FOR": "192.0.2.1"}
    assert digest("203.0.113.77", now, **forged) == digest("203.0.113.77")
    assert digest("not an address") == digest("")


def test_behind_a_proxy_only_what_the_proxy_wrote_counts(settings: Any) -> None:  # noqa: ANN401 (pytest-django's)
    settings.BEHIND_TLS = True
    request = RequestFactory()
    one = request.get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.1, 203.0.113.5")
    same = request.get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.5")
    other = request.get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.1, 203.0.113.6")
    assert digest_of(one) == digest_of(same) != digest_of(other)


def test_requests_are_erased_when_their_time_is_over(clinic: Clinic, front_desk: Membership) -> None:
    now = timezone.now()
    days = {"waits": (-89, None), "forgotten": (-91, None), "settled": (-200, -29), "over": (-200, -31)}
    for name, (asked, settled) in days.items():
        AppointmentRequest.objects.create(
            clinic=clinic,
            treatment="scalp",
            language="en",
            given_names=name,
            asked_at=now + dt.timedelta(days=asked),
            state="new" if settled is None else "declined",
            settled_at=None if settled is None else now + dt.timedelta(days=settled),
            settled_by=None if settled is None else front_desk.user,
        )
    assert erase_old(clinic, now) == 2
    assert set(AppointmentRequest.objects.values_list("given_names", flat=True)) == {"waits", "settled"}
    assert AuditEntry.objects.filter(action="request.erased").count() == 2
    assert erase_old(None, now) == 0


def test_the_requests_of_an_erased_patient_go_with_them(clinic: Clinic, patient: Patient) -> None:
    for whose in (patient, None):
        AppointmentRequest.objects.create(
            clinic=clinic, treatment="scalp", language="en", given_names="A", patient=whose
        )
    assert len(rows_of(patient)[AppointmentRequest]) == 1  # what an erasure removes, and what a patient is handed
    patient.delete()
    assert AppointmentRequest.objects.count() == 1


def test_huge_and_strange_forms_are_refused_in_words(clinic: Clinic) -> None:
    path = at(clinic, "paramedical", "request")
    assert Client().post(path, {}).status_code == 422
    assert Client().post(path, {"note": "x" * 3_000_000}).status_code == 400
    assert Client().post(path, b"\xff\xfe\x00", content_type="application/x-www-form-urlencoded").status_code == 422
    assert Client().post(path, filled(days=["0"] * 900)).status_code == 302
    assert Client().put(path).status_code == 405
    assert AppointmentRequest.objects.get().days == [0]
