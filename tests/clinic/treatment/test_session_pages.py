"""The session form guides, loses nothing, and shows what was held."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dermograph.clinic.ledger.models import Lot
from dermograph.clinic.ledger.services import withdraw_lot
from dermograph.clinic.people.models import Clinic, Course, Membership
from dermograph.clinic.treatment.before import look_before
from dermograph.clinic.treatment.figures import outside, punctures_per_cm2, stated
from dermograph.clinic.treatment.models import Session
from dermograph.clinic.treatment.services import correct_session, record_session
from dermograph.clinic.treatment.session_page import guidance
from dermograph.protocols import load_library
from tests.clinic.conftest import member, signed_in
from tests.clinic.treatment.held import (
    answered,
    held,
    kit,
    lot,
    moment,
    own_queries,
    photographed,
    ready,
    today,
    written,
)

MOST_QUERIES = 12


def posted(person: Membership, lots: list[Lot], **more: Any) -> dict[str, Any]:  # noqa: ANN401 (fields)
    """A whole session form of yesterday."""
    began = moment(person.clinic, -1, 10)
    values: dict[str, Any] = {
        "entry": str(uuid.uuid4()),
        "performed_by": str(person.pk),
        "started_at": f"{began:%Y-%m-%dT%H:%M}",
        "ended_at": f"{began + dt.timedelta(minutes=75):%Y-%m-%dT%H:%M}",
        "device": "Dermograph D3",
        "anaesthesia": "cream",
        "movements": "point by point\nalong the stria",
        "reaction": "slight redness",
        "cents": "120,00",
        "zones-TOTAL_FORMS": "1",
        "zones-INITIAL_FORMS": "0",
        "zones-0-name": "left",
        "zones-0-needle_setting_mm": "1,2",
        "zones-0-needles": "5",
        "zones-0-speed_hz": "100",
        "zones-0-passes": "2",
        "zones-0-seconds": "300",
        "zones-0-cm2": "50.5",
    }
    for one in lots:
        values.setdefault(one.kind, []).append(str(one.pk))
    return {**values, **more}


def send(client: Client, course: Course, values: dict[str, Any]) -> Any:  # noqa: ANN401 (a response)
    return client.post(reverse("session_new", args=[course.pk]), values)


def test_the_punctures_are_needles_times_strokes_by_area_and_unknown_without_one_of_them() -> None:
    zone = {"needles": 5, "speed_hz": 100.0, "seconds": 300, "cm2": 50.0}
    assert punctures_per_cm2(zone) == pytest.approx(3000)
    for name in zone:
        assert punctures_per_cm2({**zone, name: None}) is None


@pytest.mark.parametrize(("value", "beyond"), [(0.49, True), (0.5, False), (2.5, False), (2.51, True), (None, False)])
def test_a_setting_lies_outside_only_beyond_the_stated_ends(value: float | None, beyond: bool) -> None:  # noqa: FBT001 (a case)
    protocol = load_library().protocol("microneedling")
    assert outside(stated(protocol, "needle_setting_mm"), value) is beyond


def test_a_source_without_a_figure_has_no_range() -> None:
    protocol = load_library().protocol("paramedical")
    assert stated(protocol, "needle_setting_mm") is None
    assert not outside(stated(protocol, "needle_setting_mm"), 9.0)


def test_the_form_shows_checks_ranges_price_and_its_dispute(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    kit(course.clinic)
    client = signed_in(practitioner)
    with own_queries() as queries:
        page = client.get(reverse("session_new", args=[course.pk]))
    assert page.status_code == 200
    text = page.content.decode()
    assert "Check before the needles" in text
    assert "The verdict today is" in text
    assert "€350" in text  # the other side of the price
    assert 'value="120.00"' in text
    assert "not the depth reached in the skin" in text
    assert len(queries) <= MOST_QUERIES


def test_a_session_goes_in_and_is_shown_with_its_estimate(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    client, values = signed_in(practitioner), posted(practitioner, kit(course.clinic))
    answer = send(client, course, values)
    session = Session.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("session", args=[session.pk])
    assert session.zones[0]["needle_setting_mm"] == 1.2
    assert session.cents == 12000
    assert session.movements == ["point by point", "along the stria"]
    page = client.get(answer["Location"]).content.decode()
    assert "≈ 2970" in page or "≈ 2,970" in page
    assert send(client, course, values)["Location"] == answer["Location"]
    assert Session.objects.count() == 1


def test_nothing_is_lost_where_something_is_wrong(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    values = posted(practitioner, kit(course.clinic, "needle"), reaction="slight redness, no bleeding")
    answer = send(signed_in(practitioner), course, values)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "The lot is missing: anaesthetic." in text
    for kept in ("slight redness, no bleeding", "Dermograph D3", "1,2", "50.5", values["entry"]):
        assert kept in text
    assert f'value="{values["needle"][0]}" ' in text
    assert "checked" in text
    assert not Session.objects.exists()


def test_a_lot_withdrawn_meanwhile_is_said_at_its_place(
    course: Course, practitioner: Membership, lead: Membership
) -> None:
    ready(course, practitioner)
    lots = kit(course.clinic)
    withdraw_lot(lot=lots[0], who=lead, reason="recalled by the maker")
    answer = send(signed_in(practitioner), course, posted(practitioner, lots))
    assert answer.status_code == 422
    assert "was withdrawn: it cannot be used" in answer.content.decode()
    assert not Session.objects.exists()


def test_one_zone_more_keeps_what_was_written(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    answer = send(signed_in(practitioner), course, posted(practitioner, kit(course.clinic), add_zone="1"))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert 'name="zones-1-name"' in text
    assert "slight redness" in text
    assert not Session.objects.exists()


def test_a_setting_outside_the_range_is_kept_and_said(course: Course, practitioner: Membership) -> None:
    Course.objects.filter(pk=course.pk).update(treatment="microneedling")
    course.refresh_from_db()
    ready(course, practitioner)
    values = posted(practitioner, kit(course.clinic, "needle", "anaesthetic", "active"))
    values |= {"zones-0-needle_setting_mm": "3"}
    client = signed_in(practitioner)
    page = client.get(send(client, course, values)["Location"]).content.decode()
    assert "outside what the source states" in page
    assert "between 0.5 and 2.5 mm" in page


def test_a_correction_shows_both_and_its_reason(course: Course, practitioner: Membership, lead: Membership) -> None:
    ready(course, practitioner)
    lots = kit(course.clinic)
    client = signed_in(practitioner)
    send(client, course, posted(practitioner, lots))
    old = Session.objects.get()
    address = reverse("session_correct", args=[old.pk])
    assert client.get(address).status_code == 200
    values = posted(practitioner, lots, device="Dermograph D4")
    assert client.post(address, values).status_code == 422  # no reason
    answer = client.post(address, {**values, "correction_reason": "another device was used"})
    new = Session.objects.get(supersedes=old)
    assert answer["Location"] == reverse("session", args=[new.pk])
    assert "another device was used" in client.get(reverse("session", args=[old.pk])).content.decode()
    late = posted(practitioner, lots, device="Dermograph D5", correction_reason="yet another device")
    told = signed_in(lead).post(address, late)
    assert told.status_code == 422
    text = told.content.decode()
    assert "Nuria Vidal" in text
    assert "Dermograph D5" in text
    assert reverse("session", args=[new.pk]) in text


def test_another_clinics_session_is_not_there(course: Course, practitioner: Membership) -> None:
    session = held(course, -1)
    other = Clinic.objects.create(name="Other", slug="other")
    stranger = signed_in(member(other, "practitioner", "Otto Other", ("paramedical",)))
    for name in ("session", "session_correct", "aftercare_sheet", "payment_new"):
        assert stranger.get(reverse(name, args=[session.pk])).status_code == 404
    for name in ("session_new", "symptom_new", "review", "timeline"):
        assert stranger.get(reverse(name, args=[course.pk])).status_code == 404


def test_the_desk_sees_no_clinical_page(course: Course, front_desk: Membership, admin: Membership) -> None:
    session = held(course, -1)
    for person in (front_desk, admin):
        client = signed_in(person)
        assert client.get(reverse("session", args=[session.pk])).status_code == 403
        assert client.get(reverse("session_new", args=[course.pk])).status_code == 403
        assert client.get(reverse("review", args=[course.pk])).status_code == 403
    assert signed_in(front_desk).get(reverse("payment_new", args=[session.pk])).status_code == 200


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_aftercare_sheet_begins_with_today(course: Course, practitioner: Membership, language: str) -> None:
    session = held(course, -6)
    page = signed_in(practitioner).get(reverse("aftercare_sheet", args=[session.pk]), {"in": language})
    text = page.content.decode()
    assert ("Today, day 6 after your session" if language == "en" else "Hoy, día 6 después de su sesión") in text
    assert ("healing cream" if language == "en" else "crema cicatrizante") in text
    assert ("48 hours" if language == "en" else "48 horas") in text  # over, and still readable
    assert text.index('class="plain stack advice"') < text.index('class="plain stack advice over"')


def test_the_session_page_asks_few_queries(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)
    client = signed_in(practitioner)
    session = client.get(send(client, course, posted(practitioner, kit(course.clinic)))["Location"]).context["session"]
    lot(course.clinic)
    for name in ("session", "aftercare_sheet", "payment_new"):
        with own_queries() as queries:
            assert client.get(reverse(name, args=[session.pk])).status_code == 200
        assert len(queries) <= MOST_QUERIES


def test_the_session_page_counts_the_photographs_of_what_it_corrects_but_none_taken_out(
    course: Course, practitioner: Membership
) -> None:
    ready(course, practitioner)
    values = written(course, practitioner)
    old = record_session(**values)
    photographed(course, -1, session=old)
    wrong = photographed(course, -1, session=old)
    photographed(course, -1, session=old, supersedes=wrong, withdrawn=True)
    values.pop("course")
    new = correct_session(old=old, reason="wrong device was written", **values)
    page = signed_in(practitioner).get(reverse("session", args=[new.pk]))
    assert page.context["photographs"] == 1


@pytest.mark.parametrize("said", [True, False])
def test_a_correction_says_of_no_active_ingredient_what_was_said(
    course: Course,
    practitioner: Membership,
    said: bool,  # noqa: FBT001 (a case)
) -> None:
    Course.objects.filter(pk=course.pk).update(treatment="microneedling")
    course.refresh_from_db()
    session = held(course, -1)
    if said:
        Session.objects.filter(pk=session.pk).update(no_actives=True)
    page = signed_in(practitioner).get(reverse("session_correct", args=[session.pk]))
    assert page.context["form"]["no_actives"].value() is said


@pytest.mark.parametrize(("value", "state"), [(True, "yes"), (False, "no"), (None, "unknown")])
def test_the_allergy_is_read_from_its_answer_even_where_no_reason_names_it(
    course: Course,
    practitioner: Membership,
    value: bool | None,  # noqa: FBT001 (a case)
    state: str,
) -> None:
    if value is not None:
        answered(course, {"allergy_anaesthetic": value})
    before = look_before(course, today(course.clinic))
    silent = dataclasses.replace(before, assessment=dataclasses.replace(before.assessment, reasons=()))
    assert guidance(course, silent, "en")["allergy"]["state"] == state
