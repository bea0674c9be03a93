"""Payments: what is open of a session, and what a day brought."""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.ledger.fields import Euros, Figure
from dermograph.clinic.ledger.models import Payment
from dermograph.clinic.ledger.selectors import balance_of, chain_of, payments_of, payments_on
from dermograph.clinic.ledger.services import take_payment
from dermograph.clinic.people.models import Clinic, Course, Membership
from dermograph.clinic.treatment.models import Session
from dermograph.clinic.treatment.services import correct_session, record_session
from dermograph.core.errors import InputError
from tests.clinic.conftest import member, signed_in
from tests.clinic.treatment.held import held, ready, today, written


def paid(session: Session) -> int:
    return balance_of(session, payments_of(chain_of(session))).paid


def test_what_was_paid_and_given_back_leaves_what_is_open(course: Course, front_desk: Membership) -> None:
    session = held(course, -1)
    take_payment(session=session, who=front_desk, cents=10000, method="card")
    take_payment(session=session, who=front_desk, cents=-2500, method="cash")
    found = balance_of(session, payments_of(chain_of(session)))
    assert (found.price, found.paid, found.open) == (12000, 7500, 4500)
    assert sorted(AuditEntry.objects.values_list("action", flat=True)) == ["payment.returned", "payment.taken"]


def test_no_more_is_given_back_than_was_paid(course: Course, front_desk: Membership) -> None:
    session = held(course, -1)
    take_payment(session=session, who=front_desk, cents=5000, method="card")
    take_payment(session=session, who=front_desk, cents=-5000, method="card")
    with pytest.raises(InputError, match="given back"):
        take_payment(session=session, who=front_desk, cents=-1, method="card")
    assert paid(session) == 0


@pytest.mark.parametrize(("cents", "method"), [(0, "card"), (10_000_001, "card"), (100, "gold"), (100, "")])
def test_what_is_no_payment_is_refused(course: Course, front_desk: Membership, cents: int, method: str) -> None:
    with pytest.raises(InputError):
        take_payment(session=held(course, -1), who=front_desk, cents=cents, method=method)
    assert not Payment.objects.exists()


def test_who_takes_no_payments_here_takes_none(course: Course, admin: Membership) -> None:
    stranger = member(Clinic.objects.create(name="Other", slug="other"), "front_desk", "Otto O")
    for person in (admin, stranger):
        with pytest.raises(PermissionDenied):
            take_payment(session=held(course, -1 - Session.objects.count()), who=person, cents=100, method="cash")


def test_the_payments_of_a_corrected_session_stand_at_its_correction(
    course: Course, practitioner: Membership, front_desk: Membership
) -> None:
    ready(course, practitioner)
    values = written(course, practitioner)
    old = record_session(**values)
    take_payment(session=old, who=front_desk, cents=12000, method="card")
    values.pop("course")
    new = correct_session(old=old, reason="the price was another", **{**values, "cents": 10000})
    assert balance_of(new, payments_of(chain_of(new))).open == -2000
    client = signed_in(front_desk)
    answer = client.get(reverse("payment_new", args=[old.pk]))
    assert answer["Location"] == reverse("payment_new", args=[new.pk])
    assert "€20.00 more was paid than agreed" in client.get(answer["Location"]).content.decode()


def test_a_replayed_payment_is_taken_once(course: Course, front_desk: Membership) -> None:
    session, client = held(course, -1), signed_in(front_desk)
    values = {"entry": str(uuid.uuid4()), "direction": "paid", "euros": "60,50", "method": "cash"}
    for _ in range(2):
        assert client.post(reverse("payment_new", args=[session.pk]), values).status_code == 302
    assert Payment.objects.get().cents == 6050
    with CaptureQueriesContext(connection) as queries:
        text = client.get(reverse("payment_new", args=[session.pk])).content.decode()
    assert len(queries) <= 12
    assert 'value="59.50"' in text  # what is still open is proposed
    back = {**values, "entry": str(uuid.uuid4()), "direction": "back", "euros": "100"}
    assert client.post(reverse("payment_new", args=[session.pk]), back).status_code == 422
    assert Payment.objects.count() == 1


