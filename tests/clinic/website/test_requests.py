"""Asking for an appointment: what is kept, what is refused, and that nobody learns who is a patient."""

from __future__ import annotations

import datetime as dt
import re
import time
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.signing import Signer
from django.test import Client, RequestFactory
from django.utils import timezone

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.forms import PatientForm
from dermograph.clinic.people.models import Clinic, Membership, Patient, Role
from dermograph.clinic.rights.rows import rows_of
from dermograph.clinic.website import origins
from dermograph.clinic.website.forms import RequestForm
from dermograph.clinic.website.models import AppointmentRequest, SentFrom
from dermograph.clinic.website.origins import origin_of
from dermograph.clinic.website.requesting import answers_of, erase_old
from dermograph.protocols import load_library
from tests.clinic.conftest import member, signed_in
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


def test_a_form_that_is_corrected_and_sent_again_changes_the_request(clinic: Clinic) -> None:
    entry = str(uuid.uuid4())
    send(clinic, entry=entry)
    for _ in range(2):
        assert send(clinic, entry=entry, phone="+34 611 999 888").status_code == 302
    assert AppointmentRequest.objects.get().phone == "+34 611 999 888"
    assert [one.action for one in AuditEntry.objects.order_by("pk")] == ["request.received", "request.changed"]


def test_a_correction_that_comes_once_the_request_is_settled_is_a_new_one(clinic: Clinic) -> None:
    entry = str(uuid.uuid4())
    send(clinic, entry=entry)
    AppointmentRequest.objects.update(state="declined", settled_at=timezone.now())
    send(clinic, entry=entry)
    assert AppointmentRequest.objects.count() == 1
    for _ in range(2):
        send(clinic, entry=entry, phone="+34 611 999 888")
    assert set(AppointmentRequest.objects.values_list("state", "phone")) == {
        ("declined", "+34 600 100 200"),
        ("new", "+34 611 999 888"),
    }


def test_the_number_of_a_form_finds_nothing_of_another_treatment_or_clinic(clinic: Clinic) -> None:
    entry = str(uuid.uuid4())
    send(clinic, entry=entry)
    for _ in range(2):
        Client().post(at(clinic, "scalp", "request"), filled(entry=entry))
    assert sorted(AppointmentRequest.objects.values_list("treatment", flat=True)) == ["paramedical", "scalp"]
    other = furnish(Clinic.objects.create(name="Otra", slug="otra", time_zone="Europe/Madrid", language="en"))
    member(other, Role.PRACTITIONER, "Eva Sol", treatments=("paramedical",))
    assert send(other, entry=entry).status_code == 302
    assert AppointmentRequest.objects.filter(clinic=other).count() == 1
    assert AppointmentRequest.objects.filter(clinic=clinic).count() == 2


def test_a_correction_keeps_the_answers_that_went_with_it_unless_they_are_taken_back(clinic: Clinic) -> None:
    entry, client, protocol = str(uuid.uuid4()), Client(), load_library().protocol("paramedical")

    def lesion() -> object:
        told = answers_of(AppointmentRequest.objects.get(), protocol)
        return told.answers["lesion"] if told else None

    tell(client, clinic, "paramedical", "lesion", "stria")
    send(clinic, client, entry=entry)
    assert lesion() is None
    send(clinic, client, entry=entry, hand_over="on")  # nothing else is changed
    assert lesion() == "stria"
    send(clinic, client, entry=entry, hand_over="on", phone="+34 611 999 888")
    assert lesion() == "stria"
    tell(client, clinic, "paramedical", "lesion", "scar")
    send(clinic, client, entry=entry, hand_over="on", phone="+34 611 999 888")
    assert lesion() == "scar"
    send(clinic, client, entry=entry, phone="+34 611 999 888")
    assert lesion() is None


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


@pytest.mark.parametrize("language", ["en", "es"])
def test_who_fills_in_the_field_that_nobody_sees_is_told_that_nothing_was_sent(clinic: Clinic, language: str) -> None:
    answer = Client().post(at(clinic, "paramedical", "request", language), filled(pebble="Ads Ltd"))
    assert answer.status_code == 422
    page = page_of(answer)
    assert {"en": "This was not sent", "es": "No se ha enviado"}[language] in page
    assert 'href="tel:+34960000000"' in page
    assert "Ads Ltd" not in page  # so that a person, whose browser did it, gets through the second time
    assert 'value="Marta"' in page
    assert invalid(page) == []
    assert not AppointmentRequest.objects.exists()
    machine = send(clinic, pebble="Ads Ltd", given_names="")
    assert "This was not sent" in page_of(machine)


def test_the_field_that_nobody_sees_is_called_after_nothing_that_browsers_know(clinic: Clinic) -> None:
    page = page_of(Client().get(at(clinic, "paramedical", "request")))
    hidden = page.partition('class="site-unseen"')[2].partition("</div>")[0]
    assert 'name="pebble"' in hidden
    known = r"name|mail|phone|tel|company|organi|address|street|city|zip|postal|country|url|card|user|pass|birth|title"
    assert not re.findall(known, " ".join(re.findall(r'(?:name|id)="([^"]*)"', hidden)))


@pytest.mark.parametrize("form", [RequestForm, PatientForm])
def test_a_long_telephone_number_costs_no_more_than_its_length(form: Any) -> None:  # noqa: ANN401 (a class of forms)
    field = form.base_fields["phone"]
    before = time.perf_counter()
    assert field.regex.search("1" * 100_000 + "x") is None
    assert time.perf_counter() - before < 1  # the time went with the square: minutes
    for words, is_one in {
        "+34 600": True,
        "(0) 6-0/0.1": True,
        "+": False,
        " ()": False,
        "6+": False,
        "6\n": True,
    }.items():
        assert bool(field.regex.search(words)) is is_one, words


