"""Lots: what may be used, who it was used on, and what leaves the house."""

from __future__ import annotations

import csv
import datetime as dt
import io
import time
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.ledger.export import harmless
from dermograph.clinic.ledger.models import Lot, LotUse
from dermograph.clinic.ledger.selectors import State, recall, soon_days, state_of, usable_lots
from dermograph.clinic.ledger.services import receive_lot, withdraw_lot
from dermograph.clinic.ledger.views.stock import A_PAGE
from dermograph.clinic.overview.services import lot_warning_days
from dermograph.clinic.people.models import Area, Clinic, Course, Membership, Patient
from dermograph.clinic.treatment.services import correct_session, record_session
from dermograph.core.errors import InputError
from tests.clinic.conftest import member, signed_in
from tests.clinic.treatment.held import held, kit, lot, ready, today, written

NEW = {"kind": "needle", "name": "Cartridge 5RS", "number": "A-17", "expires_on": "2099-01-31"}


@pytest.mark.parametrize(
    ("days", "state"),
    [(-1, State.EXPIRED), (0, State.SOON), (30, State.SOON), (31, State.GOOD)],
)
def test_a_lot_expires_after_its_last_day(clinic: Clinic, days: int, state: State) -> None:
    one = lot(clinic, days=days)
    assert state_of(one, today(clinic)) is state
    assert (one in usable_lots(clinic, "needle", today(clinic))) is state.usable


def test_a_withdrawn_lot_is_withdrawn_even_when_it_has_expired(clinic: Clinic, lead: Membership) -> None:
    one = withdraw_lot(lot=lot(clinic, days=-3), who=lead, reason="recalled by the maker")
    assert state_of(one, today(clinic)) is State.WITHDRAWN
    again = withdraw_lot(lot=one, who=lead, reason="something else altogether")
    assert again.withdrawn_reason == "recalled by the maker"
    assert AuditEntry.objects.filter(action="lot.withdrawn").count() == 1


@pytest.mark.parametrize("role", ["practitioner", "admin", "front_desk", "patient"])
def test_only_the_lead_of_the_clinic_withdraws(clinic: Clinic, role: str) -> None:
    with pytest.raises(PermissionDenied):
        withdraw_lot(lot=lot(clinic), who=member(clinic, role, "Ana A"), reason="recalled by the maker")
    other = Clinic.objects.create(name="Other", slug="other")
    with pytest.raises(PermissionDenied):
        withdraw_lot(lot=lot(clinic), who=member(other, "medical_lead", "Otto O"), reason="recalled by the maker")


def test_a_pigment_needs_its_label(practitioner: Membership) -> None:
    client = signed_in(practitioner)
    values: dict[str, Any] = {**NEW, "kind": "pigment", "entry": str(uuid.uuid4())}
    answer = client.post(reverse("lot_new"), {**values, "label": "   "})
    assert answer.status_code == 422
    assert "needs the text of its label" in answer.content.decode()
    assert not Lot.objects.exists()
    assert client.post(reverse("lot_new"), {**values, "label": "CI 77499, water"}).status_code == 302
    with pytest.raises(InputError, match="label"):
        receive_lot(who=practitioner, kind="pigment", name="B", number="1", expires_on=dt.date(2099, 1, 1))


def test_the_same_lot_is_not_in_stock_twice(practitioner: Membership) -> None:
    client, entry = signed_in(practitioner), str(uuid.uuid4())
    first = client.post(reverse("lot_new"), {**NEW, "entry": entry})
    assert client.post(reverse("lot_new"), {**NEW, "entry": entry})["Location"] == first["Location"]  # a replay
    again = client.post(reverse("lot_new"), {**NEW, "entry": str(uuid.uuid4())})
    assert again.status_code == 422
    assert "is in stock already" in again.content.decode()
    assert Lot.objects.count() == 1


def test_an_entry_of_another_clinic_writes_nothing(practitioner: Membership) -> None:
    other = Clinic.objects.create(name="Other", slug="other")
    theirs = lot(other)
    answer = signed_in(practitioner).post(reverse("lot_new"), {**NEW, "entry": str(theirs.pk)})
    assert answer.status_code == 422
    assert Lot.objects.count() == 1
    assert signed_in(practitioner).get(reverse("lot", args=[theirs.pk])).status_code == 404


