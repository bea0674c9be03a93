"""A session that is written down later: the lots of its day count, and the lead answers for one withdrawn since."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.ledger.models import Lot, LotUse
from dermograph.clinic.ledger.selectors import lots_of_session, recall
from dermograph.clinic.ledger.services import withdraw_lot
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.treatment.models import Session
from dermograph.clinic.treatment.services import correct_session, record_session
from dermograph.core.errors import InputError
from tests.clinic.conftest import signed_in
from tests.clinic.treatment.held import kit, lot, moment, own_queries, ready, today, written
from tests.clinic.treatment.test_session_pages import MOST_QUERIES, posted, send

WHY = "The needles of this lot were used before the maker's notice came."


def days_ago(course: Course, days: int) -> dict[str, Any]:
    began = moment(course.clinic, -days, 10)
    return {"started_at": began, "ended_at": began + dt.timedelta(hours=1)}


@pytest.fixture
def withdrawn(course: Course, lead: Membership) -> Lot:
    """A needle that was withdrawn an hour ago."""
    one = withdraw_lot(lot=lot(course.clinic, number="BACK"), who=lead, reason="recalled by the maker")
    one.withdrawn_at = timezone.now() - dt.timedelta(hours=1)
    one.save(update_fields=["withdrawn_at"])
    return one


def lots_with(needle: Lot) -> list[Lot]:
    return [needle, *kit(needle.clinic, "anaesthetic")]


def form_of(person: Membership, lots: list[Lot], days: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401 (fields)
    began = moment(person.clinic, -days, 10)
    times = {"started_at": f"{began:%Y-%m-%dT%H:%M}", "ended_at": f"{began + dt.timedelta(hours=1):%Y-%m-%dT%H:%M}"}
    return posted(person, lots, **{**times, **more})


def test_a_lot_that_expired_since_is_recorded_for_the_day_on_which_it_was_good(
    course: Course, practitioner: Membership
) -> None:
    ready(course, practitioner)
    old = lot(course.clinic, number="OLD", days=-3)
    address = reverse("session_new", args=[course.pk])
    client = signed_in(practitioner)
    assert "OLD" not in client.get(address).content.decode()
    with own_queries() as queries:
        page = client.get(address, {"on": (today(course.clinic) - dt.timedelta(days=5)).isoformat()})
    assert "OLD" in page.content.decode()
    assert "expired since" in page.content.decode()
    assert len(queries) <= MOST_QUERIES
    answer = send(client, course, form_of(practitioner, lots_with(old), 5))
    assert answer.status_code == 302
    assert [use.lot for use in Session.objects.get().lot_uses.filter(lot__kind="needle")] == [old]
    assert not LotUse.objects.exclude(late_by=None).exists()


def test_a_form_that_is_refused_offers_the_lots_of_the_day_that_it_names(
    course: Course, practitioner: Membership
) -> None:
    ready(course, practitioner)
    lot(course.clinic, number="OLD", days=-3)
    for days, is_there in ((5, True), (1, False)):
        answer = send(signed_in(practitioner), course, form_of(practitioner, kit(course.clinic), days, device=""))
        assert answer.status_code == 422
        assert ("OLD" in answer.content.decode()) is is_there


@pytest.mark.parametrize("on", ["", "x", "1999-01-01", "2999-01-01", "0001-01-01", "\0", "9" * 40])
def test_a_day_that_cannot_be_asked_for_is_today(course: Course, practitioner: Membership, on: str) -> None:
    ready(course, practitioner)
    lot(course.clinic, number="OLD", days=-3)
    page = signed_in(practitioner).get(reverse("session_new", args=[course.pk]), {"on": on})
    assert page.status_code == 200
    assert "OLD" not in page.content.decode()


def test_an_earlier_day_is_checked_as_of_then_and_leaves_the_time_to_a_person(
    course: Course, practitioner: Membership
) -> None:
    ready(course, practitioner)
    day = today(course.clinic) - dt.timedelta(days=5)
    page = signed_in(practitioner).get(reverse("session_new", args=[course.pk]), {"on": day.isoformat()})
    assert page.context["before"].on == day
    assert page.context["form"]["started_at"].value() is None


def test_a_lot_withdrawn_since_is_offered_to_the_lead_alone(
    course: Course, practitioner: Membership, lead: Membership, withdrawn: Lot
) -> None:
    ready(course, practitioner)
    day = {"on": (today(course.clinic) - dt.timedelta(days=2)).isoformat()}
    address = reverse("session_new", args=[course.pk])
    assert "BACK" not in signed_in(practitioner).get(address, day).content.decode()
    page = signed_in(lead).get(address, day).content.decode()
    assert "BACK" in page
    assert 'name="lot_reason"' in page
    assert 'name="lot_reason"' not in signed_in(lead).get(address).content.decode()
    assert withdrawn not in lots_of_session(course.clinic, timezone.now(), is_lead=True)


def test_only_the_lead_records_a_lot_withdrawn_since_and_says_why(
    course: Course, practitioner: Membership, lead: Membership, withdrawn: Lot
) -> None:
    ready(course, practitioner)
    values = written(course, practitioner, lots_with(withdrawn), lot_reason=WHY, **days_ago(course, 2))
    with pytest.raises(InputError, match="was withdrawn: it cannot be used") as refused:
        record_session(**values)
    assert "the medical lead records the session" in refused.value.todo.en
    with pytest.raises(InputError, match="was withdrawn after this session") as unsaid:
        record_session(**{**values, "who": lead, "lot_reason": "  short  "})
    assert unsaid.value.place.field == "lot_reason"
    assert not Session.objects.exists()
    session = record_session(**{**values, "who": lead})
    use = session.lot_uses.get(lot=withdrawn)
    assert (use.late_by, use.late_reason) == (lead.user, WHY)
    assert session.lot_uses.exclude(lot=withdrawn).get().late_by is None
    entry = AuditEntry.objects.get(action="lot.recorded_late")
    assert (entry.about, entry.who, entry.details) == (withdrawn.pk, lead.user, {"session": str(session.pk)})


def test_a_lot_that_was_withdrawn_before_the_session_is_recorded_by_nobody(
    course: Course, practitioner: Membership, lead: Membership, withdrawn: Lot
) -> None:
    ready(course, practitioner)
    Lot.objects.filter(pk=withdrawn.pk).update(withdrawn_at=timezone.now() - dt.timedelta(days=4))
    withdrawn.refresh_from_db()
    values = written(course, lead, lots_with(withdrawn), lot_reason=WHY, **days_ago(course, 2))
    with pytest.raises(InputError, match="was withdrawn: it cannot be used"):
        record_session(**values)


def test_an_expired_lot_stays_expired_whatever_the_lead_says(
    course: Course, practitioner: Membership, lead: Membership
) -> None:
    ready(course, practitioner)
    old = withdraw_lot(lot=lot(course.clinic, days=-3), who=lead, reason="recalled by the maker")
    with pytest.raises(InputError, match="expired"):
        record_session(**written(course, lead, lots_with(old), lot_reason=WHY, **days_ago(course, 2)))


def test_the_page_asks_the_lead_for_the_reason_at_its_place(
    course: Course, practitioner: Membership, lead: Membership, withdrawn: Lot
) -> None:
    ready(course, practitioner)
    another = withdraw_lot(lot=lot(course.clinic), who=lead, reason="recalled by the maker")
    client, values = signed_in(lead), form_of(lead, [another, *lots_with(withdrawn)], 2)
    answer = send(client, course, values)
    assert answer.status_code == 422
    assert "Say why it is recorded" in str(answer.context["form"].errors["lot_reason"])
    assert "BACK" in answer.content.decode()
    saved = send(client, course, {**values, "lot_reason": WHY})
    assert saved.status_code == 302
    page = client.get(saved["Location"]).content.decode()
    assert "recorded after that by Teresa Mora" in page


def test_the_recall_says_which_uses_were_recorded_after_the_withdrawal(
    course: Course, practitioner: Membership, lead: Membership, withdrawn: Lot
) -> None:
    ready(course, practitioner)
    values = written(course, lead, lots_with(withdrawn), lot_reason=WHY, **days_ago(course, 2))
    session = record_session(**values)
    assert [use.late_reason for use in recall(withdrawn)] == [WHY]
    client = signed_in(lead)
    page = client.get(reverse("lot", args=[withdrawn.pk])).content.decode()
    assert "recorded after it was withdrawn" in page
    assert WHY.split("'", maxsplit=1)[0] in page
    table = client.get(reverse("lot_recall_csv", args=[withdrawn.pk])).content.decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(table))
    assert row["recorded after it was withdrawn"] == f"Teresa Mora: {WHY}"
    fixed = {name: value for name, value in values.items() if name not in ("course", "who", "lot_reason")}
    later = correct_session(old=session, who=practitioner, reason="a wrong device was named", **fixed)
    [use] = recall(withdrawn)
    assert (use.session, use.late_by, use.late_reason) == (later, lead.user, WHY)
    assert AuditEntry.objects.filter(action="lot.recorded_late").count() == 1


def corrected(session: Session, who: Membership, values: dict[str, Any], **times: Any) -> Session:  # noqa: ANN401 (fields)
    more = {name: value for name, value in values.items() if name not in ("course", "who", "lot_reason")}
    return correct_session(old=session, who=who, reason="it was at another time", **{**more, **times})


def withdrawn_at(needle: Lot, moment_of_it: dt.datetime) -> None:
    Lot.objects.filter(pk=needle.pk).update(withdrawn_at=moment_of_it)
    needle.refresh_from_db()


def test_a_correction_to_a_day_after_the_withdrawal_does_not_keep_the_lot(
    course: Course, practitioner: Membership, lead: Membership
) -> None:
    ready(course, practitioner)
    needle = lot(course.clinic, number="BACK")
    values = written(course, practitioner, lots_with(needle), **days_ago(course, 10))
    session = record_session(**values)
    withdraw_lot(lot=needle, who=lead, reason="recalled by the maker")
    withdrawn_at(needle, moment(course.clinic, -5, 12))
    for who in (practitioner, lead):
        with pytest.raises(InputError, match="was withdrawn: it cannot be used"):
            corrected(session, who, values, **days_ago(course, 2))
    form = form_of(practitioner, lots_with(needle), 2, correction_reason="it was another day altogether")
    page = signed_in(practitioner).post(reverse("session_correct", args=[session.pk]), form)
    assert page.status_code == 422
    assert "was withdrawn: it cannot be used" in str(page.context["form"].errors)
    assert Session.objects.get() == session
    earlier = corrected(session, practitioner, values, **days_ago(course, 7))
    use = earlier.lot_uses.get(lot=needle)
    assert (use.late_by, use.late_reason) == (None, "")


def test_a_correction_on_the_day_of_the_withdrawal_keeps_the_lot(
    course: Course, practitioner: Membership, lead: Membership
) -> None:
    ready(course, practitioner)
    needle = lot(course.clinic, number="BACK")
    values = written(course, practitioner, lots_with(needle), **days_ago(course, 3))
    session = record_session(**values)
    withdraw_lot(lot=needle, who=lead, reason="recalled by the maker")
    withdrawn_at(needle, moment(course.clinic, -3, 12))
    began = moment(course.clinic, -3, 14)
    later = corrected(session, practitioner, values, started_at=began, ended_at=began + dt.timedelta(hours=1))
    assert later.lot_uses.filter(lot=needle).exists()


def test_a_correction_is_held_against_the_last_day_of_its_lots(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    old = lot(course.clinic, number="OLD", days=-4)
    values = written(course, practitioner, lots_with(old), **days_ago(course, 10))
    session = record_session(**values)
    with pytest.raises(InputError, match="expired"):
        corrected(session, practitioner, values, **days_ago(course, 3))
    assert corrected(session, practitioner, values, **days_ago(course, 4)).lot_uses.filter(lot=old).exists()


def test_a_correction_adds_a_lot_withdrawn_since_only_by_the_lead(
    course: Course, practitioner: Membership, lead: Membership, withdrawn: Lot
) -> None:
    ready(course, practitioner)
    values = written(course, practitioner, **days_ago(course, 2))
    session = record_session(**values)
    more = {name: value for name, value in values.items() if name not in ("course", "who")}
    more |= {"lots": [*values["lots"], withdrawn], "lot_reason": WHY, "reason": "the second needle was missing"}
    with pytest.raises(InputError, match="was withdrawn"):
        correct_session(old=session, who=practitioner, **more)
    fixed = correct_session(old=session, who=lead, **more)
    assert fixed.lot_uses.get(lot=withdrawn).late_by == lead.user
    assert fixed.lot_uses.exclude(lot=withdrawn).filter(late_by=None).count() == len(values["lots"])