@pytest.mark.parametrize(("seconds", "kept"), [(0, 0), (2, 0), (3, 1), (12 * 3600, 1), (12 * 3600 + 1, 0)])
def test_a_form_takes_a_person_some_time(
    clinic: Clinic, seconds: int, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = filled(seconds=seconds)
    opened = int(form["opened"].partition(":")[0])
    monkeypatch.setattr("dermograph.clinic.website.forms.time", SimpleNamespace(time=lambda: opened + seconds))
    answer = send(clinic, **form)
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
    for _ in range(origins.MOST_AN_HOUR):
        assert send(clinic).status_code == 302
    answer = send(clinic)
    assert answer.status_code == 429
    assert "Too many requests came in for now." in page_of(answer)
    assert 'value="Marta"' in page_of(answer)
    assert AppointmentRequest.objects.count() == origins.MOST_AN_HOUR
    other = Client(REMOTE_ADDR="198.51.100.7")
    assert send(clinic, other).status_code == 302
    SentFrom.objects.update(at=timezone.now() - dt.timedelta(hours=1, seconds=1))
    assert send(clinic).status_code == 302


def test_a_clinic_that_gets_many_a_day_keeps_them_all_and_is_told(
    clinic: Clinic, front_desk: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(origins, "MANY_A_DAY", 3)
    desk, shown = signed_in(front_desk), []
    for n in range(4):
        assert send(clinic, Client(REMOTE_ADDR=f"198.51.100.{n}")).status_code == 302
        shown.append("Many requests today" in page_of(desk.get("/requests/")))
    assert shown == [False, False, True, True]
    assert AppointmentRequest.objects.count() == 4


def test_one_ipv6_network_sends_so_many_a_day_and_other_visitors_none_the_less(clinic: Clinic) -> None:
    def sent(net: int, address: str = "2001:db8:77") -> int:
        status: int = send(clinic, Client(REMOTE_ADDR=f"{address}:{net:x}::1")).status_code
        return status

    most = origins.MOST_A_NETWORK
    assert [sent(net) for net in range(most + 2)] == [302] * most + [429] * 2
    assert sent(0, "2001:db8:78") == 302
    assert send(clinic, Client(REMOTE_ADDR="198.51.100.20")).status_code == 302
    SentFrom.objects.update(at=timezone.now() - dt.timedelta(hours=23))
    assert sent(99) == 429
    SentFrom.objects.update(at=timezone.now() - dt.timedelta(hours=24, seconds=1))
    assert sent(99) == 302


def test_the_hourly_number_goes_on_counting_at_midnight(clinic: Clinic) -> None:
    late = dt.datetime(2026, 11, 22, 23, 59, tzinfo=dt.UTC)
    early = late + dt.timedelta(minutes=2)
    request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.77")
    for _ in range(origins.MOST_AN_HOUR):
        assert not origins.is_too_many(origin_of(request, late), late)
        origins.count(clinic, origin_of(request, late), late)
    assert origins.is_too_many(origin_of(request, early), early)
    assert origin_of(request, late).near[0] != origin_of(request, early).near[0]
    later = late + dt.timedelta(minutes=61)
    assert not origins.is_too_many(origin_of(request, later), later)


def test_an_address_is_counted_and_not_kept(clinic: Clinic) -> None:
    send(clinic, Client(REMOTE_ADDR="203.0.113.77"))
    assert "203.0.113.77" not in SentFrom.objects.get().digest
    now = timezone.now()

    def digest(address: str, when: dt.datetime = now, **headers: str) -> str:
        return origin_of(RequestFactory().get("/", REMOTE_ADDR=address, **headers), when).near[0]  # type: ignore[arg-type]  # headers

    assert digest("203.0.113.77") == digest("203.0.113.77") != digest("203.0.113.78")
    assert digest("203.0.113.77") != digest("203.0.113.77", now + dt.timedelta(days=1))
    assert digest("2001:db8:1:2::1") == digest("2001:db8:1:2:ffff::9") != digest("2001:db8:1:3::1")
    forged = {"HTTP_X_FORWARDED_FOR": "192.0.2.1"}
    assert digest("203.0.113.77", now, **forged) == digest("203.0.113.77")
    assert digest("not an address") == digest("")
    assert digest("::ffff:203.0.113.77") == digest("203.0.113.77") != digest("::ffff:198.51.100.9")


def test_behind_a_proxy_only_what_the_proxy_wrote_counts(settings: Any) -> None:  # noqa: ANN401 (pytest-django's)
    settings.BEHIND_TLS = True
    request = RequestFactory()
    one = request.get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.1, 203.0.113.5")
    same = request.get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.5")
    other = request.get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.1, 203.0.113.6")
    assert origin_of(one) == origin_of(same) != origin_of(other)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("203.0.113.5:4444", "203.0.113.5"),
        ("[2001:db8::1]:99", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[::ffff:203.0.113.5]:80", "203.0.113.5"),
    ],
)
def test_a_port_that_the_proxy_wrote_is_no_part_of_the_address(
    settings: Any,  # noqa: ANN401 (pytest-django's)
    written: str,
    address: str,
) -> None:
    settings.BEHIND_TLS = True
    request = RequestFactory()
    found = [origin_of(request.get("/", HTTP_X_FORWARDED_FOR=one)) for one in (written, address, "nothing")]
    assert found[0] == found[1] != found[2]


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