def people(course: Course, count: int) -> list[Course]:
    """So many more patients with a course like it."""
    found = []
    for number in range(2, count + 2):
        patient = Patient.objects.create(
            clinic=course.clinic,
            number=number,
            given_names=f"=HYPERLINK({number})",
            family_names="Ruiz",
            phone="+34600000000",
            email="a@b.example",
        )
        area = Area.objects.create(patient=patient, name="arm", view="front")
        found.append(
            Course.objects.create(
                clinic=course.clinic, patient=patient, area=area, treatment="paramedical", lead=course.lead
            )
        )
    return found


def test_one_query_leads_from_a_lot_to_every_person_and_session(course: Course, lead: Membership) -> None:
    one = lot(course.clinic)
    for other in people(course, 12):
        LotUse.objects.create(session=held(other, -3), lot=one)
    with CaptureQueriesContext(connection) as queries:
        uses = recall(one)
        named = {
            (use.session.course.patient.phone, use.session.performed_by.user.name, str(use.session.course.area))
            for use in uses
        }
        assert all(use.session.stands for use in uses)
    assert len(queries) == 1
    assert len(uses) == 12
    assert named == {("+34600000000", "Nuria Vidal", "arm")}
    client = signed_in(lead)
    with CaptureQueriesContext(connection) as page:
        text = client.get(reverse("lot", args=[one.pk])).content.decode()
    assert "12 people in 12 sessions" in text
    assert len(page) <= 12


def test_many_uses_come_in_pages_and_the_list_to_keep_has_them_all(course: Course, lead: Membership) -> None:
    one = lot(course.clinic)
    for other in people(course, A_PAGE + 1):
        LotUse.objects.create(session=held(other, -3), lot=one)
    client, address = signed_in(lead), reverse("lot", args=[one.pk])
    first, second = (client.get(f"{address}?page={number}") for number in (1, 2))
    assert "51 people in 51 sessions" in first.content.decode()
    assert "51 people in 51 sessions" in second.content.decode()
    shown = [{use.pk for use in page.context["uses"]} for page in (first, second)]
    assert [len(some) for some in shown] == [A_PAGE, 1]
    assert shown[0] | shown[1] == set(one.uses.values_list("pk", flat=True))
    assert client.get(f"{address}?page=99").context["first"] == A_PAGE + 1
    rows = client.get(reverse("lot_recall_csv", args=[one.pk])).content.decode("utf-8-sig").splitlines()
    assert len(rows) == 1 + A_PAGE + 1


def test_the_recall_follows_a_correction_and_misses_nobody(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    lots, other = kit(course.clinic), lot(course.clinic)
    values = written(course, practitioner, lots)
    old = record_session(**values)
    values.pop("course")
    same = correct_session(old=old, reason="the device was wrong", **values)
    assert [use.session for use in recall(lots[0])] == [same]
    new = correct_session(old=same, reason="the needle was another", **{**values, "lots": [other, lots[1]]})
    assert [use.session for use in recall(other)] == [new]
    assert [use.session.stands for use in recall(lots[0])] == [False]  # said to have been corrected, not left out


def test_the_recall_list_runs_nothing_in_a_spreadsheet_and_is_audited(course: Course, lead: Membership) -> None:
    one = lot(course.clinic, name='=cmd|"/c calc"!A1', number="+1")
    LotUse.objects.create(session=held(people(course, 1)[0], -3), lot=one)
    answer = signed_in(lead).get(reverse("lot_recall_csv", args=[one.pk]))
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert "'=HYPERLINK(2)" in rows[1]
    assert AuditEntry.objects.get(action="lot.recall_exported").details == {"rows": 1}


def test_only_who_runs_the_clinic_takes_the_recall_list_out(clinic: Clinic, practitioner: Membership) -> None:
    assert signed_in(practitioner).get(reverse("lot_recall_csv", args=[lot(clinic).pk])).status_code == 403


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        (" @x", "' @x"),
        ("-2", "'-2"),
        (-2, "-2"),
        (1.5, "1.5"),
        (None, ""),
        ("\t=1", "'\t'=1"),
        ("Ana", "Ana"),
        ("a=b", "a=b"),
        ("x;=1+1;y", "x;'=1+1;y"),
        ("x; @y", "x; '@y"),
        ('x;"=1', "x;\"'=1"),
        ("x\t-2", "x\t'-2"),
        ("x\n=1", "x\n'=1"),
        ("x; y=1", "x; y=1"),
    ],
)
def test_a_cell_is_text_and_no_formula(cell: object, safe: str) -> None:
    assert harmless(cell) == safe