def test_a_form_of_one_session_is_not_taken_for_a_payment_of_another(course: Course, front_desk: Membership) -> None:
    entry = uuid.uuid4()
    take_payment(session=held(course, -40), who=front_desk, cents=5000, method="card", entry=entry)
    with pytest.raises(InputError, match="cannot be sent"):
        take_payment(session=held(course, -1), who=front_desk, cents=5000, method="card", entry=entry)
    assert Payment.objects.count() == 1


def test_a_replayed_payment_is_found_after_its_session_was_corrected(
    course: Course, practitioner: Membership, front_desk: Membership
) -> None:
    ready(course, practitioner)
    entry, values = uuid.uuid4(), written(course, practitioner)
    old = record_session(**values)
    payment = take_payment(session=old, who=front_desk, cents=5000, method="card", entry=entry)
    values.pop("course")
    new = correct_session(old=old, reason="the price was another", **values)
    assert take_payment(session=new, who=front_desk, cents=5000, method="card", entry=entry) == payment


def test_a_day_of_payments_has_its_totals_by_method(course: Course, lead: Membership, front_desk: Membership) -> None:
    session, zone = held(course, -1), course.clinic.zone
    day = today(course.clinic) - dt.timedelta(days=1)
    late = dt.datetime.combine(day, dt.time(23, 59), zone)
    take_payment(session=session, who=front_desk, cents=7000, method="card", paid_at=late)
    take_payment(session=session, who=front_desk, cents=3000, method="cash", paid_at=late)
    take_payment(session=session, who=front_desk, cents=-1000, method="cash", paid_at=late)
    take_payment(session=session, who=front_desk, cents=500, method="cash", paid_at=late + dt.timedelta(minutes=1))
    assert len(payments_on(course.clinic, day)) == 3
    client = signed_in(lead)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("payments"), {"day": day.isoformat()})
    assert len(queries) <= 12
    assert [row[1:] for row in page.context["totals"]] == [(3000, -1000, 2000), (7000, 0, 7000)]
    assert page.context["sum"] == 9000
    sheet = client.get(reverse("payments"), {"day": day.isoformat(), "as": "csv"})
    rows = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert [row[3] for row in rows[1:]] == ["70.0", "30.0", "-10.0"]
    assert AuditEntry.objects.filter(action="payments.exported").count() == 1


@pytest.mark.parametrize("day", ["", "yesterday", "0001-01-01", "9999-12-31", "2026-02-30", "\x00"])
def test_a_day_that_is_none_is_today(lead: Membership, day: str) -> None:
    page = signed_in(lead).get(reverse("payments"), {"day": day})
    assert page.status_code == 200
    assert page.context["day"] == page.context["today"]


@pytest.mark.parametrize(
    ("text", "cents"),
    [("120", 12000), ("120,5", 12050), ("€ 120.50", 12050), ("120,50 €", 12050), ("0.01", 1), (" 7 ", 700)],
)
def test_money_is_read_with_a_point_or_a_comma(text: str, cents: int) -> None:
    assert Euros().clean(text) == cents


@pytest.mark.parametrize("text", ["1.000", "1,234.50", "-5", "12.345", "1e3", "٣", "nan", "9999999", "€", "1 000"])
def test_money_that_could_mean_two_things_is_refused(text: str) -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        Euros().clean(text)


@pytest.mark.parametrize(("text", "value"), [("1.5", 1.5), ("1,5", 1.5), ("1.500", 1.5), ("0,25", 0.25), ("2", 2.0)])
def test_a_figure_is_the_same_number_in_both_languages(text: str, value: float) -> None:
    from django.utils import translation

    for language in ("en", "es"):
        with translation.override(language):
            assert Figure(0, 10).clean(text) == value