def test_a_long_run_of_blanks_is_gone_through_in_a_moment() -> None:
    started = time.process_time()
    assert harmless("x" + "\n" * 20_000) == "x" + "\n" * 20_000
    assert time.process_time() - started < 5


def test_the_stock_shows_states_in_words_and_can_be_filtered(clinic: Clinic, lead: Membership) -> None:
    lot(clinic, number="GOOD"), lot(clinic, number="SOON", days=3), lot(clinic, number="GONE", days=-3)
    withdraw_lot(lot=lot(clinic, "pigment", number="BACK"), who=lead, reason="recalled by the maker")
    client = signed_in(lead)
    with CaptureQueriesContext(connection) as queries:
        text = client.get(reverse("stock")).content.decode()
    assert len(queries) <= 12
    for word in ("may be used", "expires soon", "expired", "withdrawn", "GOOD", "SOON", "GONE", "BACK"):
        assert word in text
    for state, number in (("good", "GOOD"), ("soon", "SOON"), ("expired", "GONE"), ("withdrawn", "BACK")):
        rows = client.get(reverse("stock"), {"state": state}).context["rows"]
        assert [row[0].number for row in rows] == [number]
    assert [row[0].number for row in client.get(reverse("stock"), {"q": "oo"}).context["rows"]] == ["SOON", "GOOD"]
    assert client.get(reverse("stock"), {"state": "x" * 500, "kind": "\x00"}).status_code == 200


def test_a_large_stock_comes_in_pages_and_every_state_is_counted_as_it_is_shown(
    clinic: Clinic, lead: Membership
) -> None:
    for number in range(A_PAGE + 5):
        lot(clinic, number=f"N{number:02}", days=number - 3)
    client, day, soon = signed_in(lead), today(clinic), soon_days(clinic)
    first, last = (client.get(reverse("stock"), {"page": page}).context for page in ("1", "2"))
    assert (len(first["rows"]), len(last["rows"]), first["count"]) == (A_PAGE, 5, A_PAGE + 5)
    days = [row[0].expires_on for row in (*first["rows"], *last["rows"])]
    assert days == sorted(days)
    counted = {state: count for state, _, _, count in first["states"]}
    right = [state_of(one, day, soon).value for one in Lot.objects.all()]
    assert counted == {state.value: right.count(state.value) for state in State}
    for page in ("0", "99", "x", "-1", "9" * 30):
        assert client.get(reverse("stock"), {"page": page}).status_code == 200
    assert 'href="?q=N&amp;page=2"' in client.get(reverse("stock"), {"q": "N"}).content.decode()


def test_an_empty_stock_teaches(lead: Membership) -> None:
    assert "Nothing is in stock yet" in signed_in(lead).get(reverse("stock")).content.decode()


def test_a_withdrawal_on_the_page_needs_a_reason(clinic: Clinic, lead: Membership) -> None:
    one, client = lot(clinic), signed_in(lead)
    assert client.post(reverse("lot_withdraw", args=[one.pk]), {"reason": "bad"}).status_code == 422
    one.refresh_from_db()
    assert one.withdrawn_at is None
    assert client.post(reverse("lot_withdraw", args=[one.pk]), {"reason": "recalled by the maker"}).status_code == 302
    text = client.get(reverse("lot", args=[one.pk])).content.decode()
    assert "Nobody can use it any more" in text
    assert "recalled by the maker" in text


def test_a_lot_expires_soon_from_the_day_that_the_settings_say(clinic: Clinic) -> None:
    assert soon_days(clinic) == lot_warning_days(clinic) == 30
    clinic.rules = {"lot_warning_days": 45}
    assert soon_days(clinic) == lot_warning_days(clinic) == 45
